package endpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// standardParts are the checks of RFC 7643, RFC 7644 and RFC 9865 that belong to no stage of the life cycle. What the stages judge
// of the standard is theirs alone; [Requirements] says which check judges what.
var standardParts = []func() []Check{resourceChecks, messageChecks, putChecks, patchRuleChecks, filterGrammarChecks, projectionChecks, windowChecks, describedChecks, advertisedChecks, sortChecks, versionChecks, cursorChecks, bulkChecks}

// standardSpec is the spec of a check of the standard. Its level follows docs/decisions: a MUST that Entra does not depend on is recommended,
// a SHOULD or MAY is informational.
func standardSpec(topic string, level result.Level, title, why, fix string, sources ...string) suites.Spec {
	return suites.Spec{
		ID: "endpoint.rfc." + topic, Title: title, Level: level, Breaks: breaksRFC, Sources: sources, Why: why, Fix: fix,
	}
}

// needing is a spec with needs.
func needing(spec suites.Spec, ids ...string) suites.Spec {
	spec.Needs = ids
	return spec
}

// object is a JSON object that a check writes by hand.
type object map[string]any

// ask sends a request of the check's own making: body is nil, text that is sent as it is, or what is encoded as JSON; headers come as
// name and value in turns.
func (r *Rig) ask(ctx context.Context, method, target string, body any, headers ...string) Answer {
	request := wire.Request{Method: method, Target: target}
	switch b := body.(type) {
	case nil:
	case string:
		request.Body, request.ContentType = []byte(b), wire.ContentType
	default:
		request.Body, request.ContentType = must(json.Marshal(b)), wire.ContentType
	}
	if len(headers) == 0 {
		a := r.asked(ctx, r.Send(ctx, request))
		if a.Status == http.StatusUnsupportedMediaType {
			r.Block("endpoint.create.content-type", method+" was answered "+a.String())
		}
		return a
	}
	header := http.Header{}
	for pair := range slices.Chunk(headers, 2) {
		header.Set(pair[0], pair[1])
	}
	return r.asked(ctx, r.SendAs(ctx, r.As(r.target.config.Token, header), request))
}

func (r *Rig) asked(ctx context.Context, a Answer) Answer {
	r.lockedOut(ctx, a)
	return a
}

// patch sends operations. RFC 7644 writes their names in small letters; a server that reads only Entra's capitals is asked in those, for
// that is the finding of another check.
func (r *Rig) patch(ctx context.Context, a *Account, operations ...object) Answer {
	answer := r.ask(ctx, http.MethodPatch, a.path(), patchOf(operations))
	if answer.Status != http.StatusBadRequest {
		return answer
	}
	capital := make([]object, len(operations))
	for i, o := range operations {
		capital[i] = object{}
		for name, v := range o {
			if text, ok := v.(string); ok && name == "op" && text != "" {
				v = strings.ToUpper(text[:1]) + text[1:]
			}
			capital[i][name] = v
		}
	}
	if again := r.ask(ctx, http.MethodPatch, a.path(), patchOf(capital)); again.OK() || scimTypeOf(answer) == scim.InvalidSyntax && scimTypeOf(again) != scim.InvalidSyntax {
		return again
	}
	return answer
}

func scimTypeOf(a Answer) string {
	body, _ := a.JSON()
	return body.String("scimType")
}

func patchOf(operations []object) object {
	return object{"schemas": []string{scim.PatchOpURN}, "Operations": operations}
}

// userDocument is a user as JSON with a name nobody else has.
func (r *Rig) userDocument(more object) (object, *Account) {
	p := r.names.person()
	document := object{
		"schemas": []string{scim.UserURN}, "userName": p.upn, "externalId": p.nick, "displayName": p.display(), "active": true,
		"name": object{"givenName": p.given, "familyName": p.family},
	}
	maps.Copy(document, more)
	return document, &Account{Kind: users, Name: p.upn, Display: p.display(), Nick: p.nick}
}

// post makes a user of a document. What cannot be made is left to the check to judge.
func (r *Rig) post(ctx context.Context, more object) (*Account, Answer) {
	document, a := r.userDocument(more)
	answer := r.ask(ctx, http.MethodPost, "/Users", document)
	if made, err := answer.JSON(); err == nil && answer.OK() {
		a.ID = made.ID()
	}
	return a, answer
}

// posted is post as a given.
func (r *Rig) posted(ctx context.Context, more object) *Account {
	a, answer := r.post(ctx, more)
	if a.ID == "" {
		r.Made(ctx) // when nobody can be made at all, that is another check's finding
		r.Block("endpoint.create.user", "POST /Users was answered "+answer.String())
	}
	return a
}

// advertised says what ServiceProviderConfig tells of a feature; told is false when it tells nothing.
func (r *Rig) advertised(feature string) (supported, told bool) {
	config, err := r.target.discovery.config.JSON()
	if err != nil || !r.target.discovery.config.OK() {
		return false, false
	}
	supported, told = member(mapIn(config, feature), "supported").(bool)
	return supported, told
}

// NeedsFeature skips the check when ServiceProviderConfig does not say that an optional feature is there.
func (r *Rig) NeedsFeature(feature string) {
	if supported, _ := r.advertised(feature); !supported {
		r.Skip("ServiceProviderConfig does not advertise " + feature)
	}
}

func mapIn(object map[string]any, name string) map[string]any {
	m, _ := member(object, name).(map[string]any)
	return m
}

// lacks matches a [View] in which an attribute has no value.
func lacks(path string) worded[View] {
	return worded[View]{
		Want: "no " + path,
		OK: func(v View) bool {
			have, ok := v.Get(path)
			list, many := have.([]any)
			return !ok || have == nil || have == "" || many && len(list) == 0
		},
		Got: func(v View) string { return v.words(path) },
	}
}

// badRequest matches an [Answer] that refuses what was asked with 400.
func badRequest() worded[Answer] {
	return worded[Answer]{Want: "400 with a SCIM error", OK: func(a Answer) bool { return a.Status == http.StatusBadRequest }, Got: Answer.String}
}

// status matches an [Answer] with one of the statuses, told with what it means.
func status(meaning string, statuses ...int) worded[Answer] {
	words := make([]string, len(statuses))
	for i, s := range statuses {
		words[i] = strconv.Itoa(s)
	}
	return worded[Answer]{
		Want: fmt.Sprintf("%s (%s)", strings.Join(words, " or "), meaning),
		OK:   func(a Answer) bool { return a.Err == nil && slices.Contains(statuses, a.Status) }, Got: Answer.String,
	}
}

// getRequest is a GET whose 401 and 403 are the answer to judge.
func getRequest(target string) wire.Request {
	return wire.Request{Method: http.MethodGet, Target: target}
}
