package provisioning

import (
	"fmt"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// kind is how one kind of object is provisioned: its mapping, its requests, and what leaving scope means.
type kind struct {
	object  directory.Type
	label   string // "User" or "Group", as the log says it
	mapping *mapping.Mapping
	rules   synchronization.ObjectMapping

	// softTargets are the target attributes whose value depends on IsSoftDeleted. They are what is written when an object
	// leaves scope; without one, nothing is.
	softTargets map[string]bool
	// members says that group memberships are mapped.
	members bool
	// hardDelete says that an object that leaves scope is deleted, not disabled: groups have no disabled state.
	hardDelete bool

	probe  func(path, value string) (request wire.Request, sent bool)
	match  func(path, value string) wire.Request
	get    func(id string) wire.Request
	create func([]wire.Attribute) wire.Request
	patch  func(id string, changes []wire.Change) wire.Request
	remove func(id string) wire.Request
}

func newKinds(s settings, c *wire.Composer) (users, groups *kind, err error) {
	users = &kind{
		object: directory.User, label: "User", rules: s.users,
		probe: func(path, value string) (wire.Request, bool) { return c.ProbeUsers(path, value), true },
		match: c.MatchUser, get: c.GetUser, create: c.CreateUser, patch: c.PatchUser, remove: c.DeleteUser,
	}
	groups = &kind{
		object: directory.Group, label: "Group", rules: s.groups, hardDelete: true, probe: c.ProbeGroups,
		match: c.MatchGroup, get: c.GetGroup, create: c.CreateGroup, patch: c.PatchGroup, remove: c.DeleteGroup,
	}
	for _, k := range []*kind{users, groups} {
		if err := k.compile(); err != nil {
			return nil, nil, fmt.Errorf("compile %s mapping: %w", strings.ToLower(k.label), err)
		}
	}
	return users, groups, nil
}

func (k *kind) compile() error {
	if !k.rules.Enabled {
		return nil
	}
	m, err := mapping.Compile(k.rules)
	if err != nil {
		return err
	}
	k.mapping, k.softTargets = m, map[string]bool{}
	for _, target := range m.Readers("IsSoftDeleted") {
		k.softTargets[target] = true
	}
	k.members = k.object == directory.Group && len(m.Readers("members")) > 0
	return nil
}

// may says whether the mapping allows an action in the target ("Target Object Actions" in the portal).
func (k *kind) may(action synchronization.FlowTypes) bool { return k.rules.FlowTypes.Has(action) }

// entryCountKey is how Graph names the count of linked objects.
func (k *kind) entryCountKey() string {
	return k.rules.SourceObjectName + " to " + k.rules.TargetObjectName
}
