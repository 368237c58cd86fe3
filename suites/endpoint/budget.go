package endpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/internal/result"
)

// errHeldBack is why a request was not sent although the check may send it.
var errHeldBack = errors.New("the request was held back")

// budget is what a run may send. It is shared by all lines to the target; the clean-up draws on what was kept back for it.
type budget struct {
	readOnly              bool
	maxRequests, maxMakes int        // 0: no limit
	removed               func() int // how many things were removed again

	mu              sync.Mutex
	requests, makes int
	spent           string // why nothing more is sent, "" while there is something left
}

// lastLook are the requests of a clean-up besides one for each thing: those that look for what was made without an answer, by name, and the one
// afterwards that asks whether it was a clean-up.
const lastLook = 8

// held is why a request is not sent: the status and the reason that its check gets for it.
type held struct {
	status result.Status
	reason string
}

// ask says whether a request may be sent, nil when it may, and counts it.
func (b *budget) ask(req *http.Request) *held {
	if b.readOnly && writes(req) {
		return &held{result.Skipped, "nothing is written (--read-only), and it would send " + req.Method + " " + lastParts(req.URL.Path)}
	}
	made := makes(req)
	removed := b.removed()
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := b.makes + made - removed + lastLook
	switch {
	case b.spent != "":
	case b.maxRequests > 0 && b.requests+1+kept > b.maxRequests:
		b.spent = fmt.Sprintf("the run has used up its %d requests (--max-requests)", b.maxRequests)
	case b.maxMakes > 0 && b.makes+made > b.maxMakes:
		b.spent = fmt.Sprintf("the run has made its %d users and groups (--max-objects)", b.maxMakes)
	default:
		b.requests++
		b.makes += made
		return nil
	}
	return &held{result.NotRun, b.spent}
}

// count counts a request that is sent in any case.
func (b *budget) count() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests++
}

// over says why nothing more is sent, "" while there is something left.
func (b *budget) over() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent
}

// writes says whether a request may change something on the target. A search by POST does not: RFC 7644 §3.4.3.
func writes(req *http.Request) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	case http.MethodPost:
		return path.Base(req.URL.Path) != ".search"
	default:
		return true
	}
}

// makes is how many users and groups a request makes at most.
func makes(req *http.Request) int {
	if req.Method != http.MethodPost {
		return 0
	}
	switch strings.ToLower(path.Base(req.URL.Path)) {
	case "users", "groups":
		return 1
	case "bulk":
		return madeInBulk(req)
	default:
		return 0
	}
}

// madeInBulk counts the operations of a bulk request that make something: RFC 7644 §3.7.
func madeInBulk(req *http.Request) int {
	if req.GetBody == nil {
		return 1
	}
	body, err := req.GetBody()
	if err != nil {
		return 1
	}
	defer body.Close()
	var bulk struct {
		Operations []struct {
			Method string `json:"method"`
		} `json:"Operations"`
	}
	data, err := io.ReadAll(io.LimitReader(body, 8<<20))
	if err != nil || json.NewDecoder(bytes.NewReader(data)).Decode(&bulk) != nil {
		return 1
	}
	n := 0
	for _, op := range bulk.Operations {
		if strings.EqualFold(op.Method, http.MethodPost) {
			n++
		}
	}
	return n
}

// gate is a transport that lets through what the budget allows. void is told what was held back; with nil nothing is.
type gate struct {
	next   http.RoundTripper
	budget *budget
	void   func(status result.Status, reason string)
}

func (g gate) RoundTrip(req *http.Request) (*http.Response, error) {
	if g.void == nil {
		g.budget.count()
		return g.next.RoundTrip(req)
	}
	if h := g.budget.ask(req); h != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		g.void(h.status, h.reason)
		return nil, fmt.Errorf("%w: %s", errHeldBack, h.reason)
	}
	return g.next.RoundTrip(req)
}

// line is a line to the target: what the budget allows, sent again when the target was out of breath. Without void everything is sent: what the
// run asks to begin with, or whether the target lives, and the clean-up.
func (t *Target) line(next http.RoundTripper, void func(status result.Status, reason string)) http.RoundTripper {
	next = gate{next: lingering{next}, budget: t.budget, void: void}
	if t.config.Tokens != nil && t.config.Token != "" {
		next = renewing{next, t.config.Tokens, t.config.Token, t.config.Recorder}
	}
	return t.breath.line(next)
}

// Spent says why the run has sent less than it meant to: its budget is used up. It is "" otherwise.
func (t *Target) Spent() string { return t.budget.over() }
