package exchange

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// WriteHAR writes the exchanges as an HTTP Archive, version 1.2 (http://www.softwareishard.com/blog/har-12-spec/). Beyond
// the format each entry carries the exchange's id as _id and its owner as _owner, and as _side whether what is judged was asked (to-connector) or asked
// (from-connector), where there are both; why there is no complete response, or
// that a body was cut, stands in its comment. The name and the version are those of the program that made it.
func WriteHAR(w io.Writer, name, version string, es []*Exchange) error {
	file := harFile{Log: harLog{
		Version: "1.2",
		Creator: harCreator{Name: name, Version: version},
		Entries: make([]harEntry, 0, len(es)),
	}}
	for _, e := range es {
		file.Log.Entries = append(file.Log.Entries, e.har())
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(file); err != nil {
		return fmt.Errorf("write HAR: %w", err)
	}
	return nil
}

type harFile struct {
	Log harLog `json:"log"`
}

type harLog struct {
	Version string     `json:"version"`
	Creator harCreator `json:"creator"`
	Entries []harEntry `json:"entries"`
}

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harEntry struct {
	ID       string      `json:"_id"`
	Owner    string      `json:"_owner,omitempty"`
	Side     Side        `json:"_side,omitempty"`
	Other    bool        `json:"_otherCredentials,omitempty"`
	Started  string      `json:"startedDateTime"`
	Time     float64     `json:"time"` // milliseconds
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  harTimings  `json:"timings"`
	Comment  string      `json:"comment,omitempty"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harRequest struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []harPair `json:"cookies"`
	Headers     []harPair `json:"headers"`
	QueryString []harPair `json:"queryString"`
	PostData    *harPost  `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"`
	BodySize    int64     `json:"bodySize"`
}

type harPost struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Comment  string `json:"comment,omitempty"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []harPair  `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
}

type harContent struct {
	Size     int64  `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"`
}

// harTimings are milliseconds; -1 stands for a phase that was not measured.
type harTimings struct {
	Blocked float64 `json:"blocked"`
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"`
	SSL     float64 `json:"ssl"`
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

func (e *Exchange) har() harEntry {
	wait := e.Wait
	if e.Response.Status == 0 {
		wait = e.Duration
	}
	return harEntry{
		ID: e.ID, Owner: e.Owner, Side: e.Side, Other: e.Request.OtherCredentials,
		Started:  e.Started.UTC().Format("2006-01-02T15:04:05.000000Z07:00"), // milliseconds do not tell what was sent side by side
		Time:     milliseconds(e.Duration),
		Request:  e.Request.har(),
		Response: e.Response.har(),
		Timings: harTimings{
			Blocked: -1, DNS: -1, Connect: -1, SSL: -1,
			Wait: milliseconds(wait), Receive: milliseconds(e.Duration - wait),
		},
		Comment: e.remark(),
	}
}

func (e *Exchange) remark() string {
	var remarks []string
	if e.Err != "" {
		remarks = append(remarks, e.Err)
	}
	if e.Request.Body.Truncated {
		remarks = append(remarks, fmt.Sprintf("request body cut, %d bytes in all", e.Request.Body.Size))
	}
	if e.Response.Body.Truncated {
		remarks = append(remarks, fmt.Sprintf("response body cut, %d bytes in all", e.Response.Body.Size))
	}
	return strings.Join(remarks, "; ")
}

func (r Request) har() harRequest {
	out := harRequest{
		Method: r.Method, URL: r.URL, HTTPVersion: "HTTP/1.1",
		Cookies: []harPair{}, Headers: pairs(r.Header), QueryString: []harPair{},
		HeadersSize: -1, BodySize: r.Body.Size,
	}
	if _, query, found := strings.Cut(r.URL, "?"); found && query != "" {
		for part := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(part, "=")
			out.QueryString = append(out.QueryString, harPair{unescape(name), unescape(value)})
		}
	}
	if len(r.Body.Bytes) > 0 {
		text, encoding := harText(r.Body.Bytes)
		out.PostData = &harPost{MimeType: r.Header.Get("Content-Type"), Text: text, Comment: encoding}
	}
	return out
}

func (r Response) har() harResponse {
	text, encoding := harText(r.Body.Bytes)
	return harResponse{
		Status: r.Status, StatusText: http.StatusText(r.Status), HTTPVersion: r.Proto,
		Cookies: []harPair{}, Headers: pairs(r.Header),
		Content:     harContent{Size: r.Body.Size, MimeType: r.Header.Get("Content-Type"), Text: text, Encoding: encoding},
		RedirectURL: r.Header.Get("Location"),
		HeadersSize: -1, BodySize: r.Body.Size,
	}
}

// harText gives bytes that are not UTF-8 in base64 and says so.
func harText(b []byte) (text, encoding string) {
	if utf8.Valid(b) {
		return string(b), ""
	}
	return base64.StdEncoding.EncodeToString(b), "base64"
}

// unescape decodes one part of a query; what cannot be decoded stays as it is.
func unescape(s string) string {
	if text, err := url.QueryUnescape(s); err == nil {
		return text
	}
	return s
}

func pairs(h http.Header) []harPair {
	out := []harPair{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			out = append(out, harPair{name, v})
		}
	}
	return out
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
