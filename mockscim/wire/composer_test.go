package wire

import (
	"net/url"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

const (
	guid    = "7d420df3-9995-4831-a406-ecf8166f5f6a"
	userID  = "5d48a0a8e9f04aa38008"
	groupID = "40734ae655284ad3abcc"
	upn     = "ada.byron@contoso.example"
	ent     = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	acme    = "urn:ietf:params:scim:schemas:extension:Acme:2.0:User"
)

// The roles of the documentation's samples.
var (
	admin = mapping.Role{ID: "7f0c0000-0000-4000-8000-000000000001", Value: "Admin", DisplayName: "Administrator"}
	plain = mapping.Role{ID: "7f0c0000-0000-4000-8000-000000000002", Value: "User", DisplayName: "User"}
)

func at(path string, value any) Attribute   { return Attribute{path, value} }
func add(path string, value any) Change     { return Change{Attribute: at(path, value)} }
func replace(path string, value any) Change { return Change{Attribute: at(path, value), Present: true} }
func one(r Request) []Request               { return []Request{r} }
func withRoles(f mapping.RoleFormat, r ...mapping.Role) mapping.Roles {
	return mapping.Roles{Format: f, Roles: r}
}

func compose(t *testing.T, o Options) *Composer {
	t.Helper()
	c, err := NewComposer(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestKnobs(t *testing.T) {
	for _, tt := range []struct {
		title   string
		options Options
		compose func(*Composer) Request
		want    string // part of the body
		not     string // must not be in it
	}{
		{"empty roles are left out", Options{}, func(c *Composer) Request {
			return c.CreateUser([]Attribute{at("roles", withRoles(mapping.AssertiveRoles))})
		}, `"meta"`, `"roles"`},
		{"EmptyRolesOnCreate", Options{EmptyRolesOnCreate: true}, func(c *Composer) Request {
			return c.CreateUser([]Attribute{at("roles", withRoles(mapping.AssertiveRoles))})
		}, `"roles":[]`, "null"},
		{"a user loses every assertive role", Options{}, func(c *Composer) Request {
			return c.PatchUser("1", []Change{replace("roles", withRoles(mapping.AssertiveRoles))})
		}, `{"op":"replace","path":"roles","value":[]}`, "null"},
		{"RoleDisplayName", Options{RoleDisplayName: "display"}, func(c *Composer) Request {
			return c.CreateUser([]Attribute{at("roles", withRoles(mapping.ComplexRoles, admin))})
		}, `"display":"Administrator"`, "displayName"},
		{"a role without a value is its display name", Options{}, func(c *Composer) Request {
			return c.CreateUser([]Attribute{at(mapping.SingleRole.Target(), withRoles(mapping.SingleRole, mapping.Role{DisplayName: "Reader"}))})
		}, `"value":"Reader"`, "null"},
		{"no single role", Options{}, func(c *Composer) Request {
			return c.CreateUser([]Attribute{at(mapping.SingleRole.Target(), withRoles(mapping.SingleRole))})
		}, `"meta"`, "roles"},
		{"Booleans and Integers", Options{Booleans: []string{acme + ":VIP"}, Integers: []string{"floor"}}, func(c *Composer) Request {
			return c.CreateUser([]Attribute{at(acme+":vip", "True"), at("floor", "12"), at("count", "12"), at("active", "maybe"), at(`emails[type eq "work"].primary`, "False")})
		}, `"floor":12`, `"vip":"`},
		{"text that is no boolean stays text", Options{}, func(c *Composer) Request {
			return c.CreateUser([]Attribute{at("active", "maybe"), at(`emails[type eq "work"].primary`, "False")})
		}, `"active":"maybe","emails":[{"primary":false,"type":"work"}]`, "null"},
		{"a list without a type", Options{}, func(c *Composer) Request { return c.PatchUser("1", []Change{add("tags", []string{"a", "b"})}) },
			`{"op":"Add","path":"tags","value":["a","b"]}`, "null"},
		{"a list for a typed element", Options{}, func(c *Composer) Request {
			return c.PatchUser("1", []Change{add(`emails[type eq "other"].value`, []string{"a", "b"})})
		}, `"path":"emails[type eq \"other\"].value","value":"a"}`, "null"},
		{"the type of a role cannot be mapped", Options{}, func(c *Composer) Request {
			return c.PatchUser("1", []Change{add(`roles[primary eq "True"].type`, "mine")})
		}, `"value":"WindowsAzureActiveDirectoryRole"`, "mine"},
		{"a role without a value is its display name, with the flag", Options{Dialect: AADOptSCIM}, func(c *Composer) Request {
			return c.PatchUser("1", []Change{add(mapping.SingleRole.Target(), withRoles(mapping.SingleRole, mapping.Role{DisplayName: "Reader"}))})
		}, `"value":"Reader"`, "displayName"},
		{"RoleDisplayName with the flag", Options{Dialect: AADOptSCIM, RoleDisplayName: "display"}, func(c *Composer) Request {
			return c.PatchUser("1", []Change{add("roles", withRoles(mapping.ComplexRoles, admin))})
		}, `"display":"Administrator"`, "displayName"},
		{"FoldActive", Options{Dialect: AADOptSCIM, FoldActive: true}, func(c *Composer) Request {
			return c.PatchUser("1", []Change{replace("displayName", "X"), replace("active", "False")})
		}, `[{"op":"replace","value":{"displayName":"X","active":false}}]`, "path"},
		{"FoldActive, nothing else to fold", Options{Dialect: AADOptSCIM, FoldActive: true}, func(c *Composer) Request {
			return c.PatchUser("1", []Change{replace("active", "False")})
		}, `[{"op":"replace","path":"active","value":false}]`, "null"},
		{"adding and replacing", Options{Dialect: AADOptSCIM}, func(c *Composer) Request {
			return c.PatchUser("1", []Change{replace("displayName", "X"), add("nickName", "Ad")})
		}, `[{"op":"replace","value":{"displayName":"X"}},{"op":"add","path":"nickName","value":"Ad"}]`, "null"},
		{"an id with a quote names one member", Options{Dialect: AADOptSCIM}, func(c *Composer) Request {
			return c.RemoveMembers("g", []string{`x" or value pr or value eq "`})[0]
		}, `"path":"members[value eq \"x\\\" or value pr or value eq \\\"\"]"`, "null"},
		{"a value that was not there cannot be cleared", Options{Clear: ClearNull}, func(c *Composer) Request {
			return c.PatchUser("1", []Change{add("title", nil)})
		}, `"Operations":[]`, "null"},
		{"a manager is cleared like anything else", Options{Clear: ClearEmptyText, Manager: ManagerObject}, func(c *Composer) Request {
			return c.PatchUser("1", []Change{replace(ent+":manager", nil)})
		}, `:User:manager","value":{"value":""}}`, "null"},
		{"something that is no SCIM path", Options{}, func(c *Composer) Request { return c.CreateUser([]Attribute{at("odd path (x)", "v")}) },
			`"odd path (x)":"v"`, "null"},
		{"the core URN is not an extension", Options{}, func(c *Composer) Request {
			return c.CreateUser([]Attribute{at("urn:ietf:params:scim:schemas:core:2.0:User:title", "t")})
		}, `"title":"t"}`, `"urn:ietf:params:scim:schemas:core:2.0:User":`},
	} {
		t.Run(tt.title, func(t *testing.T) {
			body := string(tt.compose(compose(t, tt.options)).Body)
			if !strings.Contains(body, tt.want) || strings.Contains(body, tt.not) {
				t.Errorf("got %s, want %s in it and %s not", body, tt.want, tt.not)
			}
		})
	}
}

func TestNewComposerRefuses(t *testing.T) {
	for want, o := range map[string]Options{
		`unknown dialect "okta", known are ["default" "aadOptscim062020"]`: {Dialect: "okta"},
		"-1 members per PATCH":       {MembersPerPatch: -1},
		"1000000 members per PATCH":  {MembersPerPatch: 1_000_000},
		`unknown Clear "gently"`:     {Clear: "gently"},
		`unknown Manager "boss"`:     {Manager: "boss"},
		`unknown GroupProbe "twice"`: {GroupProbe: "twice"},
	} {
		if _, err := NewComposer(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestOnDemandIgnoresTheFlag(t *testing.T) {
	for _, tt := range []struct {
		options Options
		want    Dialect
	}{
		{Options{Dialect: AADOptSCIM}, Default},
		{Options{Dialect: AADOptSCIM, FlagOnDemand: true}, AADOptSCIM},
		{Options{Dialect: Default, FlagOnDemand: true}, Default},
	} {
		if got := tt.options.OnDemand().Dialect; got != tt.want {
			t.Errorf("%+v: got %s, want %s", tt.options, got, tt.want)
		}
	}
	if o := (Options{Dialect: AADOptSCIM, MembersPerPatch: 7}).OnDemand(); o.MembersPerPatch != 7 {
		t.Errorf("other options are lost: %+v", o)
	}
}

func TestNoGroupProbe(t *testing.T) {
	if r, sent := compose(t, Options{GroupProbe: GroupProbeNone}).ProbeGroups("displayName", guid); sent {
		t.Errorf("got %+v", r)
	}
}

func TestNoMembersNoRequests(t *testing.T) {
	if got := compose(t, Options{}).AddMembers("g", nil); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestAnIDStaysOneSegment(t *testing.T) {
	for id, want := range map[string]string{"a/b?c#d e": "/Users/a%2Fb%3Fc%23d%20e", "..": "/Users/%2E%2E", "a.b-c_d~1": "/Users/a.b-c_d~1", "é@x": "/Users/%C3%A9%40x"} {
		if got := compose(t, Options{}).GetUser(id).Target; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func FuzzQueryDecodesToTheValue(f *testing.F) {
	for _, seed := range []string{"ada@contoso.example", "a+b", "O'Neil", "東", "R&D #1", "", "x;y,z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if strings.ContainsRune(value, '%') { // not escaped by Entra either
			return
		}
		target := query("", "", equals{"userName", value})
		got, ok := strings.CutPrefix(target, "?filter=userName+eq+%22")
		got, closed := strings.CutSuffix(got, "%22")
		if !ok || !closed {
			t.Fatalf("got %s", target)
		}
		if decoded, err := url.QueryUnescape(got); err != nil || decoded != value {
			t.Errorf("%q is sent as %s, which decodes to %q, %v", value, got, decoded, err)
		}
	})
}
