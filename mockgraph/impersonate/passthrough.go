package impersonate

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"time"
)

// dial reaches a host that is not impersonated.
func (p *Proxy) dial(ctx context.Context, target Target) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, p.options.limits.HeaderTime)
	defer cancel()
	defer context.AfterFunc(p.life, cancel)()
	return p.options.dial(ctx, "tcp", target.String())
}

// splice copies both directions of a passed-through tunnel until both have ended or neither moved for the idle time.
func (p *Proxy) splice(t *tunnel, upstream net.Conn) {
	end := func() { _, _ = t.Close(), upstream.Close() }
	defer end()
	idle := time.AfterFunc(p.options.limits.Idle, end)
	defer idle.Stop()
	copying := func(to, from net.Conn) {
		_, err := io.Copy(to, alive{from, func() { idle.Reset(p.options.limits.Idle) }})
		if err != nil || closeWrite(to) != nil {
			end()
		}
	}
	var both sync.WaitGroup
	both.Go(func() { copying(upstream, t) })
	copying(t, upstream)
	both.Wait()
}

// alive reports every read that brought something.
type alive struct {
	net.Conn

	moved func()
}

func (a alive) Read(p []byte) (int, error) {
	n, err := a.Conn.Read(p)
	if n > 0 {
		a.moved()
	}
	return n, err
}

// passRequest forwards a request in absolute form to the host it names.
func (p *Proxy) passRequest(w http.ResponseWriter, r *http.Request) {
	onward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.RawQuery = r.In.URL.RawQuery // as written, not as ReverseProxy would clean it
			r.Out.Header.Del("Connection")         // no upgrade: its connection would outlive the proxy
			r.Out.Header.Del("Upgrade")
		},
		Transport: &http.Transport{
			DialContext: p.options.dial, DisableKeepAlives: true, DisableCompression: true, Proxy: nil,
			TLSHandshakeTimeout: p.options.limits.HeaderTime, ResponseHeaderTimeout: p.options.limits.Idle,
		},
		ErrorLog: p.options.log,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			p.refuse(w, r, http.StatusBadGateway, fmt.Sprintf("%s cannot be reached: %v", r.URL.Host, err))
		},
	}
	onward.ServeHTTP(w, r)
}
