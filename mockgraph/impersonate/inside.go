package impersonate

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// tunnelKey is where a request's context keeps its tunnel.
type tunnelKey struct{}

// remember keeps the tunnel of a connection for its requests.
func remember(ctx context.Context, conn net.Conn) context.Context {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	return context.WithValue(ctx, tunnelKey{}, conn)
}

// impersonate gives a request to the handler as if it had arrived at the host it names. A name that is not impersonated is
// answered 421 (RFC 9110 section 15.5.20): the tunnel was opened to another.
func (p *Proxy) impersonate(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect {
		p.refuse(w, r, http.StatusMethodNotAllowed, "a tunnel is open already: CONNECT within it makes no sense")
		return
	}
	if r.Host == "" { // HTTP/1.0 needs none
		if t, ok := r.Context().Value(tunnelKey{}).(*tunnel); ok {
			r.Host = t.target.Host
		}
	}
	if target, err := ParseTarget(r.Host); err != nil || !p.knows(target.Host) {
		p.refuse(w, r, http.StatusMisdirectedRequest, fmt.Sprintf("%.300q is not a name this proxy impersonates: send the Host of the tunnel", r.Host))
		return
	}
	toOriginForm(r)
	p.handler.ServeHTTP(w, r)
}

// toOriginForm turns the absolute form of a request's target (RFC 9112 section 3.2.2) into the origin form a host sees, path
// and query as they were written.
func toOriginForm(r *http.Request) {
	if !r.URL.IsAbs() {
		return
	}
	r.URL.Scheme, r.URL.Host, r.URL.User = "", "", nil
	if _, rest, ok := strings.Cut(r.RequestURI, "://"); ok {
		r.RequestURI = "/"
		if at := strings.IndexAny(rest, "/?"); at >= 0 {
			r.RequestURI = rest[at:]
		}
		if strings.HasPrefix(r.RequestURI, "?") {
			r.RequestURI = "/" + r.RequestURI
		}
	}
	if r.URL.Path == "" {
		r.URL.Path = "/"
	}
}
