package provisioning_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// question is something documentation leaves open: the option that decides it, and what it changes in what can be observed.
type question struct {
	option   string              // as docs/options.md names it
	base     provisioning.Option // also without the option; nil: none
	set      provisioning.Option
	client   func(*wire.Config)
	observe  func(s *stage) string
	off, on  string
	tenantOf string // tenant URL; "" is the usual one
}

func wired(o wire.Options) provisioning.Option { return provisioning.WithWire(o) }

func flagged(o wire.Options) provisioning.Option {
	o.Dialect = wire.AADOptSCIM
	return provisioning.WithWire(o)
}

// last runs a cycle and tells what it sent after the probes.
func last(s *stage) string {
	s.target.taken()
	s.cycle()
	return strings.Join(s.target.taken()[len(probes):], "\n")
}

// then lets an administrator act on a settled tenant with Ada and Bob in the team Red, and tells what the next cycle sends.
func then(act func(s *stage, ada, bob, team string)) func(*stage) string {
	return func(s *stage) string {
		ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
		team := s.group("Red")
		for _, id := range []string{ada, bob, team} {
			s.assign(id)
		}
		s.settled()
		act(s, ada, bob, team)
		return last(s)
	}
}

func bothJoin(s *stage, ada, bob, team string) {
	s.ok(s.dir.AddMember(team, ada))
	s.ok(s.dir.AddMember(team, bob))
}

// evaluates tells what an expression with two attributes makes of them.
func evaluates(expression string, p directory.Properties) func(*stage) string {
	return func(s *stage) string {
		schema := defaultSchema()
		addTarget(&schema, expression, synchronization.AttributeDefinition{Name: acme + "badge"})
		s.ok(s.job.Configure(context.Background(), provisioning.WithSchema(schema)))
		ada := s.user("Ada Byron", p)
		s.assign(ada)
		s.cycle()
		if s.target.user("u1") == nil {
			return "not provisioned"
		}
		value, _ := s.target.user("u1").Get(acme + "badge")
		return fmt.Sprintf("%v", value)
	}
}

// scopes tells whether a user passes a clause.
func scopes(operator, value string, p directory.Properties) func(*stage) string {
	return func(s *stage) string {
		users := onlyIT()
		clause := &users.Scope.Groups[0].Clauses[0]
		clause.OperatorName, clause.TargetOperand.Values = operator, []string{value}
		s.ok(s.job.Configure(context.Background(), provisioning.WithUserMapping(users)))
		s.assign(s.user("Ada Byron", p))
		return fmt.Sprintf("%d created", s.cycle().Creates)
	}
}

// fails lets objects and references fail and tells the reason of the quarantine.
func fails(ok, failed int) func(*stage) string {
	return func(s *stage) string {
		for i := range ok + failed {
			s.assign(s.user(fmt.Sprintf("user%d Byron", i)))
		}
		n := 0
		s.target.setAnswer(refuse(http.StatusConflict, func(r *http.Request) bool {
			if r.Method == http.MethodPost {
				n++
			}
			return r.Method == http.MethodPost && n <= failed
		}))
		s.cycle()
		if q := s.job.Status().Quarantine; q != nil {
			return string(q.Reason)
		}
		return "none"
	}
}

// limited is a question about a boundary, asked exactly at it.
func limited(member string, ok, failed int, limits provisioning.Thresholds, move func(*provisioning.Thresholds), off, on string) question {
	moved := limits
	move(&moved)
	return question{
		option: "provisioning.Thresholds." + member, base: provisioning.WithThresholds(limits), set: provisioning.WithThresholds(moved),
		observe: fails(ok, failed), off: off, on: on,
	}
}

// chose is a question about an expression or an operator.
func chose(member string, set func(*mapping.Choices), observe func(*stage) string, off, on string) question {
	var c mapping.Choices
	set(&c)
	return question{option: "mapping.Choices." + member, set: provisioning.WithChoices(c), observe: observe, off: off, on: on}
}

var readRed = getGroup("g1")

func redGroup(schemas string) string {
	return `POST /Groups {"schemas":[` + schemas + `],"externalId":"a0000000-0000-4000-8000-000000000003","displayName":"Red","meta":{"resourceType":"Group"}}`
}

const (
	coreGroup   = `"urn:ietf:params:scim:schemas:core:2.0:Group"`
	adscimGroup = `"http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"`
	locality    = `addresses[type eq "work"].locality`
)

func join(lines ...string) string { return strings.Join(lines, "\n") }

// newGroup creates a group of its own.
func newGroup(s *stage) string {
	s.assign(s.group("Red"))
	_, post, _ := strings.Cut(last(s), "\n")
	return post
}

// managed gives Ada a manager.
var managed = then(func(s *stage, ada, bob, _ string) { s.ok(s.dir.SetManager(ada, bob)) })

// header tells a header of the first request.
func header(name string) func(*stage) string {
	return func(s *stage) string {
		got := "none"
		s.target.setAnswer(func(_ http.ResponseWriter, r *http.Request) bool {
			if values, ok := r.Header[name]; ok && len(values) > 0 {
				got = values[0]
			}
			return false
		})
		s.ok(s.job.TestConnection(context.Background()))
		return got
	}
}

// code tells what became of Ada while the target answers creations in its own way.
func code(answer func(http.ResponseWriter, *http.Request) bool) func(*stage) string {
	return func(s *stage) string {
		ada := s.user("Ada Byron")
		s.assign(ada)
		s.target.setAnswer(func(w http.ResponseWriter, r *http.Request) bool { return r.Method == http.MethodPost && answer(w, r) })
		s.cycle()
		if info := s.lastLog(ada).ProvisioningStatusInfo.ErrorInformation; info != nil {
			return info.ErrorCode
		}
		return "provisioned"
	}
}

// late tells what became of Ada when the target answers creations only when the time for them is over, if that is soon.
func late(s *stage) string {
	s.target.late = true
	return code(func(http.ResponseWriter, *http.Request) bool { return false })(s)
}

// roled gives Ada a role after she exists.
func roled(format mapping.RoleFormat) func(*stage) string {
	return func(s *stage) string {
		s.app = must(s.dir.Create(directory.ServicePrincipal, directory.Properties{"displayName": "Acme", "appRoles": appRoles()}))(s).ID()
		s.job = s.connect(s.target, append(s.options, provisioning.WithSyncAll(), provisioning.WithUserMapping(mapping.WithRoles(mapping.DefaultUsers(), format)))...)
		ada := s.user("Ada Byron")
		s.settled()
		must(s.dir.Assign(ada, s.app, adminRole))(s)
		_, sent, _ := strings.Cut(last(s), "Operations")
		return sent
	}
}

func questions() []question {
	small := provisioning.Thresholds{Gate: 2, Percent: 50, Base: 100, Total: 100}
	extra := provisioning.Thresholds{Gate: 100, Percent: 50, Base: 2, Total: 100}
	total := provisioning.Thresholds{Gate: 100, Percent: 50, Base: 100, Total: 2}
	return []question{
		{
			option: "wire.Options.MembersPerPatch", set: wired(wire.Options{MembersPerPatch: 2}), observe: then(bothJoin),
			off: join(readAda, readBob, readRed, addMember("g1", "u1"), addMember("g1", "u2")),
			on:  join(readAda, readBob, readRed, patch("/Groups/g1", op("Add", "members", `[{"value":"u1"},{"value":"u2"}]`))),
		},
		{
			option: "wire.Options.MemberOperations", base: wired(wire.Options{MembersPerPatch: 2}),
			set: wired(wire.Options{MembersPerPatch: 2, MemberOperations: true}), observe: then(bothJoin),
			off: join(readAda, readBob, readRed, patch("/Groups/g1", op("Add", "members", `[{"value":"u1"},{"value":"u2"}]`))),
			on:  join(readAda, readBob, readRed, patch("/Groups/g1", op("Add", "members", `[{"value":"u1"}]`), op("Add", "members", `[{"value":"u2"}]`))),
		},
		{
			option: "wire.Options.MemberRef", set: wired(wire.Options{MemberRef: true}),
			observe: then(func(s *stage, ada, _, team string) { s.ok(s.dir.AddMember(team, ada)) }),
			off:     join(readAda, readRed, addMember("g1", "u1")), on: join(readAda, readRed, patch("/Groups/g1", op("Add", "members", `[{"$ref":null,"value":"u1"}]`))),
		},
		{
			option: "wire.Options.CoreGroupSchemaOnly", set: wired(wire.Options{CoreGroupSchemaOnly: true}), observe: newGroup,
			off: redGroup(coreGroup + "," + adscimGroup), on: redGroup(coreGroup),
		},
		{
			option: "wire.Options.GroupProbe", set: wired(wire.Options{GroupProbe: wire.GroupProbeNone}),
			observe: func(s *stage) string {
				s.ok(s.job.TestConnection(context.Background()))
				return join(s.target.taken()...)
			},
			off: join(probes...), on: probes[0],
		},
		{
			option: "wire.Options.Manager", set: wired(wire.Options{Manager: wire.ManagerObject}), observe: managed,
			off: join(readAda, patch("/Users/u1", op("Add", manager, `"u2"`))), on: join(readAda, patch("/Users/u1", op("Add", manager, `{"value":"u2"}`))),
		},
		{
			option: "wire.Options.ReferenceBase", base: wired(wire.Options{Manager: wire.ManagerReference}),
			set: wired(wire.Options{Manager: wire.ManagerReference, ReferenceBase: "https://a.example"}), observe: managed,
			off: join(readAda, patch("/Users/u1", op("Add", "manager", `[{"$ref":"/Users/u2","value":"u2"}]`))),
			on:  join(readAda, patch("/Users/u1", op("Add", "manager", `[{"$ref":"https://a.example/Users/u2","value":"u2"}]`))),
		},
		{
			option: "wire.Options.Clear", set: wired(wire.Options{Clear: wire.ClearRemove}),
			observe: then(func(s *stage, ada, _, _ string) {
				s.update(ada, directory.Properties{"city": "London"})
				s.settled()
				s.update(ada, directory.Properties{"city": nil})
			}),
			off: readAda, on: join(readAda, patch("/Users/u1", op("Remove", locality, `"London"`))),
		},
		{
			option: "provisioning.WithManagerRemoval", set: provisioning.WithManagerRemoval(),
			observe: then(func(s *stage, ada, bob, _ string) {
				s.ok(s.dir.SetManager(ada, bob))
				s.settled()
				s.ok(s.dir.SetManager(ada, ""))
			}),
			off: readAda, on: join(readAda, patch("/Users/u1", op("Replace", manager, `""`))),
		},
		{
			option: "wire.Options.FoldActive", base: flagged(wire.Options{}), set: flagged(wire.Options{FoldActive: true}),
			observe: then(func(s *stage, ada, _, _ string) {
				s.update(ada, directory.Properties{"accountEnabled": false, "displayName": "Ada Lovelace"})
			}),
			off: join(readAda, patch("/Users/u1", op("replace", "active", "false"), `{"op":"replace","value":{"displayName":"Ada Lovelace"}}`)),
			on:  join(readAda, patch("/Users/u1", `{"op":"replace","value":{"active":false,"displayName":"Ada Lovelace"}}`)),
		},
		{
			option: "wire.Options.FlagOnDemand", base: flagged(wire.Options{}), set: flagged(wire.Options{FlagOnDemand: true}),
			observe: func(s *stage) string {
				ada := s.user("Ada Byron")
				s.assign(ada)
				s.settled()
				s.update(ada, directory.Properties{"displayName": "Ada Lovelace"})
				must(s.job.ProvisionOnDemand(context.Background(), subject("User", ada)))(s)
				return join(s.target.taken()[len(probes):]...)
			},
			off: join(readAda, patch("/Users/u1", op("Replace", "displayName", `"Ada Lovelace"`))),
			on:  join(readAda, patch("/Users/u1", `{"op":"replace","value":{"displayName":"Ada Lovelace"}}`)),
		},
		{
			option: "wire.Options.SingleRoleByPath", base: flagged(wire.Options{}), set: flagged(wire.Options{SingleRoleByPath: true}), observe: roled(mapping.SingleRole),
			off: `":[{"op":"add","path":"roles","value":[{"primary":true,"type":"WindowsAzureActiveDirectoryRole","value":"Admin"}]}]}`,
			on:  `":[{"op":"add","path":"roles[primary eq \"True\"].value","value":"Admin"}]}`,
		},
		{
			option: "wire.Options.RoleDisplayName", set: wired(wire.Options{RoleDisplayName: "displayName"}), observe: roled(mapping.AssertiveRoles),
			off: `":[{"op":"replace","path":"roles","value":[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","display":"Administrator","value":"Admin"}]}]}`,
			on:  `":[{"op":"replace","path":"roles","value":[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","displayName":"Administrator","value":"Admin"}]}]}`,
		},
		{
			option: "wire.Options.EmptyRolesOnCreate", set: wired(wire.Options{EmptyRolesOnCreate: true}),
			observe: func(s *stage) string {
				s.ok(s.job.Configure(context.Background(), provisioning.WithUserMapping(mapping.WithRoles(mapping.DefaultUsers(), mapping.AssertiveRoles))))
				s.assign(s.user("Ada Byron"))
				return fmt.Sprint(strings.Contains(last(s), `"roles":[]`))
			},
			off: "false", on: "true",
		},
		{
			option: "wire.Config.SendFlag", tenantOf: "http://target.example/scim?aadOptscim062020", client: func(c *wire.Config) { c.SendFlag = true },
			observe: func(s *stage) string { s.ok(s.job.TestConnection(context.Background())); return s.target.taken()[0] },
			off:     probes[0], on: `GET /Users?aadOptscim062020&filter=userName+eq+%22{probe}%22`,
		},
		{
			option: "wire.Config.AdscimVersion", client: func(c *wire.Config) { c.AdscimVersion = "7" }, observe: header("Adscimversion"),
			off: "none", on: "7",
		},
		{
			option: "wire.Config.Header", client: func(c *wire.Config) { c.Header = http.Header{"Accept": {"*/*"}} }, observe: header("Accept"),
			off: "none", on: "*/*",
		},
		{
			option: "wire.Config.Timeout", client: func(c *wire.Config) { c.Timeout = 20 * time.Millisecond }, observe: late,
			off: "provisioned", on: wire.CodeTimeout,
		},
		{
			option: "wire.Config.MaxBody", client: func(c *wire.Config) { c.MaxBody = 200 },
			observe: code(func(http.ResponseWriter, *http.Request) bool { return false }), off: "provisioned", on: wire.CodeServiceIncompatible,
		},
		{
			option: "provisioning.WithRetryAfter", set: provisioning.WithRetryAfter(0), observe: code(throttle(1, 429, "0")),
			off: wire.CodeTooManyRequests, on: "provisioned",
		},
		{
			option: "provisioning.WithServerErrorRetries", set: provisioning.WithServerErrorRetries(2, 0), observe: code(throttle(2, 503, "")),
			off: wire.CodeInternalServerError, on: "provisioned",
		},
		{
			option: "provisioning.WithRematch", set: provisioning.WithRematch(),
			observe: then(func(s *stage, ada, _, _ string) {
				delete(s.target.users.items, "u1")
				s.update(ada, directory.Properties{"mailNickname": "ada"})
				s.update(ada, directory.Properties{"usageLocation": "GB"})
			}),
			off: readAda, on: join(readAda, matchAda, postAda),
		},
		{
			option: "provisioning.WithReadAfterMatch", set: provisioning.WithReadAfterMatch(),
			observe: func(s *stage) string {
				s.target.users.put(scim.Resource{"userName": "ada@contoso.example", "active": true, "displayName": "Ada Byron", "externalId": "ada"})
				s.assign(s.user("Ada Byron"))
				return last(s)
			},
			off: matchAda, on: join(matchAda, readAda),
		},
		{
			option: "provisioning.WithReferenceChecks", set: provisioning.WithReferenceChecks(),
			observe: then(func(s *stage, ada, bob, team string) {
				s.ok(s.dir.SetManager(ada, bob))
				s.ok(s.dir.AddMember(team, ada))
			}),
			off: join(readAda, readRed, patch("/Users/u1", op("Add", manager, `"u2"`)), addMember("g1", "u1")),
			on: join(readAda, readRed,
				`GET /Users?attributes=id&filter=id+eq+%22u1%22+and+manager+eq+%22u2%22`, patch("/Users/u1", op("Add", manager, `"u2"`)),
				`GET /Groups?attributes=id&filter=id+eq+%22g1%22+and+members+eq+%22u1%22`, addMember("g1", "u1")),
		},
		{
			option: "provisioning.WithInterval", set: provisioning.WithInterval(time.Hour),
			observe: func(s *stage) string { return s.job.Schedule().Interval.String() }, off: "PT40M", on: "PT1H",
		},
		{
			option: "mapping.WithOfficeTarget", set: provisioning.WithUserMapping(mapping.DefaultUsers(mapping.WithOfficeTarget(mapping.OfficeInOther))),
			observe: then(func(s *stage, ada, _, _ string) { s.update(ada, directory.Properties{"officeLocation": "12"}) }),
			off:     join(readAda, patch("/Users/u1", op("Add", mapping.OfficeInWork, `"12"`))),
			on:      join(readAda, patch("/Users/u1", op("Add", mapping.OfficeInOther, `"12"`))),
		},
		limited("AboveGate", 0, 2, small, func(t *provisioning.Thresholds) { t.AboveGate = true }, string(synchronization.EncounteredEscrowProportionThreshold), "none"),
		limited("PercentAtBoundary", 2, 2, small, func(t *provisioning.Thresholds) { t.PercentAtBoundary = true }, "none", string(synchronization.EncounteredEscrowProportionThreshold)),
		limited("BaseAtBoundary", 0, 2, extra, func(t *provisioning.Thresholds) { t.BaseAtBoundary = true }, "none", string(synchronization.EncounteredBaseEscrowThreshold)),
		limited("AboveTotal", 0, 2, total, func(t *provisioning.Thresholds) { t.AboveTotal = true }, string(synchronization.EncounteredTotalEscrowThreshold), "none"),
		{
			option: "provisioning.WithEscrowPruning", base: provisioning.WithThresholds(small), set: provisioning.WithEscrowPruning(),
			observe: func(s *stage) string {
				reason := fails(0, 2)(s)
				status := s.job.Status()
				return fmt.Sprintf("%s, %s, pruned %t, next %t", reason, status.Code, status.EscrowsPruned, s.job.NextRun().IsZero())
			},
			off: "EncounteredEscrowProportionThreshold, Quarantine, pruned false, next false", on: "none, Paused, pruned true, next true",
		},
		{
			option: "provisioning.Thresholds.DeletionsAtBoundary", base: provisioning.WithThresholds(provisioning.Thresholds{Gate: 9, Base: 9, Total: 9, Deletions: 1}),
			set:     provisioning.WithThresholds(provisioning.Thresholds{Gate: 9, Base: 9, Total: 9, Deletions: 1, DeletionsAtBoundary: true}),
			observe: then(func(s *stage, ada, _, _ string) { s.update(ada, directory.Properties{"accountEnabled": false}) }),
			off:     join(readAda, deactivate("u1")), on: "",
		},
		chose("AppendTakesNullAsEmpty", func(c *mapping.Choices) { c.AppendTakesNullAsEmpty = true }, evaluates(`Append([city], "!")`, nil), "<nil>", "!"),
		chose("CoalesceSkipsEmpty", func(c *mapping.Choices) { c.CoalesceSkipsEmpty = true }, evaluates(`Coalesce("", [displayName])`, nil), "<nil>", "Ada Byron"),
		chose("ItemOutOfRangeFails", func(c *mapping.Choices) { c.ItemOutOfRangeFails = true }, evaluates(`Item(Split([displayName], " "), 9)`, nil), "<nil>", "not provisioned"),
		chose("SplitKeepsBlanks", func(c *mapping.Choices) { c.SplitKeepsBlanks = true },
			evaluates(`Join("", Split([city], ","))`, directory.Properties{"city": "a, b"}), "ab", "a b"),
		chose("RegexMatchIsWhole", func(c *mapping.Choices) { c.RegexMatchIsWhole = true },
			scopes("REGEX MATCH", "T", directory.Properties{"department": "IT"}), "1 created", "0 created"),
		chose("AmpersandIsText", func(c *mapping.Choices) { c.AmpersandIsText = true },
			scopes("&", "12", directory.Properties{"department": "2"}), "0 created", "1 created"),
	}
}

// Each option changes what goes out, or what comes of it, as it says.
func TestOptionsForWhatDocumentationLeavesOpen(t *testing.T) {
	for _, q := range questions() {
		t.Run(q.option, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for _, set := range []bool{false, true} {
					s := newStage(t)
					config := wire.Config{TenantURL: q.tenantOf, Token: "secret", Transport: s.target}
					if q.tenantOf == "" {
						config.TenantURL = "http://target.example/scim"
					}
					s.options = nil
					if q.base != nil {
						s.options = append(s.options, q.base)
					}
					want := q.off
					if set {
						want = q.on
						if q.set != nil {
							s.options = append(s.options, q.set)
						}
						if q.client != nil {
							q.client(&config)
						}
					}
					s.job = must(provisioning.NewJob(s.dir, s.app, must(wire.NewClient(config))(t),
						append([]provisioning.Option{provisioning.WithClock(s.clock), provisioning.WithIDs(newIDs())}, s.options...)...))(t)
					if got := q.observe(s); got != want {
						t.Errorf("with the option %t:\n got %s\nwant %s", set, got, want)
					}
				}
			})
		})
	}
}

// The page of options names each of them, and none that is not tried here.
func TestThePageOfOptionsIsComplete(t *testing.T) {
	page := must(os.ReadFile("../../docs/options.md"))(t)
	told := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(string(page), -1) {
		told[row[1]] = true
	}
	tried := map[string]bool{}
	for _, q := range questions() {
		tried[q.option] = true
	}
	if !maps.Equal(told, tried) {
		t.Fatalf("told %q\ntried %q", slices.Sorted(maps.Keys(told)), slices.Sorted(maps.Keys(tried)))
	}
}
