package wire

import (
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

// Each line is one golden file of testdata, typed from the sources its first lines name. The default dialect's stand in testdata
// itself, those of the flag in a folder named like it; a request that is alike in both has one file, which both must produce.
var golden = []struct {
	file     string
	dialects spoken
	options  Options
	compose  func(*Composer) []Request
}{
	{"probe-users", alike, Options{}, func(c *Composer) []Request { return one(c.ProbeUsers("userName", guid)) }},
	{"probe-groups", alike, Options{}, func(c *Composer) []Request { return probe(c, "displayName") }},
	{"match-user-username", alike, Options{}, func(c *Composer) []Request { return one(c.MatchUser("userName", upn)) }},
	{"match-user-emails", alike, Options{}, func(c *Composer) []Request { return one(c.MatchUser(`emails[type eq "work"].value`, upn)) }},
	{"match-user-externalid", alike, Options{}, func(c *Composer) []Request { return one(c.MatchUser("externalId", "ada.byron")) }},
	{"match-user-employeenumber", alike, Options{}, func(c *Composer) []Request { return one(c.MatchUser(ent+":employeeNumber", "1815")) }},
	{"get-user", alike, Options{}, func(c *Composer) []Request { return one(c.GetUser(userID)) }},
	{"create-user-full", alike, Options{}, func(c *Composer) []Request {
		// In the order of the default mapping.
		return one(c.CreateUser([]Attribute{
			at("userName", upn), at("active", "True"), at("displayName", "Ada Byron"), at("title", "Analyst"),
			at(`emails[type eq "work"].value`, upn), at("name.givenName", "Ada"), at("name.familyName", "Byron"), at("name.formatted", "Ada Byron"),
			at(`addresses[type eq "work"].formatted`, "Office 12"), at(`addresses[type eq "work"].streetAddress`, "1 Analytical St"),
			at(`addresses[type eq "work"].locality`, "London"), at(`addresses[type eq "work"].region`, "LND"),
			at(`addresses[type eq "work"].postalCode`, "W1 1AA"), at(`addresses[type eq "work"].country`, "GB"),
			at(`phoneNumbers[type eq "work"].value`, "+44 20 3"), at(`phoneNumbers[type eq "mobile"].value`, "+44 20 2"),
			at(`phoneNumbers[type eq "fax"].value`, "+44 20 1"), at("externalId", "ada.byron"),
			at(ent+":employeeNumber", "1815"), at(ent+":department", "R&D"),
		}))
	}},
	{"create-user-minimal", alike, Options{}, func(c *Composer) []Request {
		return one(c.CreateUser([]Attribute{at("userName", upn), at("active", "True"), at("title", ""), at("nickName", nil), at("externalId", "ada.byron")}))
	}},
	{"create-user-other-email", alike, Options{}, func(c *Composer) []Request {
		return one(c.CreateUser([]Attribute{at("userName", "cobi@contoso.example"), at(`emails[type eq "work"].value`, "cobi@contoso.example"),
			at(`emails[type eq "other"].value`, []string{"cobi@fabrikam.example", "second@fabrikam.example"})}))
	}},
	{"create-user-order", alike, Options{}, func(c *Composer) []Request {
		return one(c.CreateUser([]Attribute{
			at(acme+":badge", "A7"), at(ent+":manager", "m"), at(ent+":organization", "o"), at(ent+":employeeNumber", "en"), at(ent+":division", "dv"),
			at(ent+":department", "dp"), at(ent+":costCenter", "cc"), at("userType", "Member"), at("title", "t"), at("timezone", "UTC"),
			at(`roles[primary eq "True"].type`, "ignored"), at(`roles[primary eq "True"].value`, "rv"), at(`roles[primary eq "True"].display`, "rd"),
			at("preferredLanguage", "en"), at(`phoneNumbers[type eq "work"].value`, "1"), at("nickName", "n"), at("name.honorificSuffix", "hs"),
			at("name.honorificPrefix", "hp"), at("name.givenName", "gn"), at("name.familyName", "fn"), at("name.formatted", "f"), at("locale", "en-GB"),
			at(`ims[type eq "xmpp"].value`, "i"), at(`emails[type eq "work"].value`, "m"), at("displayName", "d"),
			at(`addresses[type eq "work"].country`, "c"), at("active", false), at("userName", "u"), at("externalId", "e"),
		}))
	}},
	{"create-user-extension", alike, Options{}, func(c *Composer) []Request {
		return one(c.CreateUser([]Attribute{at("userName", upn), at("active", true), at(acme+":badge", "A7"), at(acme+":desk.floor", "3"), at(ent+":department", "R&D")}))
	}},
	{"update-user", apart, Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace("displayName", "Ada Lovelace"), replace(`emails[type eq "work"].value`, "ada.l@contoso.example"),
			add("name.formatted", "Ada Lovelace"), add(`addresses[type eq "work"].formatted`, "Office 14"), add(ent+":department", "Mathematics")}))
	}},
	{"update-user-many", apart, Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace("displayName", "Ada L"), replace(`emails[type eq "work"].value`, "ada.l@contoso.example"),
			replace("name.givenName", "Ada"), replace("name.familyName", "L"), replace("externalId", "ada.l"), replace(ent+":employeeNumber", "1816")}))
	}},
	{"update-user-extension", apart, Options{}, func(c *Composer) []Request { return one(c.PatchUser(userID, []Change{add(acme+":badge", "A7")})) }},
	{"disable-user", apart, Options{}, func(c *Composer) []Request { return one(c.PatchUser(userID, []Change{replace("active", "False")})) }},
	{"disable-user", apart, Options{}, func(c *Composer) []Request { return one(c.PatchUser(userID, []Change{replace("active", false)})) }},
	{"enable-user", apart, Options{}, func(c *Composer) []Request { return one(c.PatchUser(userID, []Change{replace("active", true)})) }},
	{"manager-set", apart, Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{add(ent+":manager", "271bd5a85a3246f39d49")}))
	}},
	{"manager-change", apart, Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace(ent+":manager", "9d5c7c3c1b3f4e65a0c1")}))
	}},
	{"manager-clear", apart, Options{}, func(c *Composer) []Request { return one(c.PatchUser(userID, []Change{replace(ent+":manager", "")})) }},
	{"manager-check", alike, Options{}, func(c *Composer) []Request { return one(c.ManagerCheck(userID, "271bd5a85a3246f39d49")) }},
	{"member-check", alike, Options{}, func(c *Composer) []Request { return one(c.MemberCheck(groupID, userID)) }},
	{"create-group", alike, Options{}, createRed},
	{"create-group-core", alike, Options{CoreGroupSchemaOnly: true}, createRed},
	{"match-group", alike, Options{}, func(c *Composer) []Request { return one(c.MatchGroup("displayName", "Team Red")) }},
	{"get-group", alike, Options{}, func(c *Composer) []Request { return one(c.GetGroup(groupID)) }},
	{"rename-group", apart, Options{}, func(c *Composer) []Request {
		return one(c.PatchGroup(groupID, []Change{replace("displayName", "Team Crimson")}))
	}},
	{"add-member", apart, Options{}, func(c *Composer) []Request { return c.AddMembers(groupID, []string{"f648f8d5ea4e4cd38e9c"}) }},
	{"add-members-one-each", apart, Options{}, func(c *Composer) []Request { return c.AddMembers(groupID, []string{"u1", "u2"}) }},
	{"add-member-ref", apart, Options{MemberRef: true}, func(c *Composer) []Request { return c.AddMembers(groupID, []string{"f648f8d5ea4e4cd38e9c"}) }},
	{"add-members-batch", apart, Options{MembersPerPatch: 2}, func(c *Composer) []Request { return c.AddMembers(groupID, []string{"u1", "u2", "u3"}) }},
	{"add-members-operations", apart, Options{MembersPerPatch: 2, MemberOperations: true}, func(c *Composer) []Request { return c.AddMembers(groupID, []string{"u1", "u2"}) }},
	{"remove-member", apart, Options{}, func(c *Composer) []Request { return c.RemoveMembers(groupID, []string{"f648f8d5ea4e4cd38e9c"}) }},
	{"remove-member", apart, Options{MemberRef: true}, func(c *Composer) []Request { return c.RemoveMembers(groupID, []string{"f648f8d5ea4e4cd38e9c"}) }},
	{"delete-user", alike, Options{}, func(c *Composer) []Request { return one(c.DeleteUser(userID)) }},
	{"delete-group", alike, Options{}, func(c *Composer) []Request { return one(c.DeleteGroup("cdb1ce18f65944079d37")) }},
	{"roles-single-create", alike, Options{}, createWith(mapping.SingleRole.Target(), withRoles(mapping.SingleRole, admin))},
	{"roles-complex-create", alike, Options{}, createWith("roles", withRoles(mapping.ComplexRoles, admin, plain))},
	{"roles-assertive-create", alike, Options{}, createWith("roles", withRoles(mapping.AssertiveRoles, admin, plain))},
	{"roles-single-update", apart, Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace(mapping.SingleRole.Target(), withRoles(mapping.SingleRole, mapping.Role{ID: admin.ID, Value: "25", DisplayName: "Role1234"}))}))
	}},
	{"roles-complex-update", apart, Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace("roles", withRoles(mapping.ComplexRoles, admin, plain))}))
	}},
	{"roles-assertive-update", alike, Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace("roles", withRoles(mapping.AssertiveRoles, admin, plain))}))
	}},
	{"special-characters", alike, Options{}, func(c *Composer) []Request {
		var requests []Request
		for _, value := range []string{"ada+news@contoso.example", "R&D#EXT#", "O'Neil, Ann (HR)*!", "Zoë 東", "a/b?c=d;e:f$g[h]", `say "hi" c:\x`, "50% <b>-_.~", "a%41b"} {
			requests = append(requests, c.MatchUser("userName", value))
		}
		return requests
	}},
	{"text-in-json", apart, Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace("displayName", "Zoë <R&D> \"東\" \\ \n\x01 O'Neil")}))
	}},
	{"probe-groups-plain", alike, Options{GroupProbe: GroupProbePlain}, func(c *Composer) []Request { return probe(c, "displayName") }},
	{"probe-without-mapping", alike, Options{}, func(c *Composer) []Request {
		return append(one(c.ProbeUsers("", guid)), probe(c, "")...)
	}},
	{"add-single", apart, Options{}, user(add("nickName", "Ad"))},
	{"add-many", apart, Options{}, user(add("nickName", "Ad"), add("title", "Analyst"))},
	{"replace-single", apart, Options{}, user(replace("displayName", "X"))},
	{"replace-typed", apart, Options{}, user(replace(`phoneNumbers[type eq "work"].value`, "+1"))},
	{"add-enterprise", apart, Options{}, user(add(ent+":department", "R"))},
	{"replace-name", apart, Options{}, user(replace("name.familyName", "L"))},
	{"source-null", apart, Options{}, user(replace("title", nil), replace("displayName", "X"), add("nickName", nil))},
	{"update-user-inactive", apart, Options{}, user(replace("displayName", "X"), replace("active", "False"), replace("title", "T"))},
	{"update-user-typed", apart, Options{Booleans: []string{acme + ":vip"}, Integers: []string{acme + ":floor"}},
		user(add(acme+":vip", "True"), add(acme+":floor", "12"), add(`emails[type eq "work"].primary`, "True"))},
	{"clear-empty", apart, Options{Clear: ClearEmptyText}, user(replace("title", nil), replace(`phoneNumbers[type eq "fax"].value`, nil))},
	{"clear-null", apart, Options{Clear: ClearNull}, user(replace("title", nil), replace(`phoneNumbers[type eq "fax"].value`, nil))},
	{"clear-remove", apart, Options{Clear: ClearRemove}, func(c *Composer) []Request {
		mail := replace(`emails[type eq "work"].value`, nil)
		mail.Have = "x"
		return one(c.PatchUser(userID, []Change{mail, replace("title", nil)}))
	}},
	{"manager-set-object", apart, Options{Manager: ManagerObject}, user(add(ent+":manager", "271bd5a85a3246f39d49"))},
	{"manager-clear-object", apart, Options{Manager: ManagerObject}, user(replace(ent+":manager", ""))},
	{"manager-set-reference", apart, Options{Manager: ManagerReference, ReferenceBase: "https://scim.example"}, user(add(ent+":manager", "271bd5a85a3246f39d49"))},
	{"group-externalid", apart, Options{}, func(c *Composer) []Request {
		return one(c.PatchGroup(groupID, []Change{replace("externalId", "0d5a6b1e-7c52-4f8e-9a31-2f7f2b0c9d11")}))
	}},
	{"remove-members-batch", apart, Options{MembersPerPatch: 2}, func(c *Composer) []Request { return c.RemoveMembers(groupID, []string{"u1", "u2", "u3"}) }},
	{"roles-single-by-path", apart, Options{SingleRoleByPath: true}, user(replace(mapping.SingleRole.Target(), withRoles(mapping.SingleRole, mapping.Role{ID: admin.ID, Value: "25", DisplayName: "Role1234"})))},
}

// spoken says how the dialects write a request.
type spoken bool

const (
	alike spoken = false
	apart spoken = true
)

func user(changes ...Change) func(*Composer) []Request {
	return func(c *Composer) []Request { return one(c.PatchUser(userID, changes)) }
}

func probe(c *Composer, path string) []Request {
	if r, ok := c.ProbeGroups(path, guid); ok {
		return one(r)
	}
	return nil
}

func createRed(c *Composer) []Request {
	return one(c.CreateGroup([]Attribute{at("displayName", "Team Red"), at("externalId", "0d5a6b1e-7c52-4f8e-9a31-2f7f2b0c9d11"), at("members", []string{"u1"})}))
}

func createWith(path string, value any) func(*Composer) []Request {
	return func(c *Composer) []Request {
		return one(c.CreateUser([]Attribute{at("userName", upn), at("active", "True"), at(path, value)}))
	}
}
