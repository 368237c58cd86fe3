package refconnector

import (
	"fmt"
	"strings"
	"unicode"
)

// attributeFaults are three faults of each attribute of accounts: it is never written, never changed, never cleared. jobTitle is left out:
// the checks that ask for no attribute in particular use it.
func attributeFaults() []Fault {
	var all []Fault
	for _, p := range properties(Account) {
		label := p.name
		switch {
		case p.name == "userPrincipalName", p.name == "accountEnabled", p.name == "jobTitle", p.member != "" && p.member != "extensionAttribute1":
			continue
		case p.member != "":
			label = p.member
		}
		all = append(all, attributeFaultsOf(p, label)...)
	}
	return all
}

func attributeFaultsOf(p property, label string) []Fault {
	name := kebab(label)
	dropped := "Neither POST /users nor PATCH ever carries " + label
	if p.kept && p.name != "usageLocation" {
		dropped = "POST /users carries a " + label + " made of the name whatever is asked, and PATCH none"
	}
	all := []Fault{
		{
			Name: "sync-" + name + "-dropped", CaughtBy: "connector.sync." + name + "-set",
			Summary: dropped,
			hooks: bends(writing("create update", Account, func(_ *Connector, o *operation, body map[string]any) {
				if o.name == "create" && p.kept && p.name != "usageLocation" { // Graph needs it of a new account
					p.put(body, p.fallback(o))
				} else {
					p.drop(body)
				}
			})),
		},
		{
			Name: "sync-" + name + "-change-ignored", CaughtBy: "connector.sync." + name + "-changed",
			Summary: fmt.Sprintf("PATCH carries %s only while the account has none: once set, it never changes", label),
			hooks: bends(writing("update", Account, func(_ *Connector, o *operation, body map[string]any) {
				if !empty(p.of(o.current)) && p.in(body) && !empty(p.of(body)) {
					p.drop(body)
				}
			})),
		},
	}
	if p.kept {
		return all
	}
	return append(all, Fault{
		Name: "sync-" + name + "-clear-ignored", CaughtBy: "connector.sync." + name + "-cleared",
		Summary: fmt.Sprintf("A cleared %s is left out of PATCH: the value stays", label),
		hooks: bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) {
			if p.in(body) && empty(p.of(body)) {
				p.drop(body)
			}
		})),
	})
}

// fallback is what a new account gets in place of what was asked for.
func (p property) fallback(o *operation) any {
	local, _, _ := strings.Cut(o.wanted.text("userPrincipalName"), "@")
	return nickname(local)
}

// kebab writes givenName as given-name.
func kebab(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
