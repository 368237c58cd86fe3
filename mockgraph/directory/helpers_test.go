package directory_test

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// counter makes ids that look like GUIDs and come in order.
func counter() func() string {
	n := 0
	return func() string {
		n++
		return fmt.Sprintf("00000000-0000-4000-8000-%012x", n)
	}
}

// tenant is a directory with a steered clock and readable ids.
type tenant struct {
	*directory.Directory

	t     testing.TB
	clock *clockwork.FakeClock
}

func newTenant(t testing.TB, opts ...directory.Option) *tenant {
	clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	opts = append([]directory.Option{directory.WithClock(clock), directory.WithIDs(counter())}, opts...)
	return &tenant{directory.New(opts...), t, clock}
}

// user returns the least a user needs, with more on top.
func user(name string, more directory.Properties) directory.Properties {
	p := directory.Properties{
		"userPrincipalName": name + "@contoso.example", "mailNickname": name, "displayName": name, "accountEnabled": true,
	}
	maps.Copy(p, more)
	return p
}

func security(name string) directory.Properties {
	return directory.Properties{"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true}
}

// with returns properties with others on top.
func with(p, more directory.Properties) directory.Properties {
	all := maps.Clone(p)
	maps.Copy(all, more)
	return all
}

func microsoft365(name string) directory.Properties {
	return directory.Properties{
		"displayName": name, "mailNickname": name, "mailEnabled": true, "securityEnabled": false, "groupTypes": []string{"Unified"},
	}
}

func (d *tenant) create(typ directory.Type, p directory.Properties) string {
	d.t.Helper()
	o, err := d.Create(typ, p)
	if err != nil {
		d.t.Fatal(err)
	}
	return o.ID()
}

func (d *tenant) user(name string) string {
	d.t.Helper()
	return d.create(directory.User, user(name, nil))
}
func (d *tenant) group(name string) string {
	d.t.Helper()
	return d.create(directory.Group, security(name))
}
func (d *tenant) app(roles ...directory.AppRole) string {
	d.t.Helper()
	return d.create(directory.ServicePrincipal, directory.Properties{"displayName": "Acme", "appRoles": roles})
}

func (d *tenant) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// refused asks for Graph's code and message.
func refused(t testing.TB, err error, code, message string) {
	t.Helper()
	var refusal *directory.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("got %v, want a refusal with code %s", err, code)
	}
	if refusal.Code != code || refusal.Message != message {
		t.Errorf("refused with\n  %s: %s\nwant\n  %s: %s", refusal.Code, refusal.Message, code, message)
	}
}

func missing(id string) string {
	return "Resource '" + id + "' does not exist or one of its queried reference-property objects are not present."
}

func list[T any](s iter.Seq[T]) []T { return slices.Collect(s) }

func same[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
