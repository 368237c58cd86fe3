package provisioning_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

const acme = "urn:ietf:params:scim:schemas:extension:Acme:2.0:User:"

// defaultSchema is a schema of one's own to change.
func defaultSchema() synchronization.Schema { return mapping.DefaultSchema(newIDs()) }

// usersOf is the mapping of users in a schema.
func usersOf(s *synchronization.Schema) *synchronization.ObjectMapping {
	return &s.SynchronizationRules[0].ObjectMappings[0]
}

// row maps an expression to a target.
func row(expression, target string) synchronization.AttributeMapping {
	kind := synchronization.SourceFunction
	if strings.HasPrefix(expression, "[") {
		kind = synchronization.SourceAttribute
	}
	return synchronization.AttributeMapping{
		TargetAttributeName: target, Source: synchronization.AttributeMappingSource{Expression: expression, Type: kind},
	}
}

// addTarget defines a target attribute of users and maps an expression to it.
func addTarget(s *synchronization.Schema, expression string, a synchronization.AttributeDefinition) {
	m := usersOf(s)
	m.AttributeMappings = append(m.AttributeMappings, row(expression, a.Name))
	o := &s.Directories[1].Objects[0]
	o.Attributes = append(o.Attributes, a)
}

func TestAJobShowsTheSchemaItRuns(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.settled()
	shown := s.job.Schema()
	if shown.ID != s.job.ID() || len(shown.SynchronizationRules) != 1 || len(shown.Directories) != 2 {
		t.Fatalf("schema %+v", shown)
	}
	s.ok(s.job.Configure(context.Background(), provisioning.WithSchema(shown)))
	s.sends("GET /Users/u1") // looked at again, and the same
	if again := s.job.Schema(); again.SynchronizationRules[0].ID != shown.SynchronizationRules[0].ID {
		t.Fatalf("schema %+v", again)
	}
}

func TestTheSchemaSaysTheTypesOfTargets(t *testing.T) {
	schema := defaultSchema()
	addTarget(&schema, "[extensionAttribute1]", synchronization.AttributeDefinition{Name: acme + "vip", Type: synchronization.TypeBoolean})
	addTarget(&schema, "[extensionAttribute2]", synchronization.AttributeDefinition{Name: acme + "floor", Type: synchronization.TypeInteger})
	addTarget(&schema, "[extensionAttribute3]", synchronization.AttributeDefinition{Name: acme + "badge", CaseExact: true})
	s := newStage(t, provisioning.WithSchema(schema))
	extension := func(badge string) directory.Properties {
		return directory.Properties{"onPremisesExtensionAttributes": directory.ExtensionAttributes{
			ExtensionAttribute1: new("True"), ExtensionAttribute2: new("7"), ExtensionAttribute3: &badge,
		}}
	}
	ada := s.user("Ada Byron", extension("a7"))
	s.assign(ada)
	s.sends(matchAda, strings.TrimSuffix(postAda, "}")+`,"urn:ietf:params:scim:schemas:extension:Acme:2.0:User":{"vip":true,"floor":7,"badge":"a7"}}`)
	s.update(ada, extension("A7"))
	s.sends("GET /Users/u1", patch("/Users/u1", op("Replace", acme+"badge", `"A7"`)))
}

func TestASchemaThatCannotBeRunIsRefusedAndTheOldOneKept(t *testing.T) {
	second := func(name string) func(*synchronization.Schema) {
		return func(s *synchronization.Schema) {
			m := *usersOf(s)
			m.SourceObjectName = name
			s.SynchronizationRules[0].ObjectMappings = append(s.SynchronizationRules[0].ObjectMappings, m)
			s.Directories[0].Objects = append(s.Directories[0].Objects, synchronization.ObjectDefinition{Name: "Device"})
		}
	}
	for title, test := range map[string]struct {
		spoil func(*synchronization.Schema)
		want  string
	}{
		"no rule":              {func(s *synchronization.Schema) { s.SynchronizationRules = nil }, "synchronizationRules: there is no rule"},
		"an unknown attribute": {func(s *synchronization.Schema) { usersOf(s).AttributeMappings[2].TargetAttributeName = "dispalyName" }, `did you mean`},
		"a broken expression": {
			func(s *synchronization.Schema) { usersOf(s).AttributeMappings[2].Source.Expression = "Join(" },
			"objectMappings[0].attributeMappings[2].source",
		},
		"a mapping of devices":      {second("Device"), `objectMappings[2].sourceObjectName: objects of the type "Device" are not provisioned`},
		"a second mapping of users": {second("User"), "a second enabled mapping of User is not built"},
		"a filter by groups": {func(s *synchronization.Schema) {
			s.SynchronizationRules[0].GroupFilter = &synchronization.GroupFilter{IncludedGroups: []string{"g"}}
		}, "groupFilter: a filter by groups"},
		"a filter by containers": {func(s *synchronization.Schema) {
			s.SynchronizationRules[0].ContainerFilter = &synchronization.ContainerFilter{IncludedContainers: []string{"c"}}
		}, "containerFilter: a filter by containers"},
		"a bad operator": {func(s *synchronization.Schema) {
			usersOf(s).Scope.Groups = synchronization.Collection[synchronization.FilterGroup]{{Clauses: synchronization.Collection[synchronization.FilterClause]{{
				OperatorName: "EQUAL", SourceOperandName: "department", TargetOperand: synchronization.FilterOperand{Values: []string{"x"}},
			}}}}
		}, `objectMappings[0].scope.groups[0].clauses[0].operatorName: there is no operator "EQUAL"; did you mean EQUALS?`},
		"an unknown source": {
			func(s *synchronization.Schema) {
				usersOf(s).AttributeMappings[2].Source.Expression = "Trim([displayName])"
			},
			"objectMappings[0].attributeMappings[2].source",
		},
		"a flow type that is none": {
			func(s *synchronization.Schema) {
				usersOf(s).AttributeMappings[2].FlowType = "ValueRemoveOnly"
			},
			`unknown flow type "ValueRemoveOnly"`,
		},
		"a matching row that is gone": {func(s *synchronization.Schema) { usersOf(s).AttributeMappings[0].MatchingPriority = 0 }, "no row has a matching priority"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			before := s.job.Schema()
			schema := defaultSchema()
			test.spoil(&schema)
			err := s.job.Configure(context.Background(), provisioning.WithSchema(schema), provisioning.WithInterval(time.Hour))
			problems, ok := errors.AsType[mapping.Problems](err)
			if !ok || len(problems) == 0 || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			if after := s.job.Schema(); after.SynchronizationRules[0].ID != before.SynchronizationRules[0].ID || s.job.Schedule().Interval != synchronization.Duration(provisioning.DefaultInterval) {
				t.Fatal("the old configuration is gone")
			}
		})
	}
}

func TestAMappingInGoTakesItsPlaceInTheSchema(t *testing.T) {
	users := mapping.DefaultUsers()
	users.AttributeMappings = append(users.AttributeMappings, row("[onPremisesFavouriteColour]", acme+"colour"))
	s := newStage(t, provisioning.WithUserMapping(users), provisioning.WithGroupMapping(synchronization.ObjectMapping{}))
	schema := s.job.Schema()
	if _, err := mapping.CompileSchema(schema); err != nil {
		t.Fatal(err)
	}
	groups := schema.SynchronizationRules[0].ObjectMappings[1]
	if groups.Enabled || len(groups.AttributeMappings) == 0 {
		t.Fatalf("mapping of groups %+v", groups)
	}
	if !slices.ContainsFunc(schema.Directories[1].Objects[0].Attributes, func(a synchronization.AttributeDefinition) bool { return a.Name == acme+"colour" }) {
		t.Fatal("the schema does not know the new target")
	}
	s.ok(s.job.Configure(context.Background(), provisioning.WithSchema(defaultSchema()))) // replaces both
	if !s.job.Schema().SynchronizationRules[0].ObjectMappings[1].Enabled {
		t.Fatal("the mapping of groups is still off")
	}
}

func TestExpressionsKnowTheJobsClockTheTenantsDomainAndTheChoices(t *testing.T) {
	schema := defaultSchema()
	addTarget(&schema, "Now()", synchronization.AttributeDefinition{Name: acme + "at"})
	addTarget(&schema, "DefaultDomain()", synchronization.AttributeDefinition{Name: acme + "domain"})
	addTarget(&schema, `Append([city], "!")`, synchronization.AttributeDefinition{Name: acme + "city"})
	s := newStage(t)
	s.dir = directory.New(directory.WithClock(s.clock), directory.WithIDs(newObjectIDs()), directory.WithTenant("b0000000-0000-4000-8000-000000000001", "Contoso", "contoso.example"))
	s.app = must(s.dir.Create(directory.ServicePrincipal, directory.Properties{"displayName": "Acme"}))(t).ID()
	s.job = s.connect(s.target, provisioning.WithSchema(schema), provisioning.WithChoices(mapping.Choices{AppendTakesNullAsEmpty: true}))
	s.assign(s.user("Ada Byron"))
	s.sends(matchAda, strings.TrimSuffix(postAda, "}")+
		`,"urn:ietf:params:scim:schemas:extension:Acme:2.0:User":{"at":"1/12/2026 9:00:00 AM","domain":"contoso.example","city":"!"}}`)
}

func TestARedactedValueIsSentAndNotLogged(t *testing.T) {
	schema := defaultSchema()
	addTarget(&schema, "Redact([city])", synchronization.AttributeDefinition{Name: acme + "secret"})
	s := newStage(t, provisioning.WithSchema(schema))
	ada := s.user("Ada Byron", directory.Properties{"city": "London"})
	s.assign(ada)
	s.settled()
	s.update(ada, directory.Properties{"city": "Ockham"})
	s.sends("GET /Users/u1", patch("/Users/u1",
		op("Replace", `addresses[type eq "work"].locality`, `"Ockham"`), op("Replace", acme+"secret", `"Ockham"`)))
	both := synchronization.ModifiedProperty{DisplayName: acme + "secret", OldValue: mapping.RedactedText, NewValue: mapping.RedactedText}
	if last := s.lastLog(ada); !slices.Contains(last.ModifiedProperties, both) {
		t.Fatalf("the log tells %+v", last.ModifiedProperties)
	}
	for _, e := range s.job.Log() {
		for _, m := range e.ModifiedProperties {
			if m.DisplayName == acme+"secret" && (m.NewValue != mapping.RedactedText || m.OldValue != "" && m.OldValue != mapping.RedactedText) {
				t.Fatalf("the log tells %+v", m)
			}
		}
	}
}

func TestOnDemandRunsTheRuleThatIsNamed(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	p := subject("User", ada)
	p[0].RuleID = "another"
	if _, err := s.job.ProvisionOnDemand(context.Background(), p); !errors.Is(err, provisioning.ErrOnDemand) || !strings.Contains(err.Error(), "another") {
		t.Fatalf("error %v", err)
	}
	p[0].RuleID = s.job.Schema().SynchronizationRules[0].ID
	s.demand(p, matchAda, postAda)
}
