package connector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

// lane is a way to tenants, for one check after another: an instance of a connector outside the process keeps its address while the tenant behind
// it changes. Within the process it has no sockets.
type lane struct {
	current atomic.Pointer[http.Handler]
	refused atomic.Pointer[func(target, reason string)]

	origin, proxy, ca string
	environment       map[string]string
	servers           []io.Closer
	running           sync.WaitGroup
}

func newLanes(ctx context.Context, n int, folder string, fixed *Fixed) ([]*lane, error) {
	lanes := make([]*lane, n)
	for i := range lanes {
		lanes[i] = &lane{}
	}
	if folder == "" {
		return lanes, nil
	}
	authority, err := openAuthority(folder, fixed != nil)
	if err != nil {
		return nil, err
	}
	for _, l := range lanes {
		if err := l.listen(ctx, authority, folder, fixed.addresses()); err != nil {
			for _, opened := range lanes {
				opened.close()
			}
			return nil, err
		}
	}
	return lanes, nil
}

// openAuthority makes an authority, or takes that of the folder where it is to stay, because a connector was told to trust it.
func openAuthority(folder string, stay bool) (*impersonate.Authority, error) {
	if stay {
		authority, err := impersonate.LoadFrom(folder)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return authority, err
		}
	}
	authority, err := impersonate.NewAuthority()
	if err != nil {
		return nil, fmt.Errorf("make local authority: %w", err)
	}
	if err := authority.SaveTo(folder); err != nil {
		return nil, fmt.Errorf("write the local authority: %w", err)
	}
	return authority, nil
}

// ServeHTTP serves with the tenant of the check that has the lane.
func (l *lane) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := l.current.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	http.Error(w, "no check is using this tenant", http.StatusServiceUnavailable)
}

func (l *lane) listen(ctx context.Context, authority *impersonate.Authority, folder string, at addresses) error {
	quiet := log.New(io.Discard, "", 0)
	var config net.ListenConfig
	direct, err := config.Listen(ctx, "tcp", at.origin)
	if err != nil {
		return fmt.Errorf("listen for the connector: %w", err)
	}
	server := &http.Server{Handler: l, TLSConfig: authority.TLSConfig(), ErrorLog: quiet, ReadHeaderTimeout: 10 * time.Second}
	l.servers = append(l.servers, server)
	l.running.Go(func() { _ = server.ServeTLS(direct, "", "") })
	through, err := config.Listen(ctx, "tcp", at.proxy)
	if err != nil {
		return fmt.Errorf("listen for the connector: %w", err)
	}
	proxy := impersonate.NewProxy(l, authority, impersonate.WithErrorLog(quiet), impersonate.WithRefusals(l.refuse))
	l.servers = append(l.servers, proxy)
	l.running.Go(func() { _ = proxy.Serve(through) })
	l.origin, l.proxy = "https://"+direct.Addr().String(), "http://"+through.Addr().String()
	l.ca = filepath.Join(folder, impersonate.CertificateFile)
	l.environment = map[string]string{}
	for _, v := range impersonate.Environment(l.proxy, l.ca, filepath.Join(folder, impersonate.BundleFile)) {
		if v.Value != "" {
			l.environment[v.Name] = v.Value
		}
	}
	return nil
}

func (l *lane) refuse(target, reason string) {
	if tell := l.refused.Load(); tell != nil {
		(*tell)(target, reason)
	}
}

// tell puts into a configuration how a process reaches the tenant.
func (l *lane) tell(c *Configuration) {
	c.Proxy, c.CAFile, c.Origin, c.Environment = l.proxy, l.ca, l.origin, maps.Clone(l.environment)
}

// attach puts a tenant behind the lane.
func (l *lane) attach(h http.Handler, refused func(target, reason string)) {
	l.current.Store(&h)
	l.refused.Store(&refused)
}

// detach takes it away.
func (l *lane) detach() {
	l.current.Store(nil)
	l.refused.Store(nil)
}

func (l *lane) close() {
	for _, s := range l.servers {
		_ = s.Close() // all it can say is that a listener was closed already
	}
	l.running.Wait()
}
