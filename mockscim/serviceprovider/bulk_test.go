package serviceprovider_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// bulk sends operations; extra are further members of the request.
func (c *client) bulk(extra string, operations ...string) response {
	c.t.Helper()
	return c.do("POST", "/Bulk", `{"schemas":["`+scim.BulkRequestURN+`"],`+extra+`"Operations":[`+strings.Join(operations, ",")+`]}`)
}

// doing is an operation of a bulk request.
func doing(method, path, bulkID, data string) string {
	o := fmt.Sprintf(`{"method":%q,"path":%q`, method, path)
	if bulkID != "" {
		o += fmt.Sprintf(`,"bulkId":%q`, bulkID)
	}
	if data != "" {
		o += `,"data":` + data
	}
	return o + "}"
}

func bulkUser(bulkID, name string) string {
	return doing("POST", "/Users", bulkID, document(scim.UserURN, `"userName":"`+name+`"`))
}

func bulkGroup(bulkID, members string) string {
	return doing("POST", "/Groups", bulkID, document(scim.GroupURN, `"displayName":"`+bulkID+`"`+members))
}

// statuses are those of the operations, each with its bulkId.
func (r response) statuses() string {
	if r.status != 200 {
		return fmt.Sprint(r.status)
	}
	var all []string
	operations, _ := r.body["Operations"].([]any)
	for _, o := range operations {
		o := o.(map[string]any)
		id, _ := o["bulkId"].(string)
		all = append(all, id+o["status"].(string))
	}
	return strings.Join(all, " ")
}

// The sequence of RFC 7644 §3.7.3: a result for each operation, with location, version and status.
func TestBulk(t *testing.T) {
	c := newClient(t)
	team(c)
	version, _ := json.Marshal(c.get("/Users/u2").header.Get("ETag"))
	got := c.bulk("",
		bulkUser("q", "quentin"),
		strings.TrimSuffix(doing("PUT", "/Users/u2", "", document(scim.UserURN, `"userName":"bobby"`)), "}")+`,"version":`+string(version)+`}`,
		doing("PATCH", "/Users/u1", "", `{"schemas":["`+scim.PatchOpURN+`"],"Operations":[`+otherwise+`]}`),
		doing("delete", "/Users/u3", "", ""),
	)
	if got.status != 200 || got.statuses() != "q201 200 200 204" || !got.body.HasSchema(scim.BulkResponseURN) {
		t.Fatalf("got %d %s", got.status, got.text)
	}
	results := got.body["Operations"].([]any)
	for i, id := range []string{"u6", "u2", "u1", "u3"} {
		result := scim.Resource(results[i].(map[string]any))
		if result.String("location") != "http://scim.example/Users/"+id || result["response"] != nil {
			t.Errorf("result %d is %v", i, result)
		}
		if id != "u3" && result.String("version") != c.get("/Users/"+id).header.Get("ETag") {
			t.Errorf("the version of %s is %v", id, result["version"])
		}
	}
	if seen := c.get("/Users/u1").at("title") + c.get("/Users/u2").at("userName") + fmt.Sprint(c.get("/Users/u3").status); seen != `"X""bobby"404` {
		t.Errorf("left: %s", seen)
	}
}

func TestBulkReferences(t *testing.T) {
	for _, test := range []struct {
		name       string
		operations []string
		statuses   string
		look, sees string // a path below /Groups/ or /Users/ and the ids there
	}{
		{"to one before", []string{bulkUser("a", "a"), bulkGroup("g", `,"members":[{"value":"bulkId:a"}]`)}, "a201 g201", "/Groups/u2", "u1"},
		{"to one behind", []string{bulkGroup("g", `,"members":[{"value":"bulkId:a"},{"value":"bulkId:b"}]`), bulkUser("a", "a"), bulkUser("b", "b")}, "g201 a201 b201", "/Groups/u3", "u1 u2"},
		{"in a PATCH", []string{bulkGroup("g", ""), bulkUser("a", "a"), doing("PATCH", "/Groups/bulkId:g", "", `{"schemas":["`+scim.PatchOpURN+`"],"Operations":[{"op":"add","path":"members","value":[{"value":"bulkId:a"}]}]}`)}, "g201 a201 204", "/Groups/u1", "u2"},
		{"in a circle", []string{bulkGroup("g", `,"members":[{"value":"bulkId:h"}]`), bulkGroup("h", `,"members":[{"value":"bulkId:g"}]`)}, "g201 h201", "/Groups/u1", "u2"},
		{"in a circle, the other half", []string{bulkGroup("g", `,"members":[{"value":"bulkId:h"}]`), bulkGroup("h", `,"members":[{"value":"bulkId:g"}]`)}, "g201 h201", "/Groups/u2", "u1"},
		{"to itself", []string{bulkGroup("g", `,"members":[{"value":"bulkId:g"}]`)}, "g201", "/Groups/u1", "u1"},
		{"in a circle of three with one outside", []string{
			bulkGroup("g", `,"members":[{"value":"bulkId:h"},{"value":"bulkId:a"}]`), bulkGroup("h", `,"members":[{"value":"bulkId:i"}]`),
			bulkGroup("i", `,"members":[{"value":"bulkId:g"}]`), bulkUser("a", "a"),
		}, "g201 h201 i201 a201", "/Groups/u2", "u4 u1"},
		{"to nobody", []string{bulkGroup("g", `,"members":[{"value":"bulkId:z"}]`)}, "g400", "/Groups/u1", ""},
		{"to one that fails", []string{doing("POST", "/Users", "a", `{}`), bulkGroup("g", `,"members":[{"value":"bulkId:a"}]`)}, "a400 g409", "/Groups/u1", ""},
		{"text that only looks like one", []string{doing("POST", "/Users", "a", document(scim.UserURN, `"userName":"bulkId:x"`))}, "a201", "/Users/u1", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newClient(t)
			got := c.bulk("", test.operations...)
			if got.statuses() != test.statuses {
				t.Errorf("got %s", got.text)
			}
			if ids := c.get(test.look).members(); ids != test.sees {
				t.Errorf("%s has %q, want %q", test.look, ids, test.sees)
			}
		})
	}
	c := newClient(t)
	manager := `,"` + enterprise + `":{"manager":{"value":"bulkId:b"},"department":"D"}`
	got := c.bulk("", doing("POST", "/Users", "a", document(scim.UserURN, `"userName":"a"`+manager)),
		doing("POST", "/Users", "b", document(scim.UserURN, `"userName":"b"`+strings.Replace(manager, "bulkId:b", "bulkId:a", 1))))
	if got.statuses() != "a201 b201" || c.get("/Users/u1").at(enterprise+":manager.value") != `"u2"` || c.get("/Users/u2").at(enterprise+":manager.value") != `"u1"` {
		t.Errorf("two who manage each other: %s", got.text)
	}
}

func TestBulkErrors(t *testing.T) {
	for name, test := range map[string]struct{ operation, status, scimType string }{
		"a name in use":        {bulkUser("x", "bob@x.example"), "409", "uniqueness"},
		"no bulkId":            {doing("POST", "/Users", "", document(scim.UserURN, `"userName":"x"`)), "400", "invalidValue"},
		"no data":              {doing("PUT", "/Users/u1", "", ""), "400", "invalidValue"},
		"a method of no write": {doing("GET", "/Users/u1", "", ""), "400", "invalidValue"},
		"no such resource":     {doing("DELETE", "/Users/nobody", "", ""), "404", ""},
		"no such type":         {doing("DELETE", "/Robots/1", "", ""), "404", ""},
		"bulk in bulk":         {doing("POST", "/Bulk", "x", "{}"), "404", ""},
		"elsewhere":            {doing("DELETE", "http://other.example/Users/u1", "", ""), "400", "invalidValue"},
		"a path that is none":  {doing("DELETE", "/Users/%zz", "", ""), "400", "invalidValue"},
		"a wrong method":       {doing("DELETE", "/Users", "", ""), "405", ""},
		"an old version":       {`{"method":"DELETE","path":"/Users/u1","version":"W/\"old\""}`, "412", ""},
	} {
		c := newClient(t)
		team(c)
		got := c.bulk("", test.operation, doing("PATCH", "/Users/u2", "", `{"schemas":["`+scim.PatchOpURN+`"],"Operations":[`+otherwise+`]}`))
		result := scim.Resource(got.body["Operations"].([]any)[0].(map[string]any))
		if result.String("status") != test.status || result.String("response.scimType") != test.scimType || result.String("response.status") != test.status {
			t.Errorf("%s: %v", name, result)
		}
		if c.get("/Users/u2").at("title") != `"X"` {
			t.Errorf("%s keeps the next one from being done: %s", name, got.text)
		}
	}
	if got := newClient(t).bulk("", bulkUser("a", "a"), bulkUser("a", "b")).statuses(); got != "a201 a400" {
		t.Errorf("a bulkId given twice: %s", got)
	}
}

func TestFailOnErrors(t *testing.T) {
	for limit, statuses := range map[int]string{0: "a400 b400 c201 d400", 1: "a400", 2: "a400 b400", 3: "a400 b400 c201 d400", 9: "a400 b400 c201 d400"} {
		bad := func(id string) string { return doing("POST", "/Users", id, "{}") }
		got := newClient(t).bulk(fmt.Sprintf(`"failOnErrors":%d,`, limit), bad("a"), bad("b"), bulkUser("c", "c"), bad("d"))
		if got.statuses() != statuses {
			t.Errorf("failOnErrors %d: %s", limit, got.statuses())
		}
	}
}

func TestBadBulkRequests(t *testing.T) {
	c := newClient(t, serviceprovider.WithLimits(serviceprovider.Limits{MaxBulkOperations: 2, MaxBulkPayload: 1000}))
	wrap := func(members string) string { return `{"schemas":["` + scim.BulkRequestURN + `"],` + members + `}` }
	for body, status := range map[string]int{
		`{`: 400, `[]`: 400, `{"Operations":[{}]}`: 400, wrap(`"Operations":[]`): 400, wrap(`"Operations":{}`): 400, wrap(`"Operations":[1]`): 400,
		wrap(`"Operations":[{"method":1}]`): 400, wrap(`"failOnErrors":"many","Operations":[{}]`): 400, wrap(`"failOnErrors":-1,"Operations":[{}]`): 400,
		wrap(`"Operations":[{},{},{}]`): 413, wrap(`"Operations":["` + strings.Repeat("x", 1000) + `"]`): 413, wrap(`"Operations":[{}]`): 200,
	} {
		if got := c.do("POST", "/Bulk", body); got.status != status || status != 200 && got.at("status") != fmt.Sprintf("%q", fmt.Sprint(status)) {
			t.Errorf("%s: %d %s, want %d", body, got.status, got.text, status)
		}
	}
	if got := c.get("/ServiceProviderConfig").at("bulk"); got != `{"maxOperations":2,"maxPayloadSize":1000,"supported":true}` {
		t.Errorf("advertised: %s", got)
	}
	if got := c.get("/Bulk").status; got != 405 {
		t.Errorf("GET: %d", got)
	}
	c = newClient(t, serviceprovider.WithoutBulk())
	if got := c.do("POST", "/Bulk", "{}").status; got != 501 || c.get("/ServiceProviderConfig").at("bulk.supported") != "false" {
		t.Errorf("without bulk: %d", got)
	}
}

// FuzzBulk: a bulk request ends, is answered with 200, 400 or 413, and never with more results than operations.
func FuzzBulk(f *testing.F) {
	wrap := func(operations ...string) string {
		return `{"schemas":["` + scim.BulkRequestURN + `"],"failOnErrors":3,"Operations":[` + strings.Join(operations, ",") + `]}`
	}
	f.Add(wrap(bulkGroup("g", `,"members":[{"value":"bulkId:h"}]`), bulkGroup("h", `,"members":[{"value":"bulkId:g"}]`)))
	f.Add(wrap(bulkUser("a", "a"), doing("PATCH", "/Users/bulkId:a", "", `{"schemas":["`+scim.PatchOpURN+`"],"Operations":[`+otherwise+`]}`)))
	f.Add(wrap(doing("POST", "/Users/bulkId:a", "a", `"x"`), doing("PUT", "/Users/bulkId:a/b", "", "[]"), "{}"))
	f.Add(`{"schemas":7}`)
	f.Fuzz(func(t *testing.T, body string) {
		c := newClient(t)
		got := c.do("POST", "/Bulk", body)
		if got.status != 200 && got.status != 400 && got.status != 413 {
			t.Errorf("%d %s", got.status, got.text)
		}
		if sent, err := scim.DecodeBulk([]byte(body), 1000); err == nil && len(got.body["Operations"].([]any)) > len(sent.Operations) {
			t.Errorf("%s has too many results", got.text)
		}
	})
}
