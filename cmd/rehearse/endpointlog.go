package main

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// logged writes a line for each request that a handler answered, without its query: filters hold names of people.
func logged(next http.Handler, out io.Writer) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := &statusSeen{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			fmt.Fprintf(out, "%s  %-6s %s  %d  %v\n", began.Format(time.TimeOnly), exchange.Visible(r.Method), exchange.Visible(r.URL.EscapedPath()), seen.status, time.Since(began).Round(time.Millisecond/10))
		}()
		next.ServeHTTP(seen, r)
	})
}

// statusSeen notes the status of an answer.
type statusSeen struct {
	http.ResponseWriter

	status int
}

func (s *statusSeen) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (s *statusSeen) Unwrap() http.ResponseWriter { return s.ResponseWriter }
