package provisioning_test

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// A job speaks the dialect its tenant URL asks for, unless it is set to one.
func TestDialectOfAJob(t *testing.T) {
	const (
		text    = `{"op":"Replace","path":"active","value":"False"}`
		boolean = `{"op":"replace","path":"active","value":false}`
	)
	for _, tt := range []struct {
		title, url string
		options    wire.Options
		want       string
	}{
		{"no flag", "http://target.example/scim", wire.Options{}, text},
		{"the flag", "http://target.example/scim/?aadOptscim062020", wire.Options{}, boolean},
		{"the flag, and other options", "http://target.example/scim?aadOptscim062020", wire.Options{MembersPerPatch: 2}, boolean},
		{"set for the job", "http://target.example/scim", wire.Options{Dialect: wire.AADOptSCIM}, boolean},
		{"the flag, the job set to the default", "http://target.example/scim?aadOptscim062020", wire.Options{Dialect: wire.Default}, text},
	} {
		t.Run(tt.title, func(t *testing.T) {
			s := newStage(t)
			client := must(wire.NewClient(wire.Config{TenantURL: tt.url, Token: "secret", Transport: s.target}))(t)
			s.job = must(provisioning.NewJob(s.dir, s.app, client,
				provisioning.WithClock(s.clock), provisioning.WithIDs(newIDs()), provisioning.WithWire(tt.options)))(t)
			ada := s.user("Ada Byron")
			s.assign(ada)
			s.settled()
			s.update(ada, directory.Properties{"accountEnabled": false})
			s.sends("GET /Users/u1", patch("/Users/u1", tt.want))
		})
	}
}

func TestTheProbeForGroupsCanBeLeftOut(t *testing.T) {
	s := newStage(t, provisioning.WithWire(wire.Options{GroupProbe: wire.GroupProbeNone}))
	if err := s.job.TestConnection(t.Context()); err != nil {
		t.Fatal(err)
	}
	requests := s.target.taken()
	if len(requests) != 1 || !strings.HasPrefix(requests[0], "GET /Users?filter=") {
		t.Errorf("got %q", requests)
	}
}
