package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// Op is one operation of a PATCH made by hand.
type Op struct {
	Op    string `json:"op"`
	Path  string `json:"path,omitempty"`
	Value any    `json:"value,omitempty"`
}

// PatchOf composes a PATCH by hand, in the order of members Entra uses.
func PatchOf(a *Account, ops ...Op) wire.Request {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	check(enc.Encode(struct {
		Schemas    []string `json:"schemas"`
		Operations []Op     `json:"Operations"`
	}{[]string{scim.PatchOpURN}, ops}))
	return wire.Request{Method: http.MethodPatch, Target: a.path(), Body: bytes.TrimSpace(body.Bytes()), ContentType: wire.ContentType}
}

// Patch sends a PATCH made by hand. Names of operations are in lower case where the rig's dialect has them so.
func (r *Rig) Patch(ctx context.Context, a *Account, ops ...Op) Answer {
	ops = slices.Clone(ops)
	for i := range ops {
		ops[i].Op = r.spoken(ops[i].Op, strings.ToLower(ops[i].Op))
	}
	return r.Send(ctx, PatchOf(a, ops...))
}

// Patched is Patch that the target must accept.
func (r *Rig) Patched(ctx context.Context, a *Account, ops ...Op) Answer {
	return r.granted(ctx, r.Patch(ctx, a, ops...))
}

// granted is a given that the target accepted a change.
func (r *Rig) granted(ctx context.Context, answer Answer) Answer {
	r.lockedOut(ctx, answer)
	r.Must(change(answer.Shown)+" is accepted", answer, accepted(), answer.Shown)
	return answer
}

// pathsIn returns the paths a PATCH addresses: those of its operations, and of operations without a path the names in their value,
// as Entra with the flag aadOptscim062020 writes them.
func pathsIn(e *exchange.Exchange) []string {
	if e == nil {
		return nil
	}
	request, err := scim.DecodePatch(e.Request.Body.Bytes)
	if err != nil {
		return nil
	}
	paths := make([]string, 0, len(request.Operations))
	for _, op := range request.Operations {
		members, folded := op.Value.(map[string]any)
		if op.Path != "" || !folded {
			paths = append(paths, op.Path)
			continue
		}
		paths = append(paths, slices.Sorted(maps.Keys(members))...)
	}
	return paths
}

// change names what a request changes, such as `PATCH of displayName`.
func change(e *exchange.Exchange) string {
	if e == nil {
		return "a change"
	}
	const few = 3
	paths := pathsIn(e)
	for i, path := range paths {
		if list, _, found := strings.Cut(path, "[value eq "); found { // the id is of this run only
			paths[i] = list + `[value eq "…"]`
		}
	}
	switch {
	case len(paths) == 0:
		return e.Request.Method
	case len(paths) > few || slices.Contains(paths, ""):
		return e.Request.Method + " of several attributes"
	default:
		return e.Request.Method + " of " + strings.Join(paths, " and ")
	}
}

// ref is the value of a reference.
type ref struct {
	Value string `json:"value"`
}

func refs(accounts ...*Account) []ref {
	list := make([]ref, len(accounts))
	for i, a := range accounts {
		list[i] = ref{a.ID}
	}
	return list
}

// lists matches a [View] of a group that lists exactly these members, each once.
func lists(members ...*Account) worded[View] {
	want := make([]string, len(members))
	for i, m := range members {
		want[i] = m.ID
	}
	slices.Sort(want)
	return worded[View]{
		Want: membersWords(want),
		OK:   func(v View) bool { return slices.Equal(slices.Sorted(slices.Values(memberIDs(v.Resource))), want) },
		Got:  func(v View) string { return membersWords(memberIDs(v.Resource)) },
	}
}

func membersWords(ids []string) string {
	if len(ids) == 0 {
		return "no members"
	}
	return "members " + strings.Join(ids, ", ")
}
