package exchange

import (
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"
)

// capture is what a session saw of one exchange, secrets and all. It lives only until [Recorder.finish].
type capture struct {
	started        time.Time
	wait, duration time.Duration
	sent, received []byte
	resp           *http.Response // nil when none came
	err            error
}

// finish redacts and cuts what was captured.
func (r *Recorder) finish(owner string, seq int, req *http.Request, c capture) *Exchange {
	rules, limit := r.rules()
	e := &Exchange{
		ID: fmt.Sprintf("x-%05d", seq), Owner: ownerOf(req.Context(), owner), Side: sideOf(req.Context()), seq: seq,
		Started: c.started, Wait: c.wait, Duration: c.duration,
		Request: Request{
			Method: rules.text(req.Method),
			URL:    rules.text(wireURL(req.URL)),
			Header: rules.header(req.Header),
			Body:   rules.body(c.sent, limit),

			OtherCredentials: hasOtherCredentials(req.Context()),
		},
	}
	if e.Request.Method == "" {
		e.Request.Method = http.MethodGet
	}
	if req.Host != "" && req.Host != req.URL.Host {
		e.Request.Header.Set("Host", rules.text(req.Host))
	}
	if c.err != nil {
		e.Err = rules.text(c.err.Error())
	}
	if c.resp != nil {
		e.Response = Response{
			Status: c.resp.StatusCode,
			Proto:  rules.text(c.resp.Proto),
			Header: rules.header(c.resp.Header),
			Body:   rules.body(c.received, limit),
		}
	}
	return e
}

func (d redactor) body(b []byte, limit int) Body {
	if len(b) == 0 {
		return Body{}
	}
	kept := Body{Bytes: d.bytes(b, limit), Size: int64(len(b)), Truncated: len(b) > limit}
	if kept.Truncated {
		kept.Bytes = wholeCharacters(kept.Bytes)
	}
	return kept
}

// wholeCharacters drops the beginning of a character that the cut left at the end of a text.
func wholeCharacters(b []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if last := b[len(b)-n:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return b[:len(b)-n]
			}
			return b
		}
	}
	return b
}
