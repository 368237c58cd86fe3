package serviceprovider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// version is the entity tag of an answer's header, once it is that of the body too.
func (r response) version(t *testing.T) string {
	t.Helper()
	tag := r.header.Get("ETag")
	if got, _ := r.body.Get("meta.version"); r.text != "" && got != tag || !strings.HasPrefix(tag, `W/"`) {
		t.Errorf("the ETag is %q, meta.version %v", tag, got)
	}
	return tag
}

// Each write makes another version, each answer names the one it shows (RFC 7644 §3.14).
func TestVersions(t *testing.T) {
	c := newClient(t, serviceprovider.WithPatchBody(false, true))
	first := c.do("POST", "/Users", document(scim.UserURN, ada)).version(t)
	if got := c.get("/Users/u1").version(t); got != first {
		t.Errorf("read %s, written %s", got, first)
	}
	second := c.patch("/Users/u1", otherwise).version(t)
	if second == first || c.get("/Users/u1").version(t) != second {
		t.Errorf("PATCH left the version at %s", second)
	}
	if got := c.patch("/Users/u1", otherwise).version(t); got != second {
		t.Errorf("a PATCH that changes nothing made version %s of %s", got, second)
	}
	third := c.do("PUT", "/Users/u1", document(scim.UserURN, ada)).version(t)
	if third == second || third == first {
		t.Errorf("PUT left the version at %s", third)
	}
	group := c.do("POST", "/Groups", document(scim.GroupURN, `"displayName":"T","members":[{"value":"u1"}]`)).version(t)
	c.delete("/Users/u1")
	if got := c.get("/Groups/u2").version(t); got == group {
		t.Error("a group that lost a member kept its version")
	}
	if got := c.get("/Groups?count=1"); got.header.Get("ETag") != "" || got.at("Resources.meta") == "" {
		t.Errorf("a list: %v", got.header)
	}
}

// A request asks by version in the ways of RFC 9110 §13.1; VERSION stands for the one Ada has, OLD for the one she had.
func TestConditions(t *testing.T) {
	for _, test := range []struct {
		method, header, value string
		status                int
	}{
		{"GET", "If-None-Match", "VERSION", 304},
		{"HEAD", "If-None-Match", "VERSION", 304},
		{"GET", "If-None-Match", `"x", VERSION`, 304},
		{"GET", "If-None-Match", `W/"a,b",VERSION`, 304},
		{"GET", "If-None-Match", "*", 304},
		{"GET", "If-None-Match", "STRONG", 304},
		{"GET", "If-None-Match", "OLD", 200},
		{"GET", "If-None-Match", `"`, 200},
		{"GET", "If-None-Match", `"x" , y`, 200},
		{"GET", "If-Match", "OLD", 200}, // RFC 7644 has it for writes
		{"PATCH", "If-Match", "VERSION", 200},
		{"PATCH", "If-Match", "STRONG", 200},
		{"PATCH", "If-Match", "OLD, VERSION", 200},
		{"PATCH", "If-Match", "*", 200},
		{"PATCH", "If-Match", "OLD", 412},
		{"PATCH", "If-Match", `"`, 412},
		{"PATCH", "If-None-Match", "VERSION", 412},
		{"PATCH", "If-None-Match", "OLD", 200},
		{"PUT", "If-Match", "VERSION", 200},
		{"PUT", "If-Match", "OLD", 412},
		{"PUT", "If-None-Match", "*", 412},
		{"DELETE", "If-Match", "VERSION", 204},
		{"DELETE", "If-Match", "OLD", 412},
	} {
		body := map[string]string{
			"PATCH": `{"schemas":["` + scim.PatchOpURN + `"],"Operations":[` + op("Replace", "title", `"Y"`) + `]}`,
			"PUT":   document(scim.UserURN, bob),
		}[test.method]
		send := func(opts ...serviceprovider.Option) (c *client, before, got response) {
			c = newClient(t, opts...)
			c.user(ada)
			old := c.get("/Users/u1").header.Get("ETag")
			c.patch("/Users/u1", otherwise)
			before = c.get("/Users/u1")
			version := before.header.Get("ETag")
			value := strings.NewReplacer("VERSION", version, "OLD", old, "STRONG", strings.TrimPrefix(version, "W/")).Replace(test.value)
			return c, before, c.with(test.header, value).do(test.method, "/Users/u1", body)
		}
		c, before, got := send()
		if got.status != test.status {
			t.Errorf("%s with %s: %s is %d %s, want %d", test.method, test.header, test.value, got.status, got.text, test.status)
		}
		switch test.status {
		case http.StatusNotModified:
			if got.text != "" || got.header.Get("ETag") != before.header.Get("ETag") {
				t.Errorf("%s: 304 with %v %q", test.method, got.header, got.text)
			}
		case http.StatusPreconditionFailed:
			if got.at("status") != `"412"` || c.get("/Users/u1").text != before.text {
				t.Errorf("%s: 412 with %s, then %s", test.method, got.text, c.get("/Users/u1").text)
			}
		}
		if _, _, got = send(serviceprovider.WithoutETags()); got.status >= 300 {
			t.Errorf("without entity tags %s with %s is %d", test.method, test.header, got.status)
		}
	}
}

func TestConditionsOfWhatIsNotThere(t *testing.T) {
	c := newClient(t)
	if got := c.with("If-Match", "*").delete("/Users/nobody"); got.status != 404 {
		t.Errorf("got %d", got.status)
	}
}

func TestWithoutETags(t *testing.T) {
	c := newClient(t, serviceprovider.WithoutETags())
	created := c.do("POST", "/Users", document(scim.UserURN, ada))
	got := c.get("/Users/u1")
	if created.header.Get("ETag")+got.header.Get("ETag")+got.at("meta.version") != "" {
		t.Errorf("got %v %s", got.header, got.text)
	}
	if got := c.get("/ServiceProviderConfig").at("etag.supported"); got != "false" {
		t.Errorf("advertised: %s", got)
	}
}

// FuzzConditions: whatever a header lists, If-None-Match and If-Match read it alike.
func FuzzConditions(f *testing.F) {
	for _, seed := range []string{"*", `W/"x"`, `"a", "b`, ",,W/", `W/"mh12",`, "\x00\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		c := newClient(t)
		c.user(ada)
		value = strings.ReplaceAll(value, "VERSION", c.get("/Users/u1").header.Get("ETag"))
		read := c.with("If-None-Match", value).get("/Users/u1").status
		written := c.with("If-Match", value).delete("/Users/u1").status
		if value != "" && (read == 304) != (written == 204) {
			t.Errorf("%q: GET %d, DELETE %d", value, read, written)
		}
	})
}
