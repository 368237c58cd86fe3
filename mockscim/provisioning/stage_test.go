package provisioning_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// stage is a tenant with one application, attached to a target.
type stage struct {
	testing.TB

	clock  *clockwork.FakeClock
	dir    *directory.Directory
	app    string
	target *target
	job    *provisioning.Job

	options []provisioning.Option // for jobs made later
}

func newIDs() func() string {
	var n atomic.Int64
	return func() string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n.Add(1)) }
}

// newObjectIDs gives objects ids in order: the engine goes by them where nothing else says an order.
func newObjectIDs() func() string {
	var n atomic.Int64
	return func() string { return fmt.Sprintf("a0000000-0000-4000-8000-%012d", n.Add(1)) }
}

func newStage(t testing.TB, opts ...provisioning.Option) *stage {
	t.Helper()
	return newStageWithRoles(t, nil, opts...)
}

func newStageWithRoles(t testing.TB, roles []directory.AppRole, opts ...provisioning.Option) *stage {
	t.Helper()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC))
	s := &stage{TB: t, clock: clock, target: newTarget(), dir: directory.New(directory.WithClock(clock), directory.WithIDs(newObjectIDs()))}
	p := directory.Properties{"displayName": "Acme"}
	if roles != nil {
		p["appRoles"] = roles
	}
	app := must(s.dir.Create(directory.ServicePrincipal, p))(t)
	s.app = app.ID()
	s.job = s.connect(s.target, opts...)
	return s
}

// connect makes one more job of the application.
func (s *stage) connect(target *target, opts ...provisioning.Option) *provisioning.Job {
	s.Helper()
	client := must(wire.NewClient(wire.Config{TenantURL: "http://target.example/scim", Token: "secret", Transport: target}))(s)
	opts = append([]provisioning.Option{provisioning.WithClock(s.clock), provisioning.WithIDs(newIDs())}, opts...)
	return must(provisioning.NewJob(s.dir, s.app, client, opts...))(s)
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (s *stage) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// user creates a user named by the first part of its name, such as "Ada Byron".
func (s *stage) user(name string, more ...directory.Properties) string {
	s.Helper()
	first := strings.ToLower(strings.Fields(name)[0])
	p := directory.Properties{
		"userPrincipalName": first + "@contoso.example", "mailNickname": first, "displayName": name, "accountEnabled": true,
	}
	for _, m := range more {
		maps.Copy(p, m)
	}
	return must(s.dir.Create(directory.User, p))(s).ID()
}

func (s *stage) group(name string, members ...string) string {
	s.Helper()
	id := must(s.dir.Create(directory.Group, directory.Properties{
		"displayName": name, "mailNickname": strings.ToLower(strings.ReplaceAll(name, " ", "")), "mailEnabled": false, "securityEnabled": true,
	}))(s).ID()
	for _, m := range members {
		s.ok(s.dir.AddMember(id, m))
	}
	return id
}

func (s *stage) update(id string, p directory.Properties) {
	s.Helper()
	must(s.dir.Update(id, p))(s)
}

// assign assigns a principal without a role and returns the assignment.
func (s *stage) assign(principal string) string {
	s.Helper()
	return must(s.dir.Assign(principal, s.app, directory.DefaultAccessRole))(s).ID
}

// cycle runs one cycle, which must not be cancelled.
func (s *stage) cycle() provisioning.Report {
	s.Helper()
	return must(s.job.Cycle(context.Background()))(s)
}

// settled runs one cycle and forgets its requests.
func (s *stage) settled() {
	s.Helper()
	report := s.cycle()
	if report.Error != nil || report.Failures > 0 {
		s.Fatalf("cycle failed: %+v, log %+v", report, s.job.Log())
	}
	s.target.taken()
}

// probes are what opens every cycle.
var probes = []string{
	`GET /Users?filter=userName+eq+%22{probe}%22`,
	`GET /Groups?excludedAttributes=members&filter=displayName+eq+%22{probe}%22`,
}

// sends runs one cycle and compares everything it sent after the probes.
func (s *stage) sends(want ...string) provisioning.Report {
	s.Helper()
	s.target.taken()
	report := s.cycle()
	s.compare(want...)
	return report
}

func (s *stage) compare(want ...string) {
	s.Helper()
	if diff := cmp.Diff(append(append([]string{}, probes...), want...), s.target.taken()); diff != "" {
		s.Fatalf("requests differ (-want +got):\n%s", diff)
	}
}

func (s *stage) anchor(id string) string {
	s.Helper()
	anchor, ok := s.job.Anchor(id)
	if !ok {
		s.Fatalf("%s is not linked", id)
	}
	return anchor
}

// lastLog is the newest entry about an object.
func (s *stage) lastLog(object string) synchronization.ProvisioningObjectSummary {
	s.Helper()
	for _, e := range slices.Backward(s.job.Log()) {
		if e.SourceIdentity.ID == object {
			return e
		}
	}
	s.Fatalf("the log has no entry about %s", object)
	return synchronization.ProvisioningObjectSummary{}
}

// logged checks action, status and code of the newest entry about an object.
func (s *stage) logged(object string, action synchronization.ProvisioningAction, status synchronization.ProvisioningResult, code string) {
	s.Helper()
	e := s.lastLog(object)
	got := ""
	if e.ProvisioningStatusInfo.ErrorInformation != nil {
		got = e.ProvisioningStatusInfo.ErrorInformation.ErrorCode
	}
	if e.ProvisioningAction != action || e.ProvisioningStatusInfo.Status != status || got != code {
		s.Fatalf("log says %s %s %q, want %s %s %q", e.ProvisioningAction, e.ProvisioningStatusInfo.Status, got, action, status, code)
	}
}

// patch is a PATCH request as it stands on the wire.
func patch(path string, operations ...string) string {
	return "PATCH " + path + ` {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + strings.Join(operations, ",") + `]}`
}

func op(op, path, value string) string {
	return fmt.Sprintf(`{"op":%q,"path":%q,"value":%s}`, op, path, value)
}

const (
	active   = `active`
	manager  = `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager`
	matchAda = `GET /Users?filter=userName+eq+%22ada%40contoso.example%22`
	postAda  = `POST /Users {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],` +
		`"externalId":"ada","userName":"ada@contoso.example","active":true,"displayName":"Ada Byron","meta":{"resourceType":"User"}}`
)

func addMember(group, user string) string {
	return patch("/Groups/"+group, op("Add", "members", `[{"value":"`+user+`"}]`))
}

func removeMember(group, user string) string {
	return patch("/Groups/"+group, op("Remove", "members", `[{"value":"`+user+`"}]`))
}

func getGroup(id string) string { return "GET /Groups/" + id + "?excludedAttributes=members" }
