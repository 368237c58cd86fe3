package serviceprovider_test

import (
	"strings"
	"testing"
)

func TestTheOtherTenantHasUsersOfItsOwn(t *testing.T) {
	t.Parallel()
	c := newClient(t, withTenants...)
	other := c.with("Authorization", bearerOf+foreign)
	ours, theirs := c.user(bob), other.user(bob) // the same user name twice
	if ours == theirs {
		t.Fatalf("both are %s", ours)
	}
	for name, got := range map[string]string{
		"ours seen by them": status(other.get("/Users/" + ours)), "theirs seen by us": status(c.get("/Users/" + theirs)),
		"theirs removed by us": status(c.delete("/Users/" + theirs)),
	} {
		if got != "404" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := c.found("/Users", `userName pr`); got != ours {
		t.Errorf("our list has %s", got)
	}
	if got := other.found("/Users", `userName pr`); got != theirs {
		t.Errorf("their list has %s", got)
	}
}

func TestAnExpiredTokenIsRefusedAsExpired(t *testing.T) {
	t.Parallel()
	refused := newClient(t, withTenants...).with("Authorization", bearerOf+expired).get("/Users")
	if challenge := refused.header.Get("WWW-Authenticate"); refused.status != 401 || !strings.Contains(challenge, "expired") {
		t.Errorf("got %d %s", refused.status, challenge)
	}
}
