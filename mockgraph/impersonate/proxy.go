package impersonate

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// Proxy is an HTTP proxy (RFC 9110 section 9.3.6, RFC 9112 section 3.2.2) that answers for the impersonated names with a
// handler of its own. It is itself an [http.Handler] for an HTTP/1.1 server; [Proxy.Serve] brings such a server.
//
// Requests reach the handler as they would reach Microsoft's hosts: Host is the real name, with the port if the client sent
// one; the path is as the client wrote it; RemoteAddr is the client's.
type Proxy struct {
	handler   http.Handler
	authority *Authority
	options   proxyOptions

	front  *http.Server // of clients that talk to the proxy
	inside *http.Server // of clients that talk through it
	plain  *queue
	secure *queue

	start sync.Once
	work  sync.WaitGroup  // everything this proxy started
	life  context.Context // ends when the proxy is closed
	end   context.CancelFunc

	mu      sync.Mutex
	closed  bool
	tunnels map[*tunnel]bool // open ones; true when served by inside, which ends them gracefully
}

// NewProxy returns a proxy that answers for the names of an authority. Nothing runs before the first client comes.
func NewProxy(handler http.Handler, authority *Authority, opts ...ProxyOption) *Proxy {
	p := &Proxy{handler: handler, authority: authority, options: settleProxy(opts), plain: newQueue(), secure: newQueue(), tunnels: map[*tunnel]bool{}}
	p.life, p.end = context.WithCancel(context.Background())
	limits := p.options.limits
	p.front = &http.Server{
		Handler: p, ErrorLog: p.options.log,
		MaxHeaderBytes: limits.HeaderBytes, ReadHeaderTimeout: limits.HeaderTime, IdleTimeout: limits.Idle,
	}
	p.inside = &http.Server{
		Handler: http.HandlerFunc(p.impersonate), ErrorLog: p.options.log, TLSConfig: authority.TLSConfig(),
		MaxHeaderBytes: limits.HeaderBytes, ReadHeaderTimeout: limits.HeaderTime, IdleTimeout: limits.Idle,
		ConnContext: remember,
	}
	return p
}

// Serve answers the clients of a listener until [Proxy.Close] or [Proxy.Shutdown], after which it returns [http.ErrServerClosed].
func (p *Proxy) Serve(listener net.Listener) error { return p.front.Serve(listener) }

// ServeHTTP answers one request to the proxy: CONNECT, the absolute form, or the origin form with an impersonated name as Host.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !p.options.remote && !fromLoopback(r):
		p.refuse(w, r, http.StatusForbidden, "this proxy serves clients on its own machine only: start it so that it admits remote clients")
	case r.Method == http.MethodConnect:
		p.connect(w, r)
	default:
		p.forward(w, r)
	}
}

// forward answers a request that asks the proxy directly.
func (p *Proxy) forward(w http.ResponseWriter, r *http.Request) {
	target, err := ParseTarget(r.Host)
	switch {
	case err != nil:
		p.refuse(w, r, http.StatusBadRequest, "the request names no usable host: "+err.Error())
	case p.knows(target.Host):
		r.Header.Del("Proxy-Connection") // for this proxy, not for the host
		r.Header.Del("Proxy-Authorization")
		p.impersonate(w, r)
	case !r.URL.IsAbs():
		p.refuse(w, r, http.StatusBadRequest, "this is a proxy for Microsoft's host names, not a web server: set HTTPS_PROXY to its address")
	case p.options.dial == nil:
		p.refuse(w, r, http.StatusForbidden, unknownHost(target.Host))
	default:
		p.passRequest(w, r)
	}
}

func (p *Proxy) knows(host string) bool {
	_, ok := p.authority.options.hosts.find(host)
	return ok
}

// unknownHost says what was refused, why, and what to do.
func unknownHost(host string) string {
	return host + " is not a name this proxy impersonates and it forwards nothing: add it to NO_PROXY, or unset HTTPS_PROXY for this client"
}

// connect opens a tunnel.
func (p *Proxy) connect(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Host
	if asked == "" {
		asked = r.Host
	}
	target, err := ParseTarget(asked)
	if err != nil {
		p.refuse(w, r, http.StatusBadRequest, "CONNECT wants host:port: "+err.Error())
		return
	}
	known := p.knows(target.Host)
	if !known && p.options.dial == nil {
		p.refuse(w, r, http.StatusForbidden, unknownHost(target.Host))
		return
	}
	t := &tunnel{target: target}
	if err := p.enter(t); err != nil {
		p.refuse(w, r, http.StatusServiceUnavailable, err.Error())
		return
	}
	defer p.work.Done()
	var upstream net.Conn
	if !known {
		if upstream, err = p.dial(r.Context(), target); err != nil {
			p.leave(t)
			p.refuse(w, r, http.StatusBadGateway, fmt.Sprintf("%s cannot be reached: %v", target, err))
			return
		}
		defer upstream.Close()
	}
	if !p.accept(w, r, t) {
		return
	}
	if known {
		p.hand(t)
	} else {
		p.splice(t, upstream)
	}
}

// enter counts a tunnel in, unless there are too many or the proxy is closed. Whoever enters owes work.Done.
func (p *Proxy) enter(t *tunnel) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errors.New("this proxy is shutting down")
	}
	if len(p.tunnels) >= p.options.limits.Tunnels {
		return fmt.Errorf("this proxy holds %d tunnels already, its limit: close idle connections or raise the limit", len(p.tunnels))
	}
	p.tunnels[t] = false
	t.release = func() { p.leave(t) }
	p.work.Add(1)
	return nil
}

func (p *Proxy) leave(t *tunnel) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.tunnels, t)
}

// accept takes the connection over and tells the client that the tunnel is open.
func (p *Proxy) accept(w http.ResponseWriter, r *http.Request, t *tunnel) bool {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		p.leave(t)
		p.refuse(w, r, http.StatusNotImplemented, "this proxy opens tunnels over HTTP/1.1 only")
		return false
	}
	head := make([]byte, buffered.Reader.Buffered()) // what the client sent without waiting for the answer
	if _, err = buffered.Read(head); len(head) == 0 {
		err = nil
	}
	p.mu.Lock()
	t.Conn, t.head = conn, head
	closed := p.closed // Close saw no connection yet
	p.mu.Unlock()
	if err == nil && !closed {
		_, err = conn.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n"))
	}
	if err != nil || closed {
		_ = t.Close()
		return false
	}
	return true
}

// hand gives a tunnel to the server inside once the client has begun to talk.
func (p *Proxy) hand(t *tunnel) {
	secure, err := t.sniff(p.options.limits.HeaderTime)
	if err != nil {
		_ = t.Close()
		return
	}
	p.start.Do(p.run)
	p.mu.Lock()
	p.tunnels[t] = true
	p.mu.Unlock()
	to := p.plain
	if secure {
		to = p.secure
	}
	if !to.offer(t) {
		_ = t.Close()
	}
}

// run starts the server inside.
func (p *Proxy) run() {
	p.work.Go(func() { _ = p.inside.Serve(p.plain) })
	p.work.Go(func() { _ = p.inside.ServeTLS(p.secure, "", "") })
}

// Close ends everything at once: listeners, tunnels, requests. It returns when all the proxy started has ended, except
// handlers that do not heed their context.
func (p *Proxy) Close() error {
	open := p.shut()
	err := errors.Join(p.front.Close(), p.inside.Close(), p.plain.Close(), p.secure.Close())
	for t := range open {
		_ = t.Close()
	}
	p.work.Wait()
	return err
}

// Shutdown stops accepting, lets requests that have begun come to their end, and ends idle and passed-through tunnels. When the
// context ends first, it ends the rest as [Proxy.Close] does and returns the context's error.
func (p *Proxy) Shutdown(ctx context.Context) error {
	for t, served := range p.shut() {
		if !served {
			_ = t.Close()
		}
	}
	err := errors.Join(p.front.Shutdown(ctx), p.inside.Shutdown(ctx))
	return errors.Join(err, p.Close())
}

// shut lets no tunnel in any more and returns those that have a connection.
func (p *Proxy) shut() map[*tunnel]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.end()
	open := map[*tunnel]bool{}
	for t, served := range p.tunnels {
		if t.Conn != nil {
			open[t] = served
		}
	}
	return open
}

// fromLoopback tells whether a client is on this machine: by a loopback address or by a Unix socket.
func fromLoopback(r *http.Request) bool {
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.UnixAddr); ok && local != nil {
		return true
	}
	address, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && address.Addr().Unmap().IsLoopback()
}
