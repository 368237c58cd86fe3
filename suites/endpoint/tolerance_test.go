package endpoint_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites"
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
	skipped []string // beginnings of the ids of checks that do not apply; a space ends an id
}

func answers(bend func(r *http.Request, status int, h http.Header, body []byte) (int, []byte)) func(*testing.T, http.Handler) http.Handler {
	return func(_ *testing.T, h http.Handler) http.Handler { return bending(h, bend) }
}

// shown is a server whose resources are changed before they are shown.
func shown(change func(o map[string]any)) func(*testing.T, http.Handler) http.Handler {
	return answers(func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		if !strings.Contains(r.URL.Path, "/Users") && !strings.Contains(r.URL.Path, "/Groups") {
			return status, body
		}
		return status, edit(body, func(o map[string]any) {
			if o["userName"] != nil || o["displayName"] != nil {
				change(o)
			}
		})
	})
}

// lacking is a server without some attributes, which its /Schemas says. If it is strict it refuses what it does not know.
func lacking(strict bool, names ...string) func(*testing.T, http.Handler) http.Handler {
	return func(_ *testing.T, h http.Handler) http.Handler {
		inner := bending(h, func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
			switch r.URL.Path {
			case "/Schemas":
				return status, withoutAttributes(body, names)
			case "/ResourceTypes":
				return status, withoutExtensions(body, names)
			}
			return status, edit(body, func(o map[string]any) {
				for _, name := range names {
					delete(o, name)
				}
			})
		})
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strict && r.Body != nil && (r.Method == http.MethodPost || r.Method == http.MethodPatch) {
				body, _ := io.ReadAll(r.Body)
				for _, name := range names {
					if bytes.Contains(body, []byte(`"`+name+`":`)) || bytes.Contains(body, []byte(`"path":"`+name)) {
						refuse(w, http.StatusBadRequest, "invalidPath")
						return
					}
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
			}
			inner.ServeHTTP(w, r)
		})
	}
}

func refuse(w http.ResponseWriter, status int, scimType string) {
	w.Header().Set("Content-Type", "application/scim+json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"schemas":[%q],"status":"%d","scimType":%q,"detail":"not supported here"}`, errorURN, status, scimType)
}

func withoutAttributes(body []byte, names []string) []byte {
	var list map[string]any
	if json.Unmarshal(body, &list) != nil {
		return body
	}
	var kept []any
	schemas, _ := list["Resources"].([]any)
	for _, item := range schemas {
		schema, _ := item.(map[string]any)
		if id, _ := schema["id"].(string); slices.Contains(names, id) {
			continue
		}
		attributes, _ := schema["attributes"].([]any)
		schema["attributes"] = slices.DeleteFunc(attributes, func(a any) bool {
			name, _ := a.(map[string]any)["name"].(string)
			return slices.Contains(names, name)
		})
		kept = append(kept, schema)
	}
	list["Resources"], list["totalResults"] = kept, len(kept)
	changed, err := json.Marshal(list)
	if err != nil {
		return body
	}
	return changed
}

// withoutExtensions is /ResourceTypes without extensions of these URNs.
func withoutExtensions(body []byte, urns []string) []byte {
	return edit(body, func(o map[string]any) {
		extensions, _ := o["schemaExtensions"].([]any)
		if extensions == nil {
			return
		}
		o["schemaExtensions"] = slices.DeleteFunc(extensions, func(e any) bool {
			urn, _ := e.(map[string]any)["schema"].(string)
			return slices.Contains(urns, urn)
		})
	})
}

// missing is a server that has nothing below some paths.
func missing(status int, paths ...string) func(*testing.T, http.Handler) http.Handler {
	return func(_ *testing.T, h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for _, path := range paths {
				if strings.HasPrefix(r.URL.Path, path) {
					refuse(w, status, "")
					return
				}
			}
			h.ServeHTTP(w, r)
		})
	}
}

func all(wraps ...func(*testing.T, http.Handler) http.Handler) func(*testing.T, http.Handler) http.Handler {
	return func(t *testing.T, h http.Handler) http.Handler {
		for _, wrap := range wraps {
			h = wrap(t, h)
		}
		return h
	}
}

// crowded is a server with many accounts of others, who come and go while the run goes on.
func crowded(busy bool) func(*testing.T, http.Handler) http.Handler {
	return func(t *testing.T, h http.Handler) http.Handler {
		for i := range 200 {
			seedUser(t, h, fmt.Sprintf("person%d@real.example", i))
		}
		var n atomic.Int64
		var last atomic.Value
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if at := n.Add(1); busy && at > 20 {
				switch at % 5 {
				case 0:
					last.Store(seedUser(t, h, fmt.Sprintf("newcomer%d@real.example", at)))
				case 3:
					if id, _ := last.Load().(string); id != "" {
						gone := httptest.NewRequest(http.MethodDelete, "http://127.0.0.1/Users/"+id, nil)
						gone.Header.Set("Authorization", "Bearer "+token)
						h.ServeHTTP(httptest.NewRecorder(), gone)
					}
				}
			}
			h.ServeHTTP(w, r)
		})
	}
}

// throttling is a server that refuses every n-th request and says when to come back.
func throttling(n int64, status int) func(*testing.T, http.Handler) http.Handler {
	return func(_ *testing.T, h http.Handler) http.Handler {
		var count atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if count.Add(1)%n == 0 {
				w.Header().Set("Retry-After", "0")
				refuse(w, status, "")
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

// atMost is a server with a largest page.
func atMost(size int) func(*testing.T, http.Handler) http.Handler {
	return func(_ *testing.T, h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()
			if n, err := strconv.Atoi(q.Get("count")); err != nil || n > size {
				q.Set("count", strconv.Itoa(size))
				r.URL.RawQuery = q.Encode()
			}
			h.ServeHTTP(w, r)
		})
	}
}

// location is a server that writes another Location, made of the path of the new user, and shows no meta.location.
func location(of func(path string) string) func(*testing.T, http.Handler) http.Handler {
	return answers(func(_ *http.Request, status int, h http.Header, body []byte) (int, []byte) {
		if written := h.Get("Location"); written != "" {
			h.Set("Location", of(strings.TrimPrefix(written, "http://127.0.0.1")))
		}
		return status, edit(body, func(o map[string]any) {
			if meta, ok := o["meta"].(map[string]any); ok {
				delete(meta, "location")
			}
		})
	})
}

// withoutZone writes dates without a time zone, which xsd:dateTime leaves open (RFC 7643 §2.3.5).
func withoutZone(o map[string]any) {
	meta, _ := o["meta"].(map[string]any)
	for _, name := range []string{"created", "lastModified"} {
		if date, ok := meta[name].(string); ok {
			meta[name] = strings.TrimSuffix(date, "Z")
		}
	}
}

func withReferences(o map[string]any) {
	members, _ := o["members"].([]any)
	for _, m := range members {
		if member, ok := m.(map[string]any); ok {
			id, _ := member["value"].(string)
			member["$ref"], member["display"], member["type"] = "http://127.0.0.1/Users/"+id, "Somebody", "User"
		}
	}
	if extension, ok := o[enterpriseURN].(map[string]any); ok {
		if manager, ok := extension["manager"].(map[string]any); ok {
			manager["$ref"], manager["displayName"] = "../Users/x", "The Boss"
		}
	}
	if o["userName"] != nil {
		groups, _ := o["groups"].([]any)
		o["groups"] = append(groups, map[string]any{"value": "g1", "display": "Everybody"})
		emails, _ := o["emails"].([]any)
		o["emails"] = append(emails, map[string]any{"value": "alias@real.example", "type": "other", "display": "alias"})
		o["schemas"] = []any{"urn:example:Own", enterpriseURN, userURN}
	}
}

// noLocation: "the URI of the created resource SHALL include … a JSON representation with the attribute meta.location" (RFC 7644 §3.3).
var noLocation = []string{"endpoint.rfc.meta-location"}

// unknownSchemas are the checks of what /Schemas says, where it says nothing.
var unknownSchemas = []string{
	"endpoint.rfc.schema-tells-all", "endpoint.rfc.groups-of-user", "endpoint.gallery.schema-canonical-values", "endpoint.gallery.schema-no-null",
}

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

// raced is how many variants there are for one that is tried under the race detector.
const raced = 12

func TestACorrectServerIsNotAccused(t *testing.T) {
	for i, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			if underRace && i%raced != 0 {
				t.Skip("under the race detector a few servers do; all are tried without it")
			}
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

// A target that goes on refusing requests for being too many is named for that, and for nothing else, whichever request it is that
// meets it first.
func TestAThrottleIsNamed(t *testing.T) {
	for _, after := range []int64{30, 60, 92, 110, 155, 210, 376} {
		t.Run(fmt.Sprintf("after %d requests", after), func(t *testing.T) {
			t.Parallel()
			throttled(t, after)
		})
	}
}

func throttled(t *testing.T, after int64) {
	t.Helper()
	h := reference(t)
	var count atomic.Int64
	target, err := endpoint.Open(t.Context(), endpoint.Config{
		URL: "http://127.0.0.1", Token: token, Seed: 7, Pace: -1, Patience: -1,
		Transport: inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if count.Add(1) > after && r.Method != http.MethodDelete {
				w.Header().Set("Retry-After", "0")
				refuse(w, http.StatusTooManyRequests, "")
				return
			}
			h.ServeHTTP(w, r)
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close(t.Context())
	failed := 0
	for id, o := range rehearse(t.Context(), target) {
		for _, f := range o.Findings {
			failed++
			if !strings.Contains(f.Rule, "429") {
				t.Errorf("%s: %s", id, told(o))
			}
		}
	}
	if failed == 0 {
		t.Error("nothing failed: the throttle does not show")
	}
	if said := strings.Join(target.Describe().Adaptations, "\n"); !strings.Contains(said, "too many (429") {
		t.Errorf("the adaptations do not tell of it: %s", said)
	}
}

// A 403 for one kind of request is about that request: the token is still good.
func TestAForbiddenRequestIsNotALostToken(t *testing.T) {
	h := reference(t)
	target := open(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch && strings.HasPrefix(r.URL.Path, "/Groups") {
			refuse(w, http.StatusForbidden, "")
			return
		}
		h.ServeHTTP(w, r)
	}))
	defer target.Close(t.Context())
	outcomes := rehearse(t.Context(), target)
	for id, o := range outcomes {
		rooted(t, outcomes, id)
		if o.Status != result.Passed && !strings.HasPrefix(id, "endpoint.group.") && !strings.Contains(id, "group") && id != "endpoint.disable.membership-kept" && id != "endpoint.reactivate.restored" && id != "endpoint.reactivate.rehired" {
			t.Errorf("%s is %s by %s: %s %s", id, o.Status, o.BlockedBy, o.Reason, told(o))
		}
	}
	if o := outcomes["endpoint.group.add-member"]; o.Status != result.Failed || !strings.Contains(told(o), "403") {
		t.Errorf("endpoint.group.add-member is %s: %s %s", o.Status, o.Reason, told(o))
	}
}

// told is what an outcome's findings say, briefly.
func told(o suites.Outcome) string {
	words := make([]string, 0, len(o.Findings))
	for _, f := range o.Findings {
		words = append(words, fmt.Sprintf("[%s: expected %s, got %s]", f.Rule, f.Expected, f.Actual))
	}
	return strings.Join(words, " ")
}

// Over a real network: another base path, a slash at the end, chunked answers and a connection for each request.
func TestACorrectServerIsNotAccusedOverTheNetwork(t *testing.T) {
	h, err := serviceprovider.New(serviceprovider.WithToken(token), serviceprovider.WithExpiredToken(expired), serviceprovider.WithOtherTenant(foreign), serviceprovider.WithPrefix("/tenants/7/scim"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		h.ServeHTTP(flushing{w}, r)
	}))
	defer server.Close()
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL + "/tenants/7/scim/?aadOptscim062020", Token: token, ExpiredToken: expired, OtherToken: foreign, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	for id, o := range rehearse(t.Context(), target) {
		if o.Status != result.Passed && !unasked(o) {
			t.Errorf("%s is %s: %s %s %s", id, o.Status, o.Reason, told(o), o.Panic)
		}
	}
	if left := target.Close(t.Context()); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
}

// flushing sends each piece of an answer as a chunk of its own.
type flushing struct{ http.ResponseWriter }

func (f flushing) Write(p []byte) (int, error) {
	n, err := f.ResponseWriter.Write(p)
	f.ResponseWriter.(http.Flusher).Flush()
	return n, err
}
