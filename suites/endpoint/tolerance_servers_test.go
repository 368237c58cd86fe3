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

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// The servers of the table of variants are made of these.

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

// built is the reference endpoint with options.
func built(options ...serviceprovider.Option) func(*testing.T, http.Handler) http.Handler {
	return func(t *testing.T, _ http.Handler) http.Handler {
		t.Helper()
		h, err := serviceprovider.New(append(options, serviceprovider.WithToken(token), serviceprovider.WithExpiredToken(expired), serviceprovider.WithOtherTenant(foreign))...)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
}

// unsorted is a server that does not sort and says so: it passes over what asks for an order (RFC 7644 §3.4.2.3).
func unsorted(_ *testing.T, h http.Handler) http.Handler {
	inner := bending(h, func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		if r.URL.Path != "/ServiceProviderConfig" {
			return status, body
		}
		return status, edit(body, func(o map[string]any) {
			if sort, ok := o["sort"].(map[string]any); ok {
				sort["supported"] = false
			}
		})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Has("sortBy") {
			q.Del("sortBy")
			q.Del("sortOrder")
			r.URL.RawQuery = q.Encode()
		}
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/.search") {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(edit(body, func(o map[string]any) {
				delete(o, "sortBy")
				delete(o, "sortOrder")
			})))
		}
		inner.ServeHTTP(w, r)
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

// ids is a server whose ids have a form, with a number in it.
func ids(form string) func(*testing.T, http.Handler) http.Handler {
	var n atomic.Int64
	return built(serviceprovider.WithIDs(func() string { return fmt.Sprintf(form, n.Add(1)) }))
}

// alwaysNamed is a server that shows displayName in every answer, which its /Schemas says: returned is always (RFC 7643 §7).
func alwaysNamed(_ *testing.T, h http.Handler) http.Handler {
	inner := bending(h, func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		if !strings.HasPrefix(r.URL.Path, "/Schemas") {
			return status, body
		}
		return status, edit(body, func(o map[string]any) {
			if o["id"] != userURN {
				return
			}
			attributes, _ := o["attributes"].([]any)
			for _, a := range attributes {
				if attribute, ok := a.(map[string]any); ok && attribute["name"] == "displayName" {
					attribute["returned"] = "always"
				}
			}
		})
	})
	const named = "displayName"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/Users") {
			q := r.URL.Query()
			if q.Has("attributes") {
				q.Set("attributes", q.Get("attributes")+","+named)
			}
			if q.Has("excludedAttributes") {
				q.Set("excludedAttributes", strings.ReplaceAll(q.Get("excludedAttributes"), named, "id"))
			}
			r.URL.RawQuery = q.Encode()
			if strings.HasSuffix(r.URL.Path, "/.search") {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(edit(body, func(o map[string]any) {
					if attributes, ok := o["attributes"].([]any); ok {
						o["attributes"] = append(attributes, named)
					}
				})))
			}
		}
		inner.ServeHTTP(w, r)
	})
}

// strongTags is a server whose entity tags are strong (RFC 9110 §8.8.3).
func strongTags(_ *testing.T, h http.Handler) http.Handler {
	inner := bending(h, func(_ *http.Request, status int, header http.Header, body []byte) (int, []byte) {
		if tag := header.Get("ETag"); tag != "" {
			header.Set("ETag", strings.TrimPrefix(tag, "W/"))
		}
		return status, edit(body, func(o map[string]any) {
			if meta, ok := o["meta"].(map[string]any); ok {
				if version, ok := meta["version"].(string); ok {
					meta["version"] = strings.TrimPrefix(version, "W/")
				}
			}
		})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"If-Match", "If-None-Match"} {
			if tag := r.Header.Get(name); strings.HasPrefix(tag, `"`) {
				r.Header.Set(name, "W/"+tag)
			}
		}
		inner.ServeHTTP(w, r)
	})
}
