package mockgraph_test

import (
	"fmt"
	"net/url"
)

// soakAct is something a client of the soak test does.
type soakAct struct {
	name   string
	weight int
	do     func(c *soakClient) *answer
}

// act does one of them.
func (c *soakClient) act() {
	total := 0
	for _, each := range soakActs {
		total += each.weight
	}
	n := c.random.IntN(total)
	for _, each := range soakActs {
		if n -= each.weight; n >= 0 {
			continue
		}
		if a := each.do(c); a != nil && a.status < 300 {
			c.counts[each.name+" succeeded"]++
		}
		return
	}
}

func (c *soakClient) pick(kind string) string { return c.pool.pick(kind, c.random) }

func (c *soakClient) either(values ...string) string { return values[c.random.IntN(len(values))] }

// soakLimit is how many objects of a kind there are at most; then some go.
const soakLimit = 150

// soakActs is what administrators and connectors do all day.
var soakActs = []soakAct{
	{"create user", 6, func(c *soakClient) *answer { return c.create("user", "/v1.0/users", c.someUser()) }},
	{"create group", 3, func(c *soakClient) *answer { return c.create("group", "/v1.0/groups", c.someGroup()) }},
	{"create application", 1, (*soakClient).createApplication},
	{"delete user", 3, func(c *soakClient) *answer { return c.remove("user", "/v1.0/users/") }},
	{"delete group", 2, func(c *soakClient) *answer { return c.remove("group", "/v1.0/groups/") }},
	{"delete service principal", 1, func(c *soakClient) *answer { return c.remove("principal", "/v1.0/servicePrincipals/") }},
	{"restore user", 2, func(c *soakClient) *answer { return c.restore("user") }},
	{"restore group", 2, func(c *soakClient) *answer { return c.restore("group") }},
	{"purge", 1, func(c *soakClient) *answer {
		return c.ask("DELETE", "/v1.0/directory/deletedItems/"+c.pick(c.either("deleted user", "deleted group", "deleted principal")), "")
	}},
	{"update user", 8, func(c *soakClient) *answer {
		return c.ask("PATCH", "/v1.0/users/"+c.pick("user"), `{"jobTitle":`+c.either(`null`, `"Analyst"`, `"Director"`)+`,"department":"`+c.either("Sales", "Props")+`","accountEnabled":`+c.either("true", "false")+`}`)
	}},
	{"rename group", 2, func(c *soakClient) *answer {
		return c.ask("PATCH", "/v1.0/groups/"+c.pick("group"), `{"description":`+c.either("null", `"Crew"`)+`}`)
	}},
	{"add member", 10, func(c *soakClient) *answer {
		return c.ask("POST", "/v1.0/groups/"+c.pick("group")+"/members/$ref", ref(c.pick(c.either("user", "user", "user", "group"))))
	}},
	{"remove member", 6, func(c *soakClient) *answer {
		return c.ask("DELETE", "/v1.0/groups/"+c.pick("group")+"/members/"+c.pick("user")+"/$ref", "")
	}},
	{"add members", 2, func(c *soakClient) *answer {
		return c.ask("PATCH", "/v1.0/groups/"+c.pick("group"), "{"+binds("members", c.pick("user"), c.pick("user"), c.pick("user"))+"}")
	}},
	{"add owner", 2, func(c *soakClient) *answer {
		return c.ask("POST", "/v1.0/groups/"+c.pick("group")+"/owners/$ref", ref(c.pick("user")))
	}},
	{"set manager", 3, func(c *soakClient) *answer {
		return c.ask("PUT", "/v1.0/users/"+c.pick("user")+"/manager/$ref", ref(c.pick("user")))
	}},
	{"clear manager", 1, func(c *soakClient) *answer {
		return c.ask("DELETE", "/v1.0/users/"+c.pick("user")+"/manager/$ref", "")
	}},
	{"license user", 8, func(c *soakClient) *answer { return c.license("/v1.0/users/" + c.pick("user")) }},
	{"license group", 2, func(c *soakClient) *answer { return c.license("/v1.0/groups/" + c.pick("group")) }},
	{"assign role", 4, func(c *soakClient) *answer {
		principal := c.pick("principal")
		return c.ask("POST", "/v1.0/servicePrincipals/"+principal+"/appRoleAssignedTo",
			fmt.Sprintf(`{"principalId":%q,"resourceId":%q,"appRoleId":"00000000-0000-0000-0000-000000000000"}`, c.pick(c.either("user", "group")), principal))
	}},
	{"get user", 6, func(c *soakClient) *answer {
		return c.ask("GET", "/v1.0/users/"+c.pick("user")+"?$select=id,displayName,assignedLicenses,licenseAssignmentStates", "")
	}},
	{"list members", 4, func(c *soakClient) *answer {
		return c.ask("GET", "/v1.0/groups/"+c.pick("group")+"/"+c.either("members", "transitiveMembers", "owners")+"?$top=5", "")
	}},
	{"filter", 3, func(c *soakClient) *answer {
		return c.ask("GET", "/v1.0/users?$top=20&$filter="+url.QueryEscape(c.either("startsWith(displayName,'n1')", "department eq 'Sales'", "accountEnabled eq false")), "")
	}},
	{"advanced query", 2, func(c *soakClient) *answer {
		return c.ask("GET", "/v1.0/users?$count=true&$orderby=displayName&$top=10&$filter="+url.QueryEscape("endsWith(userPrincipalName,'9@contoso.onmicrosoft.com')"), "", "ConsistencyLevel", "eventual")
	}},
	{"list seats", 1, func(c *soakClient) *answer { return c.ask("GET", "/v1.0/subscribedSkus", "") }},
	{"read log", 1, func(c *soakClient) *answer { return c.ask("GET", "/v1.0/auditLogs/directoryAudits?$top=5", "") }},
	{"check groups", 2, func(c *soakClient) *answer {
		return c.ask("POST", "/v1.0/users/"+c.pick("user")+"/getMemberGroups", `{"securityEnabledOnly":true}`)
	}},
	{"batch", 4, (*soakClient).batch},
}

func (c *soakClient) name() string {
	c.made++
	return fmt.Sprintf("n%dx%d", c.number, c.made)
}

func (c *soakClient) someUser() string {
	name := c.name()
	return fmt.Sprintf(`{"accountEnabled":true,"displayName":%q,"mailNickname":%q,"userPrincipalName":"%s@contoso.onmicrosoft.com","department":%q%s,"passwordProfile":{"password":"Curtain-Up-2026"}}`,
		name, name, name, c.either("Sales", "Props"), c.either("", `,"usageLocation":"IN"`, `,"usageLocation":"DE"`))
}

func (c *soakClient) someGroup() string {
	name := c.name()
	return fmt.Sprintf(`{"displayName":%q,"mailNickname":%q,%s,%s}`, name, name,
		c.either(`"mailEnabled":false,"securityEnabled":true`, `"mailEnabled":true,"securityEnabled":false,"groupTypes":["Unified"]`), binds("members", c.pick("user"), c.pick("user")))
}

// create makes an object, or takes one away when there are many.
func (c *soakClient) create(kind, path, body string) *answer {
	if c.pool.size(kind) > soakLimit {
		return c.remove(kind, path+"/")
	}
	a := c.ask("POST", path, body)
	if a != nil && a.status == 201 {
		c.pool.add(kind, a.str("id"))
	}
	return a
}

func (c *soakClient) createApplication() *answer {
	if c.pool.size("principal") > soakLimit {
		return c.remove("principal", "/v1.0/servicePrincipals/")
	}
	a := c.ask("POST", "/v1.0/applications", `{"displayName":"`+c.name()+`"}`)
	if a == nil || a.status != 201 {
		return a
	}
	return c.create("principal", "/v1.0/servicePrincipals", `{"appId":"`+a.str("appId")+`"}`)
}

// remove deletes an object. Whatever the answer, it may be gone.
func (c *soakClient) remove(kind, under string) *answer {
	id := c.pick(kind)
	a := c.ask("DELETE", under+id, "")
	if a == nil || a.status == 204 || a.status >= 500 {
		c.pool.move(id, kind, "deleted "+kind)
	}
	return a
}

func (c *soakClient) restore(kind string) *answer {
	id := c.pick("deleted " + kind)
	a := c.ask("POST", "/v1.0/directory/deletedItems/"+id+"/restore", "")
	if a != nil && a.status == 200 {
		c.pool.move(id, "deleted "+kind, kind)
	}
	return a
}

// license gives or takes a licence.
func (c *soakClient) license(of string) *answer {
	sku := c.pick("sku")
	return c.ask("POST", of+"/assignLicense", c.either(
		`{"addLicenses":[{"skuId":"`+sku+`","disabledPlans":[]}],"removeLicenses":[]}`, `{"addLicenses":[{"skuId":"`+sku+`"}],"removeLicenses":[]}`, `{"addLicenses":[],"removeLicenses":["`+sku+`"]}`))
}

// batch creates a user, adds a member and reads, and holds every item against Graph's envelope too.
func (c *soakClient) batch() *answer {
	a := c.ask("POST", "/v1.0/$batch", fmt.Sprintf(`{"requests":[
		{"id":"1","method":"POST","url":"/users","headers":{"Content-Type":"application/json"},"body":%s},
		{"id":"2","dependsOn":["1"],"method":"POST","url":"/groups/%s/members/$ref","headers":{"Content-Type":"application/json"},"body":%s},
		{"id":"3","method":"GET","url":"/users?$top=3"},{"id":"4","method":"GET","url":"/groups/%s"}]}`, c.someUser(), c.pick("group"), ref(c.pick("user")), c.pick("group")))
	if a == nil || a.status != 200 {
		return a
	}
	items, _ := a.json["responses"].([]any)
	if len(items) != 4 {
		c.errorf("a batch of 4 has %d answers", len(items))
	}
	for _, each := range items {
		item, _ := each.(map[string]any)
		status, _ := item["status"].(float64)
		body, _ := item["body"].(map[string]any)
		if status == 201 {
			id, _ := body["id"].(string)
			c.pool.add("user", id)
		}
		if status < 400 {
			continue
		}
		if problem := envelopeOf(int(status), body); problem != "" {
			c.errorf("item of a batch: %s: %v", problem, item)
		}
	}
	return a
}
