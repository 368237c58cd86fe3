package main

import (
	"context"
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// tenantCommand serves the local fake tenant.
type tenantCommand struct {
	Listen    string   `help:"Address of the TLS origin. Port 0 takes a free one (default: ${default})." default:"127.0.0.1:8443" placeholder:"ADDR"`
	Proxy     string   `help:"Address of the CONNECT proxy for clients that insist on Microsoft's names; none for no proxy (default: ${default}, a free port)." default:"127.0.0.1:0" placeholder:"ADDR"`
	HTTP      string   `name:"http" help:"Serve the origin without TLS on this address too, for tools that can do no other." placeholder:"ADDR"`
	AdminHost []string `help:"Serve the admin API under this host name too (repeatable); by default under loopback names only." placeholder:"NAME"`

	SeedTenant  string `help:"Users to begin with: small (10), contoso (500) or a number (default: ${default})." default:"small" placeholder:"SIZE"`
	Seed        uint64 `help:"Seed of the users and of the weather." default:"1"`
	Plan        string `help:"Edition of Entra ID: ${enum}." enum:"p2,p1,free" default:"p2"`
	TenantID    string `name:"tenant-id" help:"Id of the tenant, a GUID (default: ${default})." default:"${tenant_id}" placeholder:"GUID"`
	Name        string `help:"Display name of the tenant (default: ${default})." default:"${tenant_name}" placeholder:"NAME"`
	Domain      string `help:"Initial domain of the tenant (default: ${default})." default:"${tenant_domain}" placeholder:"DOMAIN"`
	Weather     string `help:"Faults to begin with: a preset or a line such as throttle:0.1,lag:2s (default: fair)." placeholder:"TEXT"`
	FreezeClock string `help:"Let the tenant's clock stand still at this time (RFC 3339) (default: it runs)." placeholder:"TIME"`
	SMTP        string `name:"smtp" help:"Send the notifications of provisioning jobs through this SMTP server; by default the admin API shows them only." placeholder:"HOST:PORT"`

	SCIMTimeout time.Duration `name:"scim-timeout" help:"Time for one request of a provisioning job to its endpoint (default: ${default}; Entra's own is not documented)." default:"100s" placeholder:"DURATION"`

	Data      string `help:"Keep state and certificates in this folder, and go on from there (default: nothing is kept)." placeholder:"DIR"`
	ReadyFile string `help:"Write where everything is to this file once the tenant answers; it is removed at the end." placeholder:"FILE"`
	NoRecord  bool   `help:"Record no exchanges."`
	Verbose   bool   `help:"Say on standard error whenever a client cannot get through: hosts the proxy does not answer for, certificates a client does not trust. Also a line for each request of a provisioning job."`
}

// Help shows examples, and what the notice has no room for.
func (tenantCommand) Help() string {
	presets := make([]string, 0, len(weather.Presets()))
	for _, p := range weather.Presets() {
		presets = append(presets, p.Name)
	}
	return `Examples:

  rehearse tenant
  rehearse tenant --seed-tenant contoso --data ./tenant
  rehearse tenant --weather throttle:0.1,lag:2s
  rehearse tenant --listen 127.0.0.1:0 --ready-file ready.json &
  rehearse wait --ready-file ready.json --timeout 30s

Weather presets: ` + strings.Join(presets, ", ") + `.

While it runs, the page /_rehearse/ of the origin shows its state and what else can be steered: clock, weather, reset, snapshots, exchanges.

With --data a change is on disk within a second, in a large tenant as soon as it is written whole; one tenant at a time uses a folder. SIGINT, SIGTERM and SIGHUP stop it cleanly.

What unmodified clients heed; the tenant prints the values, and its ready file has them all:

` + heeded() + `
Exit codes: 0 stopped by a signal, 2 wrong usage or an address that is taken, 4 the tenant could not go on.`
}

// defaults of the tenant's names, for the help text.
func tenantVariables() map[string]string {
	return map[string]string{"tenant_id": mockgraph.DefaultTenantID, "tenant_name": mockgraph.DefaultName, "tenant_domain": mockgraph.DefaultDomain}
}

// keptExchanges is how many exchanges a tenant keeps.
const keptExchanges = 5000

// keptStates is how many past states lagging reads can see: seconds of a busy client.
const keptStates = 4096

// Run serves until the context ends.
func (c tenantCommand) Run(ctx context.Context, std streams, parsed *kong.Context) (err error) {
	roomy(forServers)
	plan, err := c.plan(givenFlags(parsed))
	if err == nil {
		err = prepareReadyFile(ctx, c.ReadyFile)
	}
	if err != nil {
		return err
	}
	folder, err := openFolder(c.Data)
	if err != nil {
		return err
	}
	defer func() {
		if problem := folder.close(); err == nil {
			err = problem
		}
	}()
	t, err := plan.quickly(folder)
	if err == nil {
		err = folder.ready()
	}
	if err != nil {
		return err
	}
	refusals := newRefusals(std.err, c.Verbose)
	server, err := t.Listen(ctx, mockgraph.Listening{
		Address: c.Listen, Proxy: plan.proxy, Plain: c.HTTP, Authority: folder.authority, Remote: !isLoopbackAddress(c.Proxy),
		Refused: refusals.host, Handshakes: refusals.handshakes(),
	})
	if err != nil {
		return cannotListen(err)
	}
	defer server.Close()
	stop, err := t.provision(ctx, folder, c, std)
	if err != nil {
		return err
	}
	defer stop()
	if err := t.save(folder); err != nil { // whoever is told of a tenant finds it again
		return err
	}
	for _, address := range []string{c.Listen, c.HTTP, c.Proxy} {
		if address != "" && !isLoopbackAddress(address) {
			fmt.Fprintf(std.err, "rehearse: warning: %s can be reached from other machines; whoever reaches it can read and change the fake tenant\n", address)
		}
	}
	n := newNotice(t.Tenant, t.client, server, folder)
	if err := n.print(std, c.present(t, folder)); err != nil {
		return err
	}
	if c.ReadyFile != "" {
		if err := n.save(c.ReadyFile); err != nil {
			return err
		}
		defer removeReadyFile(c.ReadyFile)
	}
	go func() { _, _ = t.Login().Mint(login.Grant{ClientID: t.client.ID}) }() // the key takes 80 ms; nobody waits for it here
	return t.keep(ctx, server, folder, std.err)
}

// tenantPlan is what the flags ask for, checked.
type tenantPlan struct {
	options []mockgraph.Option // of the tenant whatever it begins with
	sample  mockgraph.Option
	clock   *clock.Steered
	frozen  bool
	proxy   string
	small   bool // a few MB
	made    making
	given   map[string]bool // names of flags
}

// quickly raises the tenant; nothing is collected meanwhile where little is made, because what is made stays.
func (p tenantPlan) quickly(f *folder) (*raised, error) {
	if p.small {
		defer debug.SetGCPercent(debug.SetGCPercent(-1))
	}
	return raise(p, f)
}

var guid = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func (c tenantCommand) plan(given map[string]bool) (tenantPlan, error) {
	p := tenantPlan{clock: clock.NewSteered(), proxy: c.Proxy, given: given}
	if err := c.checkAddresses(); err != nil {
		return p, err
	}
	size, err := sample.ParseSize(c.SeedTenant)
	if err != nil {
		return p, usage("--seed-tenant: %s", strings.TrimPrefix(err.Error(), "read tenant size "))
	}
	f, err := weather.Parse(c.Weather)
	if err == nil {
		if f.Seed == 0 {
			f.Seed = c.Seed
		}
		err = f.Validate()
	}
	switch {
	case err != nil:
		return p, usage("--weather: %v", err)
	case !isMailServer(c.SMTP):
		return p, usage("--smtp %q is no address of a server; want one such as 127.0.0.1:1025", c.SMTP)
	case c.SCIMTimeout <= 0:
		return p, usage("--scim-timeout %v: want more than 0", c.SCIMTimeout)
	case !guid.MatchString(c.TenantID):
		return p, usage("--tenant-id %q is no GUID", c.TenantID)
	case !strings.Contains(c.Domain, ".") || strings.ContainsAny(c.Domain, " /@"):
		return p, usage("--domain %q is no domain name; want one such as %s", c.Domain, mockgraph.DefaultDomain)
	case strings.TrimSpace(c.Name) == "":
		return p, usage("--name is empty")
	}
	if c.FreezeClock != "" {
		at, err := time.Parse(time.RFC3339, c.FreezeClock)
		if err != nil {
			return p, usage("--freeze-clock %q is no time; want one such as 2026-03-01T09:00:00Z", c.FreezeClock)
		}
		p.clock.Freeze()
		p.clock.Set(at)
		p.frozen = true
	}
	if c.Proxy == "none" {
		p.proxy = "-"
	}
	p.made = making{TenantID: strings.ToLower(c.TenantID), Name: c.Name, Domain: strings.ToLower(c.Domain), Plan: c.Plan, Users: size, Seed: c.Seed}
	keep := keptExchanges
	if c.NoRecord {
		keep = 0
	}
	plans := map[string]directory.Plan{"p2": directory.PlanP2, "p1": directory.PlanP1, "free": directory.PlanFree}
	p.options = []mockgraph.Option{
		mockgraph.WithClock(p.clock), mockgraph.WithTenant(p.made.TenantID, p.made.Name, p.made.Domain), mockgraph.WithWeather(f),
		mockgraph.WithExchanges(keep), mockgraph.WithAdminHosts(c.AdminHost...), mockgraph.WithDirectoryOptions(directory.WithPlan(plans[c.Plan]), directory.WithHistory(keptStates)),
	}
	p.sample, p.small = mockgraph.WithSample(size, c.Seed), size <= sample.MaxPasswords && c.Data == ""
	return p, nil
}
