package exchange

import (
	"context"
	"sync"
)

// Note is a remark of the server on an exchange, for whoever looks into it later: what the client is not told.
type Note struct {
	Text   string   // sentences
	Needed []string // what would have done, the least first
	Held   []string // what the client had
}

// maxNotes bounds the remarks on one exchange: a batch has as many requests.
const maxNotes = 20

// notebook gathers the remarks on one exchange.
type notebook struct {
	mu     sync.Mutex
	notes  []Note
	served []Served
}

// notebookKey is where a context has it.
type notebookKey struct{}

// Annotate adds a remark to the exchange that [Recorder.Handler] records under this context; without one it does nothing. The remark must hold
// no secrets of the client's but those the recorder was told.
func Annotate(ctx context.Context, n Note) {
	book, recorded := ctx.Value(notebookKey{}).(*notebook)
	if !recorded {
		return
	}
	book.mu.Lock()
	defer book.mu.Unlock()
	if len(book.notes) < maxNotes {
		book.notes = append(book.notes, n)
	}
}

// all returns the remarks, redacted.
func (b *notebook) all(rules redactor) []Note {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.notes {
		b.notes[i].Text = rules.known(b.notes[i].Text)
	}
	return b.notes
}

// calls returns the calls that were served.
func (b *notebook) calls() []Served {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.served
}
