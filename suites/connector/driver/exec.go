package driver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/rehearse-id/rehearse/suites/connector"
)

// Exec drives a connector that is a program: see [NewExec].
type Exec struct {
	command  []string
	settings settings

	mu       sync.Mutex
	reusable bool
	idle     map[string]*process // by the proxy that they were started with
	running  map[*process]struct{}
	closed   bool
}

var _ connector.Driver = (*Exec)(nil)

// NewExec returns a driver that starts command, a program and its arguments, and speaks to it in lines over standard input and output.
//
// A first process is asked to describe itself. After that each check has a process of its own, which is told to configure itself first; one that
// describes itself as reusable serves one check after another. Its environment is that of this process, without variables whose name begins with
// REHEARSE_, and [connector.Configuration.Environment]. What it writes to standard error is shown with a finding when it gives no proper answer.
//
// A process that gives no proper answer, and each at the end, is ended with all that it started: it is asked to (its input ends, and SIGTERM on Unix), and
// killed after a short while.
func NewExec(command []string, opts ...Option) *Exec {
	return &Exec{command: command, settings: settled(opts), idle: map[string]*process{}, running: map[*process]struct{}{}}
}

// Describe starts the program and asks it what it can do.
func (e *Exec) Describe(ctx context.Context) (connector.Description, error) {
	var d connector.Description
	p, err := e.start(nil)
	if err != nil {
		return d, err
	}
	defer e.end(p)
	if err := p.ask(ctx, describe, func(id int64) any {
		return told{envelope{Version: connector.ProtocolVersion, ID: id}, connector.Request{Operation: describe}}
	}, &d); err != nil {
		return connector.Description{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reusable = d.Reusable
	return d, nil
}

// Connect starts the program, or takes one that is idle, and configures it.
func (e *Exec) Connect(ctx context.Context, c connector.Configuration) (connector.Connector, error) {
	p := e.take(c.Proxy)
	if p == nil {
		var err error
		if p, err = e.start(c.Environment); err != nil {
			return nil, err
		}
	}
	err := p.ask(ctx, configure, func(id int64) any {
		return configured{envelope{Version: connector.ProtocolVersion, ID: id}, named{configure}, c}
	}, nil)
	if err != nil {
		e.end(p)
		return nil, err
	}
	return &execConnector{driver: e, process: p, proxy: c.Proxy}, nil
}

// Close ends every process.
func (e *Exec) Close() error {
	e.mu.Lock()
	e.closed = true
	var all []*process
	for p := range e.running {
		all = append(all, p)
	}
	e.mu.Unlock()
	var ending sync.WaitGroup
	for _, p := range all {
		ending.Go(func() { e.end(p) })
	}
	ending.Wait()
	return nil
}

// take returns an idle process that was started for a proxy, nil if there is none.
func (e *Exec) take(proxy string) *process {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := e.idle[proxy]
	delete(e.idle, proxy)
	return p
}

// give keeps a process for the next one who needs it, or ends it.
func (e *Exec) give(p *process, proxy string) {
	e.mu.Lock()
	keep := e.reusable && !e.closed && e.idle[proxy] == nil && p.alive()
	if keep {
		e.idle[proxy] = p
	}
	e.mu.Unlock()
	if !keep {
		e.end(p)
	}
}

// start starts the program.
func (e *Exec) start(environment map[string]string) (*process, error) {
	p, err := startProcess(e.command, environment, e.settings)
	if err != nil {
		return nil, &connector.BrokenError{Kind: connector.NoStart, Detail: fmt.Sprintf("the connector could not be started: %v", err)}
	}
	e.mu.Lock()
	closed := e.closed
	if !closed {
		e.running[p] = struct{}{}
	}
	e.mu.Unlock()
	if closed {
		p.end()
		return nil, errors.New("start the connector: the run has ended")
	}
	return p, nil
}

// end ends a process and all that it started.
func (e *Exec) end(p *process) {
	p.end()
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.running, p)
}

// execConnector is a process that is configured.
type execConnector struct {
	driver  *Exec
	process *process
	proxy   string
	once    sync.Once
	broken  atomic.Bool
}

// Do tells the process to do something.
func (c *execConnector) Do(ctx context.Context, r connector.Request) (connector.Answer, error) {
	var a connector.Answer
	err := c.process.ask(ctx, r.Operation, func(id int64) any { return told{envelope{Version: connector.ProtocolVersion, ID: id}, r} }, &a)
	if err != nil {
		if !refused(err) {
			c.broken.Store(true)
			c.driver.end(c.process)
		}
		return connector.Answer{}, err
	}
	return a, nil
}

var _ connector.Logger = (*execConnector)(nil)

// Log returns the last lines that the process has written to standard error.
func (c *execConnector) Log() []string { return c.process.complain.last() }

// Close ends the process, or keeps it for the next check.
func (c *execConnector) Close() error {
	c.once.Do(func() {
		if !c.broken.Load() {
			c.driver.give(c.process, c.proxy)
		}
	})
	return nil
}
