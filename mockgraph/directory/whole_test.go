package directory_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Whatever anybody does, refused or not, the tenant holds together, and a saved copy saves the same bytes and can go on.
func TestGivenAnyHistoryOfTheWholeTenantThenItsInvariantsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
		d := directory.New(directory.WithClock(clock), directory.WithIDs(counter()))
		var ids, assignments []string
		one := func(t *rapid.T) string {
			return rapid.SampledFrom(append([]string{"nobody"}, ids...)).Draw(t, "id")
		}
		made := func(o *directory.Object, err error) {
			if err == nil {
				ids = append(ids, o.ID())
			}
		}
		// The errors are not looked at: what matters is that a refusal leaves nothing behind.
		t.Repeat(map[string]func(*rapid.T){
			"user": func(t *rapid.T) {
				made(d.Create(directory.User, user(rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "name"), directory.Properties{"usageLocation": "DE", "department": "IT"})))
			},
			"group": func(*rapid.T) { made(d.Create(directory.Group, security("g"))) },
			"unit": func(*rapid.T) {
				made(d.Create(directory.AdministrativeUnit, directory.Properties{"displayName": "u"}))
			},
			"dynamic unit": func(*rapid.T) {
				made(d.Create(directory.AdministrativeUnit, directory.Properties{"displayName": "u", "membershipType": "Dynamic", "membershipRule": `user.department -eq "IT"`}))
			},
			"unit member":    func(t *rapid.T) { _ = d.AddUnitMember(one(t), one(t)) },
			"no unit member": func(t *rapid.T) { _ = d.RemoveUnitMember(one(t), one(t)) },
			"extension": func(t *rapid.T) {
				e, err := d.AddExtensionProperty(one(t), directory.ExtensionProperty{Name: "x", DataType: "Integer", TargetObjects: []string{"User", "AdministrativeUnit"}})
				if err == nil {
					_, _ = d.Update(one(t), directory.Properties{e.Name: 1})
				}
			},
			"no extension": func(t *rapid.T) {
				app := one(t)
				for _, e := range d.Snapshot().ExtensionProperties(app) {
					_ = d.RemoveExtensionProperty(app, e.ID)
				}
			},
			"office":  func(*rapid.T) { made(d.Create(directory.Group, microsoft365("o"))) },
			"dynamic": func(*rapid.T) { made(d.Create(directory.Group, dynamic("d", `user.department -eq "IT"`))) },
			"application": func(*rapid.T) {
				o, err := d.Create(directory.Application, directory.Properties{"displayName": "app"})
				made(o, err)
				if err == nil {
					made(d.CreateServicePrincipal(o.String("appId"), nil))
				}
			},
			"grant": func(t *rapid.T) {
				made(d.Create(directory.OAuth2PermissionGrant, directory.Properties{"clientId": one(t), "resourceId": one(t), "consentType": "AllPrincipals"}))
			},
			"grant for one": func(t *rapid.T) {
				made(d.Create(directory.OAuth2PermissionGrant, directory.Properties{"clientId": one(t), "resourceId": one(t), "consentType": "Principal", "principalId": one(t)}))
			},
			"move": func(t *rapid.T) {
				_, _ = d.Update(one(t), directory.Properties{"department": rapid.SampledFrom([]string{"IT", "HR"}).Draw(t, "department")})
			},
			"subscribe":       func(t *rapid.T) { _, _ = d.Subscribe("STANDARDPACK", rapid.IntRange(0, 3).Draw(t, "seats")) },
			"license":         func(t *rapid.T) { _, _ = d.AssignLicenses(one(t), license(officeE1), nil) },
			"unlicense":       func(t *rapid.T) { _, _ = d.AssignLicenses(one(t), nil, []string{officeE1}) },
			"license group":   func(t *rapid.T) { _, _ = d.AssignGroupLicenses(one(t), license(officeE1), nil) },
			"unlicense group": func(t *rapid.T) { _, _ = d.AssignGroupLicenses(one(t), nil, []string{officeE1}) },
			"reprocess":       func(t *rapid.T) { _, _ = d.ReprocessLicenses(one(t)) },
			"member":          func(t *rapid.T) { _ = d.AddMember(one(t), one(t)) },
			"no member":       func(t *rapid.T) { _ = d.RemoveMember(one(t), one(t)) },
			"owner":           func(t *rapid.T) { _ = d.AddOwner(one(t), one(t)) },
			"no owner":        func(t *rapid.T) { _ = d.RemoveOwner(one(t), one(t)) },
			"manager":         func(t *rapid.T) { _ = d.SetManager(one(t), one(t)) },
			"role":            func(t *rapid.T) { _ = d.AssignRole(one(t), "62e90394-69f5-4237-9190-012177145e10") },
			"no role":         func(t *rapid.T) { _ = d.UnassignRole(one(t), "62e90394-69f5-4237-9190-012177145e10") },
			"assign": func(t *rapid.T) {
				if a, err := d.Assign(one(t), one(t), directory.DefaultAccessRole); err == nil {
					assignments = append(assignments, a.ID)
				}
			},
			"unassign": func(t *rapid.T) {
				_ = d.Unassign(rapid.SampledFrom(append([]string{"nothing"}, assignments...)).Draw(t, "assignment"))
			},
			"delete":  func(t *rapid.T) { _ = d.Delete(one(t)) },
			"restore": func(t *rapid.T) { _, _ = d.Restore(one(t)) },
			"purge":   func(t *rapid.T) { _ = d.Purge(one(t)) },
			"wait": func(*rapid.T) {
				clock.Advance(11 * 24 * time.Hour)
				d.Process()
			},
			"process": func(*rapid.T) { d.Process() },
			"": func(t *rapid.T) {
				if err := d.Snapshot().Check(); err != nil {
					t.Fatal(err)
				}
			},
		})
		var first, second strings.Builder
		if err := d.Save(&first); err != nil {
			t.Fatal(err)
		}
		again := directory.New()
		if err := again.Load(strings.NewReader(first.String())); err != nil {
			t.Fatal(err)
		}
		if err := again.Save(&second); err != nil || first.String() != second.String() {
			t.Fatalf("a copy saves other bytes (%v)", err)
		}
	})
}
