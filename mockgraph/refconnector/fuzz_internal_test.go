package refconnector

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "10", "2.128", "-1", "NaN", "Inf", "1e300", "Tue, 03 Feb 2026 04:05:06 GMT", "0x1p4", " 7"} {
		f.Add(seed, "")
	}
	f.Add("Tue, 03 Feb 2026 04:05:16 GMT", "Tue, 03 Feb 2026 04:05:06 GMT")
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text, date string) {
		wait, ok := parseRetryAfter(http.Header{"Retry-After": {text}, "Date": {date}}, now)
		if wait < 0 || wait > 1e6*time.Second || !ok && wait != 0 {
			t.Errorf("%q at %q: %v %v", text, date, wait, ok)
		}
	})
}

func TestRetryAfterIsReadInEveryStyle(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"10": 10 * time.Second, "0": 0, "2.128": 2128 * time.Millisecond, "0.0001": time.Millisecond, "Tue, 03 Feb 2026 04:05:16 GMT": 10 * time.Second, "Tue, 03 Feb 2026 04:05:00 GMT": 0,
	} {
		if got, ok := parseRetryAfter(http.Header{"Retry-After": {text}}, now); !ok || got != want {
			t.Errorf("%s: %v %v, want %v", text, got, ok, want)
		}
	}
	header := http.Header{"Retry-After": {"Tue, 03 Feb 2026 05:00:10 GMT"}, "Date": {"Tue, 03 Feb 2026 05:00:00 GMT"}}
	if got, _ := parseRetryAfter(header, now); got != 10*time.Second {
		t.Errorf("by a clock that is an hour ahead: %v", got)
	}
	for _, text := range []string{"", "soon", "-1", "NaN"} {
		if _, ok := parseRetryAfter(http.Header{"Retry-After": {text}}, now); ok {
			t.Errorf("%q was read", text)
		}
	}
}

func FuzzAuthority(f *testing.F) {
	for _, seed := range []string{"https://login.microsoftonline.com/contoso.example/oauth2/authorize", "http://127.0.0.1:1/x/oauth2/v2.0/token", "https://x//", "https://login/%2e%2e/oauth2/authorize", "http://evil/x"} {
		f.Add(seed, "", "https://graph.microsoft.com")
	}
	f.Fuzz(func(t *testing.T, authority, tenant, resource string) {
		ends, err := Config{Authority: authority, TenantID: tenant, ResourceURI: resource}.endpoints()
		if err != nil {
			return
		}
		for _, text := range []string{ends.token, ends.resource} {
			u, err := url.Parse(text)
			if err != nil || u.Host == "" || u.Scheme != "https" && !isLoopback(u.Hostname()) || u.RawQuery != "" {
				t.Errorf("%q %q %q: %q", authority, tenant, resource, text)
			}
		}
	})
}

func FuzzAttributes(f *testing.F) {
	for _, seed := range []string{
		`{"__NAME__":"ada","jobTitle":null,"otherMails":["a@x"],"__ENABLE__":false,"manager":"","azureLicense":["05e9a617-0261-4cee-bb44-138d3ef5d965"]}`,
		`{"employeeHireDate":"2026-03-01","usageLocation":"de","onPremisesExtensionAttributes.extensionAttribute3":"x","__PASSWORD__":""}`, `{"businessPhones":[1]}`, `{"displayName":{}}`,
	} {
		f.Add(seed)
	}
	c := &Connector{config: Config{Domain: "contoso.example"}, now: time.Now, recent: newRecents()}
	f.Fuzz(func(t *testing.T, text string) {
		var given Attributes
		if json.Unmarshal([]byte(text), &given) != nil {
			return
		}
		for _, class := range []Class{Account, Group} {
			w, err := c.read(class, given)
			if err != nil {
				if codeOf(err) != InvalidAttribute {
					t.Errorf("%s: %v", text, err)
				}
				continue
			}
			o := &operation{class: class, wanted: w, current: map[string]any{}}
			data, err := json.Marshal(c.difference(o))
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			// Once it is written, nothing is left to write.
			if err := json.Unmarshal(data, &o.current); err != nil {
				t.Fatalf("%s: %v", data, err)
			}
			if rest := c.difference(o); len(rest) > 0 {
				t.Errorf("%s: written %s, still differs by %v", text, data, rest)
			}
		}
	})
}

// babble answers sign-ins properly and everything else with the same bytes.
type babble struct {
	status int
	body   string
}

func (b babble) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := &http.Response{StatusCode: b.status, Header: http.Header{"Retry-After": {"1"}}, Body: io.NopCloser(strings.NewReader(b.body)), Request: r}
	if isSignIn(r) {
		answer.StatusCode, answer.Header = http.StatusOK, http.Header{"Content-Type": {"application/json"}}
		answer.Body = io.NopCloser(strings.NewReader(`{"token_type":"Bearer","expires_in":3599,"access_token":"x"}`))
	}
	return answer, nil
}

// FuzzAnswers: whatever Graph answers, every operation ends, without a panic, and asks nobody else.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"value":[{"id":"1"}],"@odata.nextLink":"https://graph.microsoft.com/v1.0/users"}`, `{"value":[{}],"@odata.deltaLink":"https://evil.example/x"}`,
		`{"id":"05e9a617-0261-4cee-bb44-138d3ef5d965","manager":{"id":1},"licenseAssignmentStates":[{"skuId":null}]}`, `{"responses":[{"id":"1","status":429},{"id":"x"},{"id":"2","status":200,"body":null}]}`,
		`{"error":{"code":"Request_BadRequest","message":"Another object with the same value","details":[{}]}}`, `[]`, `null`, `{"value":`, "",
	} {
		f.Add(seed, 200)
		f.Add(seed, 400)
	}
	const id = "05e9a617-0261-4cee-bb44-138d3ef5d965"
	f.Fuzz(func(t *testing.T, body string, status int) {
		if status < 200 || status > 599 {
			return
		}
		c, err := New(Config{Authority: "https://login.microsoftonline.com/x.example/oauth2/authorize", ClientID: id, ClientSecret: "s", Domain: "x.example", BasePassword: "p"},
			WithTransport(babble{status, body}), WithSleep(func(context.Context, time.Duration) error { return nil }), WithRandom(func() float64 { return 0 }))
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		_, created := c.Create(ctx, Account, Attributes{"__NAME__": "ada", "manager": id})
		_, searched := c.Search(ctx, Account, Filter{})
		_, _, synced := c.Sync(ctx, Group, "")
		_, read := c.Read(ctx, Account, id)
		for _, err := range []error{
			created, searched, synced, read, c.Test(ctx), c.Update(ctx, Account, id, Attributes{"jobTitle": "x", "manager": nil, "azureLicense": nil}), c.SetEnabled(ctx, id, false),
			c.SetLicences(ctx, id, []string{id}, nil), c.AddMembers(ctx, id, id), c.RemoveMembers(ctx, id, id, "06ebc4ee-1bb5-47dd-8120-11324bc54e06"), c.Delete(ctx, Group, id), c.Restore(ctx, id),
		} {
			if _, ok := errors.AsType[*Error](err); err != nil && !ok {
				t.Errorf("%d %q: %v is no error of this package", status, body, err)
			}
		}
	})
}
