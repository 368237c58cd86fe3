package impersonate_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func TestShutdownLetsRequestsFinishAndEndsIdleTunnels(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan bool), make(chan bool)
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		begun <- true
		<-finish
		_, _ = io.WriteString(w, "finished")
	}))
	idle, _ := s.connect("graph.microsoft.com:443")
	got := make(chan string, 1)
	client := s.client(true)
	go func() {
		response, err := client.Get("https://graph.microsoft.com/")
		if err != nil {
			got <- err.Error()
			return
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		got <- string(body)
	}()
	<-begun
	ended := make(chan error, 1)
	go func() { ended <- s.Shutdown(t.Context()) }()
	if _, err := idle.Read(make([]byte, 1)); err == nil {
		t.Error("an idle tunnel goes on")
	}
	close(finish)
	if answer := <-got; answer != "finished" {
		t.Errorf("request in progress got %s", answer)
	}
	if err := <-ended; err != nil {
		t.Errorf("shutdown: %v", err)
	}
}

func TestShutdownEndsWithItsContext(t *testing.T) {
	t.Parallel()
	begun := make(chan bool)
	s := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	}))
	conn, _ := s.connect("graph.microsoft.com:443")
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: graph.microsoft.com\r\n\r\n")
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("shutdown: %v, want the context's error", err)
	}
}

func TestCloseLeavesNoGoroutine(t *testing.T) { // not parallel: it counts goroutines
	before := goleak.IgnoreCurrent()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxy := impersonate.NewProxy(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), newAuthority(t))
	ended := make(chan error, 1)
	go func() { ended <- proxy.Serve(listener) }()
	var conns []net.Conn
	for _, begin := range []string{"", "CONNECT graph.microsoft.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT graph.microsoft.com HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: graph.microsoft.com\r\n\r\n", "CONNECT graph.microsoft.com HTTP/1.1\r\nHost: x\r\n\r\n\x16", "GET http://graph.microsoft.com/ HTTP/1.1\r\nHost: x\r\n\r\n"} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
		_, _ = io.WriteString(conn, begin)
		if strings.HasPrefix(begin, "CONNECT") {
			answer(t, bufio.NewReader(conn), http.MethodConnect)
		}
	}
	for range 2 { // closing again is no error
		if err := proxy.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("serve: %v", err)
	}
	goleak.VerifyNone(t, before)
	for _, conn := range conns {
		_ = conn.Close()
	}
	recorder := httptest.NewRecorder()
	if proxy.ServeHTTP(recorder, connectRequest()); recorder.Code != 503 {
		t.Errorf("a closed proxy answers %d", recorder.Code)
	}
}
