package replay_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// recorded is an exchange with the endpoint at https://old.example/scim.
func recorded(method, path, body string, status int, header http.Header, answer string) *exchange.Exchange {
	e := &exchange.Exchange{
		Request:  exchange.Request{Method: method, URL: "https://old.example/scim" + path, Header: http.Header{"Content-Type": {"application/scim+json"}}},
		Response: exchange.Response{Status: status, Header: header, Body: exchange.Body{Bytes: []byte(answer)}},
	}
	if body != "" {
		e.Request.Body = exchange.Body{Bytes: []byte(body), Size: int64(len(body))}
	}
	return e
}

// What an endpoint chooses anew each time is learnt and sent back to it as it is now: cursors, versions, its own address.
func TestWhatTheEndpointChoseIsSentBackAsItIsNow(t *testing.T) {
	const list = `{"totalResults":2,"Resources":[],"nextCursor":%q}`
	conditional := func(name, tag string) *exchange.Exchange {
		e := recorded("GET", "/Users/old-1-0123456789", "", http.StatusNotModified, nil, "")
		e.Request.Header.Set(name, tag)
		return e
	}
	for name, tt := range map[string]struct {
		traffic []*exchange.Exchange
		now     func(w http.ResponseWriter, r *http.Request)
	}{
		"cursors": {
			[]*exchange.Exchange{
				recorded("GET", "/Users?count=1&cursor=", "", 200, nil, fmt.Sprintf(list, "then+1/=")),
				recorded("GET", "/Users?count=1&cursor=then%2B1%2F%3D", "", 200, nil, `{"totalResults":2,"Resources":[]}`),
			},
			func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Query().Get("cursor") {
				case "":
					_, _ = fmt.Fprintf(w, list, "now/2+&")
				case "now/2+&":
					_, _ = fmt.Fprint(w, `{"totalResults":2,"Resources":[]}`)
				default:
					w.WriteHeader(http.StatusBadRequest)
				}
			},
		},
		"versions in a header": {
			[]*exchange.Exchange{
				recorded("POST", "/Users", `{"userName":"ada"}`, 201, http.Header{"Etag": {`W/"then"`}}, `{"id":"old-1-0123456789","userName":"ada"}`),
				conditional("If-None-Match", `W/"then"`),
			},
			versioned(`W/"now"`, ""),
		},
		"versions in a resource": {
			[]*exchange.Exchange{
				recorded("POST", "/Users", `{"userName":"ada"}`, 201, nil, `{"id":"old-1-0123456789","userName":"ada","meta":{"version":"W/\"then\""}}`),
				conditional("If-None-Match", `W/"then"`),
			},
			versioned("", `W/"now"`),
		},
		"its address in a sentence": {
			[]*exchange.Exchange{recorded("GET", "/ServiceProviderConfig", "", 200, nil, `{"authenticationSchemes":[{"description":"Tokens are at https://old.example/scim/token, sir"}]}`)},
			func(w http.ResponseWriter, r *http.Request) {
				_, _ = fmt.Fprintf(w, `{"authenticationSchemes":[{"description":"Tokens are at http://%s/scim/token, sir"}]}`, r.Host)
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := play(t, script(t, tt.traffic), serve(t, http.HandlerFunc(tt.now)), nil)
			if err != nil || r.Differing > 0 || r.Unsent > 0 {
				t.Errorf("%v %+v", err, r.Steps)
			}
		})
	}
}

// versioned is an endpoint with one user, whose version is told in a header or in the resource.
func versioned(header, member string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if header != "" {
			w.Header().Set("ETag", header)
		}
		switch {
		case r.Method == http.MethodPost:
			w.WriteHeader(http.StatusCreated)
			fallthrough
		case r.Header.Get("If-None-Match") != header+member:
			meta := ""
			if member != "" {
				meta = fmt.Sprintf(`,"meta":{"version":%q}`, member)
			}
			_, _ = fmt.Fprintf(w, `{"id":"new-1-0123456789","userName":"ada"%s}`, meta)
		default:
			w.WriteHeader(http.StatusNotModified)
		}
	}
}

// What cannot be sent as it was is not sent, and the reason is told.
func TestWhatARecordingHoldsInPartIsNotSent(t *testing.T) {
	cut := recorded("POST", "/Users", `{"userName":"a`, 413, nil, `{"status":"413"}`)
	cut.Request.Body.Truncated = true
	other := recorded("GET", "/Users/1", "", 404, nil, `{"status":"404"}`)
	other.Request.OtherCredentials = true
	for reason, e := range map[string]*exchange.Exchange{"only a part of its body was recorded": cut, "other credentials than the rest": other} {
		first := recorded("GET", "/Users", "", 200, nil, `{"totalResults":0}`)
		r, err := play(t, script(t, []*exchange.Exchange{first, e}), serve(t, newStore("new")), nil)
		if err != nil || r.Unsent != 1 || !strings.Contains(r.Steps[1].Unsent, reason) {
			t.Errorf("%s: %v %+v", reason, err, r.Steps)
		}
	}
}

// A refusal for want of credentials says nothing of who came first.
func TestWhatWasRefusedForItsCredentialsKeepsItsPlace(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var traffic []*exchange.Exchange
	for i, status := range []int{401, 204} {
		e := recorded("DELETE", "/Users/1", "", status, nil, "")
		e.Started, e.Duration = at.Add(time.Duration(i)*time.Millisecond), time.Second
		traffic = append(traffic, e)
	}
	if steps := script(t, traffic).Steps; steps[0].Status != 401 {
		t.Errorf("first is sent what was answered %d", steps[0].Status)
	}
}

// A list of everything shows things as they were before or after what was changed while it was read. What nobody changed meanwhile is compared.
func TestAListThatWasReadDuringAChange(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const is, was = `{"totalResults":1,"Resources":[{"userName":"ada","title":"Countess"}]}`, `{"totalResults":1,"Resources":[{"userName":"ada"}]}`
	for name, tt := range map[string]struct {
		written time.Duration // when the change began, after the list
		query   string
		differ  int
	}{
		"meanwhile":              {time.Millisecond, "", 0},
		"afterwards":             {2 * time.Second, "", 1},
		"meanwhile, of one user": {time.Millisecond, "?filter=userName+eq+%22ada%22", 1},
	} {
		t.Run(name, func(t *testing.T) {
			list := recorded("GET", "/Users"+tt.query, "", 200, nil, is)
			list.Started, list.Duration = at, time.Second
			post := recorded("POST", "/Users", `{"userName":"bob"}`, 201, nil, `{"userName":"bob"}`)
			post.Started, post.Duration = at.Add(tt.written), time.Second
			now := func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					w.WriteHeader(http.StatusCreated)
					_, _ = fmt.Fprint(w, `{"userName":"bob"}`)
					return
				}
				_, _ = fmt.Fprint(w, was)
			}
			r, err := play(t, script(t, []*exchange.Exchange{list, post}), serve(t, http.HandlerFunc(now)), nil)
			if err != nil || r.Differing != tt.differ {
				t.Errorf("%v, %d differ: %+v", err, r.Differing, r.Steps)
			}
		})
	}
}
