package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"time"
)

// waitCommand waits for a tenant that another process serves.
type waitCommand struct {
	ReadyFile string        `help:"File that rehearse tenant was told to write." required:"" placeholder:"FILE"`
	Timeout   time.Duration `help:"How long to wait." default:"30s"`
}

// Help shows an example.
func (waitCommand) Help() string {
	return "Examples:\n\n  rehearse tenant --listen 127.0.0.1:0 --ready-file ready.json &\n  rehearse wait --ready-file ready.json --timeout 30s\n\nExit codes: 0 the tenant answers, 2 wrong usage, 3 it did not answer in time, 4 interrupted."
}

// pollEvery is how often the file is looked at.
const pollEvery = 20 * time.Millisecond

// Run returns once the tenant answers.
func (c waitCommand) Run(ctx context.Context, std streams) error {
	if c.Timeout <= 0 {
		return usage("--timeout must be above 0")
	}
	waiting, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		n, err := c.probe(waiting)
		if err == nil {
			_, err = fmt.Fprintln(std.out, n.URL)
			return err
		}
		select {
		case <-waiting.Done():
			if ctx.Err() != nil {
				return &endError{code: exitError, message: "interrupted while waiting"}
			}
			return &endError{code: exitUnreachable, message: fmt.Sprintf("no tenant answered within %s: %s", c.Timeout, c.why(n, err))}
		case <-ticker.C:
		}
	}
}

// why says what an attempt came to, and what to do.
func (c waitCommand) why(n *notice, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist) && n == nil:
		return c.ReadyFile + " is not there; start one with rehearse tenant --ready-file " + shellQuoted(c.ReadyFile)
	case n != nil && n.ProcessID > 0 && !isAlive(n.ProcessID):
		return fmt.Sprintf("%s is of process %d, which is gone; start the tenant again", c.ReadyFile, n.ProcessID)
	case n != nil:
		return fmt.Sprintf("%s names %s, where nothing answers (%v)", c.ReadyFile, n.URL, err)
	}
	return err.Error()
}

// probe reads the file and asks the tenant it tells of for its health. With an error it returns what the file says, nil when that cannot be
// read.
func (c waitCommand) probe(ctx context.Context) (*notice, error) {
	data, err := os.ReadFile(c.ReadyFile)
	if err != nil {
		return nil, err
	}
	var n notice
	if err := json.Unmarshal(data, &n); err != nil {
		return nil, fmt.Errorf("read %s: %w", c.ReadyFile, err)
	}
	transport, err := newTransport(n.CAFile)
	if err != nil {
		return &n, err
	}
	transport.Proxy, transport.DisableKeepAlives = nil, true
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, n.AdminURL+"health", nil)
	if err != nil {
		return &n, fmt.Errorf("read %s: %w", c.ReadyFile, err)
	}
	response, err := transport.RoundTrip(r)
	if err != nil {
		return &n, err
	}
	_ = response.Body.Close() // its status is enough
	if response.StatusCode != http.StatusOK {
		return &n, errors.New("the tenant answers " + response.Status)
	}
	return &n, nil
}
