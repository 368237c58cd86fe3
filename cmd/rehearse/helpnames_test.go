package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/suites"
)

func TestHelpNamesEveryStageAndPack(t *testing.T) {
	for command, names := range map[string]string{"list": inARow(suites.Stages()), "scim": inARow(suites.Packs())} {
		var out bytes.Buffer
		run(t.Context(), []string{command, "--help"}, streams{out: &out, err: &out})
		if help := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(help, names+" (") {
			t.Errorf("the help of %s does not name %s:\n%s", command, names, out.String())
		}
	}
}
