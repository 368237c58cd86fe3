package impersonate

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// ErrUnknownHost says that a request was meant for a host that is not impersonated.
var ErrUnknownHost = errors.New("not one of the impersonated host names, and nothing is forwarded")

// ErrHandler says that the handler panicked or ended without an answer; a client across a network would see the connection break.
var ErrHandler = errors.New("the handler ended without an answer")

// Transport returns a round tripper that calls the handler instead of the network for every request to [Hosts] and the hosts
// given besides, over http or https and at any port. Requests for other hosts fail with [ErrUnknownHost].
//
// The handler runs on a goroutine of its own and sees what it would see behind a server: an origin-form request, Host, a
// context without the caller's values that ends with the call. Its answer reaches the caller when it is complete, flushed or larger than
// 64 KiB; from then on it streams, and the handler waits while the caller does not read. A handler that aborts
// (http.ErrAbortHandler) breaks the answer off as a lost connection does. There are no trailers, no 1xx answers and no Date.
//
// It needs no closing: nothing outlives its call and the body of its answer.
func Transport(handler http.Handler, more ...Host) http.RoundTripper {
	t := &transport{handler: handler, exact: map[string]bool{}, hosts: append(Hosts(), more...), secure: &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true}}
	for i, host := range t.hosts {
		t.hosts[i].Name = strings.ToLower(host.Name)
		t.exact[t.hosts[i].Name] = true
	}
	return t
}

type transport struct {
	handler http.Handler
	exact   map[string]bool // names as clients mostly write them, for a quick look
	hosts   Table
	secure  *tls.ConnectionState
}

func (t *transport) knows(hostport string) bool {
	if t.exact[hostport] {
		return true
	}
	_, ok := t.hosts.Find(hostport)
	return ok
}

// RoundTrip calls the handler.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := t.refusal(r); err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, err
	}
	asked := r.Context()
	answering, cancel := context.WithCancel(context.Background())
	c := newCall(r.Method == http.MethodHead, cancel)
	seen := t.present(answering, r, &c.url)
	c.upload = seen.Body
	go c.run(t.handler, seen)
	select {
	case <-c.ready:
	case <-asked.Done():
		c.abandon(asked.Err())
		return nil, asked.Err()
	}
	return c.response(r)
}

// refusal tells why a request cannot be sent at all.
func (t *transport) refusal(r *http.Request) error {
	switch {
	case r.URL == nil:
		return errors.New("call the impersonated host: the request has no URL")
	case r.URL.Scheme != "https" && r.URL.Scheme != "http":
		return fmt.Errorf("call %.300q: scheme %.20q is neither http nor https", r.URL.Host, r.URL.Scheme)
	case !t.knows(r.URL.Host):
		return fmt.Errorf("call %.300q: %w", r.URL.Host, ErrUnknownHost)
	}
	return r.Context().Err()
}

// present makes the request a server would see out of the one a client made, which stays untouched. Its URL is made in target.
func (t *transport) present(ctx context.Context, asked *http.Request, target *url.URL) *http.Request {
	r := asked.WithContext(ctx)
	*target = *asked.URL
	r.RequestURI = target.RequestURI()
	target.Scheme, target.Host, target.User, target.Fragment, target.RawFragment = "", "", nil, "", ""
	if target.Path == "" {
		target.Path = "/"
	}
	r.URL = target
	r.Header = asked.Header.Clone()
	if r.Header == nil {
		r.Header = make(http.Header, 1)
	}
	if _, named := r.Header["User-Agent"]; !named { // as http.Transport does
		r.Header["User-Agent"] = []string{"Go-http-client/1.1"}
	}
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	if r.Host == "" {
		r.Host = asked.URL.Host
	}
	if password, ok := asked.URL.User.Password(); ok && r.Header.Get("Authorization") == "" { // as http.Transport does
		r.SetBasicAuth(asked.URL.User.Username(), password)
	}
	r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.1", 1, 1
	r.RemoteAddr = "127.0.0.1:1"
	r.GetBody, r.Response, r.Cancel, r.Form, r.PostForm, r.MultipartForm, r.Pattern = nil, nil, nil, nil, nil, nil, "" //nolint:staticcheck // Cancel must not reach a handler
	if asked.URL.Scheme == "https" {
		r.TLS = t.secure
	}
	switch r.Body {
	case nil, http.NoBody:
		r.Body, r.ContentLength = http.NoBody, 0
	default:
		if r.ContentLength == 0 { // a client's way to say that it does not know
			r.ContentLength = -1
		}
		if r.ContentLength < 0 {
			r.TransferEncoding = []string{"chunked"}
		}
		r.Body = &requestBody{ReadCloser: r.Body}
	}
	return r
}

// requestBody closes the caller's body once, however often the handler does.
type requestBody struct {
	io.ReadCloser

	once sync.Once
	err  error
}

func (b *requestBody) Close() error {
	b.once.Do(func() { b.err = b.ReadCloser.Close() })
	return b.err
}
