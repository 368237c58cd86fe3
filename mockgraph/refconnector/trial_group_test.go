package refconnector_test

import (
	"fmt"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
)

// groupMade is a property of a new group, or why there is none.
func groupMade(property string, a attributes) func(r *rig) string {
	return func(r *rig) string {
		id, err := r.Create(r.Context(), refconnector.Group, a)
		if err != nil {
			return word(err)
		}
		return words(r.object(id).Property(property))
	}
}

// people makes so many users.
func (r *rig) people(n int) []string {
	var all []string
	for i := range n {
		all = append(all, r.user(fmt.Sprintf("u%d", i), nil))
	}
	return all
}

const nobody = "11111111-2222-4333-8444-555555555555"

var groupTrials = []trial{
	{"group-nickname-with-spaces", groupMade("mailNickname", attributes{"__NAME__": "The cast"}), "Thecast", "invalidAttribute"},
	{"group-mail-enabled", groupMade("mailEnabled", attributes{"__NAME__": "cast"}), "false", "invalidAttribute"},
	{"group-adopts-same-name", func(r *rig) string {
		old := r.group("cast")
		id, err := r.Create(r.Context(), refconnector.Group, attributes{"__NAME__": "cast"})
		return words(id == old, word(err))
	}, "false ok", "true ok"},
	{"group-rename-ignored", func(r *rig) string {
		id := r.group("cast")
		r.must(r.Update(r.Context(), refconnector.Group, id, attributes{"displayName": "crew"}))
		return r.object(id).String("displayName")
	}, "crew", "cast"},
	{"group-description-clear-ignored", func(r *rig) string {
		id := r.group("cast")
		r.must(r.Update(r.Context(), refconnector.Group, id, attributes{"description": "All of them"}))
		r.must(r.Update(r.Context(), refconnector.Group, id, attributes{"description": nil}))
		return r.object(id).String("description")
	}, "", "All of them"},
	{"member-delete-without-ref", func(r *rig) string {
		all := r.people(1)
		r.must(r.RemoveMembers(r.Context(), r.group("cast", all...), all...))
		return words(r.object(all[0]) != nil)
	}, "true", "false"},
	{"members-over-twenty", func(r *rig) string { return words(word(r.AddMembers(r.Context(), r.group("cast"), r.people(21)...))) }, "ok", "invalidAttribute"},
	{"members-first-twenty-only", func(r *rig) string {
		cast := r.group("cast")
		r.must(r.AddMembers(r.Context(), cast, r.people(45)...))
		return words(len(r.members(cast)))
	}, "45", "20"},
	{"members-one-by-one", func(r *rig) string {
		cast := r.group("cast")
		r.must(r.AddMembers(r.Context(), cast, r.people(5)...))
		return words(len(r.members(cast)), len(r.log()))
	}, "5 1", "5 5"},
	{"member-duplicate-fails", func(r *rig) string {
		all := r.people(1)
		return word(r.AddMembers(r.Context(), r.group("cast", all...), all...))
	}, "ok", "other"},
	{"member-duplicate-drops-rest", func(r *rig) string {
		all := r.people(3)
		cast := r.group("cast", all[1])
		return words(word(r.AddMembers(r.Context(), cast, all...)), len(r.members(cast)))
	}, "ok 3", "ok 1"},
	{"member-absent-fails", func(r *rig) string {
		return words(word(r.RemoveMembers(r.Context(), r.group("cast"), r.people(1)...)), word(r.RemoveMembers(r.Context(), r.group("crew"), r.user("x", nil), r.user("y", nil))))
	}, "ok ok", "other other"}, //nolint:dupword // two answers
	{"member-by-name", func(r *rig) string { return words(word(r.AddMembers(r.Context(), r.group("cast"), r.people(2)...))) }, "ok", "invalidAttribute"},
	{"members-replaced", func(r *rig) string {
		all := r.people(3)
		cast := r.group("cast", all[:2]...)
		r.must(r.AddMembers(r.Context(), cast, all[2]))
		return words(len(r.members(cast)))
	}, "3", "1"},
	{"members-all-removed", func(r *rig) string {
		all := r.people(3)
		cast := r.group("cast", all...)
		r.must(r.RemoveMembers(r.Context(), cast, all[2]))
		return words(len(r.members(cast)))
	}, "2", "0"},
	{"members-remove-first-only", func(r *rig) string {
		all := r.people(3)
		cast := r.group("cast", all...)
		r.must(r.RemoveMembers(r.Context(), cast, all...))
		return words(len(r.members(cast)))
	}, "0", "2"},
	{"member-unknown-hidden", func(r *rig) string { return word(r.AddMembers(r.Context(), r.group("cast"), nobody)) }, "unknownObject", "ok"},
}

// switched is what was sent to disable or enable an account, and a property of it then.
func switched(enabled bool, property string) func(r *rig) string {
	return func(r *rig) string {
		ada := r.user("ada", directory.Properties{"accountEnabled": !enabled, "jobTitle": "Lead", "displayName": "Ada", "usageLocation": "DE"})
		r.seats(e3, 5)
		_, err := r.tenant.Directory().AssignLicenses(ada, []directory.AssignedLicense{{SkuID: e3}}, nil)
		r.must(err)
		cast := r.group("cast", ada)
		r.log()
		if err := r.SetEnabled(r.Context(), ada, enabled); err != nil {
			return word(err)
		}
		switch property {
		case "log":
			return strings.Join(r.log(ada, "{ada}"), ",")
		case "members":
			return words(len(r.members(cast)))
		case "licences":
			return words(len(r.licences(ada)))
		}
		if o := r.object(ada); o != nil {
			return words(o.Property(property))
		}
		return "gone"
	}
}

const (
	readPatch  = "GET /users/{ada},PATCH /users/{ada}"
	revokePost = "POST /users/{ada}/revokeSignInSessions"
)

var disableTrials = []trial{
	{"disable-ignored", switched(false, "accountEnabled"), "false", "true"},
	{"disable-deletes", switched(false, "accountEnabled"), "false", "gone"},
	{"disable-string", switched(false, "accountEnabled"), "false", "invalidAttribute"},
	{"disable-renames", func(r *rig) string { return strings.Fields(switched(false, "displayName")(r))[0] }, "Ada", "(disabled)"},
	{"disable-strips-licences", switched(false, "licences"), "1", "0"},
	{"disable-strips-groups", switched(false, "members"), "1", "0"},
	{"disable-again-fails", func(r *rig) string {
		return word(r.SetEnabled(r.Context(), r.user("ada", directory.Properties{"accountEnabled": false}), false))
	}, "ok", "invalidAttribute"},
	{"disable-keeps-sessions", switched(false, "log"), readPatch + "," + revokePost, readPatch},
	{"revokes-before-disabling", switched(false, "log"), readPatch + "," + revokePost, revokePost + "," + readPatch},
	{"disable-unknown-hidden", func(r *rig) string { return word(r.SetEnabled(r.Context(), nobody, false)) }, "unknownObject", "ok"},
	{"enable-ignored", switched(true, "accountEnabled"), "true", "false"},
	{"enable-creates-new", switched(true, "accountEnabled"), "true", "gone"},
	{"enable-resets-password", func(r *rig) string {
		ada := r.user("ada", directory.Properties{"accountEnabled": false})
		r.must(r.SetEnabled(r.Context(), ada, true))
		return words(strings.Contains(r.bodies("PATCH", ada)[0], "passwordProfile"))
	}, "false", "true"},
	{"enable-revokes-sessions", switched(true, "log"), readPatch, readPatch + "," + revokePost},
	{"enable-clears-attributes", switched(true, "jobTitle"), "Lead", "<nil>"},
	{"enable-strips-licences", switched(true, "licences"), "1", "0"},
}

// deleted is what is left of an object after its deletion.
func deleted(class refconnector.Class) func(r *rig) string {
	return func(r *rig) string {
		ada := r.user("ada", nil)
		id := ada
		if class == refconnector.Group {
			id = r.group("cast", ada)
		}
		r.must(r.Delete(r.Context(), class, id))
		_, bin := r.tenant.Directory().Snapshot().Deleted(id)
		return words("there", r.object(id) != nil, "in the bin", bin, "member", r.object(ada) != nil)
	}
}

// restored is whether an account that was deleted is back.
func restored(r *rig) string {
	ada := r.user("ada", nil)
	r.must(r.Delete(r.Context(), refconnector.Account, ada))
	err := r.Restore(r.Context(), ada)
	_, named := r.tenant.Directory().Snapshot().Lookup(directory.User, "userPrincipalName", "ada@"+domain)
	return words(word(err), r.object(ada) != nil, named)
}

var deleteTrials = []trial{
	{"delete-disables", deleted(refconnector.Account), "there false in the bin true member false", "there true in the bin false member true"},
	{"delete-purges", deleted(refconnector.Account), "there false in the bin true member false", "there false in the bin false member false"},
	{"delete-unknown-hidden", func(r *rig) string { return word(r.Delete(r.Context(), refconnector.Account, nobody)) }, "unknownObject", "ok"},
	{"group-delete-ignored", deleted(refconnector.Group), "there false in the bin true member true", "there true in the bin false member true"},
	{"group-delete-members", deleted(refconnector.Group), "there false in the bin true member true", "there false in the bin true member false"},
	{"restore-ignored", restored, "ok true true", "ok false false"},               //nolint:dupword // two answers
	{"restore-creates-new", restored, "ok true true", "ok false true"},            //nolint:dupword // two answers
	{"restore-wrong-path", restored, "ok true true", "unknownObject false false"}, //nolint:dupword // two answers
}
