package endpoint

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// projection is a row of the table of attributes and excludedAttributes: what the answer to a query shows and what not.
type projection struct {
	topic, title, query string
	shows, lacks        []string
	listed              bool // asked of a list and not of one user
	level               result.Level
}

// projections is the table: RFC 7644 §3.4.2.5 and §3.9, RFC 7643 §7 (returned).
func projections() []projection {
	const must = result.Recommended
	return []projection{
		{"attributes", "attributes leaves everything else out", "attributes=userName", []string{"userName"}, []string{"displayName", "name"}, false, must},
		{"attributes-always", "attributes does not leave the id out", "attributes=displayName", []string{"id", "displayName"}, nil, false, must},
		{"attributes-schemas", "attributes does not leave schemas out", "attributes=displayName", []string{"schemas", "displayName"}, nil, false, must},
		{"attributes-part", "attributes can name a part of a complex attribute", "attributes=name.familyName", []string{"name.familyName"}, []string{"name.givenName", "userName"}, false, must},
		{"attributes-urn", "attributes can name an attribute with its URN", "attributes=urn:ietf:params:scim:schemas:core:2.0:User:userName", []string{"userName"}, []string{"displayName"}, false, must},
		{"attributes-list", "attributes works on a list as on one user", "attributes=userName", []string{"userName"}, []string{"displayName", "name"}, true, must},
		{"excluded", "excludedAttributes leaves an attribute out and nothing else", "excludedAttributes=displayName", []string{"userName", "name.familyName"}, []string{"displayName"}, false, must},
		{"excluded-always", "excludedAttributes does not leave the id out", "excludedAttributes=id,displayName", []string{"id", "userName"}, nil, false, must},
		{"excluded-list", "excludedAttributes works on a list as on one user", "excludedAttributes=displayName", []string{"userName"}, []string{"displayName"}, true, must},
	}
}

func projectionChecks() []Check {
	var all []Check
	for _, p := range projections() {
		spec := standardSpec("return-"+p.topic, p.level, p.title,
			"Clients ask for what they need, as Entra does when it asks for groups without their members. More than that costs time; less of it breaks them.",
			"Apply attributes and excludedAttributes to every answer with a resource; id and what else has returned: always stays.", rfc7644("3.4.2.5"), rfc7644("3.9"), rfc7643("7"))
		all = append(all, Check{Spec: spec, Run: p.run})
	}
	const first, excluded = "endpoint.rfc.return-attributes", "endpoint.rfc.return-excluded"
	for i, c := range all {
		for _, need := range []string{first, excluded} {
			if strings.HasPrefix(c.ID, need+"-") {
				all[i].Needs = needs(need)
			}
		}
	}
	return append(all, Check{
		Spec: needing(standardSpec("return-on-write", result.Recommended, "attributes shapes the answer to a POST as well",
			"A client that makes many users need not read them all back.", "Apply attributes to the answers of POST, PUT and PATCH.", rfc7644("3.9")), first),
		Run: func(ctx context.Context, r *Rig) {
			document, a := r.userDocument(nil)
			post := r.ask(ctx, http.MethodPost, "/Users?attributes=userName", document)
			r.remember(post, a)
			if !post.OK() {
				r.posted(ctx, nil)
			}
			r.Must("POST /Users?attributes=userName is accepted", post, accepted(), post.Shown)
			shown, _ := post.JSON()
			v := View{shown, post.Shown}
			r.That("the answer to POST /Users?attributes=userName shows userName", v, shows("userName", a.Name), v.Shown)
			if !r.target.discovery.always("displayName") {
				r.That("the answer to POST /Users?attributes=userName shows no displayName", v, lacks("displayName"), v.Shown)
			}
		},
	})
}

func (p projection) run(ctx context.Context, r *Rig) {
	a := r.posted(ctx, nil)
	whole := r.Read(ctx, a)
	var v View
	if p.listed {
		f := foundIn(r.ask(ctx, http.MethodGet, "/Users?filter="+url.QueryEscape(`userName eq "`+a.Name+`"`)+"&"+p.query, nil))
		if len(f.Resources) != 1 {
			r.Block("endpoint.create.filter-exact", "a filter for "+a.Name+" was answered with "+f.String())
		}
		v = View{f.Resources[0], f.Shown}
	} else {
		answer := r.ask(ctx, http.MethodGet, a.path()+"?"+p.query, nil)
		r.Must("GET /Users/{id}?"+p.query+" is answered 200", answer, answered(http.StatusOK), answer.Shown)
		shown, _ := answer.JSON()
		v = View{shown, answer.Shown}
	}
	for _, path := range p.shows {
		if path == "schemas" { // those whose attributes are all left out need not be named
			r.That("with "+p.query+" schemas is returned", member(v.Resource, path), gomega.ContainElement(scim.UserURN), v.Shown)
			continue
		}
		want, ok := whole.Get(path)
		if !ok && !r.Has(path) && len(p.shows) > 1 {
			continue
		}
		if !ok && !r.Has(path) {
			r.Skip("the target's /Schemas names no " + path)
		}
		if !ok {
			r.Block("endpoint.create.core-values", "the user does not show "+path)
		}
		r.That("with "+p.query+" "+path+" is returned", v, shows(path, want), v.Shown)
	}
	if len(p.lacks) == 0 {
		return
	}
	// What is never shown cannot be left out, and what the schema calls always returned must not be: RFC 7643 §7.
	leaves := slices.DeleteFunc(slices.Clone(p.lacks), func(path string) bool {
		_, shown := whole.Get(path)
		return !shown || r.target.discovery.always(path)
	})
	if len(leaves) == 0 {
		r.Skip("the target shows none of " + strings.Join(p.lacks, ", ") + ", or its /Schemas says that it always does")
	}
	for _, path := range leaves {
		_, there := v.Get(path)
		r.That("with "+p.query+" "+path+" is left out", there, gomega.BeFalse(), v.Shown)
	}
}
