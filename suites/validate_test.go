package suites

import (
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

func validSpec(id string, change func(*Spec)) Spec {
	s := Spec{
		ID: id, Title: "t", Stage: Create, Packs: []Pack{Lifecycle}, Level: result.Required, Breaks: []result.Break{result.BreaksEntra},
		Sources: []string{"RFC 7644 §3.3"}, Why: "w", Fix: "f",
	}
	if change != nil {
		change(&s)
	}
	return s
}

func TestValidateFindsWhatIsWrong(t *testing.T) {
	one := func(change func(*Spec)) []Spec { return []Spec{validSpec("endpoint.create.ada", change)} }
	for _, tc := range []struct {
		name  string
		specs []Spec
		want  string // "" when all is well
	}{
		{"nothing", nil, ""},
		{"a sound one", one(nil), ""},
		{"a sound one with everything", []Spec{
			validSpec("endpoint.create.ada", nil),
			validSpec("endpoint.create.e2-e", func(s *Spec) {
				s.Needs, s.Aliases, s.Packs = []string{"endpoint.create.ada"}, []string{"endpoint.create.eve"}, Packs()
			}),
		}, ""},
		{"too short an id", []Spec{validSpec("endpoint.create", nil)}, `the id "endpoint.create" is no dotted name`},
		{"capital letters", []Spec{validSpec("endpoint.create.Ada", nil)}, `the id "endpoint.create.Ada" is no dotted name`},
		{"a digit first", []Spec{validSpec("2endpoint.create.ada", nil)}, "is no dotted name"},
		{"an empty part", []Spec{validSpec("endpoint.create..ada", nil)}, "is no dotted name"},
		{"an id twice", []Spec{validSpec("endpoint.create.ada", nil), validSpec("endpoint.create.ada", nil)}, `the id "endpoint.create.ada" is taken`},
		{"an alias that is an id", []Spec{validSpec("endpoint.create.ada", nil), validSpec("endpoint.create.eve", func(s *Spec) { s.Aliases = []string{"endpoint.create.ada"} })}, `the id "endpoint.create.ada" is taken`},
		{"an alias that is none", one(func(s *Spec) { s.Aliases = []string{"Ada"} }), `the id "Ada" is no dotted name`},
		{"another stage than the id", one(func(s *Spec) { s.Stage = Sync }), `the second part of the id is not the stage "sync"`},
		{"an unknown stage", []Spec{validSpec("endpoint.party.ada", func(s *Spec) { s.Stage = "party" })}, `unknown stage "party"`},
		{"no title", one(func(s *Spec) { s.Title = " " }), "has no title"},
		{"no why", one(func(s *Spec) { s.Why = "" }), "has no why"},
		{"no fix", one(func(s *Spec) { s.Fix = "" }), "has no fix"},
		{"no sources", one(func(s *Spec) { s.Sources = nil }), "has no sources"},
		{"an empty source", one(func(s *Spec) { s.Sources = []string{""} }), "has an empty source"},
		{"an unknown level", one(func(s *Spec) { s.Level = "vital" }), `unknown level "vital"`},
		{"no pack", one(func(s *Spec) { s.Packs = nil }), "is in no pack"},
		{"an unknown pack", one(func(s *Spec) { s.Packs = []Pack{"wolf"} }), `unknown pack "wolf"`},
		{"breaks nothing", one(func(s *Spec) { s.Breaks = nil }), "breaks nothing"},
		{"breaks something unknown", one(func(s *Spec) { s.Breaks = []result.Break{"glass"} }), `unknown "glass"`},
		{"a need that does not exist", one(func(s *Spec) { s.Needs = []string{"endpoint.create.eve"} }), `needs "endpoint.create.eve", which does not exist`},
		{"a cause that does not exist", one(func(s *Spec) { s.Causes = []string{"endpoint.create.eve"} }), `has the cause "endpoint.create.eve", which is no other check`},
		{"itself as a cause", one(func(s *Spec) { s.Causes = []string{s.ID} }), "which is no other check"},
		{"itself as a need", one(func(s *Spec) { s.Needs = []string{s.ID} }), "needs itself: endpoint.create.ada → endpoint.create.ada"},
		{"a circle of needs", []Spec{
			validSpec("endpoint.create.ada", func(s *Spec) { s.Needs = []string{"endpoint.create.eve"} }),
			validSpec("endpoint.create.eve", func(s *Spec) { s.Needs = []string{"endpoint.create.zoe"} }),
			validSpec("endpoint.create.zoe", func(s *Spec) { s.Needs = []string{"endpoint.create.eve"} }),
		}, "needs itself: endpoint.create.eve → endpoint.create.zoe → endpoint.create.eve"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := Validate(tc.specs)
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got %v, want something with %q", err, tc.want)
			}
		})
	}
}

func TestValidateTellsEverythingAtOnce(t *testing.T) {
	err := Validate([]Spec{{}})
	if n := strings.Count(err.Error(), "\n") + 1; n < 8 {
		t.Errorf("only %d complaints about an empty spec:\n%v", n, err)
	}
}

func TestStagesGoThroughTheLifeCycle(t *testing.T) {
	var titles []string
	stages := Stages()
	for i, s := range stages {
		titles = append(titles, s.Title())
		if i > 0 && (!stages[i-1].Before(s) || s.Before(stages[i-1])) {
			t.Errorf("%s and %s are out of order", stages[i-1], s)
		}
	}
	want := []string{"connect", "set-up", "create", "attribute sync", "group push", "disable", "reactivate", "licence assign", "delete and restore", "quarantine", "the standard", "gallery listing", "SCIM validator", "security", "load", "every request"}
	if !slices.Equal(titles, want) {
		t.Errorf("titles %q", titles)
	}
	if unknown := Stage("party"); unknown.Title() != "party" || !Quarantine.Before(unknown) {
		t.Error("an unknown stage does not come last under its own name")
	}
}

func TestAllPacksButLoadRunByDefault(t *testing.T) {
	if slices.Contains(DefaultPacks(), Load) || len(DefaultPacks()) != len(Packs())-1 {
		t.Errorf("the default is %v of %v", DefaultPacks(), Packs())
	}
}
