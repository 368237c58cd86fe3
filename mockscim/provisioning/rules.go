package provisioning

import (
	"fmt"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// rules are the configuration of a job made ready: its mappings, and how it writes. They never change.
type rules struct {
	wires *wire.Composer
	kinds []*kind // users, groups
	exact map[string]bool
}

// newRules makes the rules of cycles, and those of provisioning on demand, which does not know the flag of the dialect.
func newRules(s settings) (inCycles, onDemand rules, err error) {
	compile := func(o wire.Options) (rules, error) {
		r := rules{exact: map[string]bool{}}
		if r.wires, err = wire.NewComposer(o); err != nil {
			return rules{}, err
		}
		users, groups, err := newKinds(s, r.wires)
		if err != nil {
			return rules{}, err
		}
		r.kinds = []*kind{users, groups}
		for _, target := range s.caseExact {
			r.exact[strings.ToLower(target)] = true
		}
		return r, nil
	}
	if inCycles, err = compile(s.wire); err != nil {
		return rules{}, rules{}, err
	}
	if onDemand, err = compile(s.wire.OnDemand()); err != nil {
		return rules{}, rules{}, fmt.Errorf("on demand: %w", err)
	}
	return inCycles, onDemand, nil
}
