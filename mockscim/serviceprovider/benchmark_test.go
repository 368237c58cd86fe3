package serviceprovider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// The cost of a request must not depend on how many users there are: compare users=100 with users=10000.
var sizes = []int{100, 10_000}

func filled(b *testing.B, users int) *client {
	b.Helper()
	c := newClient(b, serviceprovider.WithToken(""))
	for i := range users {
		c.user(numbered(i))
	}
	return c
}

func numbered(i int) string {
	return fmt.Sprintf(`"userName":"user%d@x.example","externalId":"user%d","displayName":"User %d","active":true,`+
		`"emails":[{"primary":true,"type":"work","value":"user%d@x.example"}]`, i, i, i, i)
}

func each(b *testing.B, run func(b *testing.B, c *client, users int)) {
	for _, users := range sizes {
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			c := filled(b, users)
			b.ReportAllocs()
			b.ResetTimer()
			run(b, c, users)
		})
	}
}

func expect(b *testing.B, got response, status int) {
	if got.status != status {
		b.Fatalf("%d %s", got.status, got.text)
	}
}

func BenchmarkPost(b *testing.B) {
	each(b, func(b *testing.B, c *client, users int) {
		for i := 0; b.Loop(); i++ {
			expect(b, c.do("POST", "/Users", document(scim.UserURN, numbered(users+i))), 201)
		}
	})
}

func BenchmarkGet(b *testing.B) {
	each(b, func(b *testing.B, c *client, users int) {
		for i := 0; b.Loop(); i++ {
			expect(b, c.get(fmt.Sprintf("/Users/u%d", 1+i%users)), 200)
		}
	})
}

func BenchmarkFilter(b *testing.B) {
	for _, attribute := range []string{"userName", "externalId", `emails[type eq "work"].value`, "id"} {
		name, _, _ := strings.Cut(attribute, "[")
		b.Run(name, func(b *testing.B) {
			each(b, func(b *testing.B, c *client, users int) {
				for i := 0; b.Loop(); i++ {
					value := map[string]string{"externalId": fmt.Sprintf("user%d", i%users), "id": fmt.Sprintf("u%d", 1+i%users)}[attribute]
					if value == "" {
						value = fmt.Sprintf("user%d@x.example", i%users)
					}
					got := c.get("/Users?filter=" + query(attribute+` eq "`+value+`"`))
					if expect(b, got, 200); got.at("totalResults") != "1" {
						b.Fatal(got.text)
					}
				}
			})
		})
	}
}

func BenchmarkPatch(b *testing.B) {
	each(b, func(b *testing.B, c *client, users int) {
		for i := 0; b.Loop(); i++ {
			expect(b, c.patch(fmt.Sprintf("/Users/u%d", 1+i%users), op("Replace", "title", fmt.Sprintf("%q", fmt.Sprint(i)))), 200)
		}
	})
}
