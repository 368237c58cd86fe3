package impersonate

import (
	"context"
	"io"
	"log"
	"net"
	"time"
)

// Dialer opens a connection to host:port, as [net.Dialer.DialContext] does.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// ProxyOption changes how a proxy behaves.
type ProxyOption func(*proxyOptions)

type proxyOptions struct {
	dial   Dialer
	remote bool
	limits Limits
	log    *log.Logger

	refused func(target, reason string)
}

// WithPassThrough forwards what is meant for other hosts than the impersonated ones. By default it is refused, so that a test
// never talks to the internet by mistake.
func WithPassThrough(dial Dialer) ProxyOption { return func(o *proxyOptions) { o.dial = dial } }

// WithRemoteClients admits clients from other machines. By default only this machine's loopback is served.
func WithRemoteClients() ProxyOption { return func(o *proxyOptions) { o.remote = true } }

// WithLimits bounds what clients may use; a zero member keeps its default.
func WithLimits(limits Limits) ProxyOption { return func(o *proxyOptions) { o.limits = limits } }

// WithErrorLog sets where failed handshakes and the like are written, one line each; by default nowhere. A line saying
// "unknown certificate authority" tells of a client that does not trust the local authority yet.
func WithErrorLog(logger *log.Logger) ProxyOption { return func(o *proxyOptions) { o.log = logger } }

// WithRefusals sets who is told of each request that is refused: what was asked for, such as example.com:443, and why, in one sentence of
// printable characters. Many clients show their users no more than a status. It may be called by several goroutines at once.
func WithRefusals(tell func(target, reason string)) ProxyOption {
	return func(o *proxyOptions) { o.refused = tell }
}

// Limits bounds what the clients of a proxy may use. Zero means the default of the member.
type Limits struct {
	HeaderBytes int           // of one request's header: 64 KiB
	HeaderTime  time.Duration // to send a header, to begin talking in a tunnel, to shake hands, to reach a host by pass-through: 30 seconds
	Idle        time.Duration // between requests of a connection, and in a passed-through tunnel: 2 minutes
	Tunnels     int           // open at the same time: 512
}

func (l Limits) orDefault() Limits {
	standard := Limits{HeaderBytes: 64 << 10, HeaderTime: 30 * time.Second, Idle: 2 * time.Minute, Tunnels: 512}
	if l.HeaderBytes > 0 {
		standard.HeaderBytes = l.HeaderBytes
	}
	if l.HeaderTime > 0 {
		standard.HeaderTime = l.HeaderTime
	}
	if l.Idle > 0 {
		standard.Idle = l.Idle
	}
	if l.Tunnels > 0 {
		standard.Tunnels = l.Tunnels
	}
	return standard
}

func settleProxy(opts []ProxyOption) proxyOptions {
	o := proxyOptions{log: log.New(io.Discard, "", 0)}
	for _, opt := range opts {
		opt(&o)
	}
	o.limits = o.limits.orDefault()
	return o
}
