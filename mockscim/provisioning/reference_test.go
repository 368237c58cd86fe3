package provisioning_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// inProcess sends requests to a handler and counts those that write.
type inProcess struct {
	handler http.Handler
	writes  int
}

func (p *inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		p.writes++
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	response := w.Result()
	response.Request = r
	return response, nil
}

// Against an endpoint that does everything right, a second look at everything finds nothing to write, whatever was written
// before: create, update, references, roles, disable and return.
func TestSecondInitialCycleWritesNothing(t *testing.T) {
	admin := directory.AppRole{
		ID: "11111111-1111-4111-8111-111111111111", Value: "Admin", DisplayName: "Administrator", Enabled: true, AllowedMemberTypes: []string{"User"},
	}
	for _, format := range mapping.RoleFormats() {
		t.Run(string(format), func(t *testing.T) {
			s := newStageWithRoles(t, []directory.AppRole{admin})
			endpoint := must(serviceprovider.New())(t)
			target := &inProcess{handler: endpoint}
			client := must(wire.NewClient(wire.Config{TenantURL: "http://target.example", Transport: target}))(t)
			s.job = must(provisioning.NewJob(s.dir, s.app, client, provisioning.WithClock(s.clock), provisioning.WithIDs(newIDs()),
				provisioning.WithUserMapping(mapping.WithRoles(mapping.DefaultUsers(), format))))(t)
			ada := s.user("Ada Byron", directory.Properties{
				"givenName": "Ada", "surname": "Byron", "mail": "ada@contoso.example", "jobTitle": "Analyst", "department": "Research",
				"employeeId": "1815", "businessPhones": []string{"+44 20 3"}, "mobilePhone": "+44 20 2", "faxNumber": "+44 20 1",
				"officeLocation": "Office 12", "streetAddress": "1 Street", "city": "London", "state": "LND", "postalCode": "W1",
				"country": "GB", "preferredLanguage": "en-GB",
			})
			bob := s.user("Bob Ross")
			s.ok(s.dir.SetManager(ada, bob))
			team := s.group("Team Red", ada, bob)
			must(s.dir.Assign(team, s.app, admin.ID))(t)

			steps := []struct {
				title string
				do    func()
			}{
				{"create", func() {}},
				{"update", func() {
					s.update(ada, directory.Properties{
						"displayName": "Ada Lovelace", "surname": "Lovelace", "city": "Paris", "mobilePhone": "+33 1", "department": "Mathematics",
					})
				}},
				{"disable", func() { s.update(bob, directory.Properties{"accountEnabled": false}) }},
				{"return", func() { s.update(bob, directory.Properties{"accountEnabled": true}) }},
				{"recycle bin", func() { s.ok(s.dir.Delete(bob)) }},
				{"restore", func() { must(s.dir.Restore(bob))(t) }},
				{"a member leaves", func() { s.ok(s.dir.RemoveMember(team, bob)) }},
				{"rename the group", func() { s.update(team, directory.Properties{"displayName": "Team Crimson"}) }},
			}
			for _, step := range steps {
				step.do()
				target.writes = 0
				report, err := s.job.Cycle(context.Background())
				if err != nil || report.Failures > 0 || report.Error != nil {
					t.Fatalf("%s: %+v %v\n%+v", step.title, report, err, s.job.Log()[len(s.job.Log())-1].ProvisioningStatusInfo.ErrorInformation)
				}
				if target.writes == 0 {
					t.Fatalf("%s: nothing was written", step.title)
				}
				target.writes = 0
				s.job.Restart(synchronization.ResetWatermark)
				if report, err = s.job.Cycle(context.Background()); err != nil || !report.Initial || report.Failures > 0 || target.writes > 0 {
					last := s.job.Log()
					t.Fatalf("after %s: %d writes, %+v %v\n%+v", step.title, target.writes, report, err, last[len(last)-1].ModifiedProperties)
				}
			}
		})
	}
}
