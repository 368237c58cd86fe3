package endpoint

import (
	"context"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

func groupChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.group.create", Title: "A group Entra creates is there afterwards, under the id the answer named",
				Level: result.Required, Breaks: breaksEntra, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnSCIM+"#create-group", rfc7644("3.3")),
				Why:     "Entra creates a group without members and with a second schema of Microsoft's own; a server that insists on members or knows only the standard's schema refuses every group.",
				Fix:     "Accept POST /Groups without members, pass over schemas you do not know, and answer 201 with the group and its id.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team := r.NewGroup("Team Red")
				r.Assign(team)
				post := answerOf(r.Cycle(ctx).Last(http.MethodPost, "/Groups"))
				if post.Shown == nil {
					r.Block("endpoint.connect.probe-groups", "the service did not come to create the group: "+r.whyNot(team, post))
				}
				if post.Status == http.StatusUnsupportedMediaType {
					r.Block("endpoint.create.content-type", "POST /Groups was answered "+post.String())
				}
				r.lockedOut(ctx, post)
				r.Must("POST /Groups without members and with Microsoft's second schema, as Entra sends it, is answered 201", post, answered(http.StatusCreated, http.StatusOK), post.Shown)
				made, _ := post.JSON()
				r.Must("the answer to POST /Groups names the id of the new group", View{made, post.Shown}, worded[View]{
					Want: "a text in id",
					OK:   func(v View) bool { return v.ID() != "" },
					Got:  func(View) string { return post.String() },
				}, post.Shown)
				team.ID = made.ID()
				get := r.Get(ctx, team)
				r.Must("GET /Groups/{id} with the id from the answer to POST is answered 200", get, answered(http.StatusOK), get.Shown)
				shown, _ := get.JSON()
				r.That("GET of a new group shows the displayName that was sent", View{shown, get.Shown}, shows("displayName", team.Name), get.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.external-id", Title: "A group keeps its externalId",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#create-group", rfc7643("3.1")),
				Why:     "Entra writes the object id of the group there and writes it again in every cycle as long as it does not come back.",
				Fix:     "Store externalId of groups and return it.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team := r.NewGroup("Team Red")
				r.Assign(team)
				r.Provisioned(ctx, r.Cycle(ctx), team)
				v := r.Read(ctx, team)
				r.That("GET of a group shows the externalId that POST sent", v, shows("externalId", team.Object), v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.filter", Title: "A filter on displayName finds that group and none with a similar name",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#get-group-by-displayname", rfc7644("3.4.2.2")),
				Why:     "Entra looks for a group by its name before it creates it. If groups with similar names are found as well it gives up, or fills somebody else's group.",
				Fix:     "Support displayName eq on /Groups and compare the whole value.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team := r.MadeGroup(ctx, "Team Red")
				r.MadeGroup(ctx, "Team Red Alert")
				r.selective()
				f := r.FindSoon(ctx, team, findsOnly("displayName", team.Name))
				r.That(`filter=displayName eq "…" finds the group of that name, and none whose name is only similar`, f, findsOnly("displayName", team.Name), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.filter-case", Title: "A filter on displayName finds the group in any letter case",
				Level: result.Required, Breaks: breaksEntraValidator, Needs: needs("endpoint.group.filter"),
				Sources: sources(rfc7643("8.7.1"), learnValidator),
				Why:     "A case-sensitive comparison misses a group that is there already, and a second one of the same name is made, or refused in every cycle.",
				Fix:     "Compare displayName of groups without regard to case.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team := r.MadeGroup(ctx, "Team Red")
				r.Listed(ctx, team)
				f := r.FindBy(ctx, groups, "displayName", strings.ToUpper(team.Name))
				r.That(`filter=displayName eq "…" finds the group when the name is written in capitals`, f, findsOnly("displayName", team.Name), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.filter-special", Title: "A group whose name has special characters is found",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.group.filter"),
				Sources: sources(referenceCode, "https://url.spec.whatwg.org/#urlencoded-parsing", learnSCIM+"#get-group-by-displayname"),
				Why:     "Groups are named by people: \"R&D + Ops #1\". A server that splits or decodes the query wrongly does not find such a group and makes it again in every cycle.",
				Fix:     "Decode the query exactly once: %26 is &, %2b is +, %23 is #, and + is a blank.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team := r.MadeGroup(ctx, "R&D + Ops #1, 50/50 (A=B)")
				f := r.FindSoon(ctx, team, findsOnly("displayName", team.Name))
				r.That(`filter=displayName eq "…" finds a group with &, + and # in its name, percent-encoded in the query`, f, findsOnly("displayName", team.Name), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.excluded-members", Title: "excludedAttributes=members leaves the members out",
				Level: result.Required, Breaks: breaksEntraValidator,
				Sources: sources(learnSCIM+"#get-group", rfc7644("3.9"), learnLogs),
				Why:     "Entra asks for groups without their members, because a group can have a hundred thousand. A server that sends them all the same runs into time-outs, and Entra may refuse the answer.",
				Fix:     "Honour excludedAttributes on GET /Groups/{id} and on filters.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				team := r.MadeGroup(ctx, "Team Red", ada)
				r.Members(ctx, "endpoint.group.add-member", team, ada)
				get := r.Send(ctx, r.Compose.GetGroup(team.ID))
				body, err := get.JSON()
				if !get.OK() || err != nil {
					r.lockedOut(ctx, get)
					r.That("GET /Groups/{id}?excludedAttributes=members is answered 200", get, answered(http.StatusOK), get.Shown)
				} else {
					r.That(noMembers, View{body, get.Shown}, lacksMembers(), get.Shown)
				}
				f := r.FindSoon(ctx, team, findsSome())
				if f.Total < 1 || len(f.Resources) == 0 {
					r.Block("endpoint.group.filter", "the filter was answered "+f.String())
				}
				r.That(noMembers, View{f.Resources[0], f.Shown}, lacksMembers(), f.Shown)
			},
		},
	}
}

const noMembers = "with excludedAttributes=members neither GET /Groups/{id} nor a filter on /Groups shows members"

func lacksMembers() worded[View] {
	return worded[View]{
		Want: "no members in the answer",
		OK:   func(v View) bool { return len(elements(v.Resource, "members")) == 0 },
		Got:  func(v View) string { return v.words("members") },
	}
}
