package refconnector_test

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
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
