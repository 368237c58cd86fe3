package wire

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
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

// Each line is one golden file of testdata, typed from the sources its first lines name.
var golden = []struct {
	file    string
	options Options
	compose func(*Composer) []Request
}{
	{"probe-users", Options{}, func(c *Composer) []Request { return one(c.MatchUser("userName", guid)) }},
	{"probe-groups", Options{}, func(c *Composer) []Request { return one(c.MatchGroup("displayName", guid)) }},
	{"match-user-username", Options{}, func(c *Composer) []Request { return one(c.MatchUser("userName", upn)) }},
	{"match-user-emails", Options{}, func(c *Composer) []Request { return one(c.MatchUser(`emails[type eq "work"].value`, upn)) }},
	{"match-user-externalid", Options{}, func(c *Composer) []Request { return one(c.MatchUser("externalId", "ada.byron")) }},
	{"match-user-employeenumber", Options{}, func(c *Composer) []Request { return one(c.MatchUser(ent+":employeeNumber", "1815")) }},
	{"get-user", Options{}, func(c *Composer) []Request { return one(c.GetUser(userID)) }},
	{"create-user-full", Options{}, func(c *Composer) []Request {
		// In the order of the default mapping.
		return one(c.CreateUser([]Attribute{
			at("userName", upn), at("active", "True"), at("displayName", "Ada Byron"), at("title", "Analyst"),
			at(`emails[type eq "work"].value`, upn), at("name.givenName", "Ada"), at("name.familyName", "Byron"), at("name.formatted", "Ada Byron"),
			at(`addresses[type eq "work"].formatted`, "Office 12"), at(`addresses[type eq "work"].streetAddress`, "1 Analytical St"),
			at(`addresses[type eq "work"].locality`, "London"), at(`addresses[type eq "work"].region`, "LND"),
			at(`addresses[type eq "work"].postalCode`, "W1 1AA"), at(`addresses[type eq "work"].country`, "GB"),
			at(`phoneNumbers[type eq "work"].value`, "+44 20 3"), at(`phoneNumbers[type eq "mobile"].value`, "+44 20 2"),
			at(`phoneNumbers[type eq "fax"].value`, "+44 20 1"), at("externalId", "ada.byron"),
			at(ent+":employeeNumber", "1815"), at(ent+":department", "R&D"),
		}))
	}},
	{"create-user-minimal", Options{}, func(c *Composer) []Request {
		return one(c.CreateUser([]Attribute{at("userName", upn), at("active", "True"), at("title", ""), at("nickName", nil), at("externalId", "ada.byron")}))
	}},
	{"create-user-other-email", Options{}, func(c *Composer) []Request {
		return one(c.CreateUser([]Attribute{at("userName", "cobi@contoso.example"), at(`emails[type eq "work"].value`, "cobi@contoso.example"),
			at(`emails[type eq "other"].value`, []string{"cobi@fabrikam.example", "second@fabrikam.example"})}))
	}},
	{"create-user-order", Options{}, func(c *Composer) []Request {
		return one(c.CreateUser([]Attribute{
			at(acme+":badge", "A7"), at(ent+":manager", "m"), at(ent+":organization", "o"), at(ent+":employeeNumber", "en"), at(ent+":division", "dv"),
			at(ent+":department", "dp"), at(ent+":costCenter", "cc"), at("userType", "Member"), at("title", "t"), at("timezone", "UTC"),
			at(`roles[primary eq "True"].type`, "ignored"), at(`roles[primary eq "True"].value`, "rv"), at(`roles[primary eq "True"].display`, "rd"),
			at("preferredLanguage", "en"), at(`phoneNumbers[type eq "work"].value`, "1"), at("nickName", "n"), at("name.honorificSuffix", "hs"),
			at("name.honorificPrefix", "hp"), at("name.givenName", "gn"), at("name.familyName", "fn"), at("name.formatted", "f"), at("locale", "en-GB"),
			at(`ims[type eq "xmpp"].value`, "i"), at(`emails[type eq "work"].value`, "m"), at("displayName", "d"),
			at(`addresses[type eq "work"].country`, "c"), at("active", false), at("userName", "u"), at("externalId", "e"),
		}))
	}},
	{"create-user-extension", Options{}, func(c *Composer) []Request {
		return one(c.CreateUser([]Attribute{at("userName", upn), at("active", true), at(acme+":badge", "A7"), at(acme+":desk.floor", "3"), at(ent+":department", "R&D")}))
	}},
	{"update-user", Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace("displayName", "Ada Lovelace"), replace(`emails[type eq "work"].value`, "ada.l@contoso.example"),
			add("name.formatted", "Ada Lovelace"), add(`addresses[type eq "work"].formatted`, "Office 14"), add(ent+":department", "Mathematics")}))
	}},
	{"update-user-many", Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace("displayName", "Ada L"), replace(`emails[type eq "work"].value`, "ada.l@contoso.example"),
			replace("name.givenName", "Ada"), replace("name.familyName", "L"), replace("externalId", "ada.l"), replace(ent+":employeeNumber", "1816")}))
	}},
	{"update-user-extension", Options{}, func(c *Composer) []Request { return one(c.PatchUser(userID, []Change{add(acme+":badge", "A7")})) }},
	{"disable-user", Options{}, func(c *Composer) []Request { return one(c.PatchUser(userID, []Change{replace("active", "False")})) }},
	{"disable-user", Options{}, func(c *Composer) []Request { return one(c.PatchUser(userID, []Change{replace("active", false)})) }},
	{"enable-user", Options{}, func(c *Composer) []Request { return one(c.PatchUser(userID, []Change{replace("active", true)})) }},
	{"manager-set", Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{add(ent+":manager", "271bd5a85a3246f39d49")}))
	}},
	{"manager-change", Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace(ent+":manager", "9d5c7c3c1b3f4e65a0c1")}))
	}},
	{"manager-clear", Options{}, func(c *Composer) []Request { return one(c.PatchUser(userID, []Change{replace(ent+":manager", "")})) }},
	{"manager-check", Options{}, func(c *Composer) []Request { return one(c.ManagerCheck(userID, "271bd5a85a3246f39d49")) }},
	{"member-check", Options{}, func(c *Composer) []Request { return one(c.MemberCheck(groupID, userID)) }},
	{"create-group", Options{}, createRed},
	{"create-group-core", Options{CoreGroupSchemaOnly: true}, createRed},
	{"match-group", Options{}, func(c *Composer) []Request { return one(c.MatchGroup("displayName", "Team Red")) }},
	{"get-group", Options{}, func(c *Composer) []Request { return one(c.GetGroup(groupID)) }},
	{"rename-group", Options{}, func(c *Composer) []Request {
		return one(c.PatchGroup(groupID, []Change{replace("displayName", "Team Crimson")}))
	}},
	{"add-member", Options{}, func(c *Composer) []Request { return c.AddMembers(groupID, []string{"f648f8d5ea4e4cd38e9c"}) }},
	{"add-members-one-each", Options{}, func(c *Composer) []Request { return c.AddMembers(groupID, []string{"u1", "u2"}) }},
	{"add-member-ref", Options{MemberRef: true}, func(c *Composer) []Request { return c.AddMembers(groupID, []string{"f648f8d5ea4e4cd38e9c"}) }},
	{"add-members-batch", Options{MembersPerPatch: 2}, func(c *Composer) []Request { return c.AddMembers(groupID, []string{"u1", "u2", "u3"}) }},
	{"add-members-operations", Options{MembersPerPatch: 2, MemberOperations: true}, func(c *Composer) []Request { return c.AddMembers(groupID, []string{"u1", "u2"}) }},
	{"remove-member", Options{}, func(c *Composer) []Request { return c.RemoveMembers(groupID, []string{"f648f8d5ea4e4cd38e9c"}) }},
	{"remove-member", Options{MemberRef: true}, func(c *Composer) []Request { return c.RemoveMembers(groupID, []string{"f648f8d5ea4e4cd38e9c"}) }},
	{"delete-user", Options{}, func(c *Composer) []Request { return one(c.DeleteUser(userID)) }},
	{"delete-group", Options{}, func(c *Composer) []Request { return one(c.DeleteGroup("cdb1ce18f65944079d37")) }},
	{"roles-single-create", Options{}, createWith(mapping.SingleRole.Target(), withRoles(mapping.SingleRole, admin))},
	{"roles-complex-create", Options{}, createWith("roles", withRoles(mapping.ComplexRoles, admin, plain))},
	{"roles-assertive-create", Options{}, createWith("roles", withRoles(mapping.AssertiveRoles, admin, plain))},
	{"roles-single-update", Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace(mapping.SingleRole.Target(), withRoles(mapping.SingleRole, mapping.Role{ID: admin.ID, Value: "25", DisplayName: "Role1234"}))}))
	}},
	{"roles-complex-update", Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace("roles", withRoles(mapping.ComplexRoles, admin, plain))}))
	}},
	{"roles-assertive-update", Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace("roles", withRoles(mapping.AssertiveRoles, admin, plain))}))
	}},
	{"special-characters", Options{}, func(c *Composer) []Request {
		var requests []Request
		for _, value := range []string{"ada+news@contoso.example", "R&D#EXT#", "O'Neil, Ann (HR)*!", "Zoë 東", "a/b?c=d;e:f$g[h]", `say "hi" c:\x`, "50% <b>-_.~", "a%41b"} {
			requests = append(requests, c.MatchUser("userName", value))
		}
		return requests
	}},
	{"text-in-json", Options{}, func(c *Composer) []Request {
		return one(c.PatchUser(userID, []Change{replace("displayName", "Zoë <R&D> \"東\" \\ \n\x01 O'Neil")}))
	}},
}

func createRed(c *Composer) []Request {
	return one(c.CreateGroup([]Attribute{at("displayName", "Team Red"), at("externalId", "0d5a6b1e-7c52-4f8e-9a31-2f7f2b0c9d11"), at("members", []string{"u1"})}))
}

func createWith(path string, value any) func(*Composer) []Request {
	return func(c *Composer) []Request {
		return one(c.CreateUser([]Attribute{at("userName", upn), at("active", "True"), at(path, value)}))
	}
}

// render writes requests as the golden files have them.
func render(requests []Request) string {
	var parts []string
	for _, r := range requests {
		s := r.Method + " " + r.Target + "\n"
		if r.ContentType != "" {
			s += "Content-Type: " + r.ContentType + "\n"
		}
		if r.Body != nil {
			s += "\n" + string(r.Body) + "\n"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "###\n")
}

// readGolden returns a golden file without its comment, which has to name a source.
func readGolden(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".http"))
	if err != nil {
		t.Fatal(err)
	}
	body, comment := string(data), ""
	for strings.HasPrefix(body, "# ") {
		line, rest, _ := strings.Cut(body, "\n")
		comment, body = comment+line, rest
	}
	if len(comment) < 20 {
		t.Fatalf("%s does not begin with a comment that names its source", name)
	}
	return body
}

func TestRequestsAreByteForByteWhatTheSourcesShow(t *testing.T) {
	for _, tt := range golden {
		t.Run(tt.file, func(t *testing.T) {
			c, err := NewComposer(tt.options)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := render(tt.compose(c)), readGolden(t, tt.file); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestEveryGoldenFileIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, tt := range golden {
		used[tt.file+".http"] = true
	}
	files, err := filepath.Glob("testdata/*.http")
	if err != nil || len(files) < 35 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	for _, f := range files {
		if !used[filepath.Base(f)] {
			t.Errorf("%s is not used", f)
		}
	}
}

func TestEveryBodyIsValidJSON(t *testing.T) {
	for _, tt := range golden {
		c, err := NewComposer(tt.options)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range tt.compose(c) {
			if r.Body != nil && (!json.Valid(r.Body) || bytes.HasSuffix(r.Body, []byte("\n"))) {
				t.Errorf("%s: %q", tt.file, r.Body)
			}
		}
	}
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
		"the dialect aadOptscim062020 is not built yet": {Dialect: AADOptSCIM},
		`unknown dialect "okta"`:                        {Dialect: "okta"},
		"-1 members per PATCH":                          {MembersPerPatch: -1},
		"1000000 members per PATCH":                     {MembersPerPatch: 1_000_000},
	} {
		if _, err := NewComposer(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
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
