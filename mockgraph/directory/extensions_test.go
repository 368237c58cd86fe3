package directory_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// extended is a tenant with an application and its service principal.
func extended(t testing.TB) (d *tenant, app *directory.Object) {
	d = newTenant(t)
	app = d.application(nil)
	d.principal(app)
	return d, app
}

func (d *tenant) extension(app *directory.Object, name, kind string, multi bool, targets ...string) string {
	d.t.Helper()
	if targets == nil {
		targets = []string{"User"}
	}
	e, err := d.AddExtensionProperty(app.ID(), directory.ExtensionProperty{Name: name, DataType: kind, TargetObjects: targets, IsMultiValued: multi})
	d.must(err)
	return e.Name
}

func TestGivenAnExtensionThenItIsNamedAfterItsApplicationAndListed(t *testing.T) {
	d, app := extended(t)
	e, err := d.AddExtensionProperty(app.ID(), directory.ExtensionProperty{Name: "badge", DataType: "String", TargetObjects: []string{"User", "Group"}})
	d.must(err)
	want := directory.ExtensionProperty{
		ID: e.ID, Name: "extension_" + strings.ReplaceAll(app.String("appId"), "-", "") + "_badge", AppDisplayName: app.String("displayName"),
		DataType: "String", TargetObjects: []string{"Group", "User"},
	}
	if diff := cmp.Diff(want, e); diff != "" || e.ID == "" {
		t.Error(diff)
	}
	other := d.extension(app, "age", "Integer", false)
	s := d.Snapshot()
	if diff := cmp.Diff([]string{other, want.Name}, names(s.ExtensionProperties(app.ID()))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{other, want.Name}, names(s.AvailableExtensionProperties())); diff != "" {
		t.Error(diff)
	}
	row, ok := s.ExtensionProperty(directory.Group, strings.ToUpper(want.Name))
	if !ok || row.Name != want.Name || row.Kind != directory.String || !row.Filter.Default.Has(directory.Eq|directory.StartsWith) {
		t.Errorf("row %+v, %v", row, ok)
	}
	for _, c := range []struct {
		typ  directory.Type
		name string
	}{{directory.Application, want.Name}, {directory.User, want.Name + "x"}, {directory.User, "extension_x"}, {directory.User, "displayName"}} {
		if _, ok := s.ExtensionProperty(c.typ, c.name); ok {
			t.Errorf("%s has %s", c.typ, c.name)
		}
	}
	d.must(s.Check())
}

func names(all []directory.ExtensionProperty) (names []string) {
	for _, e := range all {
		names = append(names, e.Name)
	}
	return names
}

func TestGivenDefinitionsThatCannotBeThenTheyAreRefused(t *testing.T) {
	d, app := extended(t)
	full := d.extension(app, "badge", "String", false)
	invalid := func(property string) string {
		return "Invalid value specified for property '" + property + "' of resource 'ExtensionProperty'."
	}
	user := []string{"User"}
	for _, c := range []struct {
		e       directory.ExtensionProperty
		message string
	}{
		{directory.ExtensionProperty{Name: "Badge", DataType: "String", TargetObjects: user}, "An extension property exists with the name " + strings.TrimSuffix(full, "badge") + "Badge."},
		{directory.ExtensionProperty{Name: "", DataType: "String", TargetObjects: user}, invalid("name")},
		{directory.ExtensionProperty{Name: "a b", DataType: "String", TargetObjects: user}, invalid("name")},
		{directory.ExtensionProperty{Name: "x", DataType: "Double", TargetObjects: user}, invalid("dataType")},
		{directory.ExtensionProperty{Name: "x", DataType: "String"}, invalid("targetObjects")},
		{directory.ExtensionProperty{Name: "x", DataType: "String", TargetObjects: []string{"ServicePrincipal"}}, invalid("targetObjects")},
		{directory.ExtensionProperty{Name: "x", DataType: "String", TargetObjects: []string{"User", "User"}}, invalid("targetObjects")},
	} {
		_, err := d.AddExtensionProperty(app.ID(), c.e)
		refused(t, err, directory.CodeBadRequest, c.message)
	}
	ada := d.user("ada")
	_, err := d.AddExtensionProperty(ada, directory.ExtensionProperty{Name: "x", DataType: "String", TargetObjects: user})
	refused(t, err, directory.CodeNotFound, missing(ada))
}

func TestGivenValuesOfEveryTypeThenTheyAreKeptCheckedAndCleared(t *testing.T) {
	d, app := extended(t)
	when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		kind  string
		multi bool
		good  any
		bad   []any
	}{
		{"String", false, strings.Repeat("ä", 256), []any{strings.Repeat("x", 257), 1, []string{"x"}, ""}},
		{"Binary", false, "AQID", []any{"no base64!", strings.Repeat("AAAA", 86)}},
		{"Boolean", false, true, []any{"true", []bool{true}}},
		{"Integer", false, math.MaxInt32, []any{math.MaxInt32 + 1, math.MinInt32 - 1, "1"}},
		{"LargeInteger", false, math.MaxInt32 + 1, []any{"1", true}},
		{"DateTime", false, when, []any{"2026-01-02", time.Time{}}},
		{"String", true, []string{"a", "b"}, []any{"a", []string{""}, []int{1}}},
		{"Integer", true, []int{1, 2}, []any{1, []int{math.MaxInt32 + 1}, []string{"1"}}},
		{"Boolean", true, []bool{true, false}, []any{true}},
		{"DateTime", true, []time.Time{when}, []any{when}},
	} {
		t.Run(fmt.Sprint(c.kind, c.multi), func(t *testing.T) {
			name := d.extension(app, fmt.Sprint("x", c.kind, c.multi), c.kind, c.multi)
			ada := d.create(directory.User, user(fmt.Sprint("ada", c.kind, c.multi), directory.Properties{strings.ToLower(name): c.good}))
			o, _ := d.Snapshot().Object(ada)
			if diff := cmp.Diff(c.good, o.Property(strings.ToUpper(name))); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.good, o.Properties()[name]); diff != "" {
				t.Error(diff)
			}
			for _, bad := range c.bad {
				_, err := d.Update(ada, directory.Properties{name: bad})
				refused(t, err, directory.CodeBadRequest, "Invalid value specified for property '"+name+"' of resource 'User'.")
			}
			row, _ := d.Snapshot().ExtensionProperty(directory.User, name)
			if got := fmt.Sprintf("%T", c.good); got != row.GoType().String() {
				t.Errorf("a value is %s, the row says %s", got, row.GoType())
			}
			o, err := d.Update(ada, directory.Properties{name: nil})
			d.must(err)
			if v := o.Property(name); v != nil {
				t.Errorf("cleared, yet %v", v)
			}
		})
	}
}

func TestGivenAValueWhenItChangesThenOthersStayAndTheLogNamesIt(t *testing.T) {
	d, app := extended(t)
	a, b := d.extension(app, "a", "String", false), d.extension(app, "b", "String", false)
	ada := d.create(directory.User, user("ada", directory.Properties{b: "1", a: "1"}))
	before := d.Snapshot().Sequence()
	_, err := d.Update(ada, directory.Properties{b: "2", a: "1", "jobTitle": "Lead"})
	d.must(err)
	o, err := d.Update(ada, directory.Properties{b: "2"})
	d.must(err)
	if o.String(a) != "1" || directory.Value[string](o, b) != "2" {
		t.Errorf("values %v", o.Properties())
	}
	changes := d.Changes(before)
	if len(changes) != 1 || !slices.Equal(changes[0].Properties, []string{"jobTitle", b}) {
		t.Errorf("logged %v", changes)
	}
}

func TestGivenExtensionsThatAreNotAvailableThenTheirValuesAreRefused(t *testing.T) {
	d := newTenant(t)
	app := d.application(nil)
	name := d.extension(app, "badge", "String", false)
	unknown := "extension_" + strings.Repeat("0", 32) + "_x"
	message := func(name string) string { return "The following extension properties are not available: " + name + "." }
	write := func(typ directory.Type, p directory.Properties) error {
		_, err := d.Create(typ, p)
		return err
	}
	refused(t, write(directory.User, user("ada", directory.Properties{name: "7"})), directory.CodeBadRequest, message(name)) // no service principal
	sp := d.principal(app)
	d.must(write(directory.User, user("ada", directory.Properties{name: "7"})))
	refused(t, write(directory.User, user("bob", directory.Properties{unknown: "7"})), directory.CodeBadRequest, message(unknown))
	refused(t, write(directory.Group, with(security("g"), directory.Properties{name: "7"})), directory.CodeBadRequest, message(name))
	refused(t, write(directory.ServicePrincipal, directory.Properties{"displayName": "x", name: "7"}), directory.CodeBadRequest, message(name))
	refused(t, write(directory.User, user("bob", directory.Properties{name: "1", strings.ToUpper(name): "2"})), directory.CodeBadRequest, "Property '"+name+"' is given twice.")

	d.must(d.Delete(sp.ID()))
	if _, ok := d.Snapshot().ExtensionProperty(directory.User, name); ok {
		t.Error("an extension without service principal can be asked for")
	}
	_, err := d.Restore(sp.ID())
	d.must(err)
	d.must(d.RemoveExtensionProperty(app.ID(), name))
	refused(t, d.RemoveExtensionProperty(app.ID(), name), directory.CodeNotFound, missing(name))
	refused(t, write(directory.User, user("bob", directory.Properties{name: "7"})), directory.CodeBadRequest, message(name))
	if n := len(d.Snapshot().AvailableExtensionProperties()); n != 0 {
		t.Errorf("%d extensions are available", n)
	}
	d.must(d.Snapshot().Check())
}

func TestGivenAHundredValuesThenAnObjectTakesNoMore(t *testing.T) {
	d, app := extended(t)
	many, one := d.extension(app, "many", "Integer", true), d.extension(app, "one", "Integer", false)
	ada := d.create(directory.User, user("ada", directory.Properties{many: make([]int, 100)}))
	_, err := d.Update(ada, directory.Properties{one: 1})
	refused(t, err, directory.CodeQuota, "Unable to perform operation as '101' would exceed the maximum quota count '100' for extension values.")
	_, err = d.Update(ada, directory.Properties{one: 1, many: []int{1}})
	d.must(err)
}

func TestGivenARuleOverAnExtensionThenADynamicGroupFollowsIt(t *testing.T) {
	d, app := extended(t)
	badge, level := d.extension(app, "badge", "String", false), d.extension(app, "level", "Integer", false)
	ada := d.create(directory.User, user("ada", directory.Properties{badge: "Gold", level: 7}))
	group := d.create(directory.Group, dynamic("gold", `user.`+badge+` -eq "gold" -and user.`+level+` -eq "7"`))
	d.Process()
	same(t, "members", list(d.Snapshot().Members(group)), []string{ada})
}
