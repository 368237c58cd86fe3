package serviceprovider_test

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// stranger is a request with another Authorization header ("" for none) that gives the status of the answer.
func stranger(authorization, method, target string) func(c *client) string {
	return inTeam(func(c *client) string {
		return status(c.with("Authorization", authorization).do(method, target, document(scim.UserURN, bob)))
	})
}

// created gives the status of the answer to a new user of this text.
func created(text string) func(c *client) string {
	return func(c *client) string { return status(c.do("POST", "/Users", text)) }
}

// tenants sends a request to an endpoint with an expired token and another tenant, which has the user u1.
func tenants(authorization, target string) func(c *client) string {
	return func(c *client) string { return status(c.with("Authorization", "Bearer "+authorization).get(target)) }
}

const (
	bearerOf = "Bearer "
	expired  = "good until yesterday"
	foreign  = "of another tenant"
)

var securityTrials = []trial{
	{"security-read-open", stranger("", "GET", "/Groups/u4"), "401", "200"},
	{"security-bare-user-open", inTeam(func(c *client) string {
		return c.with("Authorization", "").get("/Users/u2").at("userName")
	}), "", `"bob@x.example"`},
	{"security-put-open", stranger("", "PUT", "/Users/u2"), "401", "200"},
	{"security-body-before-token", stranger("", "POST", "/Users"), "401", "400"},
	{"security-challenge-on-reads-only", func(c *client) string {
		return c.with("Authorization", "").do("POST", "/Users", "{}").header.Get("WWW-Authenticate")
	}, `Bearer realm="scim"`, ""},
	{"security-token-prefix", stranger(bearerOf+token+"x", "GET", "/Users"), "401", "200"},
	{"security-token-half", stranger(bearerOf+token[:len(token)/2], "GET", "/Users"), "401", "200"},
	{"security-token-case", stranger(bearerOf+strings.ToUpper(token), "GET", "/Users"), "401", "200"},
	{"security-null-token", stranger("Bearer null", "GET", "/Users"), "401", "200"},
	{"security-token-in-query", stranger("", "GET", "/Users?access_token=open%20sesame"), "401", "200"},
	{"security-expired-token", tenants(expired, "/Users"), "401", "200"},
	{"security-ids-not-scoped", func(c *client) string {
		other := c.with("Authorization", bearerOf+foreign)
		return status(c.get("/Users/" + other.user(bob)))
	}, "404", "200"},
	{"security-lists-not-scoped", func(c *client) string {
		c.user(bob)
		return c.with("Authorization", bearerOf+foreign).get("/Users").ids()
	}, "", "u1"},
	{"security-put-not-scoped", func(c *client) string {
		c.user(bob)
		c.with("Authorization", bearerOf+foreign).put("/Users/u1", bob+`,"title":"Clerk"`)
		return c.get("/Users/u1").at("title")
	}, "", `"Clerk"`},
	{"security-token-quoted", func(c *client) string { return c.with("Authorization", "Bearer wrong").get("/Users").at("detail") },
		`"the bearer token is not valid"`, `"the bearer token wrong is not valid"`},
	{"security-document-quoted", func(c *client) string {
		refused := c.do("POST", "/Users", document(scim.UserURN, `"userName":"a","name":"A","password":"s3cret"`))
		return quotes(refused, "s3cret")
	}, "silent", "quoted"},
	{"security-stack-trace", func(c *client) string { return quotes(c.do("POST", "/Users", "{"), "UserController.java:87") }, "silent", "quoted"},
	{"security-groups-patched", func(c *client) string {
		c.user(bob)
		c.patch("/Users/u1", `{"op":"add","path":"groups","value":[{"value":"g"}]}`)
		return c.get("/Users/u1").at("groups.value")
	}, "", `"g"`},
	{"security-id-condition", stranger(bearerOf+token, "GET", "/Users/'%20OR%20'1'%3D'1"), "404", "200"},
	{"security-id-nul-500", stranger(bearerOf+token, "GET", "/Users/0%00"), "404", "500"},
	{"security-header-injected", func(c *client) string { return c.get("/Users/0%0D%0AX-Own%3A%20yes").header.Get("X-Own") }, "", "yes"},
	{"security-names-escaped", madeOf(`"userName":"a","displayName":"<b>"`, "displayName"), `"\u003cb\u003e"`, `"\u0026lt;b\u0026gt;"`},
	{"security-filter-condition", amongThree(`userName eq "x' OR '1'='1"`), "", everyone},
	{"security-filter-apostrophe-500", amongThree(`userName eq "o'hara"`), "", "500"},
	{"security-filter-like", amongThree(`userName eq "b_b@x.example"`), "", "u2"},
	{"security-filter-nul-500", stranger(bearerOf+token, "GET", "/Users?filter=userName+eq+%22%00%22"), "400", "500"},
	{"security-large-body-500", created(`{"x":"` + strings.Repeat("x", 1<<20) + `"}`), "413", "500"},
	{"security-deep-body-500", created(document(scim.UserURN, `"userName":"a","x":`+strings.Repeat("[", 2000)+strings.Repeat("]", 2000))), "400", "500"},
	{"security-huge-number-500", created(document(scim.UserURN, `"userName":"a","x":1e999999999`)), "201", "500"},
	{"security-repeated-member-500", created(document(scim.UserURN, `"userName":"a","userName":"b"`)), "201", "500"},
	{"security-operations-cut-off", func(c *client) string {
		c.user(bob)
		c.patch("/Users/u1", strings.Repeat(`{"op":"replace","path":"title","value":"first"},`, 10_000)+`{"op":"replace","path":"title","value":"last"}`)
		return c.get("/Users/u1").at("title")
	}, "", `"first"`},
}

func quotes(a response, text string) string {
	if strings.Contains(a.text, text) {
		return "quoted"
	}
	return "silent"
}

var withTenants = []serviceprovider.Option{serviceprovider.WithExpiredToken(expired), serviceprovider.WithOtherTenant(foreign)}
