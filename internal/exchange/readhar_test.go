package exchange

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// What WriteHAR has written comes back as it was, down to bytes that are no text and bodies that were cut.
func TestReadHARReadsWhatWriteHARWrote(t *testing.T) {
	plain := patch()
	odd := patch()
	odd.ID = "x-00002"
	odd.Request.Body = Body{Bytes: []byte{0xff, 0, 0x80}, Size: 900, Truncated: true}
	odd.Response = Response{}
	odd.Err = "connection reset; request body was too long"
	bare := &Exchange{ID: "x-00003", Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Request: Request{Method: "GET", URL: "https://t/Users?filter=a%20eq%20%22b%22"}}
	wrote := []*Exchange{plain, odd, bare}
	var file bytes.Buffer
	if err := WriteHAR(&file, "rehearse", "1", wrote); err != nil {
		t.Fatal(err)
	}
	read, err := ReadHAR(&file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wrote, read, cmpopts.IgnoreFields(Exchange{}, "Wait", "seq"), cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(time.Millisecond)); diff != "" {
		t.Errorf("(-wrote +read)\n%s", diff)
	}
}

func TestReadHARReadsWhatABrowserWrote(t *testing.T) {
	es, err := ReadHAR(strings.NewReader("\xef\xbb\xbf" + `{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":[
	 {"_initiator":{"type":"other"},"startedDateTime":"2026-01-02T03:04:05.678Z","time":12.5,
	  "request":{"method":"POST","url":"https://app.example/scim/Users","httpVersion":"h2","headers":[{"name":":authority","value":"app.example"},{"name":"authorization","value":"Bearer abc123"},{"name":"content-type","value":"application/scim+json"}],"bodySize":-1,"postData":{"mimeType":"application/scim+json","text":"{\"userName\":\"ada\"}"}},
	  "response":{"status":201,"httpVersion":"h2","headers":[],"content":{"size":16.0,"mimeType":"application/scim+json","text":"eyJpZCI6IjEifQ==","encoding":"base64"},"bodySize":-1},
	  "cache":{},"timings":{"wait":11.9}},
	 {"request":{"method":"GET","url":"https://app.example/scim/Users/1"},"response":{"status":0,"content":{}}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(es) != 2 || es[0].ID != "x-00001" || es[1].ID != "x-00002" {
		t.Fatalf("got %+v", es)
	}
	e := es[0]
	if string(e.Request.Body.Bytes) != `{"userName":"ada"}` || string(e.Response.Body.Bytes) != `{"id":"1"}` || e.Response.Status != 201 || e.Started.Year() != 2026 {
		t.Errorf("got %+v", e)
	}
	if got := e.Request.Header.Get("Authorization"); got != "Bearer "+Redacted {
		t.Errorf("Authorization %q", got)
	}
	if len(e.Request.Header) != 2 {
		t.Errorf("headers %v", e.Request.Header)
	}
}

func TestReadHARRefusesWhatItCannotRead(t *testing.T) {
	entry := func(request string) string {
		return `{"log":{"entries":[{"request":` + request + `,"response":{"status":200}}]}}`
	}
	for text, want := range map[string]string{
		"":                           "not JSON",
		"[]":                         "not JSON",
		`{"schemaVersion":1}`:        "no log",
		`{"log":{"entries":{}}}`:     "not JSON",
		`{"log":{"entries":[1]}}`:    "entry 1",
		entry(`{"url":"https://t"}`): "method",
		entry(`{"method":"GET /","url":"https://t"}`): "method",
		entry(`{"method":"GET"}`):                     "no URL",
		strings.Repeat(`{"log":`, 20_000):             "not JSON",
		`{"log":{"entries":[{"request":{"method":"GET","url":"u"},"response":{"status":-5}}]}}`: "status",
		`{"log":{"entries":[` + strings.Repeat("0,", MaxHAREntries) + `0]}}`:                    "more than 50000 entries",
	} {
		if _, err := ReadHAR(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "read HAR: ") {
			t.Errorf("%.60s: error %v, want %q", text, err, want)
		}
	}
	if _, err := ReadHAR(io.LimitReader(spaces{}, MaxHAR+1)); err == nil || !strings.Contains(err.Error(), "larger than 128 MiB") {
		t.Errorf("error %v", err)
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func FuzzReadHAR(f *testing.F) {
	var ours bytes.Buffer
	if err := WriteHAR(&ours, "rehearse", "1", []*Exchange{patch()}); err != nil {
		f.Fatal(err)
	}
	f.Add(ours.Bytes())
	f.Add([]byte(`{"log":{"entries":[{"_id":"x-00001","time":-1e9,"request":{"method":"GET","url":"::"},"response":{"status":1,"content":{"size":1e300,"text":"=","encoding":"base64"}}},{"request":{"method":"G","url":"x"}}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		es, err := ReadHAR(bytes.NewReader(data))
		if err != nil {
			return
		}
		ids := map[string]bool{}
		for _, e := range es {
			if ids[e.ID] || e.Duration < 0 || e.Response.Body.Size < int64(len(e.Response.Body.Bytes)) {
				t.Errorf("got %+v", e)
			}
			ids[e.ID] = true
			_ = e.Text()
			_ = e.Curl()
		}
		if err := WriteHAR(io.Discard, "", "", es); err != nil {
			t.Error(err)
		}
	})
}
