package exchange

import "context"

// Side says between whom an exchange was, where what is judged stands between two: a gateway is asked in SCIM, and asks Microsoft Graph in turn. It is ""
// where there is one conversation only.
type Side string

// The sides of what is judged.
const (
	ToConnector   Side = "to-connector"   // it was asked
	FromConnector Side = "from-connector" // it asked
)

// Words says in a sentence who asked whom; "" where nobody can be mistaken.
func (s Side) Words() string {
	switch s {
	case ToConnector:
		return "Rehearse asked the connector:"
	case FromConnector:
		return "The connector asked Microsoft, here the fake tenant:"
	default:
		return ""
	}
}

// sideKey is where a context has the side.
type sideKey struct{}

// On returns a context under which a [Session] and [Recorder.Handler] note this side of the exchanges they record.
func On(ctx context.Context, side Side) context.Context {
	return context.WithValue(ctx, sideKey{}, side)
}

func sideOf(ctx context.Context) Side {
	side, _ := ctx.Value(sideKey{}).(Side)
	return side
}

// ownerKey is where a context has the owner.
type ownerKey struct{}

// For returns a context under which a [Session] that several share notes this owner of the exchanges it records, in the place of its own.
func For(ctx context.Context, owner string) context.Context {
	return context.WithValue(ctx, ownerKey{}, owner)
}

func ownerOf(ctx context.Context, otherwise string) string {
	if owner, ok := ctx.Value(ownerKey{}).(string); ok {
		return owner
	}
	return otherwise
}
