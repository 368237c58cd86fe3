package connector

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const (
	passwordGiven = "connector.create.password"
	countryCode   = "connector.create.usage-location-code"
)

func valueCreateChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: passwordGiven, Title: "A new user has the password that was given for her",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPostUser, learnPasswordProfile),
				Why: "The password that was handed to the new colleague does not work, and the one that does is the same for everybody: whoever knows it can sign in as anybody who started this week.",
				Fix: "Put the given password into passwordProfile, and the one of the configuration only where none is given.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, "password")
				given := r.ownPassword()
				o, _, u := r.made(ctx, map[string]any{"password": given})
				r.That("the new user signs in with the password that was given", r.Snapshot().CheckPassword(u.ID(), given), isPassword(o), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.create.password-policy", Title: "Create fails when the password is refused",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(createUser), Causes: needs(passwordGiven), Sources: sources(learnPostUser, learnPasswordProfile),
				Why: "A connector that tries again with another password makes an account that nobody was told the password of, or everybody knows it of.",
				Fix: "Answer the error passwordPolicy when Graph refuses the password, and make no account with another one.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, "password")
				attributes := r.Person(map[string]any{"password": "short"})
				name, _ := attributes["userPrincipalName"].(string)
				o := r.Create(ctx, attributes)
				r.That("create with a password that is too short and too simple fails", o, fails(), o.Shown()...)
				_, live := r.named(name)
				r.That("nobody is created with another password than the one that was given", live, worded[bool]{Want: "no account", OK: func(live bool) bool { return !live }, Got: func(bool) string { return "an account of the name " + name }}, o.Shown()...)
				r.mayDecline(o)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.create.enabled-account", Title: "A new user can sign in",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPostUser),
				Why: "A new colleague who cannot sign in on the first day waits for somebody who finds out why.",
				Fix: "POST /users with accountEnabled true, unless the account is to be made disabled.",
			},
			Run: func(ctx context.Context, r *Rig) {
				var more map[string]any
				if r.Description().Writes(User, "accountEnabled") {
					more = map[string]any{"accountEnabled": true}
				}
				o, _, u := r.made(ctx, more)
				r.That("the new user is enabled", r.see(o, u.ID()), has("accountEnabled", true), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.create.disabled-account", Title: "A user who is to be made disabled cannot sign in",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPostUser),
				Why: "Accounts are made weeks before people start, and are to stay shut until then. An open one with a password that many know is a way in.",
				Fix: "Put the given accountEnabled into POST /users.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, "accountEnabled")
				o, _, u := r.made(ctx, map[string]any{"accountEnabled": false})
				r.That("the new user is disabled", r.see(o, u.ID()), has("accountEnabled", false), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.create.required-properties", Title: "POST /users carries every required property, whatever was given",
				Level: result.Recommended, Breaks: breaksBoth, Needs: needs(createUser), Sources: sources(learnPostUser),
				Why: "Graph refuses a user without a display name. Sources of people often have none, but first and last names; the import stops at each of them.",
				Fix: "Make displayName out of the name when none is given, or refuse before anything is sent and say what is missing.",
			},
			Run: func(ctx context.Context, r *Rig) {
				attributes := r.Person(nil)
				delete(attributes, "displayName")
				o := r.Create(ctx, attributes)
				r.That("no POST /users lacks displayName when none is given", lacking(asksOf(o.Calls), "users", "displayName"), none("displayName in each POST /users, or none sent"), o.Shown()...)
				r.mayDecline(o)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.create.mail-nickname", Title: "A mail nickname that is not given is made so that Graph takes it",
				Level: result.Recommended, Breaks: breaksBoth, Needs: needs(createUser), Sources: sources(learnPostUser, learnUser),
				Why: "mailNickname is required and takes no at sign and no space. Few sources of people have such a thing, and Graph refuses the user without it.",
				Fix: "Make mailNickname out of what stands before the at sign of the name, without @ ( ) \\ [ ] \" ; : < > , and spaces.",
			},
			Run: func(ctx context.Context, r *Rig) {
				attributes := r.Person(nil)
				delete(attributes, "mailNickname")
				o := r.Create(ctx, attributes)
				r.That("no POST /users has a mailNickname that Graph refuses", badNicknames(asksOf(o.Calls), "users"), noNames("a mailNickname without signs that Graph refuses, or no POST"), o.Shown()...)
				r.mayDecline(o)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.create.usage-location", Title: "A new user has the usage location that was given for her",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(countryCode, setOf("usageLocation")), Sources: sources(learnPostUser, learnUser, learnLicence),
				Why: "Without a usage location Graph gives no licence. The new colleague has an account, and neither mail nor Teams.",
				Fix: "Put usageLocation into POST /users.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, "usageLocation")
				o, _, u := r.made(ctx, map[string]any{"usageLocation": "FR"})
				r.That("the new user has the usage location that was given", r.see(o, u.ID()), has("usageLocation", "FR"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: countryCode, Title: "usageLocation is sent as two letters",
				Level: result.Required, Breaks: breaksBoth, Sources: sources(learnUser, learnPostUser, "https://www.iso.org/iso-3166-country-codes.html"),
				Why: "Graph takes the two letters of ISO 3166-1 alpha-2 and refuses the whole user for three, or for the name of a country.",
				Fix: "Send DE, not DEU and not Germany.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, "usageLocation")
				o := r.Create(ctx, r.Person(map[string]any{"usageLocation": "FR"}))
				wrong := slices.DeleteFunc(bodies(asksOf(o.Calls)), func(p ask) bool {
					return p.object()["usageLocation"] == nil || len(words(p.object()["usageLocation"])) == 2
				})
				r.That("usageLocation FR is sent as these two letters", named(wrong, "usageLocation"), noNames("two letters"), o.Shown()...)
				sent := slices.DeleteFunc(bodies(asksOf(o.Calls)), func(p ask) bool { return p.object()["usageLocation"] == nil })
				r.unlessUnsent(o, sent, "usageLocation")
			},
		},
	}
}

// ownPassword is one that is not the configuration's.
func (r *Rig) ownPassword() string {
	const made = "Kestrel-7-Petrel-2026!"
	r.hide(made)
	return made
}

// isPassword matches whether a password is somebody's, after the connector was told something.
func isPassword(o Result) worded[bool] {
	return worded[bool]{Want: "the password is right", OK: isTrue, Got: func(bool) string { return "the tenant has another password for her" + seen{result: o}.told() }}
}

// lacking are the POSTs to a set without a property.
func lacking(all []ask, set, property string) []ask {
	return slices.DeleteFunc(of(all, http.MethodPost, "/"+set), func(p ask) bool { return words(p.object()[property]) != "" })
}

// badNicknames are the mail nicknames of POSTs to a set that Graph refuses, "none" for those without one.
// Source: learn.microsoft.com/graph/api/resources/user, mailNickname; learn.microsoft.com/graph/api/resources/group, mailNickname.
func badNicknames(all []ask, set string) []string {
	var bad []string
	for _, p := range of(all, http.MethodPost, "/"+set) {
		nick := words(p.object()["mailNickname"])
		if nick == "" {
			bad = append(bad, "a POST without mailNickname")
		} else if strings.ContainsAny(nick, "@()\\[]\";:<>, ") {
			bad = append(bad, "mailNickname "+nick)
		}
	}
	return bad
}
