package endpoint_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

const (
	errorURN      = "urn:ietf:params:scim:api:messages:2.0:Error"
	listURN       = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	userURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
)

// variant is a correct server that differs from the reference endpoint in something that is left to servers.
type variant struct {
	name    string
	wrap    func(t *testing.T, h http.Handler) http.Handler
	fails   []string // checks that a standard asks for and Entra does not need: recommended ones
	passes  []string // ids of checks that pass, though skipped has their beginnings
	skipped []string // beginnings of the ids of checks that do not apply; a space ends an id
}

// noLocation: "the URI of the created resource SHALL include … a JSON representation with the attribute meta.location" (RFC 7644 §3.3).
var noLocation = []string{"endpoint.rfc.meta-location"}

// unknownSchemas are the checks of what /Schemas says, where it says nothing.
var unknownSchemas = []string{
	"endpoint.rfc.schema-tells-all", "endpoint.rfc.groups-of-user", "endpoint.gallery.schema-canonical-values", "endpoint.gallery.schema-no-null",
}

// unadvertised are the checks of features that work although they are not advertised: they pass where these do not work.
var unadvertised = []string{"endpoint.rfc.bulk-advertised", "endpoint.rfc.etag-advertised", "endpoint.rfc.cursor-advertised", "endpoint.rfc.sort-advertised"}

var noGroups = []string{
	"endpoint.security.groups-by-patch", "endpoint.rfc.groups-", "endpoint.rfc.bulk-references", "endpoint.group.", "endpoint.connect.probe-groups", "endpoint.disable.membership-kept", "endpoint.disable.delete-leaves-group", "endpoint.reactivate.restored", "endpoint.reactivate.rehired",
	"endpoint.gallery.create-group", "endpoint.gallery.update-group", "endpoint.gallery.delete-group", "endpoint.gallery.group-update", "endpoint.gallery.pod-group", "endpoint.gallery.restore-group",
	"endpoint.gallery.scim-group", "endpoint.validator.create-a-new-group", "endpoint.validator.create-a-duplicate-group", "endpoint.validator.get-group", "endpoint.validator.filter-for-an-existing-group",
	"endpoint.validator.filter-for-a-non-existing-group", "endpoint.validator.patch-group", "endpoint.validator.update-group", "endpoint.validator.delete-a-group",
	"endpoint.validator.delete-a-non-existent-group", "endpoint.validator.delete-the-same-group",
}

var (
	noEnterprise = []string{"endpoint.create.enterprise", "endpoint.create.filter-enterprise", "endpoint.sync.enterprise", "endpoint.sync.manager-", "endpoint.sync.attribute.employee-number", "endpoint.sync.attribute.department",
		"endpoint.gallery.user-update-manager-test", "endpoint.gallery.scim-update-manager-test", "endpoint.validator.patch-user-add-manager",
		"endpoint.validator.patch-user-replace-manager", "endpoint.validator.patch-user-remove-manager"}
	namesOnly = append(slices.Clone(noEnterprise), "endpoint.create.phones", "endpoint.create.address", "endpoint.sync.phone", "endpoint.sync.address", "endpoint.sync.add", "endpoint.licence.",
		"endpoint.sync.attribute.title", "endpoint.sync.attribute.preferred-language", "endpoint.sync.attribute.work-phone", "endpoint.sync.attribute.mobile-phone", "endpoint.sync.attribute.fax",
		"endpoint.sync.attribute.office", "endpoint.sync.attribute.street", "endpoint.sync.attribute.city", "endpoint.sync.attribute.region", "endpoint.sync.attribute.postal-code",
		"endpoint.sync.attribute.country", "endpoint.sync.attribute.addresses",
		"endpoint.rfc.filter-pr ", "endpoint.rfc.put-clears", "endpoint.rfc.patch-order", "endpoint.rfc.patch-remove-attribute", "endpoint.rfc.patch-core-urn",
		"endpoint.validator.patch-user-multiple-operations")
)

// noNames are the checks of the attribute name, where there is none.
var noNames = []string{
	"endpoint.rfc.return-attributes-part", "endpoint.rfc.patch-add-complex", "endpoint.rfc.patch-replace-complex", "endpoint.rfc.patch-remove-part", "endpoint.rfc.patch-wrong-type", "endpoint.rfc.filter-sub-attribute",
	"endpoint.rfc.filter-case-insensitive", "endpoint.rfc.sort ", "endpoint.rfc.sort-descending", "endpoint.rfc.sort-case", "endpoint.sync.name-part", "endpoint.sync.attribute.given-name", "endpoint.sync.attribute.family-name", "endpoint.sync.attribute.formatted-name",
}

var variants = []variant{
	{name: "references, groups and addresses of its own", wrap: shown(withReferences)},
	{name: "dates without a zone", wrap: shown(withoutZone)},
	{name: "Location is relative", wrap: location(func(path string) string { return path[1:] }), fails: noLocation},
	{name: "Location has the name behind the proxy", wrap: location(func(path string) string { return "http://backend.internal:8080/app" + path }), fails: noLocation},
	{name: "Location has the scheme behind the proxy", wrap: location(func(path string) string { return "https://127.0.0.1/app" + path }), fails: noLocation},
	{name: "Location is written with the port", wrap: location(func(path string) string { return "HTTP://127.0.0.1:80" + path }), fails: noLocation},
	{name: "Location redirects", wrap: func(_ *testing.T, h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/old/", http.RedirectHandler("/", http.StatusMovedPermanently))
		mux.Handle("/", location(func(path string) string { return "http://127.0.0.1/old" + path })(nil, h))
		return mux
	}, fails: noLocation},
	{name: "no versions", wrap: shown(func(o map[string]any) {
		if meta, ok := o["meta"].(map[string]any); ok {
			delete(meta, "version")
		}
	}), fails: []string{"endpoint.rfc.etag-shown"}},
	{name: "no meta at all", wrap: shown(func(o map[string]any) { delete(o, "meta") }), fails: []string{"endpoint.create.meta", "endpoint.sync.last-modified"},
		skipped: []string{"endpoint.rfc.filter-dates"}},
	{name: "mail addresses in lower case", wrap: shown(func(o map[string]any) {
		emails, _ := o["emails"].([]any)
		for _, e := range emails {
			if email, ok := e.(map[string]any); ok {
				text, _ := email["value"].(string)
				email["value"] = strings.ToLower(text)
			}
		}
	})},
	{name: "PATCH answers with a part of the user", wrap: answers(func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		if r.Method != http.MethodPatch || status != http.StatusOK {
			return status, body
		}
		return status, edit(body, func(o map[string]any) {
			for name := range o {
				if name != "id" && name != "schemas" {
					delete(o, name)
				}
			}
		})
	})},
	{name: "no Resources when nothing is found", wrap: answers(func(_ *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		return status, edit(body, func(o map[string]any) {
			if n, ok := o["totalResults"].(json.Number); ok && n == "0" {
				delete(o, "Resources")
			}
		})
	})},
	{name: "pages of two at most", wrap: atMost(2)},
	{name: "200 accounts of others", wrap: crowded(false)},
	{name: "200 accounts of others in pages of ten", wrap: all(crowded(false), atMost(10))},
	{name: "others who come and go", wrap: crowded(true)},
	{name: "429 for every tenth request", wrap: throttling(10, http.StatusTooManyRequests)},
	{name: "503 with Retry-After for every tenth request", wrap: throttling(10, http.StatusServiceUnavailable)},
	{name: "no discovery at all", wrap: missing(http.StatusNotFound, "/Schemas", "/ResourceTypes", "/ServiceProviderConfig"),
		fails:   []string{"endpoint.connect.schemas", "endpoint.connect.resource-types", "endpoint.connect.service-provider-config"},
		skipped: append([]string{"endpoint.rfc.bulk", "endpoint.rfc.cursor", "endpoint.rfc.etag", "endpoint.rfc.sort", "endpoint.rfc.filter-advertised"}, unknownSchemas...)},
	{name: "no discovery and no roles", wrap: all(lacking(false, "roles"), missing(http.StatusNotFound, "/Schemas")),
		fails: []string{"endpoint.connect.schemas"}, skipped: append([]string{"endpoint.licence."}, unknownSchemas...)},
	{name: "no discovery and roles refused", wrap: all(lacking(true, "roles"), missing(http.StatusNotFound, "/Schemas")),
		fails: []string{"endpoint.connect.schemas"}, skipped: append([]string{"endpoint.licence."}, unknownSchemas...)},
	{name: "no enterprise extension", wrap: lacking(false, enterpriseURN),
		skipped: noEnterprise},
	{name: "no enterprise extension, and strict", wrap: lacking(true, enterpriseURN),
		skipped: noEnterprise},
	{name: "names and addresses only", wrap: lacking(false, "title", "preferredLanguage", "phoneNumbers", "addresses", "roles", enterpriseURN),
		skipped: namesOnly},
	{name: "names and addresses only, and strict", wrap: lacking(true, "title", "preferredLanguage", "phoneNumbers", "addresses", "roles", enterpriseURN),
		skipped: namesOnly},
	{name: "no e-mail addresses", wrap: lacking(false, "emails"),
		skipped: []string{"endpoint.create.emails", "endpoint.create.filter-work-email", "endpoint.sync.email", "endpoint.sync.element-type", "endpoint.sync.attribute.work-email", "endpoint.sync.attribute.emails",
			"endpoint.rfc.filter-multi-valued", "endpoint.rfc.filter-value-path", "endpoint.rfc.patch-add-value", "endpoint.rfc.patch-replace-list", "endpoint.rfc.patch-remove-element",
			"endpoint.rfc.patch-remove-list", "endpoint.rfc.patch-one-primary"}},
	{name: "groups are not implemented", wrap: missing(http.StatusNotImplemented, "/Groups", "/ResourceTypes"),
		fails: []string{"endpoint.connect.resource-types", "endpoint.gallery.groups"}, skipped: noGroups},
	{name: "groups are always empty", wrap: func(_ *testing.T, h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasPrefix(r.URL.Path, "/Groups") && r.Method == http.MethodGet && r.URL.Path == "/Groups":
				w.Header().Set("Content-Type", "application/scim+json")
				_, _ = io.WriteString(w, `{"schemas":["`+listURN+`"],"totalResults":0,"Resources":[]}`)
			case strings.HasPrefix(r.URL.Path, "/Groups"):
				refuse(w, http.StatusNotImplemented, "")
			case r.URL.Path == "/ResourceTypes":
				refuse(w, http.StatusNotFound, "")
			default:
				h.ServeHTTP(w, r)
			}
		})
	}, fails: []string{"endpoint.connect.resource-types", "endpoint.gallery.groups"}, skipped: noGroups},
	{name: "externalId is listed in no schema", wrap: answers(func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		if r.URL.Path == "/Schemas" {
			return status, withoutAttributes(body, []string{"externalId", "id", "meta"})
		}
		return status, body
	})},
	{name: "no telling of primary", wrap: all(shown(func(o map[string]any) {
		emails, _ := o["emails"].([]any)
		for _, e := range emails {
			if email, ok := e.(map[string]any); ok {
				delete(email, "primary")
			}
		}
	}), answers(func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		if r.URL.Path != "/Schemas" {
			return status, body
		}
		return status, bytes.ReplaceAll(body, []byte(`"primary"`), []byte(`"own"`))
	})), skipped: []string{"endpoint.rfc.patch-one-primary"}},
	{name: "names cannot have a plus sign", wrap: func(_ *testing.T, h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				body, _ := io.ReadAll(r.Body)
				if bytes.Contains(body, []byte("+tag@")) {
					refuse(w, http.StatusBadRequest, "invalidValue")
					return
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
			}
			h.ServeHTTP(w, r)
		})
	}, skipped: []string{"endpoint.create.filter-plus"}},
	{name: "no bulk requests", wrap: built(serviceprovider.WithoutBulk()), passes: unadvertised, skipped: []string{"endpoint.rfc.bulk"}},
	{name: "no entity tags", wrap: built(serviceprovider.WithoutETags()), passes: unadvertised, skipped: []string{"endpoint.rfc.etag"}},
	{name: "no cursors", wrap: built(serviceprovider.WithoutCursors()), passes: unadvertised, skipped: []string{"endpoint.rfc.cursor"}},
	{name: "cursors first", wrap: built(serviceprovider.WithCursorsFirst())},
	{name: "no sorting", wrap: unsorted, passes: unadvertised, skipped: []string{"endpoint.rfc.sort"}},
	{name: "no optional feature at all", wrap: all(func(t *testing.T, _ http.Handler) http.Handler {
		return built(serviceprovider.WithoutBulk(), serviceprovider.WithoutETags(), serviceprovider.WithoutCursors())(t, nil)
	}, unsorted), passes: unadvertised, skipped: []string{"endpoint.rfc.bulk", "endpoint.rfc.etag", "endpoint.rfc.cursor", "endpoint.rfc.sort"}},
	{name: "403 for whoever is not let in", wrap: answers(func(_ *http.Request, status int, h http.Header, body []byte) (int, []byte) {
		if status == http.StatusUnauthorized {
			h.Del("WWW-Authenticate")
			return http.StatusForbidden, bytes.ReplaceAll(body, []byte(`"401"`), []byte(`"403"`))
		}
		return status, body
	}), skipped: []string{"endpoint.quarantine.challenge", "endpoint.quarantine.error-body", "endpoint.security.challenge-everywhere"}},
	{name: "displayName is always returned", wrap: alwaysNamed,
		skipped: []string{"endpoint.rfc.return-excluded", "endpoint.rfc.return-attributes-urn", "endpoint.rfc.search-attributes"}},
	{name: "no names of people", wrap: lacking(false, "name"), skipped: noNames},
	{name: "ids are small numbers", wrap: ids("%d")},
	{name: "ids are mail addresses", wrap: ids("ada+%d@real.example")},
	{name: "ids have blanks, question marks, percent signs and letters beyond ASCII", wrap: ids("ü %%41?#:%d")},
	{name: "POST answers with a part of the resource", wrap: answers(func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		if r.Method != http.MethodPost || status != http.StatusCreated {
			return status, body
		}
		return status, edit(body, func(o map[string]any) {
			for name := range o {
				if !slices.Contains([]string{"id", "schemas", "meta", "userName", "displayName"}, name) {
					delete(o, name)
				}
			}
		})
	})},
	{name: "lists of values are shown in another order", wrap: shown(func(o map[string]any) {
		for _, name := range []string{"schemas", "emails", "phoneNumbers", "addresses", "roles", "members"} {
			if values, ok := o[name].([]any); ok {
				slices.Reverse(values)
			}
		}
	})},
	{name: "entity tags are strong", wrap: strongTags},
	{name: "Resources is null when nothing is found", wrap: answers(func(_ *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		return status, edit(body, func(o map[string]any) {
			if n, ok := o["totalResults"].(json.Number); ok && n == "0" {
				o["Resources"] = nil
			}
		})
	})},
	{name: "no searches by POST", wrap: missing(http.StatusNotImplemented, "/Users/.search", "/Groups/.search", "/.search"), skipped: []string{"endpoint.rfc.search"}},
	{name: "no PUT", wrap: func(_ *testing.T, h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && r.Header.Get("Authorization") == "Bearer "+token {
				refuse(w, http.StatusNotImplemented, "")
				return
			}
			h.ServeHTTP(w, r)
		})
	}, fails: []string{"endpoint.rfc.put"}},
	{name: "time in whole seconds", wrap: shown(func(o map[string]any) {
		meta, _ := o["meta"].(map[string]any)
		for _, name := range []string{"created", "lastModified"} {
			if date, ok := meta[name].(string); ok {
				before, _, _ := strings.Cut(date, ".")
				meta[name] = strings.TrimSuffix(before, "Z") + "Z"
			}
		}
	})},
	{name: "groups may have one name", wrap: built(serviceprovider.WithSharedGroupNames()), fails: []string{"endpoint.validator.create-a-duplicate-group"}},
	{name: "PATCH of users answers nothing, that of groups the group", wrap: built(serviceprovider.WithPatchBody(false, true))},
	{name: "wrong tokens are slowed down", wrap: func(_ *testing.T, h http.Handler) http.Handler {
		var wrong atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			given := r.Header.Get("Authorization")
			if !strings.HasSuffix(given, token) && wrong.Add(1)%2 == 0 {
				w.Header().Set("Retry-After", "0")
				refuse(w, http.StatusTooManyRequests, "")
				return
			}
			h.ServeHTTP(w, r)
		})
	}},
}

// raced is how many variants there are for one that is tried under the race detector, and everyday for one that is tried without it: see [sampled].
const (
	raced    = 12
	everyday = 6
)

func TestACorrectServerIsNotAccused(t *testing.T) {
	t.Parallel()
	for i, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			if need.Raced && i%raced != 0 {
				t.Skip("under the race detector a few servers do; more are tried without it")
			}
			sampled(t, i, everyday)
			target, err := endpoint.Open(t.Context(), endpoint.Config{
				URL: "http://127.0.0.1", Token: token, ExpiredToken: expired, OtherToken: foreign, Transport: inProcess{v.wrap(t, reference(t))}, Seed: 7, Pace: -1, Patience: -1,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer target.Close(t.Context())
			outcomes := rehearse(t.Context(), target)
			for id, o := range outcomes {
				want := result.Passed
				switch {
				case slices.Contains(v.fails, id):
					want = result.Failed
				case slices.Contains(v.passes, id):
				case slices.ContainsFunc(v.skipped, func(begin string) bool { return strings.HasPrefix(id+" ", begin) }):
					want = result.Skipped
				}
				if o.Status == result.Blocked && (want == result.Failed || slices.Contains(v.fails, o.BlockedBy)) {
					continue
				}
				if o.Status != want && !unasked(o) {
					t.Errorf("%s is %s, want %s: %s %s %s", id, o.Status, want, o.Reason, told(o), o.Panic)
				}
			}
			if t.Failed() {
				t.Logf("adaptations:\n%s", strings.Join(target.Describe().Adaptations, "\n"))
			}
		})
	}
}
