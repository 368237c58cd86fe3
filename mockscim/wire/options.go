package wire

import (
	"fmt"
	"slices"
)

// Options are the choices documentation leaves open, and the dialect. The zero value is what documentation and captured
// requests say most often.
type Options struct {
	// Dialect is [Default] when empty.
	Dialect Dialect
	// FlagOnDemand lets the dialect count when one user is provisioned on demand. The flag does not work there, says the
	// documentation; that the default dialect is spoken instead is an assumption. See [Options.OnDemand].
	FlagOnDemand bool

	// MembersPerPatch is the number of members one PATCH adds or removes. 0 is 1, as reported for non-gallery applications
	// (github.com/grokability/snipe-it/pull/19115); no number is documented.
	MembersPerPatch int
	// MemberOperations gives each member of a PATCH an operation of its own instead of one operation with an array. Members
	// removed with the flag have that anyway.
	MemberOperations bool
	// MemberRef adds "$ref":null to each member, as the documentation's sample does and captured requests do not.
	MemberRef bool
	// CoreGroupSchemaOnly leaves the non-standard ADSCIM URI out of the schemas of a new group. The documentation's sample
	// has it; its compatibility page says it was removed in 2018.
	CoreGroupSchemaOnly bool
	// GroupProbe is how a test of the connection asks for a group. Empty: with excludedAttributes=members.
	GroupProbe GroupProbe

	// EmptyRolesOnCreate writes "roles":[] when a user without roles is created, as one documented sample does.
	EmptyRolesOnCreate bool
	// RoleDisplayName is the member that carries a role's display name where an array of roles is written. Empty: as
	// documented, displayName in a POST and display in the PATCH of AssertiveAppRoleAssignmentsComplex.
	RoleDisplayName string
	// SingleRoleByPath writes the one role of SingleAppRoleAssignment under its own path, roles[primary eq "True"].value, in a
	// PATCH with the flag. False: an element like that of the POST, since the flag is said to make the two alike.
	SingleRoleByPath bool

	// Manager is how a manager is written in a PATCH. Empty: the id as text.
	Manager ManagerForm
	// ReferenceBase stands before /Users in the $ref of [ManagerReference]. Empty: a relative reference.
	ReferenceBase string
	// Clear is what is sent for a value that is gone. Empty: nothing.
	Clear ClearForm
	// FoldActive puts active among the members of an operation without a path when the flag is set and other attributes
	// change as well. False: active always has its path, the only form documentation shows.
	FoldActive bool
	// Booleans and Integers name further target attributes (by path, in any case) whose text is written as a JSON boolean or
	// number in a POST, and with the flag in a PATCH. active and every primary are booleans already. In a PATCH of the
	// default dialect all values are text.
	Booleans, Integers []string
}

// OnDemand returns the options for provisioning on demand: in the default dialect, unless FlagOnDemand is set.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
func (o Options) OnDemand() Options {
	if !o.FlagOnDemand {
		o.Dialect = Default
	}
	return o
}

// Limits of Options.
const maxMembersPerPatch = 100_000

// NewComposer returns a composer, or an error when the options name something that cannot be composed.
func NewComposer(o Options) (*Composer, error) {
	if o.Dialect == "" {
		o.Dialect = Default
	}
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("compose requests: %w", err)
	}
	if o.MembersPerPatch == 0 {
		o.MembersPerPatch = 1
	}
	c := &Composer{options: o, kinds: map[string]jsonKind{"active": boolean}}
	for kind, paths := range map[jsonKind][]string{boolean: o.Booleans, integer: o.Integers} {
		for _, path := range paths {
			c.kinds[fold(path)] = kind
		}
	}
	return c, nil
}

func (o Options) check() error {
	if o.MembersPerPatch < 0 || o.MembersPerPatch > maxMembersPerPatch {
		return fmt.Errorf("%d members per PATCH, want 1 to %d", o.MembersPerPatch, maxMembersPerPatch)
	}
	for _, f := range []struct {
		what, name string
		known      []string
	}{
		{"dialect", string(o.Dialect), []string{string(Default), string(AADOptSCIM)}},
		{"Clear", string(o.Clear), []string{"", string(ClearEmptyText), string(ClearNull), string(ClearRemove)}},
		{"Manager", string(o.Manager), []string{"", string(ManagerObject), string(ManagerReference)}},
		{"GroupProbe", string(o.GroupProbe), []string{"", string(GroupProbePlain), string(GroupProbeNone)}},
	} {
		if !slices.Contains(f.known, f.name) {
			return fmt.Errorf("unknown %s %q, known are %q", f.what, f.name, f.known)
		}
	}
	return nil
}
