package endpoint

import (
	"net"
	"net/http"
	"sync"
	"syscall"
)

// cut says what becomes of a request on the way.
type cut int

const (
	passes     cut = iota
	unsent         // nothing listens: the target never sees it
	unanswered     // the target does it, the answer is lost
)

// network is the line between the provisioning service and the target. A check can break it.
type network struct {
	next http.RoundTripper

	mu   sync.Mutex
	rule func(*http.Request) cut // nil: everything passes
}

// broken sets the rule by which requests are lost; nil mends the line.
func (n *network) broken(rule func(*http.Request) cut) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rule = rule
}

func (n *network) RoundTrip(req *http.Request) (*http.Response, error) {
	n.mu.Lock()
	fate := passes
	if n.rule != nil {
		fate = n.rule(req)
	}
	n.mu.Unlock()
	if fate == unsent {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	resp, err := n.next.RoundTrip(req)
	if fate == unanswered && err == nil {
		_ = resp.Body.Close()
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	return resp, err
}
