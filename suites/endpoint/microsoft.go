package endpoint

import (
	"context"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// Sources of Microsoft's own tests.
const (
	learnValidate     = "https://learn.microsoft.com/entra/identity/enterprise-apps/validate-user-provisioning-app-gallery"
	learnRequirements = "https://learn.microsoft.com/entra/identity/enterprise-apps/app-gallery-user-provisioning-requirements"
	learnTroubleshoot = "https://learn.microsoft.com/entra/identity/enterprise-apps/troubleshoot-user-provisioning-validation"
)

// test is one of Microsoft's, under the name it has there.
type test struct {
	name  string // Microsoft's own
	title string // what a passing target does
	why   string
	fix   string
	level result.Level // "" is that of its suite

	// covers are the checks that ask for what the test asks for, each in more depth. Whichever of them fails is why the test fails.
	covers []string
	// within are stages whose required checks come after covers in that.
	within []suites.Stage
	// exclusive asks for the target alone.
	exclusive bool

	run func(ctx context.Context, r *Rig)
}

// check makes the check that stands for the test. Its requests are those of the one dialect a job is configured with, so it runs in the first of a
// run only.
func (t test) check(stage suites.Stage, level result.Level, breaks []result.Break, from ...string) Check {
	if t.level != "" {
		level = t.level
	}
	return Check{
		Spec: suites.Spec{
			ID: "endpoint." + string(stage) + "." + kebab(t.name), Title: t.title, Test: t.name, Level: level, Breaks: breaks,
			Sources: sources(from...), Why: t.why, Fix: t.fix, Causes: t.covers, Once: true, Exclusive: t.exclusive,
		},
		Run: t.run,
	}
}

// kebab is a name as a part of an id: "Patch User - Disable User" is patch-user-disable-user.
func kebab(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}

// A MicrosoftTest is a test of Microsoft's, and what stands for it here.
type MicrosoftTest struct {
	Name    string       // as Microsoft writes it
	Suite   suites.Stage // [suites.Listing] or [suites.Validation]
	Level   result.Level // required is mandatory there, recommended optional, informational in preview
	Check   string       // id of the check that runs it
	Covered []string     // ids of the checks that ask for the same in more depth
}

// MicrosoftTests returns the tests of Microsoft's gallery validation and of its SCIM validator, in their order there.
func MicrosoftTests() []MicrosoftTest {
	var all []MicrosoftTest
	for _, t := range galleryTestList() {
		all = append(all, t.listed(suites.Listing, result.Required))
	}
	for _, t := range validatorTestList() {
		all = append(all, t.listed(suites.Validation, result.Recommended))
	}
	return all
}

func (t test) listed(suite suites.Stage, level result.Level) MicrosoftTest {
	if t.level != "" {
		level = t.level
	}
	return MicrosoftTest{Name: t.name, Suite: suite, Level: level, Check: "endpoint." + string(suite) + "." + kebab(t.name), Covered: slices.Clone(t.covers)}
}

// shared are tests of Microsoft's own that ask for something which no other check asks for and other tests of his rest on.
var shared = map[suites.Stage][]string{
	suites.Listing: {
		"endpoint.gallery.create-group-test", "endpoint.gallery.scim-group-create-test", "endpoint.gallery.create-user-test", "endpoint.gallery.scim-user-create-test",
	},
	suites.Validation: {
		"endpoint.gallery.scim-group-update-test", "endpoint.gallery.scim-group-create-test", "endpoint.validator.patch-user-add-manager",
		"endpoint.validator.filter-for-an-existing-group", "endpoint.validator.filter-for-an-existing-user",
	},
}

// blame adds to the causes of Microsoft's tests the required checks of the stages they are about, then tests of his they rest on, which come before
// them: nothing can be to blame for itself.
func blame(all []Check) {
	within := map[string][]suites.Stage{}
	for _, t := range slices.Concat(galleryTestList(), validatorTestList()) {
		within[t.name] = t.within
	}
	for i := range all {
		c := &all[i]
		if c.Test == "" {
			continue
		}
		c.Causes = slices.Clone(c.Causes)
		for _, stage := range within[c.Test] {
			for _, other := range all {
				if other.Stage == stage && other.Level == result.Required && !slices.Contains(c.Causes, other.ID) {
					c.Causes = append(c.Causes, other.ID)
				}
			}
		}
		for _, id := range shared[c.Stage] {
			before := slices.IndexFunc(all[:i], func(other Check) bool { return other.ID == id })
			if before >= 0 && !slices.Contains(c.Causes, id) {
				c.Causes = append(c.Causes, id)
			}
		}
	}
}
