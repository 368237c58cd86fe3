package main

import (
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// command is the command line that runs the same rehearsal again, without secrets.
func (c scimCommand) command() string {
	parts := []string{"rehearse", "scim"}
	add := func(flag string, values ...string) {
		for _, value := range values {
			if value != "" {
				parts = append(parts, flag, shellQuoted(value))
			}
		}
	}
	t, s := c.Target, c.Selection
	parts = append(parts, c.Image.words()...)
	if t.URL != "" && c.Image.Image == "" {
		add("--url", redacted(t.URL))
	}
	add("--token-file", t.TokenFile)
	if t.Token != "" {
		parts = append(parts, "--token", "$TOKEN")
	}
	parts = append(parts, t.words()...)
	add("--expired-token-file", t.ExpiredTokenFile)
	add("--other-token-file", t.OtherTokenFile)
	add("--ca-cert", t.CACert)
	if t.Yes {
		parts = append(parts, "--yes")
	}
	add("--match", t.Match)
	add("--without-attribute", t.WithoutAttribute...)
	add("--schema", t.Schema)
	if t.UserDomain != endpoint.DefaultUserDomain {
		add("--user-domain", t.UserDomain)
	}
	if t.Keep {
		parts = append(parts, "--keep")
	}
	if t.ReadOnly {
		parts = append(parts, "--read-only")
	}
	parts = append(parts, t.pressing(s.Pack)...)
	add("--fault", t.Fault...)
	add("--pack", s.Pack...)
	add("--stage", s.Stage...)
	add("--only", s.Only...)
	add("--only-failed", s.OnlyFailed)
	add("--known-failures", s.KnownFailures)
	if s.FailOn != string(result.Required) {
		add("--fail-on", s.FailOn)
	}
	if d := c.dialects(); len(d) == 1 { // the URL shown here has lost its query
		add("--dialect", d[0])
	}
	add("--shard", s.Shard)
	add("--seed", strconv.FormatUint(s.Seed, 10))
	return strings.Join(parts, " ")
}
