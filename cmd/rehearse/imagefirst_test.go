package main

import (
	"bytes"
	"strings"
	"testing"
)

// No engine is asked when something is wrong with the flags: here none would answer.
func TestMistakesAreToldBeforeAnImageIsStarted(t *testing.T) {
	t.Setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
	for want, flags := range map[string][]string{
		"cannot be matched by":                    {"--match", "nickName"},
		"is no attribute of Entra's default":      {"--without-attribute", "shoeSize"},
		"--max-requests -1":                       {"--max-requests=-1"},
		"--load-for 1ms":                          {"--load-for", "1ms"},
		"read the job's schema":                   {"--schema", "nofile.json"},
		"read CA certificates":                    {"--ca-cert", "nofile.pem"},
		"read token":                              {"--token-file", "nofile.txt"},
		"read client secret":                      {"--client-id", "a", "--client-secret-file", "nofile.txt", "--token-url", "https://app.example/token"},
		"want NAME:VALUE":                         {"--header", "nonsense"},
		"the reports cannot be written":           {"--out", "/dev/null/rehearsal"},
		"unknown pack":                            {"--pack", "nope"},
		"with --shard: shards go on side by side": {"--sweep", "--shard", "1/2", "--seed", "1"},
	} {
		var out bytes.Buffer
		args := append([]string{"scim", "--image", "nothing.example/none:1", "--port", "80", "--out", t.TempDir()}, flags...)
		if code := run(t.Context(), args, streams{in: strings.NewReader(""), out: &out, err: &out}); code != exitUsage || !strings.Contains(out.String(), want) {
			t.Errorf("%v exits %d, want %d and %q:\n%s", flags, code, exitUsage, want, out.String())
		}
	}
}
