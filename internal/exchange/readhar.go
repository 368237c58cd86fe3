package exchange

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// The bounds of [ReadHAR].
const (
	MaxHAR        = 128 << 20 // bytes of a file
	MaxHAREntries = 50_000    // exchanges in it
)

// ReadHAR reads an HTTP Archive, version 1.1 or 1.2 (http://www.softwareishard.com/blog/har-12-spec/): one that [WriteHAR] wrote, or one
// that a browser or a proxy wrote. The order is that of the file. An entry without an id of its own, or with one that stands in the file
// already, gets "x-00001" by its place. Headers that hold credentials are redacted; bodies and addresses are as they stand in the file.
//
// Members beyond the format are ignored. It is an error when the file is larger than [MaxHAR], has more entries than [MaxHAREntries], is no
// JSON or has no log.
func ReadHAR(in io.Reader) ([]*Exchange, error) {
	data, err := io.ReadAll(io.LimitReader(in, MaxHAR+1))
	if err != nil {
		return nil, fmt.Errorf("read HAR: %w", err)
	}
	if len(data) > MaxHAR {
		return nil, fmt.Errorf("read HAR: larger than %d MiB", MaxHAR>>20)
	}
	var file struct {
		Log *struct {
			Entries []json.RawMessage `json:"entries"`
		} `json:"log"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &file); err != nil {
		return nil, fmt.Errorf("read HAR: not JSON: %w", err)
	}
	switch {
	case file.Log == nil:
		return nil, errors.New("read HAR: no log, so this is not an HTTP Archive")
	case len(file.Log.Entries) > MaxHAREntries:
		return nil, fmt.Errorf("read HAR: more than %d entries", MaxHAREntries)
	}
	es := make([]*Exchange, 0, len(file.Log.Entries))
	seen := map[string]bool{}
	for i, raw := range file.Log.Entries {
		var entry readEntry
		if err := json.Unmarshal(raw, &entry); err != nil {
			return nil, fmt.Errorf("read HAR: entry %d: %w", i+1, err)
		}
		e, err := entry.exchange()
		if err != nil {
			return nil, fmt.Errorf("read HAR: entry %d: %w", i+1, err)
		}
		e.seq = i + 1
		for n := i + 1; e.ID == "" || seen[e.ID]; n++ {
			e.ID = fmt.Sprintf("x-%05d", n)
		}
		seen[e.ID] = true
		es = append(es, e)
	}
	return es, nil
}

// readEntry is an entry as others write it: numbers may be fractions, and most members may be missing.
type readEntry struct {
	ID      string  `json:"_id"`
	Owner   string  `json:"_owner"`
	Side    Side    `json:"_side"`
	Other   bool    `json:"_otherCredentials"`
	Started string  `json:"startedDateTime"`
	Time    float64 `json:"time"`
	Request struct {
		Method   string     `json:"method"`
		URL      string     `json:"url"`
		Headers  []harPair  `json:"headers"`
		PostData *harPost   `json:"postData"`
		BodySize floatBytes `json:"bodySize"`
	} `json:"request"`
	Response struct {
		Status      int       `json:"status"`
		HTTPVersion string    `json:"httpVersion"`
		Headers     []harPair `json:"headers"`
		Content     struct {
			Size     floatBytes `json:"size"`
			Text     string     `json:"text"`
			Encoding string     `json:"encoding"`
		} `json:"content"`
	} `json:"response"`
	Timings struct {
		Wait float64 `json:"wait"`
	} `json:"timings"`
	Comment string `json:"comment"`
}

// floatBytes is a number of bytes, which some programs write as a fraction; -1 means that nobody knows.
type floatBytes float64

func (n floatBytes) size(kept int) int64 {
	if n > floatBytes(kept) && n < 1<<50 {
		return int64(n)
	}
	return int64(kept)
}

var methodToken = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}$") // RFC 9110 §5.6.2

func (r readEntry) exchange() (*Exchange, error) {
	if !methodToken.MatchString(r.Request.Method) {
		return nil, fmt.Errorf("the method %.40q is none", r.Request.Method)
	}
	if r.Request.URL == "" {
		return nil, errors.New("the request has no URL")
	}
	if r.Response.Status < 0 || r.Response.Status > 999 {
		return nil, fmt.Errorf("the status %d is none", r.Response.Status)
	}
	e := &Exchange{
		ID: r.ID, Owner: r.Owner, Side: known(r.Side), Duration: duration(r.Time), Wait: duration(r.Timings.Wait), Err: unremark(r.Comment),
		Request:  Request{Method: r.Request.Method, URL: r.Request.URL, Header: readHeader(r.Request.Headers), OtherCredentials: r.Other},
		Response: Response{Status: r.Response.Status, Proto: r.Response.HTTPVersion, Header: readHeader(r.Response.Headers)},
	}
	if started, err := time.Parse(time.RFC3339Nano, r.Started); err == nil {
		e.Started = started
	}
	if post := r.Request.PostData; post != nil {
		e.Request.Body = readBody(post.Text, post.Comment, r.Request.BodySize, strings.Contains(r.Comment, "request body cut, "))
	}
	e.Response.Body = readBody(r.Response.Content.Text, r.Response.Content.Encoding, r.Response.Content.Size, strings.Contains(r.Comment, "response body cut, "))
	return e, nil
}

// known is a side, and "" for what is none.
func known(s Side) Side {
	if s == ToConnector || s == FromConnector {
		return s
	}
	return ""
}

// maxMilliseconds bounds a duration someone else has written: a day.
const maxMilliseconds = 86_400_000

func duration(ms float64) time.Duration {
	return time.Duration(min(max(ms, 0), maxMilliseconds) * float64(time.Millisecond)).Round(time.Microsecond)
}

func readHeader(pairs []harPair) http.Header {
	h := http.Header{}
	for _, p := range pairs {
		if p.Name != "" && !strings.HasPrefix(p.Name, ":") { // pseudo-headers of HTTP/2
			h.Add(p.Name, p.Value)
		}
	}
	return redactor{}.header(h)
}

// readBody reads a body of which so many bytes were sent: a part of it was kept where there are fewer, unless that is since a secret was taken out.
func readBody(text, encoding string, size floatBytes, cut bool) Body {
	b := []byte(text)
	if strings.EqualFold(encoding, "base64") {
		if decoded, err := base64.StdEncoding.DecodeString(text); err == nil {
			b = decoded
		}
	}
	if len(b) == 0 {
		b = nil
	}
	kept := Body{Bytes: b, Size: size.size(len(b))}
	kept.Truncated = cut || kept.Size > int64(len(b)) && !bytes.Contains(b, []byte(Redacted))
	return kept
}

var cut = regexp.MustCompile(`(?:^|; )(?:request|response) body cut, \d+ bytes in all$`)

// unremark takes off a comment what [Exchange.remark] says of bodies; the rest is why there is no response.
func unremark(comment string) string {
	for range 2 {
		comment = cut.ReplaceAllString(comment, "")
	}
	return comment
}
