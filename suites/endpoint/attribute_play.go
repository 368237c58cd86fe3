package endpoint

import (
	"bytes"
	"context"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// player plays the scene of the attributes: one person through cycles, and people of requests of their own, as Microsoft's null-update test makes
// them.
type player struct {
	*Rig

	rows     []attributeRow // those the target has, as far as it tells
	verdicts map[string]verdict
}

// play fills in what each check of the table is to be told.
func (r *Rig) play(ctx context.Context, verdicts map[string]verdict) {
	p := &player{Rig: r, verdicts: verdicts}
	for _, a := range attributeRows() {
		if r.Has(a.path) {
			p.rows = append(p.rows, a)
		}
	}
	p.throughCycles(ctx)
	for _, form := range []struct {
		clear wire.ClearForm
		words string
	}{{wire.ClearEmptyText, "an empty text"}, {wire.ClearNull, "null"}} {
		p.cleared(ctx, form.clear, form.words)
	}
	p.lengthy(ctx)
	p.roots()
}

// secondElements stand beside those the mapping writes, and have to stay as they are.
func (p *player) secondElements(who person) []value {
	var seconds []value
	if p.Has("emails") {
		seconds = append(seconds, value{homeMail, "home." + who.upn})
	}
	if p.Has("addresses") {
		seconds = append(seconds, value{homeAddress + "locality", "Leeds"})
	}
	return seconds
}

// somebody makes a user with the values and second elements, and returns what the target shows. A target may refuse second elements.
func (p *player) somebody(ctx context.Context, who person, values map[string]string) (*Account, View) {
	attributes := []wire.Attribute{
		attribute("userName", who.upn), attribute("displayName", who.display()), attribute("name.givenName", who.given),
		attribute("name.familyName", who.family), attribute("externalId", who.nick),
	}
	for _, a := range p.rows {
		if v := values[a.path]; v != "" {
			attributes = append(attributes, attribute(a.path, v))
		}
	}
	plain := len(attributes)
	for _, s := range p.secondElements(who) {
		attributes = append(attributes, attribute(s.path, s.want))
	}
	made, post := p.Post(ctx, attributes...)
	if !post.OK() {
		p.lockedOut(ctx, post)
		made = p.Made(ctx, attributes[:plain]...)
	}
	return made, p.Read(ctx, made)
}

// throughCycles changes every attribute of one person by what an administrator does in the tenant.
func (p *player) throughCycles(ctx context.Context) {
	who := p.names.person()
	valuesOf := func(value func(attributeRow) string) map[string]string {
		values := map[string]string{}
		for _, a := range p.rows {
			values[a.path] = who.of(a, value(a))
		}
		return values
	}
	plain := valuesOf(func(a attributeRow) string { return a.plain })
	there, shown := p.somebody(ctx, who, plain)
	kept := p.keptOf(shown, plain, actChange, actUnicode, actExact)
	p.Joinable(ctx, there)

	in := func(values map[string]string) map[string]any {
		return properties(attributeRows(), func(a attributeRow) string { return values[a.path] })
	}
	ada := p.NewUser(in(plain))
	p.Change(ada, map[string]any{"userPrincipalName": there.Name})
	p.Assign(ada)
	sent := p.Cycle(ctx)
	p.Provisioned(ctx, sent, ada)
	if ada.ID != there.ID {
		p.Block("endpoint.create.match-existing", "the service did not join the user who was there")
	}
	changed := valuesOf(func(a attributeRow) string { return a.changed })
	special := valuesOf(func(a attributeRow) string {
		if a.special == "" {
			return a.plain
		}
		return a.special
	})
	p.Change(ada, in(changed))
	first := p.round(ctx, ada, kept, changed, actChange)
	p.Change(ada, in(special))
	p.round(ctx, ada, first, special, actUnicode, actExact)
	p.Change(ada, in(changed))
	p.back(ctx, ada, first, changed)
}

// keptOf gives the rows whose values the target shows after a POST. The others are the business of the checks of creation.
func (p *player) keptOf(shown View, values map[string]string, acts ...string) []attributeRow {
	var kept []attributeRow
	for _, a := range p.rows {
		if values[a.path] == "" {
			continue
		}
		if shows(a.path, values[a.path]).OK(shown) {
			kept = append(kept, a)
			continue
		}
		for _, act := range acts {
			p.verdicts[a.id(act)] = verdict{by: a.create, reason: "after POST GET shows " + shown.words(a.path), evidence: []*exchange.Exchange{shown.Shown}}
		}
	}
	return kept
}

// round runs a cycle and judges what it wrote. It returns the rows that have the value now. What one PATCH with all of them did not do is tried
// alone: what works alone is the business of the check of many operations.
func (p *player) round(ctx context.Context, ada *Account, rows []attributeRow, want map[string]string, acts ...string) (arrived []attributeRow) {
	sent := p.Sent(ctx, p.Cycle(ctx), ada)
	after := p.Read(ctx, ada)
	defer func() {
		for _, a := range rows {
			if acts[0] == actChange && !slices.ContainsFunc(arrived, func(b attributeRow) bool { return a.path == b.path }) {
				p.verdicts[a.id(a.specially())] = verdict{by: p.owner(a), reason: "it does not change at all", evidence: []*exchange.Exchange{sent, after.Shown}}
			}
		}
	}()
	for _, a := range rows {
		act := acts[0]
		if act != actChange {
			act = a.specially()
		}
		is := func(v View) bool { return showing(a.path, want[a.path], act != actChange).OK(v) }
		if is(after) {
			p.verdicts[a.id(act)], arrived = verdict{}, append(arrived, a)
			continue
		}
		answer := p.Send(ctx, p.Compose.PatchUser(ada.ID, []wire.Change{{Attribute: attribute(a.path, want[a.path]), Present: true}}))
		p.lockedOut(ctx, answer)
		alone := p.Read(ctx, ada)
		switch {
		case !is(alone):
			p.verdicts[a.id(act)] = verdict{broken: []breach{{
				rule: "after PATCH of " + a.path + ", as Entra sends it, GET shows the value that was sent",
				want: showing(a.path, want[a.path], true).Want, got: outcomeOf(answer, alone, a.path), evidence: []*exchange.Exchange{sent, answer.Shown, alone.Shown},
			}}}
		case answerOf(sent).OK():
			p.verdicts[a.id(act)] = verdict{by: together(sent), reason: a.path + " changes alone, and not with others in one PATCH", evidence: []*exchange.Exchange{sent, after.Shown}}
			arrived = append(arrived, a)
		default: // the PATCH was refused for another attribute
			p.verdicts[a.id(act)], arrived = verdict{}, append(arrived, a)
		}
	}
	return arrived
}

// owner is the check that owns a change of an attribute in the dialect: with the flag Entra writes a part of a name without a path of its own.
func (p *player) owner(a attributeRow) string {
	if by := a.folded(); p.dialect == wire.AADOptSCIM && len(by) > 0 {
		return by[0]
	}
	return a.owner()
}

// together is the check that owns a PATCH of which one part is applied and another is not.
func together(sent *exchange.Exchange) string {
	if bytes.Contains(sent.Request.Body.Bytes, []byte("[type eq")) {
		return "endpoint.sync.mixed-operations"
	}
	return "endpoint.sync.many-operations"
}

// outcomeOf is what came of a PATCH of one attribute.
func outcomeOf(answer Answer, after View, path string) string {
	if !answer.OK() {
		return answer.String() + "; " + after.words(path)
	}
	return after.words(path)
}

// back judges values that were there before, were changed and come again.
func (p *player) back(ctx context.Context, ada *Account, rows []attributeRow, want map[string]string) {
	sent := p.Sent(ctx, p.Cycle(ctx), ada)
	after := p.Read(ctx, ada)
	var lost verdict
	for _, a := range rows {
		// What one PATCH cannot do at once, or the special value has spoilt, has been told.
		if v := p.verdicts[a.id(a.specially())]; len(v.broken) > 0 || v.by != "" || !answerOf(sent).OK() || shows(a.path, want[a.path]).OK(after) {
			continue
		}
		lost.broken = append(lost.broken, breach{
			rule: "a value that was there before, was changed and is written again is there again",
			want: shows(a.path, want[a.path]).Want, got: after.words(a.path), evidence: []*exchange.Exchange{sent, after.Shown},
		})
	}
	p.verdicts[changedBack] = lost
}

// lengthy makes people with values of a kilobyte.
func (p *player) lengthy(ctx context.Context) {
	var rows []attributeRow
	values := map[string]string{}
	for _, a := range p.rows {
		if a.free {
			rows, values[a.path] = append(rows, a), a.long()
		}
	}
	attributes := func(of ...attributeRow) []wire.Attribute {
		list := make([]wire.Attribute, len(of))
		for i, a := range of {
			list[i] = attribute(a.path, values[a.path])
		}
		return list
	}
	all, post := p.Post(ctx, attributes(rows...)...)
	p.throttled(post)
	if all.ID != "" {
		v := p.Read(ctx, all)
		for _, a := range rows {
			p.measured(a, values[a.path], post, v)
		}
		return
	}
	for _, a := range rows { // one of them was too long
		one, post := p.Post(ctx, attributes(a)...)
		p.throttled(post)
		switch {
		case one.ID != "":
			p.measured(a, values[a.path], post, p.Read(ctx, one))
		case post.Status >= http.StatusInternalServerError || post.Status == 0:
			p.verdicts[a.id(actLong)] = verdict{broken: []breach{{
				rule: "a value of a kilobyte in " + a.path + " is stored whole or refused with 4xx", want: "201, or 400", got: post.String(), evidence: []*exchange.Exchange{post.Shown},
			}}}
		default:
			p.verdicts[a.id(actLong)] = verdict{}
		}
	}
}

// measured judges a value of a kilobyte that was accepted. One that is gone altogether is the business of the check of creation.
func (p *player) measured(a attributeRow, want string, post Answer, v View) {
	id := a.id(actLong)
	if v.String(a.path) == "" {
		p.verdicts[id] = verdict{by: a.create, reason: "GET shows " + v.words(a.path)}
		return
	}
	p.verdicts[id] = verdict{}
	if !showsExactly(a.path, want).OK(v) {
		p.verdicts[id] = verdict{broken: []breach{{
			rule: "a value of a kilobyte in " + a.path + " is stored whole or refused with 4xx", want: measure(want),
			got: "201, and then " + measure(v.String(a.path)), evidence: []*exchange.Exchange{post.Shown, v.Shown},
		}}}
	}
}
