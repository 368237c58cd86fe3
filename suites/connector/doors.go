package connector

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// held is an answer that is held back.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header { return h.header }

func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

func (h *held) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(p) //nolint:wrapcheck // it never fails
}

// hold lets the tenant answer, and holds the answer back.
func hold(r *http.Request, tenant http.Handler) *held {
	h := &held{header: http.Header{}}
	r.Header.Del("Accept-Encoding") // what is to be changed must be readable
	tenant.ServeHTTP(h, r)
	h.WriteHeader(http.StatusOK)
	return h
}

// release sends the answer with this body.
func (h *held) release(w http.ResponseWriter, body []byte) {
	maps.Copy(w.Header(), h.header)
	w.Header().Del("Content-Length")
	w.WriteHeader(h.status)
	_, _ = w.Write(body) // a client that has gone needs no answer
}

// isToken says whether a request asks for a token.
func isToken(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(strings.TrimSuffix(r.URL.Path, "/"), "/token")
}

// isGraphs says whether a request goes to Graph.
func isGraphs(r *http.Request) bool { return (&Call{Host: r.Host, Path: r.URL.Path}).Graph() }

// refuseToken answers as Graph does to a token that it does not take.
// Source: learn.microsoft.com/graph/errors, and the words of recorded answers.
func refuseToken(w http.ResponseWriter, message string) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`)
	refuseInGraph(w, http.StatusUnauthorized, "InvalidAuthenticationToken", message)
}

// refuseInGraph answers with an error in Graph's form. Source: learn.microsoft.com/graph/errors.
func refuseInGraph(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"error":{"code":%q,"message":%q,"innerError":{}}}`, code, message)
}

// briefTokens are tokens that live for a short time, as their expires_in says, and are refused from then on.
type briefTokens struct {
	life time.Duration
	now  func() time.Time

	mu   sync.Mutex
	born map[string]time.Time // by fingerprint
}

// meet is the door.
func (b *briefTokens) meet(w http.ResponseWriter, r *http.Request, tenant http.Handler) {
	switch {
	case isToken(r):
		answer := hold(r, tenant)
		answer.release(w, b.shorten(answer.body.Bytes()))
	case isGraphs(r) && b.expired(fingerprint(r.Header.Get("Authorization"))):
		refuseToken(w, "Lifetime validation failed, the token is expired.")
	default:
		tenant.ServeHTTP(w, r)
	}
}

// shorten writes the life of a token into the answer that brings it.
func (b *briefTokens) shorten(body []byte) []byte {
	var members map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&members) != nil {
		return body
	}
	token, ok := members["access_token"].(string)
	if !ok {
		return body
	}
	now := b.now()
	b.mu.Lock()
	b.born[fingerprint("Bearer "+token)] = now
	b.mu.Unlock()
	for name, seconds := range map[string]int64{
		"expires_in": int64(b.life.Seconds()), "ext_expires_in": int64(b.life.Seconds()), "expires_on": now.Add(b.life).Unix(), "refresh_in": int64(b.life.Seconds()),
	} {
		switch members[name].(type) {
		case string: // as version 1 writes it
			members[name] = strconv.FormatInt(seconds, 10)
		case json.Number:
			members[name] = seconds
		}
	}
	changed, err := json.Marshal(members)
	if err != nil {
		return body
	}
	return changed
}

func (b *briefTokens) expired(token string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	born, known := b.born[token]
	return known && !b.now().Before(born.Add(b.life))
}
