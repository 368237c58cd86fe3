package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// endpointCommand serves the reference SCIM endpoint.
type endpointCommand struct {
	endpointOAuth `embed:""`

	Listen string   `help:"Address to listen on; a host other than loopback is served as asked. Port 0 takes a free one." default:"127.0.0.1:8080" placeholder:"ADDR"`
	Token  string   `help:"Bearer token to ask for (default: a random one, printed)." placeholder:"TOKEN"`
	Fault  []string `help:"Carry this fault (repeatable). See rehearse list --faults." placeholder:"NAME"`
	Strict bool     `help:"Take from clients what RFC 7643 and RFC 7644 allow and nothing beyond."`

	Verbose bool `help:"Print a line for each request."`
}

// Help shows examples.
func (endpointCommand) Help() string {
	return "Examples:\n\n  rehearse endpoint\n  rehearse endpoint --listen 127.0.0.1:9000 --token s3cret\n  rehearse endpoint --fault patch-string-false-ignored\n  rehearse endpoint --client-id entra --client-secret s3cret --token-life 90m"
}

// Run serves until the context ends.
func (c endpointCommand) Run(ctx context.Context, std streams) error {
	token := c.Token
	if token == "" {
		token = rand.Text()
	}
	options, err := c.options()
	if err != nil {
		return err
	}
	if c.Strict {
		options = append(options, serviceprovider.WithStrictRFC())
	}
	log := unlogged
	if c.Verbose {
		log = func(h http.Handler) http.Handler { return logged(h, std.out) }
	}
	served, err := serve(ctx, c.Listen, token, c.Fault, log, options...)
	if err != nil {
		return err
	}
	defer served.close()
	fmt.Fprintf(std.out, "Tenant URL    %s\nSecret token  %s\n", served.url, token)
	c.print(std, served.url)
	for _, fault := range c.Fault {
		fmt.Fprintf(std.out, "Fault         %s\n", fault)
	}
	fmt.Fprintf(std.out, "\nJudge it from another terminal:\n  rehearse scim --url %s --token %s\n\nStop with Ctrl-C.\n", served.url, token)
	select {
	case <-ctx.Done():
		return nil
	case err := <-served.failed:
		return fmt.Errorf("serve %s: %w", served.url, err)
	}
}

// served is a running reference endpoint.
type served struct {
	url    string
	failed <-chan error
	close  func()
}

// basePath is where the reference endpoint is served, as Entra's tenant URLs usually are.
const basePath = "/scim"

func unlogged(h http.Handler) http.Handler { return h }

// serve starts the reference endpoint on addr, under basePath, with a handler around it and options more.
func serve(ctx context.Context, addr, token string, faults []string, around func(http.Handler) http.Handler, more ...serviceprovider.Option) (*served, error) {
	if err := knownFaults(faults, serviceprovider.Faults(), func(f serviceprovider.Fault) string { return f.Name }, "rehearse list --faults"); err != nil {
		return nil, err
	}
	handler, err := serviceprovider.New(append([]serviceprovider.Option{
		serviceprovider.WithPrefix(basePath), serviceprovider.WithToken(token), serviceprovider.WithFaults(faults...),
		serviceprovider.WithExtension(serviceprovider.ExampleExtension()),
	}, more...)...)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, usage("listen on %s: %v; choose another address with --listen", addr, err)
	}
	server := &http.Server{Handler: around(below(basePath, handler)), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
		close(failed)
	}()
	return &served{
		url:    "http://" + listener.Addr().String() + basePath,
		failed: failed,
		close:  func() { _ = server.Close() },
	}, nil
}

// below serves what is under a path and says elsewhere where that is. Paths stay as they were asked for: a ServeMux would
// redirect a doubled slash, which Entra does not follow.
func below(path string, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path && !strings.HasPrefix(r.URL.Path, path+"/") {
			http.Error(w, "The SCIM endpoint is at "+path+" (for example "+path+"/Users).", http.StatusNotFound)
			return
		}
		handler.ServeHTTP(w, r)
	})
}
