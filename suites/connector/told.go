package connector

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// The bounds of what a finding says that the connector was told.
const (
	maxToldShown = 3    // messages
	maxMessage   = 2000 // bytes of each
)

// recount has a finding say what the connector was told when it made the calls that the finding cites, or last when it cites none. Of a gateway the
// exchanges with it say so.
func (r *Rig) recount(f *result.Finding) {
	if r.target.faced || r.witness == nil || f.Told != nil {
		return
	}
	if len(f.Exchanges) == 0 {
		f.Told = r.witness.errand().message()
		return
	}
	var firsts []*Call // of each thing that it was told
	for _, id := range f.Exchanges {
		c := r.callOf(id)
		if c != nil && len(firsts) < maxToldShown && !slices.ContainsFunc(firsts, func(known *Call) bool { return known.errand == c.errand }) {
			firsts = append(firsts, c)
		}
	}
	if len(firsts) > 1 { // signing in says nothing beside what followed
		firsts = slices.DeleteFunc(firsts, func(c *Call) bool { return c.errand.request.Operation == connecting })
	}
	slices.SortStableFunc(firsts, func(a, b *Call) int { return a.Step - b.Step })
	for _, c := range firsts {
		f.Told = append(f.Told, c.errand.message()...)
	}
}

// callOf is a call of this check or of an earlier one of the run; nil when it is not known.
func (r *Rig) callOf(id string) *Call {
	for _, calls := range slices.Concat([]journey{r.Calls()}, r.target.heard.all(), []journey{r.target.voyage.journey()}) {
		for _, c := range calls {
			if c.Exchange != nil && c.ID == id && c.errand != nil {
				return c
			}
		}
	}
	return nil
}

// toldTo is the message with which the connector was told to carry out an operation that it does not answer.
func (r *Rig) toldTo(o Operation) []string {
	if e := r.witness.errand(); e != nil && e.request.Operation == o {
		return e.message()
	}
	return (&errand{request: Request{Operation: o}}).message() // it was not told again
}

// message is what the connector was told, as JSON: what [Request] has of a message, but for passwords; none when it was told nothing.
func (e *errand) message() []string {
	if e == nil || e.request.Operation == "" {
		return nil
	}
	request := e.request
	if _, has := request.Attributes["password"]; has {
		request.Attributes = maps.Clone(request.Attributes)
		request.Attributes["password"] = exchange.Redacted
	}
	data, err := json.Marshal(request)
	if err != nil {
		return nil
	}
	text := string(data)
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + " …"
	}
	return []string{text}
}
