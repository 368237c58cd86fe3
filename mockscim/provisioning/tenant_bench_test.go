package provisioning_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// benchUsers is how many users the tenants of the benchmarks have: what REHEARSE_BENCH_USERS says, otherwise so few that a round is
// soon over. The figures that count are those of a large tenant:
//
//	REHEARSE_BENCH_USERS=100000 go test -run '^$' -bench 'Tenant|ServiceMemory' -benchtime 1x ./mockscim/provisioning
//	REHEARSE_BENCH_USERS=1000000 go test -run '^$' -bench HundredChanges -benchtime 10x ./mockscim/provisioning
func benchUsers(otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv("REHEARSE_BENCH_USERS")); err == nil {
		return max(n, 200)
	}
	return otherwise
}

// handled sends requests to a handler without a socket in between, and keeps what the handler writes in one buffer.
type handled struct{ http.Handler }

type written struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (w *written) Header() http.Header { return w.header }
func (w *written) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *written) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := &written{header: http.Header{}}
	h.ServeHTTP(w, r)
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.header,
		Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}, nil
}

// tenant is a directory of a company with everybody assigned to one application.
type tenant struct {
	testing.TB

	dir   *directory.Directory
	app   string
	users []string
}

// newTenant fills a directory with users who have what the users of a company have.
func newTenant(tb testing.TB, n int, opts ...directory.Option) *tenant {
	tb.Helper()
	t := &tenant{TB: tb, dir: directory.New(opts...)}
	err := t.dir.Batch(func(b *directory.Batch) error {
		app, err := b.Create(directory.ServicePrincipal, directory.Properties{"displayName": "Acme"})
		if err != nil {
			return err
		}
		t.app = app.ID()
		for i := range n {
			name := fmt.Sprintf("user%07d", i)
			o, err := b.Create(directory.User, directory.Properties{
				"userPrincipalName": name + "@contoso.example", "mailNickname": name, "displayName": "User " + name, "accountEnabled": true,
				"givenName": "User", "surname": name, "mail": name + "@contoso.example", "jobTitle": "Engineer", "department": "Research",
				"officeLocation": "12/3", "city": "Berlin", "country": "Germany", "usageLocation": "DE", "employeeId": strconv.Itoa(i),
				"businessPhones": []string{"+49 30 1"}, "mobilePhone": "+49 170 1",
			})
			if err != nil {
				return err
			}
			if _, err := b.Assign(o.ID(), t.app, directory.DefaultAccessRole); err != nil {
				return err
			}
			t.users = append(t.users, o.ID())
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// teams makes groups of a number of members each and assigns them.
func (t *tenant) teams(groups, members int) {
	t.Helper()
	err := t.dir.Batch(func(b *directory.Batch) error {
		for i := range groups {
			name := fmt.Sprintf("team%05d", i)
			g, err := b.Create(directory.Group, directory.Properties{
				"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true,
			})
			if err != nil {
				return err
			}
			for k := range members {
				if err := b.AddMember(g.ID(), t.users[(i*members/2+k)%len(t.users)]); err != nil {
					return err
				}
			}
			if _, err := b.Assign(g.ID(), t.app, directory.DefaultAccessRole); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// connect makes a job of the application and a target behind a handler.
func (t *tenant) connect(target http.RoundTripper, opts ...provisioning.Option) *provisioning.Job {
	t.Helper()
	client := must(wire.NewClient(wire.Config{TenantURL: "http://target.example/scim", Token: "secret", Transport: target}))(t)
	return must(provisioning.NewJob(t.dir, t.app, client, opts...))(t)
}

func endpoint(tb testing.TB) http.RoundTripper {
	tb.Helper()
	return handled{must(serviceprovider.New(serviceprovider.WithPrefix("/scim"), serviceprovider.WithToken("secret")))(tb)}
}

// cycled runs a cycle without failures.
func cycled(tb testing.TB, job *provisioning.Job) provisioning.Report {
	tb.Helper()
	report := must(job.Cycle(context.Background()))(tb)
	if report.Failures > 0 || report.Error != nil {
		tb.Fatalf("%+v", report)
	}
	return report
}

// side are the two ways a cycle can run.
var sides = []struct {
	title    string
	parallel int
}{{"one request at a time", 1}, {"8 requests at a time", 8}}

// An initial cycle into the reference endpoint in the same process: each user is one match and one create.
func BenchmarkTenantUsers(b *testing.B) {
	uuid.EnableRandPool()
	defer uuid.DisableRandPool()
	t := newTenant(b, benchUsers(1_000))
	for _, side := range sides {
		b.Run(side.title, func(b *testing.B) {
			var spent, users float64
			for b.Loop() {
				b.StopTimer()
				job := t.connect(endpoint(b), provisioning.WithParallelism(side.parallel))
				runtime.GC()
				began := userCPU()
				b.StartTimer()
				report := cycled(b, job)
				b.StopTimer()
				spent += (userCPU() - began).Seconds()
				if users += float64(report.Creates); report.Creates != len(t.users) || report.Requests != 2*len(t.users)+2 {
					b.Fatalf("%+v", report)
				}
				b.StartTimer()
			}
			b.ReportMetric(users/b.Elapsed().Seconds(), "users/s")
			b.ReportMetric(spent/users*1e6, "user-CPU-µs/user")
		})
	}
}

// The groups that come after the users: 50 members on average.
func BenchmarkTenantMembers(b *testing.B) {
	uuid.EnableRandPool()
	defer uuid.DisableRandPool()
	const average = 50
	for _, perPatch := range []int{1, 100} {
		for _, side := range sides {
			b.Run(fmt.Sprintf("%d members per PATCH, %s", perPatch, side.title), func(b *testing.B) {
				var spent, changes float64
				for b.Loop() {
					b.StopTimer()
					t := newTenant(b, benchUsers(1_000))
					job := t.connect(endpoint(b), provisioning.WithParallelism(8), provisioning.WithWire(wire.Options{MembersPerPatch: perPatch}))
					cycled(b, job)
					if err := job.Configure(context.Background(), provisioning.WithParallelism(side.parallel)); err != nil {
						b.Fatal(err)
					}
					cycled(b, job) // everything is looked at again; afterwards only what is new
					t.teams(max(len(t.users)/50, 2), average)
					runtime.GC()
					began := userCPU()
					b.StartTimer()
					report := cycled(b, job)
					b.StopTimer()
					spent += (userCPU() - began).Seconds()
					changes += float64(report.MemberChanges)
					b.StartTimer()
				}
				b.ReportMetric(changes/b.Elapsed().Seconds(), "members/s")
				b.ReportMetric(spent/changes*1e6, "user-CPU-µs/member")
			})
		}
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// What a job keeps of a user between cycles, and in its log: what becomes free when the job goes while directory and endpoint stay.
func BenchmarkServiceMemory(b *testing.B) {
	t := newTenant(b, benchUsers(1_000), directory.WithJournal(0))
	t.teams(max(len(t.users)/50, 2), 50)
	for b.Loop() {
		target := endpoint(b)
		job := t.connect(target, provisioning.WithParallelism(8), provisioning.WithWire(wire.Options{MembersPerPatch: 100}))
		cycled(b, job)
		with := heap()
		runtime.KeepAlive(job)
		without := heap()
		runtime.KeepAlive(target)
		b.ReportMetric(float64(int64(with)-int64(without))/float64(len(t.users)), "bytes/user")
	}
	runtime.KeepAlive(t)
}

// meadow is a target of any size that remembers nothing: no user matches, and whatever is created or asked for is there. It counts how
// long it takes, which is not the engine's time.
type meadow struct{ spent time.Duration }

func (m *meadow) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	defer func() { m.spent += time.Since(began) }()
	status, body := http.StatusOK, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}`
	switch {
	case r.Method == http.MethodPost:
		status, body = http.StatusCreated, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"`+uuid.NewString()+`"}`
	case r.Method != http.MethodGet:
		status, body = http.StatusNoContent, ""
	case r.URL.RawQuery == "":
		body = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"` + r.URL.Path[len("/scim/Users/"):] + `"}`
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/scim+json"}}, Body: io.NopCloser(bytes.NewBufferString(body)), Request: r}, nil
}

// An incremental cycle after 100 changes, less the time the target takes.
func BenchmarkHundredChanges(b *testing.B) {
	uuid.EnableRandPool()
	defer uuid.DisableRandPool()
	t := newTenant(b, benchUsers(2_000))
	target := &meadow{}
	job := t.connect(target)
	cycled(b, job)
	target.spent = 0
	round := 0
	for b.Loop() {
		b.StopTimer()
		round++
		for i := range 100 {
			id := t.users[(i*len(t.users)/100+round)%len(t.users)]
			must(t.dir.Update(id, directory.Properties{"jobTitle": strconv.Itoa(round)}))(b)
		}
		b.StartTimer()
		if report := cycled(b, job); report.Updates != 100 {
			b.Fatalf("%+v", report)
		}
	}
	b.ReportMetric(float64((b.Elapsed()-target.spent).Microseconds())/1e3/float64(round), "engine-ms/cycle")
}
