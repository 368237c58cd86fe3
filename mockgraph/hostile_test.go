package mockgraph_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// fast is how long a refusal may take at most, on a machine that does much else and under the race detector; it takes microseconds to milliseconds.
const fast = 20 * time.Second

// send is ask for requests no well-behaved client writes: the URL is taken as it is.
func (s *stage) send(method string, u *url.URL, body []byte, headers ...string) *answer {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), method, "https://graph.microsoft.com/", bytes.NewReader(body))
	u.Scheme, u.Host = "https", "graph.microsoft.com"
	r.URL = u
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.tenant.ServeHTTP(w, r)
	a := &answer{T: s.T, request: method + " " + short(u.String()), status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	a.parse()
	return a
}

func short(text string) string {
	if len(text) > 120 {
		return fmt.Sprintf("%q… (%d bytes)", text[:120], len(text))
	}
	return fmt.Sprintf("%q", text)
}

// hostile is one request and how it is refused.
type hostile struct {
	name, method string
	url          url.URL
	body         []byte
	headers      []string
	status       int
	code         string // "" for any
}

// refusedFast sends hostile requests: each is refused in Graph's envelope, at once, and changes nothing.
func refusedFast(t *testing.T, requests []hostile) {
	t.Helper()
	s := newStage(t)
	before := s.tenant.Directory().Snapshot().Sequence()
	for _, request := range requests {
		t.Run(request.name, func(t *testing.T) {
			start := time.Now()
			a := s.send(request.method, &request.url, request.body, request.headers...)
			if a.T = t; time.Since(start) > fast {
				t.Errorf("refused after %s", time.Since(start))
			}
			a.want(request.status)
			if got := a.str("error.code"); got == "" || request.code != "" && got != request.code {
				t.Errorf("code %q, want %q: %s", got, request.code, short(string(a.body)))
			}
			if a.str("error.message") == "" || a.str("error.innerError.request-id") == "" || !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
				t.Errorf("no envelope: %s", short(string(a.body)))
			}
			if len(a.body) > 64<<10 || !utf8.Valid(a.body) {
				t.Errorf("%d bytes of refusal, valid text: %v", len(a.body), utf8.Valid(a.body))
			}
		})
	}
	if after := s.tenant.Directory().Snapshot().Sequence(); after != before {
		t.Errorf("the directory changed: sequence %d, was %d", after, before)
	}
	if err := s.tenant.Directory().Snapshot().Check(); err != nil {
		t.Error(err)
	}
}

func query(path string, options ...string) url.URL {
	values := url.Values{}
	for i := 0; i+1 < len(options); i += 2 {
		values.Set(options[i], options[i+1])
	}
	return url.URL{Path: path, RawQuery: values.Encode()}
}

func TestHostileQueriesAreRefusedFast(t *testing.T) {
	t.Parallel()
	const users, eventual = "/v1.0/users", "ConsistencyLevel"
	long := strings.Repeat("x", 100<<10)
	nested := strings.Repeat("(", 10_000) + "displayName eq 'a'" + strings.Repeat(")", 10_000)
	in := "id in (" + strings.TrimSuffix(strings.Repeat("'"+nobody+"',", 50_000), ",") + ")"
	var all []hostile
	for name, filter := range map[string]string{
		"a filter of 100 KB": "displayName eq '" + long + "'", "a filter of 100 KB of clauses": strings.TrimSuffix(strings.Repeat("displayName eq 'a' or ", 5000), " or "),
		"10,000 parentheses": nested, "10,000 open parentheses": strings.Repeat("(", 10_000), "2,000 parentheses": nested[8000 : len(nested)-8000],
		"10,000 nots": strings.Repeat("not ", 10_000) + "accountEnabled", "3,000 nots": strings.Repeat("not(", 3000) + "accountEnabled eq true" + strings.Repeat(")", 3000),
		"a list of 50,000 ids": in, "a list of 300 ids": in[:7+300*39-1] + ")", "lambdas in lambdas": strings.Repeat("identities/any(i:", 2000) + "i eq 1" + strings.Repeat(")", 2000),
		"a path of 1,000 words": strings.Repeat("a/", 1000) + "b eq 1", "a string without its end": "displayName eq 'a", "a NUL": "displayName eq\x00'a'", "no UTF-8": "display\xff\xfeName eq 'a'",
		"a number without end": "createdDateTime ge " + strings.Repeat("9", 5000), "a function in itself": strings.Repeat("tolower(", 1000) + "displayName" + strings.Repeat(")", 1000) + " eq 'a'",
	} {
		all = append(all,
			hostile{name: name, method: "GET", url: query(users, "$filter", filter), status: 400},
			hostile{name: name + ", advanced", method: "GET", url: query(users, "$filter", filter, "$count", "true"), headers: []string{eventual, "eventual"}, status: 400},
			hostile{name: name + ", of a relation", method: "GET", url: query("/v1.0/users/admin@contoso.onmicrosoft.com/memberOf", "$filter", filter, "$count", "true"), headers: []string{eventual, "eventual"}, status: 400},
			hostile{name: name + ", of a delta", method: "GET", url: query(users+"/delta", "$filter", filter), status: 400},
		)
	}
	for name, options := range map[string][]string{
		"a search of 100 KB": {"$search", `"displayName:` + long + `"`}, "10,000 parentheses in a search": {"$search", strings.Repeat("(", 10_000) + `"displayName:a"` + strings.Repeat(")", 10_000)},
		"5,000 words in a search": {"$search", strings.Repeat(`"displayName:a" OR `, 5000) + `"displayName:b"`}, "a selection of 100 KB": {"$select", long}, "10,000 selected": {"$select", strings.Repeat("id,", 10_000)},
		"expansions in expansions": {"$expand", strings.Repeat("manager($expand=", 2000) + "manager" + strings.Repeat(")", 2000)}, "1,000 expansions": {"$expand", strings.Repeat("manager,", 1000) + "manager"},
		"levels without end": {"$expand", "manager($levels=99999999999999999999)"}, "100 orders": {"$orderby", strings.Repeat("displayName,", 100) + "id"}, "an order of 100 KB": {"$orderby", long},
		"a page too large": {"$top", strings.Repeat("9", 400)}, "a negative page": {"$top", "-1"}, "a page of NaN": {"$top", "NaN"}, "a token of 200 KB": {"$skiptoken", strings.Repeat("A", 200<<10)},
		"a token of nonsense": {"$skiptoken", "\x00\xff"}, "a count of nonsense": {"$count", "maybe"},
	} {
		all = append(all, hostile{name: name, method: "GET", url: query(users, options...), headers: []string{eventual, "eventual"}, status: 400})
	}
	for name, text := range map[string]string{"bad escapes": "$filter=%zz", "semicolons": "$filter=a;b", "an escape cut short": "$top=%2"} {
		all = append(all, hostile{name: name, method: "GET", url: url.URL{Path: users, RawQuery: text}, status: 400})
	}
	refusedFast(t, all)
}

func TestHostilePathsAreRefusedFast(t *testing.T) {
	t.Parallel()
	var all []hostile
	for name, each := range map[string]struct {
		path   string
		status int
	}{
		"a NUL in a key": {"/v1.0/users/a\x00b", 404}, "a NUL in a word": {"/v1.0/use\x00rs", 501}, "no UTF-8 in a key": {"/v1.0/users/\xff\xfe", 404}, "no UTF-8 in a word": {"/v1.0/\xff", 501},
		"no UTF-8 in an alternate key": {"/v1.0/applications(appId='\xff')", 404}, "a new line in a key": {"/v1.0/users/a\r\nX-Evil: 1", 404}, "a path of 100 KB": {"/v1.0/users/" + strings.Repeat("a", 100<<10), 400},
		"50,000 segments": {"/v1.0/" + strings.Repeat("a/", 50_000), 400}, "1,000 segments": {"/v1.0/" + strings.Repeat("a/", 1000), 400}, "10,000 slashes": {"/v1.0/" + strings.Repeat("/", 10_000), 400},
		"dots": {"/v1.0/users/../../etc/passwd", 501}, "an open key": {"/v1.0/users('", 501}, "parentheses": {"/v1.0/users" + strings.Repeat("(", 500) + strings.Repeat(")", 500), 404},
		"version 2": {"/v2.0/users", 400}, "version 1": {"/v1/users", 400}, "no version": {"/users", 400}, "a version of 3 KB": {"/v" + strings.Repeat("1", 3000) + "/users", 400}, "nothing": {"/", 400},
		"only a version": {"/v1.0", 501},
	} {
		all = append(all, hostile{name: name, method: "GET", url: url.URL{Path: each.path}, status: each.status})
	}
	refusedFast(t, all)
}

func TestWrongMethodsAreRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, method := range []string{"PUT", "POST", "TRACE", "BREW", "OPTIONS", "CONNECT", strings.Repeat("X", 1000)} {
		a := s.send(method, &url.URL{Path: "/v1.0/users/admin@contoso.onmicrosoft.com"}, nil).refused(http.StatusMethodNotAllowed, "BadRequest", "Specified HTTP method is not allowed for the request target.")
		for _, allowed := range []string{"GET", "PATCH", "DELETE"} {
			if !strings.Contains(a.header.Get("Allow"), allowed) {
				t.Errorf("%s: Allow is %q", method, a.header.Get("Allow"))
			}
		}
	}
}

func TestHostileBodiesAreRefusedFast(t *testing.T) {
	t.Parallel()
	const admin = "/v1.0/users/admin@contoso.onmicrosoft.com"
	deep := bytes.Repeat([]byte("["), 100_000)
	deep = append(deep, bytes.Repeat([]byte("]"), 100_000)...)
	member := func(name string, value []byte) []byte {
		return append(append([]byte(`{"`+name+`":`), value...), '}')
	}
	large := member("displayName", []byte(`"`+strings.Repeat("a", 4<<20-len(`{"displayName":""}`)+1)+`"`))
	packed := []string{"Content-Encoding", "gzip"}
	var all []hostile
	for _, each := range []struct {
		name    string
		body    []byte
		status  int
		headers []string
	}{
		{"4 MB and a byte", large, 413, nil}, {"64 MB packed into little", zip(t, bytes.Repeat([]byte(" "), 64<<20)), 413, packed}, {"4 MB and a byte, packed", zip(t, large), 413, packed},
		{"a packed packet", zip(t, zip(t, []byte("{}"))), 400, packed}, {"not packed", []byte("{}"), 400, packed}, {"packed and cut", zip(t, large)[:200], 400, packed},
		{"a foreign encoding", []byte("{}"), 415, []string{"Content-Encoding", "zstd"}},
		{"100,000 nested arrays", deep, 400, nil}, {"100,000 nested arrays in a member", member("displayName", deep), 400, nil}, {"100,000 nested arrays in a complex member", member("passwordProfile", deep), 400, nil},
		{"100,000 nested objects", bytes.Repeat([]byte(`{"a":`), 100_000), 400, nil}, {"9,000 nested arrays", member("businessPhones", append(bytes.Repeat([]byte("["), 9000), bytes.Repeat([]byte("]"), 9000)...)), 400, nil},
		{"100,000 open arrays", deep[:100_000], 400, nil}, {"100,000 unknown members", manyMembers(100_000), 400, nil}, {"a NUL", []byte("{\"displayName\":\"a\x00\"}"), 400, nil}, {"NULs", make([]byte, 1000), 400, nil},
		{"no JSON", []byte("hello"), 400, nil}, {"an array", []byte("[]"), 400, nil}, {"null", []byte("null"), 400, nil}, {"two values", []byte("{}{}"), 400, nil}, {"nothing", nil, 400, nil}, {"white space", []byte(" \n"), 400, nil},
		{"UTF-16", []byte("\xff\xfe{\x00}\x00"), 400, nil}, {"a number of 1 MB", member("displayName", bytes.Repeat([]byte("9"), 1<<20)), 400, nil}, {"a name of 1 MB", member(strings.Repeat("a", 1<<20), []byte("1")), 400, nil},
		{"a value of 1 MB", member("displayName", []byte(`"`+strings.Repeat("a", 1<<20)+`"`)), 400, nil},
	} {
		all = append(all,
			hostile{name: each.name + ", to create", method: "POST", url: url.URL{Path: "/v1.0/users"}, body: each.body, headers: each.headers, status: each.status},
			hostile{name: each.name + ", to update", method: "PATCH", url: url.URL{Path: admin}, body: each.body, headers: each.headers, status: each.status},
			hostile{name: each.name + ", as a reference", method: "PUT", url: url.URL{Path: admin + "/manager/$ref"}, body: each.body, headers: each.headers, status: each.status},
			hostile{name: each.name + ", as an action", method: "POST", url: url.URL{Path: admin + "/assignLicense"}, body: each.body, headers: each.headers, status: each.status},
			hostile{name: each.name + ", as a batch", method: "POST", url: url.URL{Path: "/v1.0/$batch"}, body: each.body, headers: each.headers, status: each.status},
		)
	}
	refusedFast(t, all)
}

func TestTextThatIsNoUTF8IsRepairedOrRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	a := s.send("PATCH", &url.URL{Path: "/v1.0/users/admin@contoso.onmicrosoft.com"}, []byte("{\"displayName\":\"a\xff\xfe\"}"))
	if a.status != http.StatusNoContent && a.status != http.StatusBadRequest {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	if got := s.ask("GET", "/v1.0/users", "").want(200); !utf8.Valid(got.body) {
		t.Error("what is no UTF-8 came back")
	}
}

// TestHostileItemsAreRefusedInsideTheirBatch: one bad item harms no other.
func TestHostileItemsAreRefusedInsideTheirBatch(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	for name, item := range map[string]string{
		"a filter of 10,000 parentheses": `"method":"GET","url":"/users?$filter=` + strings.Repeat("(", 10_000) + `"`, "a deep body": `"method":"POST","url":"/users","headers":{"Content-Type":"application/json"},"body":` + deep,
		"a batch": `"method":"POST","url":"/$batch","headers":{"Content-Type":"application/json"},"body":{"requests":[]}`, "a foreign address": `"method":"GET","url":"https://evil.example/v1.0/users"`,
		"a NUL": `"method":"GET","url":"/users/\u0000"`, "bad escapes": `"method":"GET","url":"/users/%zz"`, "a method of blanks": `"method":"G E T","url":"/users"`, "climbing": `"method":"GET","url":"/../beta/../../users"`,
		"a path of 100 KB": `"method":"GET","url":"/` + strings.Repeat("a", 100<<10) + `"`, "header lines": `"method":"GET","url":"/users/x","headers":{"client-request-id":"a\r\nX-Evil: 1"}`,
	} {
		a := s.ask("POST", "/v1.0/$batch", `{"requests":[{"id":"1",`+item+`},{"id":"2","method":"GET","url":"/users?$select=id"}]}`).want(200)
		status, _ := a.at("responses.0.status").(float64)
		if other, _ := a.at("responses.1.status").(float64); status < 400 || status >= 500 && status != 501 || other != 200 {
			t.Errorf("%s: items answer %v and %v: %s", name, status, other, short(string(a.body)))
		}
		if a.str("responses.0.body.error.code") == "" {
			t.Errorf("%s: no envelope: %s", name, short(string(a.body)))
		}
	}
}

// TestFloodsOfHeadersHarmNobody: in-process, where no server bounds them.
func TestFloodsOfHeadersHarmNobody(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	flood := []string{"client-request-id", strings.Repeat("x", 1<<20), "Prefer", strings.Repeat("odata.maxpagesize=1,", 50_000), "ConsistencyLevel", strings.Repeat("eventual", 100_000)}
	for i := range 10_000 {
		flood = append(flood, fmt.Sprintf("X-Flood-%d", i), "x")
	}
	start := time.Now()
	for _, path := range []string{"/v1.0/users", "/v1.0/users/delta"} {
		a := s.ask("GET", path, "", flood...).want(200)
		for name, values := range a.header {
			if strings.HasPrefix(name, "X-Flood") || len(strings.Join(values, "")) > 4<<10 {
				t.Errorf("%s comes back", name)
			}
		}
	}
	s.ask("GET", "/v1.0/users", "", "Authorization", "Bearer "+strings.Repeat("a.", 1<<19)).refused(401, "InvalidAuthenticationToken", "")
	s.ask("GET", "/v1.0/users", "", "Authorization", strings.Repeat(" ", 1<<20)).refused(401, "InvalidAuthenticationToken", "")
	if time.Since(start) > fast {
		t.Errorf("answered after %s", time.Since(start))
	}
}

func zip(t *testing.T, data []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func manyMembers(n int) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"x%d":1`, i)
	}
	b.WriteByte('}')
	return b.Bytes()
}
