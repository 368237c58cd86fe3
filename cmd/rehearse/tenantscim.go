package main

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockscim"
)

// overhear has the requests of provisioning jobs recorded among the tenant's exchanges and, with --verbose, told in a line each.
func (r *raised) overhear(verbose bool, out io.Writer) mockscim.Overhear {
	lines := &sync.Mutex{}
	return func(of func() mockscim.Application, secrets []string, base http.RoundTripper) http.RoundTripper {
		recording := r.RecordSCIM(func() string { return of().Job }, secrets, base)
		if !verbose {
			return recording
		}
		return scimLines{RoundTripper: recording, of: of, lines: lines, out: out}
	}
}

// scimLines tells a person of each request.
type scimLines struct {
	http.RoundTripper

	of    func() mockscim.Application
	lines *sync.Mutex
	out   io.Writer
}

// RoundTrip sends a request. Of its query only the filter is shown: the rest may hold a credential.
func (l scimLines) RoundTrip(req *http.Request) (*http.Response, error) {
	began := time.Now()
	response, err := l.RoundTripper.RoundTrip(req)
	answer := "no answer"
	if err == nil {
		answer = strconv.Itoa(response.StatusCode)
	}
	target := req.URL.Path
	if filter := req.URL.Query().Get("filter"); filter != "" {
		target += "?filter=" + filter
	}
	l.lines.Lock()
	defer l.lines.Unlock()
	_, _ = fmt.Fprintln(l.out, oneLine(fmt.Sprintf("rehearse: %s: %s %s %s, %d ms", l.of().Name, req.Method, target, answer, time.Since(began).Milliseconds())))
	return response, err
}

// CloseIdleConnections closes those of the transport.
func (l scimLines) CloseIdleConnections() {
	if c, ok := l.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
