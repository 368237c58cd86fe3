package endpoint

import (
	"context"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/suites"
)

const (
	primaryRole = `roles[primary eq "True"].value`
	roleType    = "WindowsAzureActiveDirectoryRole"
)

// role is an element of roles as the target should show it.
type role struct {
	Primary any    `json:"primary"`
	Type    string `json:"type,omitempty"`
	Value   string `json:"value"`
}

func licenceChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.licence.single-create", Title: "The licence of a new user arrives with her",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnCustomize+"#provisioning-a-role-to-a-scim-app", rfc7643("4.1.2")),
				Why:     "Licences travel as roles of the POST. If they are dropped the person has an account and can do nothing with it; if they are refused she has no account either.",
				Fix:     "Store roles of POST /Users, whatever their type (Entra sends " + roleType + "), and return every element with value, type and primary.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("roles")
				r.Licensed(mapping.SingleRole)
				ada := r.NewUser(nil)
				r.Grant(ada, "Author")
				sent := r.Cycle(ctx)
				if post := answerOf(sent.Last(http.MethodPost, "/Users")); post.Status/100 == 4 {
					r.Made(ctx) // without a licence it is accepted
					r.Must("POST /Users with a licence in roles is accepted", post, answered(http.StatusCreated, http.StatusOK), post.Shown)
				}
				r.Provisioned(ctx, sent, ada)
				v := r.Read(ctx, ada)
				r.That("GET shows the licence that POST /Users sent in roles", v, hasRoles("Author"), v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.licence.single-change", Title: "Another licence arrives as JSON text inside the value of a role",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace"), Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnCustomize+"#provisioning-a-role-to-a-scim-app", "https://github.com/MicrosoftDocs/azure-docs/issues/50772", "https://github.com/Captain-P-Goldfish/SCIM-SDK/issues/516"),
				Why:     "By default Entra does not send a changed role as an object but its JSON as the text of value. A server that refuses it never changes a licence.",
				Fix:     "When the value of a role is a text that holds a JSON object, read id, value and displayName out of it.",
				Words: flagged(suites.Words{
					Title: "Another licence arrives as a primary role that is added",
					Why:   "With the flag Entra sends a changed role as it sends that of a new user, primary, and adds it. A server that refuses it never changes a licence; one that keeps both primary grants the old licence as well.",
					Fix:   "Add the role, and make the one that was primary before primary no more.",
				}),
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.licensee(ctx, mapping.SingleRole, "Author")
				r.Revoke(ada, "Author")
				r.Grant(ada, "Editor")
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				v := r.Read(ctx, ada)
				r.That("after PATCH with Add of a role as "+r.spoken("JSON text inside value", "a primary element")+", as Entra sends it, GET shows the new licence", v, hasRoles("Editor"), sent, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.licence.primary-path", Title: "The path roles[primary eq \"True\"].value changes the primary role",
				Level: result.Required, Breaks: breaksEntraValidator, Needs: afterPatch, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnCustomize, learnValidator),
				Why:     "Entra writes the boolean in the filter as a text. A server that compares it with the stored boolean finds no role, and the change is refused or appended as another role.",
				Fix:     "In a filter compare a boolean attribute with the texts \"True\" and \"False\" as with true and false.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.holder(ctx)
				answer := r.Patched(ctx, ada, Op{"Replace", primaryRole, "Editor"})
				v := r.Read(ctx, ada)
				r.That(`after PATCH of roles[primary eq "True"].value the primary role has the new value and is the only one`, v, onlyRoles("Editor"), answer.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.licence.primary-path-absent", Title: "Add to the primary role of a user without roles creates it, as primary",
				Level: result.Recommended, Breaks: breaksEntraValidator, Needs: needs("endpoint.sync.replace"), Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnCustomize, learnValidator),
				Why:     "Whoever gets her first licence later gets it this way. A role created without the boolean primary is not found by the next filter, and another is added.",
				Fix:     "When no element is selected create one with primary true, as a boolean, and the value.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("roles")
				ada := r.Made(ctx)
				r.createsElements(ctx, ada)
				answer := r.Patched(ctx, ada, Op{"Add", primaryRole, "Author"})
				v := r.Read(ctx, ada)
				e, ok := element(v.Resource, "roles", "Author")
				r.That(`after PATCH with Add of roles[primary eq "True"].value to a user without roles GET shows the licence`, v, hasRoles("Author"), answer.Shown, v.Shown)
				if ok {
					r.That(`a role that Add of roles[primary eq "True"].value makes has primary true, as a boolean`, View{e, v.Shown}, worded[View]{
						Want: "primary is true",
						OK:   func(v View) bool { return member(v.Resource, "primary") == true },
						Got:  func(v View) string { return v.words("primary") },
					}, answer.Shown, v.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.licence.primary-string", Title: "A role whose primary is the text \"True\" is accepted",
				Level: result.Recommended, Breaks: breaksValidator,
				Sources: sources(learnValidator, referenceCode),
				Why:     "Microsoft's validator sends primary of roles as a text.",
				Fix:     "Read the texts \"True\" and \"False\" as booleans in POST as well.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("roles")
				r.Made(ctx) // without such a role it is accepted
				post := r.postRoles(ctx, role{Primary: "True", Value: "Author"})
				if !post.OK() {
					if plain := r.postRoles(ctx, role{Primary: true, Value: "Author"}); !plain.OK() {
						r.Block("endpoint.licence.single-create", "POST with primary true, the boolean, was answered "+plain.String())
					}
				}
				r.Must("POST /Users with a role whose primary is the text \"True\" is accepted", post, accepted(), post.Shown)
				made, _ := post.JSON()
				v := r.Read(ctx, &Account{Kind: users, ID: made.ID()})
				if len(elements(v.Resource, "roles")) == 0 {
					r.Block("endpoint.licence.single-create", "the target shows "+v.words("roles"))
				}
				r.That("GET shows the role whose primary POST /Users sent as the text \"True\"", v, hasRoles("Author"), post.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.licence.role-values", Title: "The name of a licence comes back as it was sent",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnCustomize+"#provisioning-a-role-to-a-scim-app", learnSCIM),
				Why:     "Names of licences have dots, plus signs, brackets and capitals, and are compared with a catalogue. A value that is tidied up is no licence any more.",
				Fix:     "Store value and type of roles byte for byte.",
			},
			Run: func(ctx context.Context, r *Rig) {
				const plan = "PowerBI.Pro+(Plan_2)"
				ada := r.licensee(ctx, mapping.SingleRole, plan)
				v := r.Read(ctx, ada)
				e, ok := element(v.Resource, "roles", plan)
				if !ok && len(elements(v.Resource, "roles")) == 0 {
					r.Block("endpoint.licence.single-create", "the target shows "+v.words("roles"))
				}
				if !ok {
					e = elements(v.Resource, "roles")[0]
				}
				r.That("GET shows the value of a role letter by letter as POST sent it", View{e, v.Shown}, showsExactly("value", plan), v.Shown)
				if r.Lists("roles.type") {
					r.That("GET shows the type of a role letter by letter as POST sent it", View{e, v.Shown}, showsExactly("type", roleType), v.Shown)
				}
			},
		},
	}
}

// createsElements blocks the check when Add to a path that selects nothing is refused for addresses as well: that is the rule of
// email-absent-add.
func (r *Rig) createsElements(ctx context.Context, a *Account) {
	if !r.Has("emails") {
		return
	}
	if mail := r.Patch(ctx, a, Op{"Add", homeMail, "home." + r.names.person().upn}); !mail.OK() {
		r.lockedOut(ctx, mail)
		r.Block("endpoint.sync.email-absent-add", "Add to "+homeMail+", which selects nothing either, was answered "+mail.String())
	}
}

// licensee hires somebody with licences that go out in this format.
func (r *Rig) licensee(ctx context.Context, format mapping.RoleFormat, licences ...string) *Account {
	r.NeedsAttribute("roles")
	r.Licensed(format)
	a := r.NewUser(directory.Properties{})
	for _, l := range licences {
		r.Grant(a, l)
	}
	r.taken(ctx, a, r.Cycle(ctx))
	return a
}

// taken is given that a new user with licences is on the target. A target that takes the user without them breaks the rule of
// single-create.
func (r *Rig) taken(ctx context.Context, a *Account, sent Traffic) {
	post := answerOf(sent.Last(http.MethodPost, "/Users"))
	if _, ok := r.provisioning().Anchor(a.Object); !ok && post.Status/100 == 4 {
		r.Made(ctx)
		r.Block("endpoint.licence.single-create", "POST of a user with a licence was answered "+post.String())
	}
	r.Provisioned(ctx, sent, a)
}

// holder makes a user with the licence Author by a request of its own, and is given that the target shows it.
func (r *Rig) holder(ctx context.Context) *Account {
	r.NeedsAttribute("roles")
	a, post := r.Post(ctx, attribute(primaryRole, "Author"))
	if !post.OK() {
		r.Made(ctx)
		r.Block("endpoint.licence.single-create", "POST of a user with a licence was answered "+post.String())
	}
	r.shownLicences(ctx, a, "Author")
	return a
}

// roleNames returns the licences a resource shows. Where the target keeps the JSON text Entra sent, its value counts.
func roleNames(v scim.Resource) []string {
	var names []string
	for _, e := range elements(v, "roles") {
		name := e.String("value")
		if inner, err := scim.DecodeResource([]byte(name)); err == nil && strings.HasPrefix(strings.TrimSpace(name), "{") {
			name = inner.String("value")
		}
		names = append(names, name)
	}
	return names
}

// hasRoles matches a [View] that shows all these licences.
func hasRoles(wanted ...string) worded[View] {
	return worded[View]{
		Want: "roles with " + strings.Join(wanted, " and "),
		OK:   func(v View) bool { return holds(roleNames(v.Resource), wanted) },
		Got:  func(v View) string { return v.words("roles") },
	}
}

// onlyRoles matches a [View] that shows these licences and no others.
func onlyRoles(wanted ...string) worded[View] {
	return worded[View]{
		Want: "only the roles " + strings.Join(wanted, " and "),
		OK: func(v View) bool {
			names := roleNames(v.Resource)
			return len(names) == len(wanted) && holds(names, wanted)
		},
		Got: func(v View) string { return v.words("roles") },
	}
}

func holds(names, wanted []string) bool {
next:
	for _, w := range wanted {
		for _, n := range names {
			if strings.EqualFold(n, w) {
				continue next
			}
		}
		return false
	}
	return true
}
