package sample_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

// count returns how many users a condition holds for.
func count(d *directory.Directory, condition func(*directory.Object) bool) (n int) {
	for _, o := range users(d) {
		if condition(o) {
			n++
		}
	}
	return n
}

func has(property string) func(*directory.Object) bool {
	return func(o *directory.Object) bool { return o.Property(property) != nil }
}

func nameHas(table *unicode.RangeTable) func(*directory.Object) bool {
	return func(o *directory.Object) bool {
		return strings.ContainsFunc(o.String("displayName"), func(r rune) bool { return unicode.Is(table, r) })
	}
}

func localHas(sign string) func(*directory.Object) bool {
	return func(o *directory.Object) bool {
		local, _, _ := strings.Cut(o.String("userPrincipalName"), "@")
		return strings.Contains(local, sign)
	}
}

func oneLetter(o *directory.Object) bool {
	return strings.IndexByte(o.String("userPrincipalName"), '@') == 1
}

// Each kind of user is in the smallest named tenant already, and has its share of the larger one.
func TestEachKindOfUserIsThere(t *testing.T) {
	t.Parallel()
	small, contoso := filled(t, sample.Small, 1), filled(t, sample.Contoso, 1)
	for _, each := range []struct {
		kind        string
		is          func(*directory.Object) bool
		few, atMost int // in contoso
	}{
		{"disabled", func(o *directory.Object) bool { return !o.Bool("accountEnabled") }, 12, 18},
		{"guests", func(o *directory.Object) bool { return o.String("userType") == "Guest" }, 20, 20},
		{"invited from elsewhere", localHas("#EXT#"), 20, 20},
		{"without mail", func(o *directory.Object) bool { return o.String("mail") == "" }, 10, 30},
		{"with proxy addresses", has("proxyAddresses"), 400, 480},
		{"with extension attributes", has("onPremisesExtensionAttributes"), 50, 100},
		{"synchronized", func(o *directory.Object) bool { return o.Bool("onPremisesSyncEnabled") }, 40, 80},
		{"with an apostrophe", localHas("'"), 2, 60},
		{"with a hyphen", localHas("-"), 1, 60},
		{"with one letter", oneLetter, 2, 10},
		{"from right to left", nameHas(unicode.Arabic), 1, 50},
		{"in ideographs", nameHas(unicode.Han), 1, 80},
	} {
		if count(small, each.is) == 0 {
			t.Errorf("small: nobody is %s", each.kind)
		}
		if n := count(contoso, each.is); n < each.few || n > each.atMost {
			t.Errorf("contoso: %d are %s, want %d to %d", n, each.kind, each.few, each.atMost)
		}
	}
}

func TestSomeDisplayNamesComeTwice(t *testing.T) {
	t.Parallel()
	for _, size := range []sample.Size{sample.Small, sample.Contoso} {
		seen, twice := map[string]bool{}, 0
		for _, o := range users(filled(t, size, 1)) {
			if seen[o.String("displayName")] {
				twice++
			}
			seen[o.String("displayName")] = true
		}
		if twice == 0 || twice > int(size)/5 {
			t.Errorf("%s: %d display names come twice", size, twice)
		}
	}
}

func TestFormerEmployeesAreInTheRecycleBin(t *testing.T) {
	t.Parallel()
	for size, want := range map[sample.Size]int{sample.Small: 1, sample.Contoso: 5, 2_000: 5, 1: 0} {
		n := 0
		for o := range filled(t, size, 1).Snapshot().DeletedObjects(directory.User) {
			if n++; o.String("employeeId") == "" {
				t.Errorf("%s: %s was no employee", size, o.ID())
			}
		}
		if n != want {
			t.Errorf("%s: %d deleted users, want %d", size, n, want)
		}
	}
}

func TestEmployeeIDsAreSequential(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, o := range users(filled(t, sample.Contoso, 1)) {
		if id := o.String("employeeId"); id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	if ids[0] != "1000001" || ids[len(ids)-1] != "1000479" || len(ids) != 479 {
		t.Errorf("%d from %s to %s", len(ids), ids[0], ids[len(ids)-1])
	}
}

// What belongs together stands together: place, country, language and telephone; title and department; name and addresses.
func TestPropertiesAreCoherent(t *testing.T) {
	t.Parallel()
	d := filled(t, sample.Contoso, 1)
	country, codes, languages := map[string]string{}, map[string]string{}, map[string]string{}
	titles := map[string]string{}
	agree := func(o *directory.Object, seen map[string]string, key, value string) {
		if old, known := seen[key]; known && old != value {
			t.Errorf("%s: %s goes with %s and with %s", o.ID(), key, old, value)
		}
		seen[key] = value
	}
	for _, o := range users(d) {
		if o.String("employeeId") == "" {
			continue
		}
		agree(o, country, o.String("city"), o.String("country"))
		agree(o, codes, o.String("country"), o.String("usageLocation"))
		agree(o, languages, o.String("city"), o.String("preferredLanguage"))
		agree(o, titles, o.String("jobTitle"), o.String("department"))
		if !strings.HasPrefix(o.String("officeLocation"), o.String("city")+" ") || !strings.HasSuffix(o.String("preferredLanguage"), "-"+o.String("usageLocation")) {
			t.Errorf("%s is at %s in %s and speaks %s", o.ID(), o.String("officeLocation"), o.String("city"), o.String("preferredLanguage"))
		}
		if mail := o.String("mail"); mail != "" && (mail != o.String("userPrincipalName") || o.Strings("proxyAddresses")[0] != "SMTP:"+mail) {
			t.Errorf("%s: mail %s, addresses %q", o.String("userPrincipalName"), mail, o.Strings("proxyAddresses"))
		}
		if !strings.Contains(o.String("displayName"), o.String("givenName")) || !strings.Contains(o.String("displayName"), o.String("surname")) {
			t.Errorf("%s is %s %s", o.String("displayName"), o.String("givenName"), o.String("surname"))
		}
	}
}

func TestEmployeesReportToTheirDepartmentAndItsHeadToTheHeadOfTheCompany(t *testing.T) {
	t.Parallel()
	for _, size := range []sample.Size{sample.Small, sample.Contoso, 3_000} {
		s := filled(t, size, 1).Snapshot()
		heads := 0
		for o := range s.Objects(directory.User) {
			id, managed := s.Manager(o.ID())
			employed := o.String("employeeId") != ""
			boss, _ := s.Object(id)
			switch {
			case !managed && employed:
				if heads++; o.String("jobTitle") != "Chief Executive Officer" {
					t.Errorf("%s: %s has no manager", size, o.String("jobTitle"))
				}
			case !managed:
			case !employed:
				t.Errorf("%s: %s has a manager", size, o.String("displayName"))
			case boss.String("department") != o.String("department") && boss.String("department") != "Executive":
				t.Errorf("%s: %s in %s reports to %s", size, o.String("jobTitle"), o.String("department"), boss.String("department"))
			case !boss.Bool("accountEnabled"):
				t.Errorf("%s: %s reports to a disabled account", size, o.String("displayName"))
			}
		}
		if heads != 1 {
			t.Errorf("%s: %d heads of the company", size, heads)
		}
	}
}
