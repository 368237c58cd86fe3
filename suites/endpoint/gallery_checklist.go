package endpoint

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/suites"
)

// checklistChecks are what a listing asks for beside the tests, each as a check of its own.
// Source: learn.microsoft.com/entra/identity/enterprise-apps/app-gallery-user-provisioning-requirements.
func checklistChecks() []Check {
	item := func(id, title string, level result.Level, why, fix string, run func(ctx context.Context, r *Rig), from ...string) Check {
		return Check{Spec: suites.Spec{
			ID: "endpoint.gallery." + id, Title: title, Level: level, Breaks: breaksGallery, Once: true, Why: why, Fix: fix, Sources: append(sources(learnRequirements), from...),
		}, Run: run}
	}
	after := func(c Check, causes ...string) Check {
		c.Causes = causes
		return c
	}
	return []Check{
		item("groups", "There are groups, which a listing asks for", result.Recommended,
			"Seven of Microsoft's 25 tests are about groups and fail where /Schemas names no Group: one page calls groups recommended, the tests themselves and their troubleshooting page make them mandatory. Entra itself provisions applications without groups.",
			"Serve /Groups with POST, GET, PATCH and DELETE, and name Group in /ResourceTypes and urn:ietf:params:scim:schemas:core:2.0:Group in /Schemas.",
			func(_ context.Context, r *Rig) { r.offersGroups() }, galleryTests, learnTroubleshoot),
		after(item("schema-canonical-values", "/Schemas lists the types of addresses and numbers as canonicalValues", result.Required,
			"An attribute of the mapping such as emails[type eq \"work\"].value is only discovered where the type of emails lists work. Missing canonicalValues are among the documented reasons for failing.",
			"Give the sub-attribute type of emails, phoneNumbers and addresses canonicalValues with work, and with mobile and fax for numbers.",
			canonicalValues, learnTroubleshoot, rfc7643("7")), "endpoint.connect.schemas"),
		item("schema-no-null", "/Schemas has no member whose value is null", result.Recommended,
			"Members that are null have broken Microsoft's discovery of attributes: nothing can be mapped.", "Leave out of GET /Schemas what has no value.",
			noNull, learnTroubleshoot),
		item("token-life", "An access token lives 60 to 360 minutes", result.Required,
			"A token that is shorter-lived than a cycle interrupts provisioning; one that lives for days is the long-lived secret that listings no longer admit.", "Give expires_in between 3600 and 21600 seconds with every access token.",
			func(ctx context.Context, r *Rig) {
				given, answer := r.tokenFor(ctx, r.withSecret(r.needsSecret()))
				r.That("an access token lives 60 to 360 minutes", given.life, livesWell(), answer.Shown)
			}, galleryTests),
		after(item("wrong-secret", "A wrong client secret is refused at the token endpoint", result.Required,
			"A token endpoint that gives tokens for any secret lets everybody in.", "Compare the secret and answer 401 with the error invalid_client.",
			func(ctx context.Context, r *Rig) {
				o := *r.needsSecret()
				r.tokenFor(ctx, r.withSecret(&o)) // with the right one
				o.ClientSecret = r.names.uuid()
				r.refusedToken(ctx, "a wrong secret", r.withSecret(&o))
			}, "https://www.rfc-editor.org/rfc/rfc6749#section-5.2"), "endpoint.gallery.token-life"),
		after(item("assertion-forged", "An assertion with a wrong signature is refused at the token endpoint", result.Required,
			"Whoever can write a JWT can write anybody's name into it: the signature is all that tells Entra from the rest of the world.", "Verify the signature of client_assertion with the issuer's published keys, and its aud and exp, before anything else.",
			func(ctx context.Context, r *Rig) {
				f := r.needsFederation()
				r.tokenFor(ctx, r.withAssertion(ctx, f, ""))
				r.refusedToken(ctx, "an assertion with a wrong signature", r.withAssertion(ctx, f, strings.Repeat("A", 86)))
			}, "https://www.rfc-editor.org/rfc/rfc7523#section-3"), "endpoint.gallery.federated-identity-test"),
	}
}

// refusedToken fails the check when the token endpoint gives a token.
func (r *Rig) refusedToken(ctx context.Context, what string, t tokenRequest) {
	a := r.askToken(ctx, t)
	shown := answerOf(a.Shown)
	if a.Status == http.StatusTooManyRequests {
		r.Skip("the token endpoint refuses requests for being too many, whatever they say: " + shown.String())
	}
	r.That(what+" is refused at the token endpoint", a, worded[Answer]{
		Want: "status 400, 401 or 403 without a token",
		OK:   func(a Answer) bool { return a.Status/100 == 4 && readToken(a).access == "" },
		Got:  func(Answer) string { return shown.String() },
	}, a.Shown)
}

func canonicalValues(_ context.Context, r *Rig) {
	if !r.target.discovery.told() {
		r.Skip("the target has no /Schemas, which endpoint.connect.schemas is about")
	}
	core := r.target.discovery.known[strings.ToLower(scim.UserURN)]
	var missing []string
	for _, wanted := range []struct {
		name  string
		paths map[string]string // by type
	}{
		{"emails", map[string]string{"work": workMail}},
		{"phoneNumbers", map[string]string{"work": workPhone, "mobile": mobilePhone, "fax": faxPhone}},
		{"addresses", map[string]string{"work": workAddress + "streetAddress"}},
	} {
		for i := range core.Attributes {
			a := &core.Attributes[i]
			if !strings.EqualFold(a.Name, wanted.name) || len(a.SubAttributes) == 0 {
				continue
			}
			kind, _ := a.Sub("type")
			for _, one := range slices.Sorted(maps.Keys(wanted.paths)) {
				if _, left := r.target.shape.lacking(wanted.paths[one]); left {
					continue // nobody maps it
				}
				if kind == nil || !holdsFold(kind.CanonicalValues, one) {
					missing = append(missing, wanted.name+".type "+one)
				}
			}
		}
	}
	r.That("the types of emails, phoneNumbers and addresses list what Entra's mapping selects as canonicalValues", missing, worded[[]string]{
		Want: "canonicalValues with work, mobile and fax", OK: func(m []string) bool { return len(m) == 0 },
		Got: func(m []string) string { return "missing: " + strings.Join(m, ", ") },
	}, r.target.discovery.schemas.Shown)
}

func holdsFold(all []string, one string) bool {
	for _, v := range all {
		if strings.EqualFold(v, one) {
			return true
		}
	}
	return false
}

func noNull(_ context.Context, r *Rig) {
	a := r.target.discovery.schemas
	object, err := a.JSON()
	if !a.OK() || err != nil || len(r.target.discovery.known) == 0 {
		r.Skip("the target has no /Schemas, which endpoint.connect.schemas is about")
	}
	var found []string
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch in := v.(type) {
		case map[string]any:
			for name, one := range in {
				if one == nil && len(found) < 5 {
					found = append(found, at+"."+name)
				}
				walk(at+"."+name, one)
			}
		case []any:
			for i, one := range in {
				walk(fmt.Sprintf("%s[%d]", at, i), one)
			}
		}
	}
	walk("$", map[string]any(object))
	r.That("no member of /Schemas is null", found, worded[[]string]{
		Want: "no null", OK: func(f []string) bool { return len(f) == 0 }, Got: func(f []string) string { return "null at " + strings.Join(f, ", ") },
	}, a.Shown)
}
