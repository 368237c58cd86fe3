package main

import (
	"strings"
	"testing"
	"time"
)

func TestTheCommandThatRunsAgainRepeatsTheExtraTokens(t *testing.T) {
	var c scimCommand
	c.Target.URL, c.Target.TokenFile = "https://app.example/scim", "token.txt"
	c.Target.ExpiredTokenFile, c.Target.OtherTokenFile = "old token.txt", "other.txt"
	if got := c.command(); !strings.Contains(got, "--expired-token-file 'old token.txt' --other-token-file other.txt") {
		t.Errorf("%s does not repeat the tokens", got)
	}
}

func TestTheCommandThatRunsAgainPressesAsHard(t *testing.T) {
	var c scimCommand
	c.Target.LoadFor, c.Target.LoadUsers = 30*time.Second, 500
	if got := c.command(); strings.Contains(got, "--load") {
		t.Errorf("%s presses without the pack load", got)
	}
	c.Selection.Pack = []string{"load"}
	if got := c.command(); !strings.Contains(got, "--load-for 30s --load-users 500") {
		t.Errorf("%s does not press as hard", got)
	}
}
