package exchange

import "context"

// Served is what a server of an API made of a request: which call of its own it was. A batch is several.
type Served struct {
	Method   string
	Template string   // path with names in the place of ids, such as /v1.0/users/{id}; "" when there is no such path
	Status   int      // of the call's own answer
	Used     string   // permission that allowed it, "" for none
	With     []string // permissions that it needed besides, such as one for the properties it wrote
	AnyOf    []string // permissions each of which would do, the least first
}

// maxServed bounds the calls that are kept of one exchange.
const maxServed = 40

// Serve adds a call to the exchange that [Recorder.Handler] records under this context; without one it does nothing.
func Serve(ctx context.Context, s Served) {
	book, recorded := ctx.Value(notebookKey{}).(*notebook)
	if !recorded {
		return
	}
	book.mu.Lock()
	defer book.mu.Unlock()
	if len(book.served) < maxServed {
		book.served = append(book.served, s)
	}
}

// Recorded says whether [Recorder.Handler] records under this context.
func Recorded(ctx context.Context) bool {
	_, recorded := ctx.Value(notebookKey{}).(*notebook)
	return recorded
}

// followKey is where a context has the follower.
type followKey struct{}

// Follow returns a context under which [Recorder.Handler] and a [Session] hand the exchange to f as soon as it is recorded, on the goroutine that served or
// sent it.
func Follow(ctx context.Context, f func(*Exchange)) context.Context {
	return context.WithValue(ctx, followKey{}, f)
}

// followed hands an exchange to the follower, if there is one.
func followed(ctx context.Context, e *Exchange) {
	if follow, ok := ctx.Value(followKey{}).(func(*Exchange)); ok {
		follow(e)
	}
}
