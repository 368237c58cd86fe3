package refconnector_test

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
)

// changed is a property of an account after an update, or why it was not carried out.
func changed(property string, from directory.Properties, a attributes) func(r *rig) string {
	return func(r *rig) string {
		id := r.user("ada", from)
		if err := r.Update(r.Context(), refconnector.Account, id, a); err != nil {
			return word(err)
		}
		return words(r.object(id).Property(property))
	}
}

// patched is the bodies of PATCH that an update sends.
func patched(from directory.Properties, a attributes) func(r *rig) string {
	return func(r *rig) string {
		id := r.user("ada", from)
		r.must(r.Update(r.Context(), refconnector.Account, id, a))
		return strings.Join(r.bodies("PATCH", "/users/"+id), ",")
	}
}

var (
	lead     = directory.Properties{"jobTitle": "Lead", "department": "IT"}
	twoMails = directory.Properties{"otherMails": []string{"a@x.example", "b@x.example"}}
)

var updateTrials = []trial{
	{"update-always-writes", patched(lead, attributes{"jobTitle": "Lead"}), "", `{"jobTitle":"Lead"}`},
	{"update-sends-everything", patched(lead, attributes{"jobTitle": "Head", "department": "IT"}), `{"jobTitle":"Head"}`, `{"department":"IT","jobTitle":"Head"}`},
	{"update-merges-arrays", changed("otherMails", twoMails, attributes{"otherMails": []string{"c@x.example"}}), "[c@x.example]", "[a@x.example b@x.example c@x.example]"},
	{"array-first-value-only", changed("otherMails", nil, attributes{"otherMails": []string{"a@x.example", "b@x.example"}}), "[a@x.example b@x.example]", "[a@x.example]"},
	{"array-clear-sends-null", patched(twoMails, attributes{"otherMails": nil}), `{"otherMails":[]}`, `{"otherMails":null}`},
	{"clear-sends-empty-string", changed("jobTitle", lead, attributes{"jobTitle": nil}), "<nil>", "invalidAttribute"},
	{"clear-ignored", changed("jobTitle", lead, attributes{"jobTitle": nil}), "<nil>", "Lead"},
	{"case-change-ignored", changed("jobTitle", lead, attributes{"jobTitle": "LEAD"}), "LEAD", "Lead"},
	{"password-reset-on-every-update", func(r *rig) string {
		return words(strings.Contains(patched(lead, attributes{"jobTitle": "Head"})(r), "passwordProfile"))
	}, "false", "true"},
	{"password-change-ignored", func(r *rig) string {
		return words(strings.Contains(patched(nil, attributes{"__PASSWORD__": "Own-Curtain-2026"})(r), "Own-Curtain"))
	}, "true", "false"},
	{"update-touches-enabled", changed("accountEnabled", directory.Properties{"accountEnabled": false}, attributes{"jobTitle": "Lead"}), "false", "true"},
	{"update-by-display-name", func(r *rig) string {
		other := r.user("other", directory.Properties{"displayName": "ada"})
		return words(changed("jobTitle", nil, attributes{"jobTitle": "Lead"})(r), r.object(other).Property("jobTitle"))
	}, "Lead <nil>", "<nil> Lead"},
	{"update-creates-missing", func(r *rig) string {
		return words(word(r.Update(r.Context(), refconnector.Account, r.app.ID, attributes{"jobTitle": "Lead"})), count(r.log(), "POST /users"))
	}, "unknownObject 0", "ok 1"},
	{"rename-ignored", changed("userPrincipalName", nil, attributes{"__NAME__": "eve"}), "eve@" + domain, "ada@" + domain},
	{"rename-recreates", func(r *rig) string {
		id := r.user("ada", nil)
		r.must(r.Update(r.Context(), refconnector.Account, id, attributes{"__NAME__": "eve"}))
		return words(r.object(id) != nil)
	}, "true", "false"},
	{"manager-by-patch", managed(false, "boss"), "boss", "invalidAttribute"},
	{"manager-change-ignored", managed(true, "boss"), "boss", "old"},
	{"manager-clear-ignored", managed(true, ""), "", "old"},
	{"manager-always-written", func(r *rig) string {
		old := managed(true, "old")(r)
		return words(old, count(r.log(), "PUT "))
	}, "old 0", "old 1"},
	{"extension-attributes-wiped", func(r *rig) string {
		id, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada", "onPremisesExtensionAttributes.extensionAttribute2": "two"})
		r.must(err)
		r.must(r.Update(r.Context(), refconnector.Account, id, attributes{"onPremisesExtensionAttributes.extensionAttribute1": "one"}))
		o, err := r.again().Read(r.Context(), refconnector.Account, id)
		r.must(err)
		return words(o.Attributes["onPremisesExtensionAttributes.extensionAttribute2"])
	}, "two", "<nil>"},
}

// managed is the manager of an account after an update, or why it was not carried out.
func managed(before bool, wanted string) func(r *rig) string {
	return func(r *rig) string {
		ids := map[string]string{"": "", "old": r.user("old", nil), "boss": r.user("boss", nil)}
		ada := r.user("ada", nil)
		if before {
			r.must(r.tenant.Directory().SetManager(ada, ids["old"]))
		}
		if err := r.Update(r.Context(), refconnector.Account, ada, attributes{"manager": ids[wanted]}); err != nil {
			return word(err)
		}
		manager, _ := r.tenant.Directory().Snapshot().Manager(ada)
		if o := r.object(manager); o != nil {
			return o.String("displayName")
		}
		return ""
	}
}
