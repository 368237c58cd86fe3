package endpoint

import (
	"context"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// settle puts the bystanders on the target: users and a group that nobody asks for and nobody may touch. They are there from
// the first check to the last, so ignoring a filter, a path or a list of members shows. What cannot be made is left out; the
// checks of the create stage say why.
func (t *Target) settle(ctx context.Context) {
	c := suites.NewT(suites.Spec{ID: "bystanders", Level: result.Informational})
	r, err := newRig(ctx, c, t, wire.Default)
	if err != nil {
		return
	}
	const bystanders = 4
	for range bystanders {
		a, answer := r.Post(ctx)
		if answer.Status == 0 {
			return
		}
		if a.ID != "" {
			t.extras = append(t.extras, a)
		}
	}
	if _, asked := t.first[groups]; !asked || len(t.extras) == 0 {
		return
	}
	request := r.Compose.CreateGroup([]wire.Attribute{{Path: "displayName", Value: r.names.group("Bystanders")}})
	made, err := r.Send(ctx, request).JSON()
	if err != nil || made.ID() == "" {
		return
	}
	for _, one := range r.Compose.AddMembers(made.ID(), []string{t.extras[0].ID}) {
		r.Send(ctx, one)
	}
}

// Bystanders are users on the target whom no check touches. The check is blocked when the target took none.
func (r *Rig) Bystanders() []*Account {
	if len(r.target.extras) == 0 {
		r.Block("endpoint.create.user", "the target took none of the users it was given before the first check")
	}
	return r.target.extras
}
