package impersonate_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func TestTransportStreamsWhatIsFlushed(t *testing.T) {
	t.Parallel()
	next := make(chan string)
	client := inProcess(func(w http.ResponseWriter, _ *http.Request) {
		for word := range next {
			_, _ = io.WriteString(w, word)
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
		}
	})
	go func() { next <- "one" }()
	response, err := client.Get("https://graph.microsoft.com/")
	if err != nil || response.ContentLength != -1 || len(response.TransferEncoding) != 1 {
		t.Fatalf("%+v, %v", response, err)
	}
	buffer := make([]byte, 16)
	if n, err := response.Body.Read(buffer); string(buffer[:n]) != "one" {
		t.Fatalf("read %q, %v while the handler goes on", buffer[:n], err)
	}
	next <- "two"
	close(next)
	if got := text(t, response); got != "two" {
		t.Errorf("then %q", got)
	}
}

func TestTransportStreamsTheRequestsBody(t *testing.T) {
	t.Parallel()
	read, write := io.Pipe()
	client := inProcess(func(w http.ResponseWriter, r *http.Request) {
		first := make([]byte, 3)
		_, _ = io.ReadFull(r.Body, first)
		w.WriteHeader(202)
		_ = http.NewResponseController(w).Flush()
		rest, _ := io.ReadAll(r.Body)
		_, _ = w.Write(slices.Concat(first, rest))
	})
	go func() { _, _ = io.WriteString(write, "one") }()
	response, err := client.Post("https://graph.microsoft.com/", "text/plain", read)
	if err != nil || response.StatusCode != 202 {
		t.Fatal(response, err)
	}
	go func() { _, _ = io.WriteString(write, "two"); _ = write.Close() }()
	if got := text(t, response); got != "onetwo" {
		t.Errorf("the handler read %q", got)
	}
}

// closing counts how often a body was closed.
type closing struct {
	io.Reader

	mu     sync.Mutex
	times  int
	closed chan struct{}
}

func (c *closing) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.times++; c.times == 1 {
		close(c.closed)
	}
	return nil
}

func TestTransportClosesTheRequestsBodyOnce(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"https://graph.microsoft.com/", "https://example.com/"} {
		body := &closing{Reader: strings.NewReader("x"), closed: make(chan struct{})}
		request, _ := http.NewRequest(http.MethodPost, address, body)
		response, err := impersonate.Transport(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if r.ContentLength != -1 || len(r.TransferEncoding) != 1 {
				t.Errorf("length %d, %v; want unknown", r.ContentLength, r.TransferEncoding)
			}
			_ = r.Body.Close()
		})).RoundTrip(request)
		if err == nil {
			_ = response.Body.Close()
		}
		<-body.closed
		if body.times != 1 {
			t.Errorf("%s: closed %d times", address, body.times)
		}
	}
}

func TestTransportHeedsCancellation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		handler  func(w http.ResponseWriter, r *http.Request)
		answered bool
	}{
		{"while the handler waits", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false},
		{"while it waits for the request's body", func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }, false},
		{"while it streams", func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			for { // what it writes from then on fails, so that it can stop
				if _, err := io.WriteString(w, "x"); err != nil {
					break
				}
			}
		}, true},
		{"while it waits for its reader", func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(make([]byte, 100<<10)); err != nil {
					break
				}
			}
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			begun, ended := make(chan bool), make(chan bool)
			client := inProcess(func(w http.ResponseWriter, r *http.Request) {
				close(begun)
				c.handler(w, r)
				close(ended)
			})
			if !c.answered {
				go func() { <-begun; cancel() }()
			}
			never, _ := io.Pipe()
			request, _ := http.NewRequestWithContext(ctx, http.MethodPost, "https://graph.microsoft.com/", never)
			response, err := client.Do(request)
			if c.answered {
				if err != nil {
					t.Fatal(err)
				}
				cancel()
				_, err = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want canceled", err)
			}
			<-ended
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://graph.microsoft.com/", nil)
	if _, err := inProcess(func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") }).Do(request); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled before: %v", err)
	}
}

func TestTransportTellsTheHandlerThatTheBodyWasClosed(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	client := inProcess(func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		_, err := io.WriteString(w, "too late")
		ended <- err
	})
	response, err := client.Get("https://graph.microsoft.com/")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if err := <-ended; err == nil {
		t.Error("the handler may write on")
	}
	if _, err := response.Body.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("read after close: %v", err)
	}
}

func TestTransportHandlersThatBreakOff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		call    error // of the call
		read    error // of the body
	}{
		{"abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, io.ErrUnexpectedEOF, nil},
		{"panic", func(http.ResponseWriter, *http.Request) { panic("boom") }, impersonate.ErrHandler, nil},
		{"goexit", func(http.ResponseWriter, *http.Request) { runtime.Goexit() }, impersonate.ErrHandler, nil},
		{"impossible status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(7) }, impersonate.ErrHandler, nil},
		{"abort after a flush", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, nil, io.ErrUnexpectedEOF},
		{"less than declared", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			_, _ = io.WriteString(w, "half")
		}, nil, io.ErrUnexpectedEOF},
		{"more than declared", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "4")
			_, _ = io.WriteString(w, "half")
			if _, err := io.WriteString(w, "more"); !errors.Is(err, http.ErrContentLength) {
				t.Errorf("write: %v", err)
			}
		}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			response, err := inProcess(c.handler).Get("https://graph.microsoft.com/")
			if !errors.Is(err, c.call) {
				t.Fatalf("call: %v, want %v", err, c.call)
			}
			if err != nil {
				return
			}
			body, err := io.ReadAll(response.Body)
			if string(body) != "half" || !errors.Is(err, c.read) {
				t.Errorf("body %q, %v; want half and %v", body, err, c.read)
			}
			_ = response.Body.Close()
		})
	}
}

func TestWriterKeptAfterTheHandlerDoesNoHarm(t *testing.T) {
	t.Parallel()
	var kept http.ResponseWriter
	client := inProcess(func(w http.ResponseWriter, _ *http.Request) {
		kept = w
		_, _ = io.WriteString(w, "mine")
	})
	first, _ := client.Get("https://graph.microsoft.com/")
	if _, err := kept.Write([]byte("late")); err == nil {
		t.Error("a late write succeeds")
	}
	if got := text(t, first); got != "mine" {
		t.Errorf("body %q", got)
	}
}

func TestTransportServesManyAtOnce(t *testing.T) {
	t.Parallel()
	client := inProcess(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			sent := bytes.Repeat([]byte{byte(i)}, i*7_000) // below and above the window
			for range 10 {
				response, err := client.Post("https://graph.microsoft.com/", "application/octet-stream", bytes.NewReader(sent))
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(response.Body)
				if err != nil || !bytes.Equal(got, sent) {
					t.Errorf("sent %d bytes, %d came back, %v", len(sent), len(got), err)
				}
				_ = response.Body.Close()
			}
		})
	}
	all.Wait()
}
