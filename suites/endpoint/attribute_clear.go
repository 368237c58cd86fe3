package endpoint

import (
	"context"
	"fmt"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// cleared makes somebody, takes every value away that people can be without, and judges what is left.
func (p *player) cleared(ctx context.Context, form wire.ClearForm, words string) {
	who := p.names.person()
	values := map[string]string{}
	for _, a := range p.rows {
		if !a.kept {
			values[a.path] = who.of(a, a.plain)
		}
	}
	ada, before := p.somebody(ctx, who, values)
	rows := p.keptOf(before, values, actClear)
	composer := must(wire.NewComposer(wire.Options{Dialect: p.dialect, Clear: form}))
	without := func(of ...attributeRow) Answer {
		changes := make([]wire.Change, len(of))
		for i, a := range of {
			changes[i] = wire.Change{Attribute: wire.Attribute{Path: a.path}, Present: true}
		}
		answer := p.Send(ctx, composer.PatchUser(ada.ID, changes))
		p.lockedOut(ctx, answer)
		return answer
	}
	if len(rows) == 0 {
		return
	}
	answer := without(rows...)
	after := p.Read(ctx, ada)
	gone := map[string]bool{}
	for _, a := range rows {
		v := p.verdicts[a.id(actClear)]
		switch {
		case isCleared(after, a):
			gone[a.path] = true
		default:
			alone := without(a)
			then := p.Read(ctx, ada)
			gone[a.path] = isCleared(then, a)
			if !gone[a.path] {
				v.broken = append(v.broken, breach{
					rule: "after PATCH with Replace of " + a.path + " by " + words + " GET shows no value", want: "no " + a.path,
					got: outcomeOf(alone, then, a.path), evidence: []*exchange.Exchange{answer.Shown, alone.Shown, then.Shown},
				})
			} else if answer.OK() {
				v.by, v.reason, v.evidence = together(answer.Shown), a.path+" is cleared alone, and not with others in one PATCH", []*exchange.Exchange{answer.Shown, after.Shown}
			}
		}
		p.verdicts[a.id(actClear)] = v
	}
	p.othersKept(ctx, ada, who, before, gone, words, answer)
}

// isCleared says whether an attribute has no value: it is absent, null or an empty text.
func isCleared(v View, a attributeRow) bool {
	_, present := wire.Current(v.Resource, a.path)
	return !present
}

// othersKept judges the elements beside those that were cleared.
func (p *player) othersKept(ctx context.Context, ada *Account, who person, before View, gone map[string]bool, words string, answer Answer) {
	after := p.Read(ctx, ada)
	seconds := map[string]value{}
	for _, s := range p.secondElements(who) {
		seconds[s.path] = s
	}
	for _, one := range clearedBeside {
		second, has := seconds[one.second]
		id := one.id()
		known := p.verdicts[id]
		switch {
		case !has:
			known = verdict{skipped: true, reason: "the target has no " + one.list}
		case !shows(second.path, second.want).OK(before):
			known = verdict{skipped: true, reason: "the target takes no second element of " + one.list + ", or shows none"}
		case !gone[one.cleared]:
			known = verdict{by: one.owner(), reason: one.cleared + " cannot be cleared"}
		case !shows(second.path, second.want).OK(after):
			known.broken = append(known.broken, breach{
				rule: "PATCH with Replace of " + one.cleared + " by " + words + " leaves the element of another type alone", want: shows(second.path, second.want).Want,
				got: after.words(second.path), evidence: []*exchange.Exchange{answer.Shown, after.Shown},
			})
		}
		p.verdicts[id] = known
	}
}

// beside is an element that is cleared and one that stands beside it.
type beside struct{ list, name, cleared, second string }

func (b beside) id() string { return "endpoint.sync.attribute." + b.list + ".clear-keeps" }

// owner is the check that owns that the element is cleared at all.
func (b beside) owner() string { return attributeRow{name: b.name}.id(actClear) }

var clearedBeside = [...]beside{
	{"emails", "work-email", workMail, homeMail},
	{"addresses", "city", workAddress + "locality", homeAddress + "locality"},
}

// roots judges what is wrong with most attributes at once: that is one rule, and not one for each.
func (p *player) roots() {
	for _, rule := range []struct{ act, id, words string }{
		{actClear, clearing, "PATCH with Replace of an attribute by an empty text or null takes its value away"},
		{actLong, lengths, "a value of a kilobyte is stored whole or refused with 4xx"},
	} {
		var all, broken verdict
		judged, wrong := 0, 0
		for _, a := range p.rows {
			v, ok := p.verdicts[a.id(rule.act)]
			if !ok || v.by != "" {
				continue
			}
			judged++
			if len(v.broken) > 0 {
				wrong++
				all.broken = append(all.broken, v.broken[0])
			}
		}
		if wrong*2 > judged && wrong > 1 {
			first := all.broken[0]
			broken.broken = []breach{{
				rule: rule.words, want: first.want, got: fmt.Sprintf("%s, and so with %d more of %d attributes", first.got, wrong-1, judged), evidence: first.evidence,
			}}
		}
		if judged == 0 {
			broken = verdict{skipped: true, reason: "no attribute could be tried"}
		}
		p.verdicts[rule.id] = broken
	}
}

// measure tells a long value by its length and its end.
func measure(s string) string {
	const end = 20
	if len(s) <= end {
		return plain(s)
	}
	return fmt.Sprintf("%d bytes that end in %s", len(s), plain(s[len(s)-end:]))
}

// clearIDs are the checks of taking values away, all together first.
func clearIDs() []string {
	ids := []string{clearing}
	for _, a := range attributeRows() {
		if !a.kept {
			ids = append(ids, a.id(actClear))
		}
	}
	return ids
}
