package endpoint

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// defenceParts are the checks of credentials, transport and hostile input. That a wrong and a missing token are refused at all is judged in the
// quarantine stage, on which those of credentials here depend.
var defenceParts = []func() []Check{doorChecks, tokenChecks, tenantChecks, transportChecks, injectionChecks, hostileFilterChecks, bodyChecks, secrecyChecks}

// Where the rules of this pack come from, besides RFC 7643 and RFC 7644.
const (
	rfc6750Query    = "https://www.rfc-editor.org/rfc/rfc6750#section-2.3"
	rfc6750Threats  = "https://www.rfc-editor.org/rfc/rfc6750#section-5"
	rfc8259Numbers  = "https://www.rfc-editor.org/rfc/rfc8259#section-6"
	rfc8259Nesting  = "https://www.rfc-editor.org/rfc/rfc8259#section-9"
	rfc8259Members  = "https://www.rfc-editor.org/rfc/rfc8259#section-4"
	rfc8996         = "https://www.rfc-editor.org/rfc/rfc8996"
	rfc9110TooLarge = "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14"
	cweInjection    = "https://cwe.mitre.org/data/definitions/74.html"
	cweErrors       = "https://cwe.mitre.org/data/definitions/209.html"
	cweResources    = "https://cwe.mitre.org/data/definitions/400.html"
	learnTLS        = learnSCIM + "#security-requirements"
)

// The checks that own a server that lets everybody in.
const (
	wrongToken   = "endpoint.quarantine.wrong-token"   //nolint:gosec // the id of a check
	missingToken = "endpoint.quarantine.missing-token" //nolint:gosec // the id of a check
)

// defenceSpec is the spec of a check of this pack. Required is what lets somebody in who should not be, or joins people to accounts of others;
// what makes an attack merely easier is recommended.
func defenceSpec(topic string, level result.Level, title, why, fix string, sources ...string) suites.Spec {
	breaks := breaksRFC
	if level == result.Required {
		breaks = breaksEntra
	}
	return suites.Spec{
		ID: "endpoint.security." + topic, Title: title, Level: level, Breaks: breaks, Packs: security, Sources: sources, Why: why, Fix: fix,
	}
}

// defending puts a check of the standard into the pack as well.
func defending(spec suites.Spec) suites.Spec {
	spec.Packs = append(spec.Packs, suites.Security)
	return spec
}

// guarded is a spec of a check that sends bad credentials: alone, as a server may shut the caller out for a while, and only if a server asks
// for a token at all.
func guarded(spec suites.Spec, needs ...string) suites.Spec {
	spec.Needs, spec.Exclusive = needs, true
	return spec
}

// caused is a spec with the checks that own what may break it.
func caused(spec suites.Spec, by ...string) suites.Spec {
	spec.Causes = by
	return spec
}

// hasGroups says whether groups are made on the target: it has some, and the job provisions them.
func (r *Rig) hasGroups() bool { return r.target.shape.noTeams == "" && r.target.discovery.hasGroups() }

// refusal matches an [Answer] that does not do what was asked.
func refusal() worded[Answer] {
	return worded[Answer]{Want: "a refusal (401)", OK: func(a Answer) bool { return !a.OK() }, Got: Answer.String}
}

// handWritten is a request of a check's own making.
func handWritten(method, target string, body any) wire.Request {
	request := wire.Request{Method: method, Target: target}
	if body != nil {
		request.Body, request.ContentType = must(json.Marshal(body)), wire.ContentType
	}
	return request
}

// stillThere judges that the target answers what it has answered before, after something hostile.
func (r *Rig) stillThere(ctx context.Context, after string, shown Answer) {
	a := r.Send(ctx, r.Nobody())
	r.lockedOut(ctx, a)
	r.That("after "+after+" the target answers as before", a, answered(http.StatusOK), shown.Shown, a.Shown)
}
