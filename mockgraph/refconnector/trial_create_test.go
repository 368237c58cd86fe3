package refconnector_test

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

type attributes = refconnector.Attributes

// made is a property of a new account, or why there is none.
func made(property string, a attributes) func(r *rig) string {
	return func(r *rig) string {
		id, err := r.Create(r.Context(), refconnector.Account, a)
		if err != nil {
			return word(err)
		}
		o := r.object(id)
		if o == nil {
			return "no object has the id"
		}
		return words(o.Property(property))
	}
}

var createTrials = []trial{
	{"upn-unverified-domain", made("userPrincipalName", attributes{"__NAME__": "ada"}), "ada@" + domain, "invalidAttribute"},
	{"name-domain-doubled", made("userPrincipalName", attributes{"__NAME__": "ada@" + domain}), "ada@" + domain, "invalidAttribute"},
	{"duplicate-upn-hidden", func(r *rig) string {
		ada := r.user("ada", nil)
		id, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada"})
		return words(id == ada, word(err))
	}, "false alreadyExists", "true ok"},
	{"duplicate-expects-409", func(r *rig) string {
		r.user("ada", nil)
		_, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada"})
		return word(err)
	}, "alreadyExists", "invalidAttribute"},
	{"weak-password-replaced", made("displayName", attributes{"__NAME__": "ada", "__PASSWORD__": "weak"}), "passwordPolicy", "ada"},
	{"password-ignored", func(r *rig) string {
		_, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada", "__PASSWORD__": "Own-Curtain-2026"})
		r.must(err)
		return words(strings.Contains(r.bodies("POST", "/users")[0], "Own-Curtain"))
	}, "true", "false"},
	{"create-ignored", made("displayName", attributes{"__NAME__": "ada"}), "ada", "no object has the id"},
	{"create-ignores-enabled", made("accountEnabled", attributes{"__NAME__": "ada", "__ENABLE__": false}), "false", "true"},
	{"create-disabled", made("accountEnabled", attributes{"__NAME__": "ada"}), "true", "false"},
	{"display-name-missing", made("displayName", attributes{"__NAME__": "ada"}), "ada", "invalidAttribute"},
	{"mail-nickname-with-at", made("mailNickname", attributes{"__NAME__": "ada"}), "ada", "invalidAttribute"},
	{"create-drops-usage-location", made("usageLocation", attributes{"__NAME__": "ada", "usageLocation": "DE"}), "DE", "<nil>"},
	{"usage-location-three-letters", made("usageLocation", attributes{"__NAME__": "ada", "usageLocation": "de"}), "DE", "invalidAttribute"},
	{"create-patches-after", func(r *rig) string {
		id, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada"})
		r.must(err)
		return strings.Join(r.log(id, "{id}"), ",")
	}, "POST /users", "POST /users,PATCH /users/{id}"},
	{"create-returns-name", made("displayName", attributes{"__NAME__": "ada"}), "ada", "no object has the id"},
	{"latin-letters-lost", made("displayName", attributes{"__NAME__": "ada", "displayName": "Łucja Ōta"}), "Łucja Ōta", "?ucja ?ta"},
}

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

// values are two values of attributes, the second different.
var values = map[string][2]any{
	"displayName": {"First", "Second"}, "mailNickname": {"first", "second"}, "usageLocation": {"DE", "FR"}, "mail": {"a@x.example", "b@x.example"},
	"preferredLanguage": {"en-GB", "de-DE"}, "employeeHireDate": {"2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"}, "ageGroup": {"Adult", "Minor"},
	"consentProvidedForMinor": {"Granted", "Denied"}, "businessPhones": {[]string{"+1"}, []string{"+2"}}, "otherMails": {[]string{"a@x.example"}, []string{"b@x.example"}},
}

// attributeTrials try the faults that each attribute has.
func attributeTrials() []trial {
	var all []trial
	for _, fault := range refconnector.Faults() {
		name, ok := strings.CutPrefix(fault.Name, "sync-")
		if !ok {
			continue
		}
		for _, kind := range []string{"-dropped", "-change-ignored", "-clear-ignored"} {
			if kebab, ok := strings.CutSuffix(name, kind); ok {
				all = append(all, attributeTrial(fault.Name, camel(kebab), kind))
			}
		}
	}
	return all
}

func attributeTrial(fault, name, kind string) trial {
	label := name
	if strings.HasPrefix(name, "extension") {
		name = "onPremisesExtensionAttributes." + name
	}
	v, ok := values[label]
	if !ok {
		v = [2]any{"first", "second"}
	}
	if label == "mailNickname" || label == "displayName" {
		v = [2]any{"first", "second"}
	}
	read := func(r *rig, id string) string {
		o, err := r.connect(r.config).Read(r.Context(), refconnector.Account, id)
		r.must(err)
		return words(o.Attributes[name])
	}
	to := any(nil)
	if kind != "-clear-ignored" {
		to = v[1]
	}
	good, bad := words(to), words(v[0])
	switch {
	case kind == "-dropped" && (label == "displayName" || label == "mailNickname"):
		bad = "ada"
	case kind == "-dropped":
		bad = "<nil>"
	}
	return trial{fault, func(r *rig) string {
		id, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada", name: v[0]})
		r.must(err)
		if kind == "-dropped" {
			good := read(r, id)
			r.must(r.Update(r.Context(), refconnector.Account, id, attributes{name: v[1]}))
			if read(r, id) == good {
				return good
			}
			return read(r, id)
		}
		r.must(r.Update(r.Context(), refconnector.Account, id, attributes{name: to}))
		return read(r, id)
	}, good, bad}
}

// camel writes given-name as givenName.
func camel(name string) string {
	parts := strings.Split(name, "-")
	for i := range parts[1:] {
		parts[i+1] = strings.ToUpper(parts[i+1][:1]) + parts[i+1][1:]
	}
	return strings.Join(parts, "")
}

var readTrials = []trial{
	{"search-ignores-filter", found("displayName", "ada"), "1 ok", "3 ok"},
	{"filter-quote-not-doubled", found("displayName", "O'Neil"), "1 ok", "0 invalidAttribute"},
	{"filter-not-encoded", found("displayName", "R&D"), "1 ok", "0 invalidAttribute"},
	{"search-error-hidden", func(r *rig) string {
		r.weather(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Path: "/users"}, Effect: weather.Effect{Fail: &weather.Failure{Status: 400, Code: "Request_UnsupportedQuery", Message: "No."}}}}})
		return found("displayName", "ada")(r)
	}, "0 invalidAttribute", "0 ok"},
	{"stops-at-empty-page", func(r *rig) string {
		r.bend = twoPages(`{"value":[],"@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=x"}`)
		all, err := r.Search(r.Context(), refconnector.Account, refconnector.Filter{})
		r.must(err)
		return words(len(all))
	}, "1", "0"},
	{"reads-default-properties", func(r *rig) string {
		r.user("ada", nil)
		all, err := r.Search(r.Context(), refconnector.Account, refconnector.Filter{Attribute: "displayName", Value: "ada"})
		r.must(err)
		return words(all[0].Attributes["__ENABLE__"])
	}, "true", "<nil>"},
	{"read-not-found-hidden", func(r *rig) string {
		_, err := r.Read(r.Context(), refconnector.Account, nobody)
		return word(err)
	}, "unknownObject", "ok"},
	{"delta-ignores-removed", rounds(func(r *rig, ada string) { r.must(r.tenant.Directory().Delete(ada)) }), "1 1", "1 0"},
	{"delta-skips-removed", rounds(func(r *rig, ada string) { r.must(r.tenant.Directory().Delete(ada)) }), "1 1", "0 0"},
	{"delta-full-every-time", rounds(func(*rig, string) {}), "0 0", "2 0"},
	{"delta-first-page-only", func(r *rig) string {
		for n := range 300 {
			r.user(words("u", n)[:1]+words(n), nil)
		}
		changes, _, err := r.Sync(r.Context(), refconnector.Account, "")
		r.must(err)
		return words(len(changes) > 300)
	}, "true", "false"},
	{"delta-keeps-old-token", func(r *rig) string {
		ada := r.user("ada", nil)
		_, token, err := r.Sync(r.Context(), refconnector.Account, "")
		r.must(err)
		_, err = r.tenant.Directory().Update(ada, lead)
		r.must(err)
		_, token, err = r.Sync(r.Context(), refconnector.Account, token)
		r.must(err)
		changes, _, err := r.Sync(r.Context(), refconnector.Account, token)
		r.must(err)
		return words(len(changes))
	}, "0", "1"},
}

// found is how many accounts a search finds among ada, O'Neil and R&D.
func found(attribute, value string) func(r *rig) string {
	return func(r *rig) string {
		r.user("ada", nil)
		r.user("oneil", directory.Properties{"displayName": "O'Neil"})
		r.user("rd", directory.Properties{"displayName": "R&D"})
		all, err := r.Search(r.Context(), refconnector.Account, refconnector.Filter{Attribute: attribute, Value: value})
		n := 0
		for _, one := range all {
			if !strings.HasPrefix(one.Name, "admin") {
				n++
			}
		}
		return words(n, word(err))
	}
}

// rounds is how many changes a second round tells, and how many of them are deletions.
func rounds(between func(r *rig, ada string)) func(r *rig) string {
	return func(r *rig) string {
		ada := r.user("ada", nil)
		_, token, err := r.Sync(r.Context(), refconnector.Account, "")
		r.must(err)
		between(r, ada)
		changes, _, err := r.Sync(r.Context(), refconnector.Account, token)
		r.must(err)
		deleted := 0
		for _, g := range changes {
			if g.Deleted {
				deleted++
			}
		}
		return words(len(changes), deleted)
	}
}
