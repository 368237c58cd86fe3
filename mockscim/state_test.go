package mockscim_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim"
)

func savedJobs(t *testing.T, s *mockscim.Service) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestJobsThatWereSavedGoOnWhereTheyAreLoaded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hire("Ada")
	s.graph("PATCH", s.job, `{"schedule":{"interval":"PT2H","state":"Active"},"synchronizationJobSettings":[{"name":"Colour","value":"teal"}]}`).want(200)
	s.pass("PT1M")
	before := savedJobs(t, s.service)
	s.service.Forget()
	if s.graph("GET", s.job, "").want(404); len(s.service.AllJobs()) != 0 {
		t.Fatal("there are jobs")
	}
	if err := s.service.Load(strings.NewReader(before)); err != nil {
		t.Fatal(err)
	}
	if after := savedJobs(t, s.service); after != before {
		t.Errorf("loaded and saved again it is\n%s\nwant\n%s", after, before)
	}
	s.graph("GET", s.job, "").want(200).is("schedule.interval", "PT2H").is("schedule.state", "Active").is("synchronizationJobSettings.3.value", "teal")
	writes := s.vendor.writes.Load()
	s.pass("PT1M") // an initial cycle, which finds Ada where she is
	s.graph("GET", s.job, "").want(200).is("status.code", "Active").is("status.synchronizedEntryCountByType.0.value", 1.0)
	if n := s.vendor.writes.Load() - writes; n != 0 {
		t.Errorf("%d writes", n)
	}
	s.graph("POST", s.job+"/pause", "").want(204)
	paused := savedJobs(t, s.service)
	s.graph("DELETE", s.job, "").want(204)
	if err := s.service.Load(strings.NewReader(paused)); err != nil {
		t.Fatal(err)
	}
	s.graph("GET", s.job, "").want(200).is("schedule.state", "Paused").is("status.code", "Paused")
}

func TestABrokenFileOfJobsChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	before := savedJobs(t, s.service)
	for name, text := range map[string]string{
		"nothing": "", "no JSON": "jobs", "another version": `{"version":2}`, "a schema that cannot be run": strings.Replace(before, `"userName"`, `"nonsense"`, 1),
		"an address that is none": strings.ReplaceAll(before, s.vendor.url, "nowhere"), "settings": strings.Replace(before, `"settings": null`, `"settings": [{"name":"aadOptscim062020","value":"x"}]`, 1),
	} {
		if err := s.service.Load(strings.NewReader(text)); err == nil {
			t.Errorf("%s is taken", name)
		}
		if after := savedJobs(t, s.service); after != before {
			t.Fatalf("%s changes it to %s", name, after)
		}
	}
	gone := strings.ReplaceAll(before, s.principal, "00000000-0000-4000-8000-000000000000")
	if err := s.service.Load(strings.NewReader(gone)); err != nil || len(s.service.AllJobs()) != 0 {
		t.Errorf("of an application that is gone: %v", err)
	}
}

func TestTheRevisionTellsThatThereIsSomethingToSave(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, change := range []func(){
		func() { s.save(`,{"key":"SyncAll","value":"True"}`) },
		func() { s.graph("POST", s.job+"/start", "").want(204) },
		func() { s.graph("POST", s.job+"/pause", "").want(204) },
		func() { s.graph("PUT", s.job+"/schema", string(s.graph("GET", s.job+"/schema", "").body)).want(204) },
		func() { s.graph("PATCH", s.job, `{"schedule":{"interval":"PT2H"}}`).want(200) },
		func() { s.graph("DELETE", s.job, "").want(204) },
		func() { s.graph("PUT", s.home+"/secrets", `{"value":[]}`).want(204) },
	} {
		before := s.service.Revision()
		if change(); s.service.Revision() == before {
			t.Error("the revision stays")
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(`{"version":1}`)
	f.Add(`{"version":1,"jobs":[]}{"of":"scim.1.2","link":{"object":"a","type":"user","anchor":"b"}}{"of":"x","job":{"watermark":{"sequence":18446744073709551615}}}`)
	f.Add(`{"version":1,"secrets":{"a":[{"key":"BaseAddress","value":"https://scim.example"}]},"jobs":[{"id":"scim.1.2","servicePrincipalId":"a","schema":{"synchronizationRules":[{"objectMappings":[{}]}]}}]}`)
	f.Add(`{"version":1,"jobs":[{}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		d := directory.New()
		app, err := d.Create(directory.ServicePrincipal, directory.Properties{"displayName": "Acme"})
		if err != nil {
			t.Fatal(err)
		}
		s := mockscim.New(d)
		if s.Load(strings.NewReader(strings.ReplaceAll(text, `"a"`, `"`+app.ID()+`"`))) != nil {
			return
		}
		first := savedJobs(t, s)
		if err := s.Load(strings.NewReader(first)); err != nil {
			t.Fatalf("what was saved is refused: %v\n%s", err, first)
		}
		if again := savedJobs(t, s); again != first {
			t.Fatalf("saved\n%s\nthen\n%s", first, again)
		}
	})
}
