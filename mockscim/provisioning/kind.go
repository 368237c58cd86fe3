package provisioning

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// kind is how one kind of object is provisioned: its mapping, its requests, and what leaving scope means.
type kind struct {
	object  directory.Type
	label   string           // "User" or "Group", as the log says it
	ruleID  string           // of the synchronization rule it stands in
	mapping *mapping.Mapping // nil when the schema has none
	rules   synchronization.ObjectMapping

	// softTargets are the target attributes whose value depends on IsSoftDeleted. They are what is written when an object
	// leaves scope; without one, nothing is.
	softTargets map[string]bool
	// nulls says that values a source no longer has are taken away from the target, of every attribute or of some.
	nulls bool
	// members says that group memberships are mapped.
	members bool
	// keepsMembers says that members are added and never removed.
	keepsMembers bool
	// hardDelete says that an object that leaves scope is deleted, not disabled: groups have no disabled state, users of some targets neither.
	hardDelete bool

	probe  func(path, value string) (request wire.Request, sent bool)
	match  func(path, value string) wire.Request
	get    func(id string) wire.Request
	create func([]wire.Attribute) wire.Request
	patch  func(id string, changes []wire.Change) wire.Request
	remove func(id string) wire.Request
}

// newKinds finds the mappings of users and of groups. A kind without one is not enabled.
func newKinds(compiled *mapping.Rules, c *wire.Composer) []*kind {
	users := &kind{
		object: directory.User, label: "User",
		probe: func(path, value string) (wire.Request, bool) { return c.ProbeUsers(path, value), true },
		match: c.MatchUser, get: c.GetUser, create: c.CreateUser, patch: c.PatchUser, remove: c.DeleteUser,
	}
	groups := &kind{
		object: directory.Group, label: "Group", hardDelete: true, probe: c.ProbeGroups,
		match: c.MatchGroup, get: c.GetGroup, create: c.CreateGroup, patch: c.PatchGroup, remove: c.DeleteGroup,
	}
	kinds := []*kind{users, groups}
	for _, k := range kinds {
		for _, rule := range compiled.Objects {
			if strings.EqualFold(rule.Mapping.Definition().SourceObjectName, k.label) && (k.mapping == nil || rule.Mapping.Enabled()) {
				k.use(rule)
			}
		}
	}
	return kinds
}

// evaluate computes the values of an object, those included that are to be taken away.
func (k *kind) evaluate(src sourceObject) ([]mapping.Flow, error) {
	if k.nulls {
		return k.mapping.EvaluateWithNulls(src)
	}
	return k.mapping.Evaluate(src)
}

// use makes a mapping that of the kind.
func (k *kind) use(rule mapping.ObjectRule) {
	k.ruleID, k.mapping, k.rules, k.softTargets = rule.RuleID, rule.Mapping, rule.Mapping.Definition(), map[string]bool{}
	for _, target := range k.mapping.Readers("IsSoftDeleted") {
		k.softTargets[target] = true
	}
	k.members = k.object == directory.Group && len(k.mapping.Readers("members")) > 0
	k.keepsMembers = slices.ContainsFunc(k.rules.AttributeMappings, func(row synchronization.AttributeMapping) bool {
		return strings.EqualFold(row.TargetAttributeName, "members") && row.FlowType.OnlyAdds()
	})
}

// may says whether the mapping allows an action in the target ("Target Object Actions" in the portal).
func (k *kind) may(action synchronization.FlowTypes) bool { return k.rules.FlowTypes.Has(action) }

// entryCountKey is how Graph names the count of linked objects.
func (k *kind) entryCountKey() string {
	return k.rules.SourceObjectName + " to " + k.rules.TargetObjectName
}
