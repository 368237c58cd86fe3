package endpoint

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// nullTest writes empty texts and nulls over every optional attribute of the mapping.
func nullTest() test {
	return test{
		name: "SCIM_Null_Update_Test", title: "PATCH with an empty text, then with null, takes the value of each optional attribute away",
		why: asked + "Administrators clear titles and telephone numbers. Entra's own cycles send nothing for what is empty, so a value that cannot be cleared stays for ever.",
		fix: "Read an empty text and null as the value of an optional attribute, also of one part of a typed element, as \"no value\", and answer with 200 or 204.",
		covers: join(clearIDs(), []string{
			"endpoint.sync.many-operations", "endpoint.sync.enterprise", "endpoint.sync.replace",
			"endpoint.sync.phone-absent-replace", "endpoint.sync.email-typed",
		}, coversCreate), within: aboutUsers,
		run: func(ctx context.Context, r *Rig) {
			ada, _ := r.madeDirectly(ctx, mappedUser(r)...)
			paths := r.clearable()
			if len(paths) == 0 {
				r.Skip("the target has no optional attribute of Entra's default mapping")
			}
			for _, phase := range []struct {
				name string
				with any
			}{{"Empty String", ""}, {"Null", json.RawMessage("null")}} {
				r.cleared(ctx, phase.name, ada, phase.with, paths)
			}
		},
	}
}

// clearable are the paths that can be taken away: the optional texts of the mapping that the target has, but for what people are found by.
func (r *Rig) clearable() []string {
	var paths []string
	for _, v := range mappedTexts() {
		if r.Has(v.path) && !r.target.discovery.requires(v.path) && !strings.EqualFold(v.path, r.target.shape.match) {
			paths = append(paths, v.path)
		}
	}
	return paths
}

// cleared fails the check unless a PATCH with a value over each path is taken and leaves none of them.
func (r *Rig) cleared(ctx context.Context, phase string, a *Account, with any, paths []string) {
	ops := make([]Op, len(paths))
	for i, path := range paths {
		ops[i] = Op{"Replace", path, with}
	}
	answer := r.Patch(ctx, a, ops...)
	r.Must("["+phase+" Phase] PATCH of every optional attribute is answered 200 or 204", answer, answered(http.StatusOK, http.StatusNoContent), answer.Shown)
	v := r.look(ctx, phase, a)
	var left []string
	for _, path := range paths {
		if have, ok := v.Get(path); ok && !empty(have) {
			left = append(left, v.words(path))
		}
	}
	r.Must("["+phase+" Phase] after it GET shows no value of any of them", left, worded[[]string]{
		Want: "null, an empty text or nothing",
		OK:   func(left []string) bool { return len(left) == 0 },
		Got:  func(left []string) string { return strings.Join(left[:min(len(left), 5)], ", ") },
	}, answer.Shown, v.Shown)
}

// empty says whether a value counts as none.
func empty(v any) bool {
	switch have := v.(type) {
	case nil:
		return true
	case string:
		return have == ""
	case []any:
		return len(have) == 0
	}
	return false
}

// requires says whether the target's own schema requires an attribute.
func (d *discovery) requires(path string) bool {
	urn, rest := scim.UserURN, path
	if at := strings.LastIndex(path, ":"); at >= 0 && strings.HasPrefix(strings.ToLower(path), "urn:") {
		urn, rest = path[:at], path[at+1:]
	}
	name, sub, _ := strings.Cut(rest, ".")
	name, _, _ = strings.Cut(name, "[")
	schema := d.known[strings.ToLower(urn)]
	for i := range schema.Attributes {
		a := &schema.Attributes[i]
		if !strings.EqualFold(a.Name, name) {
			continue
		}
		if part, ok := a.Sub(sub); ok && (part.Required || a.Required && !a.MultiValued) {
			return part.Required
		}
		return a.Required && sub == ""
	}
	return false
}
