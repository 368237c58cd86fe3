// Package example finds, in what two runs of one check sent, the exchange that shows what went wrong and the one at its place where nothing did, and draws
// both in a few lines. It knows exchanges only: who played the check, and against what, brings them. It is for people who want to see what a check means.
package example

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// Pair is the same question asked twice: of a target that makes a mistake, and of one that does not.
type Pair struct {
	// Before is the last write of the faulty run before Faulty, to the same address, when Faulty only reads; nil when there is none.
	Before *exchange.Exchange
	Faulty *exchange.Exchange
	Right  *exchange.Exchange // at the place of Faulty in the sound run; nil: it sent no such request

	Then *exchange.Exchange // what the faulty run sent in consequence and the sound one did not; nil when Faulty is itself what is cited

	faulty, right neutral // how the texts of the two runs are compared
}

// Find looks among the exchanges of a faulty run, oldest first, for the first of those cited whose answer is another than at its place in the sound run. When
// there is none, it is the first answer of all before the one cited that differs; when the answers are alike everywhere, the first one cited. When nothing that
// is cited was kept, there is no pair.
func Find(faulty, sound []*exchange.Exchange, cited []string) (Pair, bool) {
	shown := slices.DeleteFunc(slices.Clone(faulty), func(e *exchange.Exchange) bool { return !slices.Contains(cited, e.ID) })
	if len(shown) == 0 {
		return Pair{}, false
	}
	slices.SortStableFunc(shown, func(a, b *exchange.Exchange) int {
		return cmp.Compare(slices.Index(cited, a.ID), slices.Index(cited, b.ID))
	})
	for _, exactly := range []bool{false, true} {
		match := newMatcher(faulty, sound, exactly)
		for _, e := range shown {
			if p := match.pair(e); p.Right != nil && p.Differs() {
				return p, true
			}
		}
		for _, e := range faulty[:slices.Index(faulty, shown[0])] {
			if p := match.pair(e); p.Right != nil && p.Differs() {
				p.Then = shown[0]
				return p, true
			}
		}
	}
	return newMatcher(faulty, sound, false).pair(shown[0]), true
}

// matcher finds pairs in two runs.
type matcher struct {
	faulty, sound []*exchange.Exchange
	theirs, ours  map[string]neutral // by owner
	exactly       bool
}

func newMatcher(faulty, sound []*exchange.Exchange, exactly bool) matcher {
	return matcher{faulty, sound, map[string]neutral{}, map[string]neutral{}, exactly}
}

// pair is what is known of an exchange of the faulty run.
func (m matcher) pair(e *exchange.Exchange) Pair {
	faulty, sound := of(m.faulty, e.Owner), of(m.sound, e.Owner)
	if _, known := m.theirs[e.Owner]; !known {
		m.theirs[e.Owner], m.ours[e.Owner] = newNeutral(faulty, m.exactly), newNeutral(sound, m.exactly)
	}
	p := Pair{Faulty: e, Before: writeBefore(m.faulty[:slices.Index(m.faulty, e)], e), faulty: m.theirs[e.Owner], right: m.ours[e.Owner]}
	p.Right = p.counterpart(faulty, sound)
	return p
}

// Differs says whether the two answers are not alike. Ids, and texts that only tell when something was, are no difference unless they relate differently.
func (p Pair) Differs() bool {
	return p.Right == nil || !slices.Equal(p.faulty.answer(p.Faulty), p.right.answer(p.Right))
}

// counterpart is the exchange of the sound run at the place of the faulty one: the same request, sent for the same time; else the same but for its body; else
// one to the same path.
func (p Pair) counterpart(faulty, sound []*exchange.Exchange) *exchange.Exchange {
	keys := []func(n neutral, e *exchange.Exchange) string{
		func(n neutral, e *exchange.Exchange) string {
			return e.Request.Method + n.text(e.Request.URL) + n.text(string(e.Request.Body.Bytes))
		},
		func(n neutral, e *exchange.Exchange) string { return e.Request.Method + n.text(e.Request.URL) },
		func(n neutral, e *exchange.Exchange) string { return e.Request.Method + n.text(path(e)) },
		func(_ neutral, e *exchange.Exchange) string {
			return e.Request.Method + uuids.ReplaceAllString(path(e), "{id}")
		},
	}
	for _, key := range keys {
		want, nth := key(p.faulty, p.Faulty), 0
		for _, e := range faulty {
			if e == p.Faulty {
				break
			}
			if key(p.faulty, e) == want {
				nth++
			}
		}
		var same []*exchange.Exchange
		for _, e := range sound {
			if key(p.right, e) == want {
				same = append(same, e)
			}
		}
		if len(same) > 0 {
			return same[min(nth, len(same)-1)]
		}
	}
	return nil
}

// writeBefore is the last write to the address of a read.
func writeBefore(before []*exchange.Exchange, read *exchange.Exchange) *exchange.Exchange {
	if writes(read) {
		return nil
	}
	for _, e := range slices.Backward(before) {
		if e.Owner == read.Owner && writes(e) && (path(e) == path(read) || e.Request.Method == http.MethodPost || path(read) == collection(e)) {
			return e
		}
	}
	return nil
}

func writes(e *exchange.Exchange) bool {
	return e.Request.Method != http.MethodGet && e.Request.Method != http.MethodHead
}

func of(all []*exchange.Exchange, owner string) []*exchange.Exchange {
	var own []*exchange.Exchange
	for _, e := range all {
		if e.Owner == owner {
			own = append(own, e)
		}
	}
	return own
}

// path is the path of a request, without scheme, host and query.
func path(e *exchange.Exchange) string {
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		return e.Request.URL
	}
	return u.EscapedPath()
}

// collection is the path of where the resource of a request is.
func collection(e *exchange.Exchange) string {
	p := path(e)
	for i := len(p) - 1; i > 0; i-- {
		if p[i] == '/' {
			return p[:i]
		}
	}
	return p
}
