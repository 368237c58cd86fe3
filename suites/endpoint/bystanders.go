package endpoint

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// settle puts the bystanders on the target: users and a group that nobody asks for and nobody may touch. They are there from
// the first check to the last, so ignoring a filter, a path or a list of members shows. What cannot be made is left out; the
// checks of the create stage say why.
func (t *Target) settle(ctx context.Context) {
	r, first, answer := t.firstUser(ctx)
	if r == nil || answer.Status == 0 {
		return
	}
	if first.ID != "" {
		t.extras = append(t.extras, first)
	}
	const more = 3
	for range more {
		a, answer := r.Post(ctx)
		if answer.Status == 0 {
			return
		}
		if a.ID != "" {
			t.extras = append(t.extras, a)
		}
	}
	if len(t.extras) == 0 {
		return
	}
	// On an empty target a filter that is ignored finds nobody either. Now there is somebody to find.
	if f := foundIn(r.Send(ctx, r.Nobody())); f.Total > 0 {
		t.first[users] = f
	}
	if !t.discovery.told() {
		t.discovery.roleless = !r.takesRoles(ctx)
	} else {
		t.taken = r.takes(ctx)
	}
	if _, asked := t.first[groups]; !asked || t.shape.noTeams != "" {
		return
	}
	request := r.Compose.CreateGroup([]wire.Attribute{{Path: "displayName", Value: r.names.group("Bystanders")}})
	answer = r.Send(ctx, request)
	if len(t.discovery.endpoints) == 0 && nothingThere(answer.Status) {
		t.discovery.groupless = true // it finds no groups because it can have none
		return
	}
	made, err := answer.JSON()
	if err != nil || made.ID() == "" {
		return
	}
	if f := r.FindBy(ctx, groups, "displayName", r.names.uuid()); f.Total > 0 {
		t.first[groups] = f
	}
	for _, one := range r.Compose.AddMembers(made.ID(), []string{t.extras[0].ID}) {
		r.Send(ctx, one)
	}
}

// firstUser makes the first user of the run. A target that has one of that name keeps users of an earlier run with the same seed, which
// was cut off, or serves another run at this moment: then this run takes names of its own, and says so.
func (t *Target) firstUser(ctx context.Context) (*Rig, *Account, Answer) {
	const tries = 3
	for try := 1; ; try++ {
		c := suites.NewT(suites.Spec{ID: "bystanders", Level: result.Informational})
		r, err := newRig(ctx, c, t, wire.Default)
		if err != nil {
			return nil, nil, Answer{}
		}
		first, answer := r.Post(ctx)
		if answer.Status != http.StatusConflict || try == tries {
			return r, first, answer
		}
		t.rename()
	}
}

// rename gives the names of this run a beginning that no other run has.
func (t *Target) rename() {
	// Not an extension of the old prefix: whose prefix a name carries is whose it is.
	t.config.Prefix = "rehearse-" + strings.ToLower(rand.Text()[:6])
	t.inventory.prefix = strings.ToLower(t.config.Prefix)
	t.adaptations = append(t.adaptations, "Names of another run with this seed are on the target, left by a run that was cut off or made by one that goes on now: the names of this run begin with "+t.config.Prefix+".")
}

// takesRoles says whether a user made with a role has it. No schema says whether roles are there to be had, and Entra writes them
// only when an administrator has mapped them.
func (r *Rig) takesRoles(ctx context.Context) bool {
	a, post := r.Post(ctx, attribute(primaryRole, licences[0]))
	if a.ID == "" {
		return post.Status/100 != 4
	}
	shown, err := r.Get(ctx, a).JSON()
	return err != nil || len(elements(shown, "roles")) > 0
}

// Bystanders are users on the target whom no check touches. The check is blocked when the target took none.
func (r *Rig) Bystanders() []*Account {
	if r.target.config.ReadOnly {
		r.Skip("nothing is written (--read-only), and it needs users of the run's own")
	}
	if len(r.target.extras) == 0 {
		r.Block("endpoint.create.user", "the target took none of the users it was given before the first check")
	}
	return r.target.extras
}
