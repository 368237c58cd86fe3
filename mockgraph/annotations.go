package mockgraph

import (
	"net/http"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// Graph says little about what it refuses, and its words stay as they are. What would help is noted with the recorded exchange, where the admin
// API shows it.

// remark notes something with the exchange of a call.
func (c *call) remark(n exchange.Note) {
	c.noted = true
	exchange.Annotate(c.r.Context(), n)
}

// held are the permissions of the token.
func (c *call) held() []string {
	if c.claims == nil {
		return nil
	}
	if c.claims.AppOnly {
		return c.claims.Roles
	}
	return c.claims.Scopes
}

// denies notes why a permission does not do, and refuses.
func (c *call) denies(what string, d permission.Decision) error {
	n := exchange.Note{Needed: d.AnyOf, Held: c.held()}
	kind := "delegated"
	if c.claims.AppOnly {
		kind = "application"
	}
	switch {
	case d.Allowed && d.OwnOnly:
		n.Text = what + " is allowed with " + d.Used + " for the caller's own objects only, and the target is not one. For others one of the needed " + kind + " permissions will do."
	case d.Allowed:
		n.Text = what + " is allowed with " + d.Used + ", but the signed-in user lacks the directory role or the ownership that it takes besides."
	case len(d.AnyOf) == 0:
		n.Text = what + " is not to be had with any " + kind + " permission; sign in the other way: with a user, or as the application itself."
	default:
		n.Text = what + " takes one of the needed " + kind + " permissions, the first being the least; the token has none of them."
	}
	c.remark(n)
	return denied()
}

// explain notes with a refused call what is not noted yet.
func (c *call) explain() {
	if c.noted || c.reply.status != http.StatusForbidden || c.code != directory.CodeDenied || c.claims == nil {
		return
	}
	n := exchange.Note{Held: c.held(), Text: "The call itself is allowed"}
	if c.used != "" {
		n.Text += " with " + c.used
	}
	n.Text += ", but not for this target or with these properties: they take a further permission or, of a signed-in user, a directory role."
	c.remark(n)
}

// maxMistyped bounds the words that are compared.
const maxMistyped = 64

// meant returns the path a mistyped one comes nearest to, with the version before it, "" when none is near.
func (t *Tenant) meant(version string, segments []string) string {
	best, nearest := "", 0
	for template := range t.routing.endpoints {
		path, distance := likened(strings.Split(strings.TrimPrefix(template, "/"), "/"), segments)
		if path != "" && (best == "" || distance < nearest || distance == nearest && path < best) {
			best, nearest = path, distance
		}
	}
	if best == "" {
		return ""
	}
	return "/" + version + best
}

// likened fills a template with the keys of a path that has the same form, and says how far its words are from those of the path; "" when a
// word is too far.
func likened(template, segments []string) (path string, distance int) {
	if len(template) != len(segments) {
		return "", 0
	}
	filled := make([]string, 0, len(template))
	for i, want := range template {
		got := segments[i]
		switch {
		case want == "{cast}", want == "{property}", len(got) > maxMistyped:
			return "", 0
		case isVariable(want):
			filled = append(filled, got)
			continue
		}
		far := levenshtein.ComputeDistance(strings.ToLower(want), strings.ToLower(got))
		if far > 2 || 2*far >= len(want) {
			return "", 0
		}
		distance += far
		filled = append(filled, want)
	}
	return "/" + strings.Join(filled, "/"), distance
}

// didYouMean is a sentence for a path that may be mistyped, "" for none.
func didYouMean(path string) string {
	if path == "" {
		return ""
	}
	return " Did you mean " + path + "?"
}
