package connector_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/connector"
)

const missingPermissions = "connector.setup.missing-permissions"

// lister is a connector that says other permissions of itself than it should.
type lister struct {
	connector.Driver

	permissions []string
}

func (d lister) Describe(ctx context.Context) (connector.Description, error) {
	about, err := d.Driver.Describe(ctx)
	about.Permissions = d.permissions
	return about, err
}

// sound is the reference connector.
func sound(t *testing.T, faults ...string) connector.Driver {
	t.Helper()
	d, err := refdriver.New(faults...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAMissingPermissionIsOneFindingThatNamesWhatWasRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		driver connector.Driver
		want   []string // permissions that are missing
		told   []string // in the words of the first
	}{
		"all of them": {lister{sound(t), []string{}}, []string{"Group.ReadWrite.All", "Organization.Read.All", "User-PasswordProfile.ReadWrite.All", "User.ReadWrite.All"},
			[]string{"POST /v1.0/groups (create group", "GET /v1.0/groups (search group, which takes Group.ReadBasic.All at least)", "and to 1 more request"}},
		"one in two": {lister{sound(t), []string{"User.ReadWrite.All", "Group.Read.All", "Organization.Read.All"}}, []string{"Group.ReadWrite.All", "User-PasswordProfile.ReadWrite.All"},
			[]string{"DELETE /v1.0/groups/{id} (delete group)"}},
		"that of a user who signs in": {lister{terse{delegated: true}, []string{"User.ReadWrite.All", "User-PasswordProfile.ReadWrite.All"}}, []string{"Group.ReadWrite.All"},
			[]string{"POST /v1.0/groups/{id}/members/$ref (addMember, which takes GroupMember.ReadWrite.All at least)"}},
		"that of items of batches": {lister{terse{batches: true}, []string{"User.ReadWrite.All", "User-PasswordProfile.ReadWrite.All"}}, []string{"Group.ReadWrite.All"},
			[]string{"POST /v1.0/groups/{id}/members/$ref (addMember, which takes GroupMember.ReadWrite.All at least)"}},
		"that of a property": {lister{terse{}, []string{"User.ReadWrite.All", "Group.ReadWrite.All"}}, []string{"User-PasswordProfile.ReadWrite.All"}, []string{"PATCH /v1.0/users/{id} (update user)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := outcomes(t, c.driver, missingPermissions)[missingPermissions]
			if o.Status != result.Failed || len(o.Findings) != len(c.want) {
				t.Fatalf("%s %+v %s, want %q", o.Status, o.Findings, o.Reason, c.want)
			}
			for i, name := range c.want {
				if f := o.Findings[i]; f.Rule != "the connector asks for "+name || len(f.Exchanges) == 0 {
					t.Errorf("found %q with the exchanges %q, want %s", f.Rule, f.Exchanges, name)
				}
			}
			for _, words := range c.told {
				if !strings.Contains(o.Findings[0].Actual, words) {
					t.Errorf("told %q, want in it %q", o.Findings[0].Actual, words)
				}
			}
		})
	}
}

func TestARefusalThatIsNoLackOfAPermissionIsNotCalledOne(t *testing.T) {
	t.Parallel()
	status := func(method, path, code string) func(next http.RoundTripper) http.RoundTripper { // the tenant refuses, whatever the permissions
		return func(next http.RoundTripper) http.RoundTripper {
			return tripper(func(r *http.Request) (*http.Response, error) {
				resp, err := next.RoundTrip(r)
				if err == nil && r.Method == method && strings.HasPrefix(r.URL.Path, path) {
					resp.StatusCode, resp.Status = http.StatusForbidden, code
				}
				return resp, err
			})
		}
	}
	for name, c := range map[string]struct {
		driver connector.Driver
		want   result.Status
	}{
		"nothing is missing":                    {sound(t), result.Passed},
		"wider permissions do as well":          {lister{sound(t), []string{"Directory.ReadWrite.All", "User.DeleteRestore.All", "User-PasswordProfile.ReadWrite.All", "Group.ReadWrite.All"}}, result.Passed},
		"no permissions are told":               {lister{sound(t), nil}, result.Skipped},
		"an optional request is refused":        {sound(t, "beyond-permissions"), result.Passed},
		"the tenant refuses for another reason": {talker{Driver: sound(t), between: status(http.MethodPost, "/v1.0/users", "403 Forbidden")}, result.Skipped},
		"another sign-in than the declared":     {lister{terse{}, []string{}}.as(connector.Delegated), result.Skipped},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if o := outcomes(t, c.driver, missingPermissions)[missingPermissions]; o.Status != c.want {
				t.Errorf("%s %+v %s, want %s", o.Status, o.Findings, o.Reason, c.want)
			}
		})
	}
}

// as declares a feature.
func (d lister) as(f connector.Feature) connector.Driver { return declarer{d, f} }

type declarer struct {
	lister

	feature connector.Feature
}

func (d declarer) Describe(ctx context.Context) (connector.Description, error) {
	about, err := d.lister.Describe(ctx)
	about.Features = append(about.Features, d.feature)
	return about, err
}

// What fails for want of the permission is blocked by the check that owns it; what fails beside it is a finding of its own.
func TestAMissingPermissionIsBlamedForWhatItBreaksAndForNothingElse(t *testing.T) {
	t.Parallel()
	const own, broken = "connector.sync.city-cleared", "connector.group.created"
	all := outcomes(t, sound(t, "groups-permission-unlisted", "sync-city-clear-ignored"), own, broken)
	if o := all[own]; o.Status != result.Failed {
		t.Errorf("%s %s %s, want it failed", own, o.Status, o.Reason)
	}
	if o := all[broken]; o.Status != result.Blocked || o.BlockedBy != missingPermissions {
		t.Errorf("%s %s by %q, want it blocked by %s", broken, o.Status, o.BlockedBy, missingPermissions)
	}
}
