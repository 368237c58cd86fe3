package refconnector_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// The SKUs of the tests, with their part numbers in Microsoft's list.
const (
	e3 = "05e9a617-0261-4cee-bb44-138d3ef5d965" // SPE_E3
	e5 = "06ebc4ee-1bb5-47dd-8120-11324bc54e06" // SPE_E5
)

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestConfigurationIsTestedAgainstTheTenant(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*rig, *refconnector.Config)
		want   refconnector.Code
		says   string
	}{
		"good":                {func(*rig, *refconnector.Config) {}, "", ""},
		"base user":           {func(r *rig, c *refconnector.Config) { r.user("base", nil); c.BaseUserName = "base" }, "", ""},
		"unknown base user":   {func(_ *rig, c *refconnector.Config) { c.BaseUserName = "nobody" }, refconnector.UnknownObject, "nobody"},
		"wrong secret":        {func(_ *rig, c *refconnector.Config) { c.ClientSecret = "wrong" }, refconnector.Unauthorized, "AADSTS7000215"},
		"expired secret":      {func(r *rig, _ *refconnector.Config) { r.clock.Advance(3 * 365 * 24 * time.Hour) }, refconnector.Unauthorized, "AADSTS7000222"},
		"unknown application": {func(_ *rig, c *refconnector.Config) { c.ClientID = "11111111-2222-4333-8444-555555555555" }, refconnector.Unauthorized, "AADSTS700016"},
		"unknown tenant": {func(_ *rig, c *refconnector.Config) {
			c.TenantID, c.Authority = "", "https://login.microsoftonline.com/nowhere.example/oauth2/authorize"
		}, refconnector.Unauthorized, "AADSTS90002"},
		"unverified domain": {func(_ *rig, c *refconnector.Config) { c.Domain = "fabrikam.example" }, refconnector.InvalidAttribute, "fabrikam.example"},
		"no consent": {func(r *rig, c *refconnector.Config) {
			app, err := r.tenant.Register("Stranger")
			r.must(err)
			c.ClientID, c.ClientSecret = app.ID, app.Secret
		}, refconnector.Forbidden, "consent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			c.change(r, &r.config)
			err := r.connect(r.config).Test(t.Context())
			if code(err) != c.want || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q that says %q", err, c.want, c.says)
			}
			if err != nil && (strings.Contains(err.Error(), r.config.ClientSecret) || strings.Contains(err.Error(), "client_secret=")) {
				t.Errorf("the error holds the secret: %v", err)
			}
		})
	}
}

func TestConfigurationIsValidatedInOneSentence(t *testing.T) {
	t.Parallel()
	good := refconnector.Config{Authority: "https://login.microsoftonline.com/contoso.example/oauth2/authorize", ClientID: "11111111-2222-4333-8444-555555555555",
		ClientSecret: "s", Domain: "contoso.example", BasePassword: "p"}
	if err := good.Validate(); err != nil {
		t.Fatalf("good: %v", err)
	}
	for says, change := range map[string]func(*refconnector.Config){
		"Authority is missing":    func(c *refconnector.Config) { c.Authority = "" },
		"ClientSecret is missing": func(c *refconnector.Config) { c.ClientSecret = "" },
		"a GUID":                  func(c *refconnector.Config) { c.ClientID = "me" },
		"Domain must be a domain": func(c *refconnector.Config) { c.Domain = "@contoso" },
		"begin with https://":     func(c *refconnector.Config) { c.Authority = "http://login.microsoftonline.com/x/oauth2/authorize" },
		"a tenant of their own": func(c *refconnector.Config) {
			c.Authority = "https://login.microsoftonline.com/common/oauth2/authorize"
		},
		"must end in /<tenant>":    func(c *refconnector.Config) { c.Authority += "/more" },
		"a host alone":             func(c *refconnector.Config) { c.ResourceURI = "https://graph.microsoft.com/v1.0" },
		"neither user, query":      func(c *refconnector.Config) { c.ResourceURI = "https://me@graph.microsoft.com" },
		"a country of two letters": func(c *refconnector.Config) { c.UsageLocation = "DEU" },
		"no absolute URL":          func(c *refconnector.Config) { c.ResourceURI = "graph" },
		"Authority is of tenant 1111": func(c *refconnector.Config) {
			c.TenantID, c.Authority = strings.Replace(c.ClientID, "1", "2", 1), strings.Replace(c.Authority, "contoso.example", c.ClientID, 1)
		},
	} {
		c := good
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
		if _, err := refconnector.New(c); err == nil {
			t.Errorf("%s: a connector was made", says)
		}
	}
}

func TestAnAccountIsCreatedInOneRequestWithWhatGraphNeeds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id, err := r.Create(t.Context(), refconnector.Account, refconnector.Attributes{"__NAME__": "ada"})
	r.must(err)
	u := r.object(id)
	equal(t, "name", u.String("userPrincipalName"), "ada@"+domain)
	equal(t, "display name", u.String("displayName"), "ada")
	equal(t, "nickname", u.String("mailNickname"), "ada")
	equal(t, "enabled", u.Bool("accountEnabled"), true)
	equal(t, "log", r.log(), []string{"POST /users"})
}

func TestEveryAttributeIsSetChangedAndCleared(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	boss := r.user("boss", nil)
	first := refconnector.Attributes{
		"__NAME__": "ada@" + domain, "displayName": "Ada", "mailNickname": "ada", "givenName": "Ada", "surname": "Łovelace", "mail": "ada@contoso.example", "usageLocation": "de",
		"jobTitle": "Engineer", "department": "R&D", "companyName": "Contoso", "employeeId": "7", "employeeType": "Employee", "officeLocation": "12/3", "streetAddress": "1 Main St",
		"city": "Berlin", "state": "BE", "postalCode": "10115", "country": "Germany", "mobilePhone": "+49 1", "faxNumber": "+49 2", "businessPhones": []string{"+49 3"},
		"otherMails": []string{"a@x.example", "b@x.example"}, "preferredLanguage": "en-GB", "employeeHireDate": "2026-03-01", "ageGroup": "Adult", "consentProvidedForMinor": "Granted",
		"manager": boss, "onPremisesExtensionAttributes.extensionAttribute1": "one", "onPremisesExtensionAttributes.extensionAttribute15": "fifteen",
	}
	id, err := r.Create(t.Context(), refconnector.Account, first)
	r.must(err)
	read, err := r.Read(t.Context(), refconnector.Account, id)
	r.must(err)
	for name, want := range first {
		switch name {
		case "usageLocation":
			want = "DE"
		case "employeeHireDate":
			want = "2026-03-01T00:00:00Z"
		}
		equal(t, name, read.Attributes[name], want)
	}
	r.log()
	r.must(r.Update(t.Context(), refconnector.Account, id, first))
	equal(t, "an update to the same", r.log(id, "{id}"), []string{"GET /users/{id}"})

	second := refconnector.Attributes{"otherMails": []string{"b@x.example"}, "jobTitle": "Lead", "department": "R&D"}
	r.must(r.Update(t.Context(), refconnector.Account, id, second))
	all := r.take()
	equal(t, "the second body", all[len(all)-1].json(t), map[string]any{"otherMails": []any{"b@x.example"}, "jobTitle": "Lead"})

	cleared := refconnector.Attributes{}
	for name := range first {
		if !slices.Contains([]string{"__NAME__", "displayName", "mailNickname", "usageLocation"}, name) {
			cleared[name] = nil
		}
	}
	r.must(r.Update(t.Context(), refconnector.Account, id, cleared))
	read, err = r.Read(t.Context(), refconnector.Account, id)
	r.must(err)
	equal(t, "what is left", read.Attributes, refconnector.Attributes{
		"__NAME__": "ada@" + domain, "userPrincipalName": "ada@" + domain, "__ENABLE__": true, "displayName": "Ada", "mailNickname": "ada", "usageLocation": "DE",
	})
}

func TestADisabledAccountIsSignedOut(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ada := r.user("ada", nil)
	r.must(r.SetEnabled(t.Context(), ada, false))
	equal(t, "log", r.log(ada, "{ada}"), []string{"GET /users/{ada}", "PATCH /users/{ada}", "POST /users/{ada}/revokeSignInSessions"})
	equal(t, "enabled", r.object(ada).Bool("accountEnabled"), false)
	r.must(r.SetEnabled(t.Context(), ada, true))
	equal(t, "log", r.log(ada, "{ada}"), []string{"GET /users/{ada}", "PATCH /users/{ada}"})
	r.must(r.connect(r.config, refconnector.WithoutRevoke()).SetEnabled(t.Context(), ada, false))
	equal(t, "log", r.log(ada, "{ada}"), []string{"GET /users/{ada}", "PATCH /users/{ada}"})
}

func TestDeletedAccountsComeBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ada := r.user("ada", nil)
	r.must(r.Delete(t.Context(), refconnector.Account, ada))
	if r.object(ada) != nil {
		t.Error("she is still there")
	}
	equal(t, "again", code(r.Delete(t.Context(), refconnector.Account, ada)), refconnector.UnknownObject)
	r.must(r.Restore(t.Context(), ada))
	if r.object(ada) == nil {
		t.Error("she is not back")
	}
	equal(t, "again", code(r.Restore(t.Context(), ada)), refconnector.UnknownObject)
}

func TestMembersAreWrittenTwentyAtATime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var all []string
	for n := range 45 {
		all = append(all, r.user(fmt.Sprintf("u%d", n), nil))
	}
	cast := r.group("cast", all[3])
	r.must(r.AddMembers(t.Context(), cast, append(all, all[0])...))
	slices.Sort(all)
	equal(t, "members", r.members(cast), all)
	equal(t, "log", r.log(cast, "{cast}"), []string{"PATCH /groups/{cast}", "POST /$batch", "PATCH /groups/{cast}", "PATCH /groups/{cast}"})
	r.must(r.AddMembers(t.Context(), cast, all[0]))
	r.log()
	nobody := "11111111-2222-4333-8444-555555555555"
	r.must(r.RemoveMembers(t.Context(), cast, append(all[:43:43], nobody)...))
	equal(t, "log", r.log(), []string{"POST /$batch", "POST /$batch", "POST /$batch"})
	equal(t, "members", r.members(cast), all[43:])
	r.must(r.RemoveMembers(t.Context(), cast, all[44]))
	r.must(r.RemoveMembers(t.Context(), cast, all[44]))
	equal(t, "members", r.members(cast), all[43:44])
	if r.object(all[44]) == nil || r.object(all[0]) == nil {
		t.Error("a user who left the group is gone")
	}
	err := r.AddMembers(t.Context(), cast, nobody, all[1])
	if code(err) != refconnector.UnknownObject || !strings.Contains(err.Error(), nobody) {
		t.Errorf("got %v", err)
	}
	equal(t, "members", len(r.members(cast)), 2)
	equal(t, "unknown group", code(r.RemoveMembers(t.Context(), nobody, all[1])), refconnector.UnknownObject)
}

func TestLicencesChangeInOneCall(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seats(e3, 5)
	r.seats(e5, 1)
	ada, bob := r.user("ada", directory.Properties{"usageLocation": "DE"}), r.user("bob", nil)
	r.must(r.SetLicences(t.Context(), ada, []string{e3}, nil))
	r.log()
	r.must(r.SetLicences(t.Context(), ada, []string{e3}, nil))
	equal(t, "assigned again", r.log(ada, "{ada}"), []string{"GET /users/{ada}"})
	r.must(r.SetLicences(t.Context(), ada, []string{e5}, []string{e3}))
	equal(t, "log", r.log(ada, "{ada}"), []string{"GET /users/{ada}", "POST /users/{ada}/assignLicense"})
	equal(t, "licences", r.licences(ada), []string{e5})

	equal(t, "no location", code(r.SetLicences(t.Context(), bob, []string{e3}, nil)), refconnector.MissingUsageLocation)
	equal(t, "log", r.log(bob, "{bob}"), []string{"GET /users/{bob}"})
	r.config.UsageLocation = "FR"
	r.must(r.connect(r.config).SetLicences(t.Context(), bob, []string{e3}, nil))
	equal(t, "location", r.object(bob).String("usageLocation"), "FR")
	equal(t, "no seat", code(r.SetLicences(t.Context(), bob, []string{e5}, nil)), refconnector.LicenceUnavailable)
	equal(t, "unknown", code(r.SetLicences(t.Context(), bob, []string{r.app.ID}, nil)), refconnector.LicenceUnavailable)
	equal(t, "part number", code(r.SetLicences(t.Context(), bob, []string{"SPE_E3"}, nil)), refconnector.InvalidAttribute)

	_, err := r.Create(t.Context(), refconnector.Account, refconnector.Attributes{"__NAME__": "cyd", "azureLicense": e3})
	equal(t, "create without location", code(err), refconnector.MissingUsageLocation)
	r.log()
	cyd, err := r.Create(t.Context(), refconnector.Account, refconnector.Attributes{"__NAME__": "cyd", "azureLicense": e3, "usageLocation": "DE"})
	r.must(err)
	equal(t, "log", r.log(cyd, "{cyd}"), []string{"POST /users", "POST /users/{cyd}/assignLicense"})
	r.must(r.Update(t.Context(), refconnector.Account, cyd, refconnector.Attributes{"azureLicense": nil}))
	equal(t, "licences", len(r.licences(cyd)), 0)
}

func TestInheritedLicencesAreLeftAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seats(e3, 5)
	r.seats(e5, 5)
	ada := r.user("ada", directory.Properties{"usageLocation": "DE"})
	cast := r.group("cast", ada)
	_, err := r.tenant.Directory().AssignGroupLicenses(cast, []directory.AssignedLicense{{SkuID: e3}}, nil)
	r.must(err)
	r.tenant.Directory().ProcessLicenses()
	r.must(r.SetLicences(t.Context(), ada, []string{e5}, []string{e3}))
	slices.Sort(r.licences(ada))
	equal(t, "licences", r.licences(ada), []string{e3, e5})
	r.must(r.Update(t.Context(), refconnector.Account, ada, refconnector.Attributes{"azureLicense": []string{e3}}))
	equal(t, "licences", r.licences(ada), []string{e3})
}

func TestSearchReadsAllPagesAndQuotes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for n := range 250 {
		r.user(fmt.Sprintf("u%d", n), nil)
	}
	odd := r.user("odd", directory.Properties{"displayName": "R&D + O'Neil #1", "companyName": "Contoso", "otherMails": []string{"o@x.example"}})
	r.weather(weather.Forecast{PageSeed: 7})
	all, err := r.Search(t.Context(), refconnector.Account, refconnector.Filter{})
	r.must(err)
	if len(all) < 251 {
		t.Errorf("found %d", len(all))
	}
	for attribute, value := range map[string]string{"displayName": "R&D + O'Neil #1", "companyName": "Contoso", "otherMails": "o@x.example", "__NAME__": "odd@" + domain, "id": odd} {
		found, err := r.Search(t.Context(), refconnector.Account, refconnector.Filter{Attribute: attribute, Value: value})
		if err != nil || len(found) != 1 || found[0].ID != odd {
			t.Errorf("%s: found %d, %v", attribute, len(found), err)
		}
	}
	_, err = r.Search(t.Context(), refconnector.Account, refconnector.Filter{Attribute: "shoeSize", Value: "7"})
	equal(t, "unknown", code(err), refconnector.InvalidAttribute)
}

func TestSyncTellsWhatChanged(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ada, bob := r.user("ada", nil), r.user("bob", nil)
	_, token, err := r.Sync(t.Context(), refconnector.Account, "")
	r.must(err)
	r.must(r.tenant.Directory().Delete(bob))
	_, err = r.tenant.Directory().Update(ada, directory.Properties{"jobTitle": "Lead"})
	r.must(err)
	changes, token, err := r.Sync(t.Context(), refconnector.Account, token)
	r.must(err)
	got := map[string]any{}
	for _, g := range changes {
		got[g.Object.ID] = g.Object.Attributes["jobTitle"]
		if g.Deleted {
			got[g.Object.ID] = "deleted"
		}
	}
	equal(t, "changes", got, map[string]any{ada: "Lead", bob: "deleted"})
	for _, how := range []weather.Expiry{weather.Gone410, weather.BadRequest400} {
		r.clock.Advance(31 * 24 * time.Hour)
		r.weather(weather.Forecast{Delta: weather.Delta{Expired: how}})
		var again *refconnector.Restarted
		changes, token, err = r.Sync(t.Context(), refconnector.Account, token)
		if !asRestarted(err, &again) || len(changes) < 1 || token == "" {
			t.Errorf("%s: %d changes, %v", how, len(changes), err)
		}
	}
	_, _, err = r.Sync(t.Context(), refconnector.Account, "https://evil.example/v1.0/users/delta?$deltatoken=x")
	if err == nil {
		t.Error("a token of another host was followed")
	}
}

func TestOneTokenServesManyRequests(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ada := r.user("ada", nil)
	for range 5 {
		_, err := r.Read(t.Context(), refconnector.Account, ada)
		r.must(err)
	}
	equal(t, "sign-ins", signIns(r.take()), 1)
	r.clock.Advance(2 * time.Hour)
	_, err := r.Read(t.Context(), refconnector.Account, ada)
	r.must(err)
	equal(t, "sign-ins", signIns(r.take()), 1)
	r.bend = func(q *http.Request) *http.Response { // the token is refused before its time
		if strings.Contains(q.URL.Host, "graph") {
			r.bend = nil
			return &http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{}, Body: http.NoBody, Request: q}
		}
		return nil
	}
	_, err = r.Read(t.Context(), refconnector.Account, ada)
	r.must(err)
	equal(t, "sign-ins", signIns(r.take()), 1)
}
