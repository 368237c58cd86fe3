package exchange

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Handler records what a server is asked and what it answers, on the server's side: next serves, and owner says for whom, such as by
// the host that is asked; nil for nobody. Bodies are kept up to the recorder's limit as they pass, so streaming stays streaming.
//
// Beside what a [Session] hides, the credentials that login and Graph requests carry by definition are hidden wherever they stand:
// passwords, client secrets, assertions, tokens, codes, SecretToken values. Nothing else of a body is changed.
//
// A handler that panics, as one does to break a connection off, is recorded, and goes on panicking.
func (r *Recorder) Handler(next http.Handler, owner func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		seq := r.begin()
		rules, limit := r.rules()
		tap := &answerTap{ResponseWriter: w, clock: r.clock.Now, limit: limit + rules.reach}
		book := &notebook{}
		seen := req.WithContext(context.WithValue(req.Context(), notebookKey{}, book))
		var sent *bodyTap
		if req.Body != nil && req.Body != http.NoBody {
			sent = &bodyTap{ReadCloser: req.Body, limit: limit + rules.reach}
			seen.Body = sent
		}
		started := r.clock.Now()
		defer func() {
			problem := recover()
			e := &Exchange{
				ID: fmt.Sprintf("x-%05d", seq), Side: sideOf(req.Context()), seq: seq, Started: started, Duration: r.clock.Since(started),
				Request: Request{Method: rules.known(req.Method), URL: rules.address(asked(req)), Header: rules.fields(req.Header)},
			}
			e.Notes, e.Served = book.all(rules), book.calls()
			if owner != nil {
				e.Owner = owner(req)
			}
			if sent != nil {
				e.Request.Body = rules.passed(req.Header, sent.kept, sent.size, limit)
			}
			if tap.status == 0 && problem == nil {
				tap.status = http.StatusOK
			}
			if !tap.at.IsZero() {
				e.Wait = tap.at.Sub(started)
			}
			if tap.status != 0 {
				e.Response = Response{Status: tap.status, Proto: req.Proto, Header: rules.fields(w.Header()), Body: rules.passed(w.Header(), tap.kept, tap.size, limit)}
			}
			if problem != nil {
				e.Err = "the connection was broken off"
			}
			r.store(e)
			followed(req.Context(), e)
			if problem != nil {
				panic(problem)
			}
		}()
		next.ServeHTTP(tap, seen)
	})
}

// asked is the absolute URL of a request as its client wrote it.
func asked(r *http.Request) string {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	target := r.RequestURI
	if target == "" {
		target = r.URL.RequestURI()
	}
	if !strings.HasPrefix(target, "/") { // the absolute form, or *
		return target
	}
	return scheme + r.Host + target
}

// passed is a body that passed by: kept are its first bytes, size is how many there were.
func (d redactor) passed(h http.Header, kept []byte, size int64, limit int) Body {
	if size == 0 {
		return Body{}
	}
	cut := int64(len(kept)) < size
	switch strings.ToLower(h.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip":
		kept, cut = unpacked(kept, limit+d.reach)
	default: // what cannot be read cannot be redacted
		return Body{Size: size, Truncated: true}
	}
	b := d.members(h.Get("Content-Type"), kept, cut)
	if len(b) > limit {
		b, cut = wholeCharacters(b[:limit]), true
	}
	return Body{Bytes: b, Size: size, Truncated: cut}
}

// unpacked is the beginning of what gzip packed, and whether there is more.
func unpacked(packed []byte, limit int) ([]byte, bool) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, true
	}
	b, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if len(b) > limit {
		return b[:limit], true
	}
	return b, err != nil
}

// bodyTap keeps the beginning of a request body while the handler reads it.
type bodyTap struct {
	io.ReadCloser

	kept  []byte
	size  int64
	limit int
}

func (t *bodyTap) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.kept = keep(t.kept, p[:n], t.limit)
	t.size += int64(n)
	return n, err
}

// answerTap keeps the beginning of an answer while the handler writes it.
type answerTap struct {
	http.ResponseWriter

	clock  func() time.Time
	at     time.Time // when the header was written
	status int
	kept   []byte
	size   int64
	limit  int
}

func (t *answerTap) WriteHeader(status int) {
	if t.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		t.status, t.at = status, t.clock()
	}
	t.ResponseWriter.WriteHeader(status)
}

func (t *answerTap) Write(p []byte) (int, error) {
	if t.status == 0 {
		t.status, t.at = http.StatusOK, t.clock()
	}
	t.kept = keep(t.kept, p, t.limit)
	t.size += int64(len(p))
	return t.ResponseWriter.Write(p)
}

// Unwrap lets an http.ResponseController reach what is beneath.
func (t *answerTap) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func keep(kept, p []byte, limit int) []byte {
	return append(kept, p[:max(0, min(len(p), limit-len(kept)))]...)
}
