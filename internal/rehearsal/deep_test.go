package rehearsal

import (
	"strings"
	"testing"
)

func TestDeeplyNestedListsAreRefusedAtOnce(t *testing.T) {
	for _, piece := range []string{"[", "{a: ", "- ", "? ", "- [\n", "[a, "} {
		_, err := LoadKnownFailures("deep.yaml", []byte(strings.Repeat(piece, maxKnownFile/len(piece))))
		if err == nil || !strings.HasSuffix(err.Error(), ":1: lists nested too deeply") {
			t.Errorf("%q, repeated: %v", piece, err)
		}
	}
	for _, piece := range []string{"- [a]\n", "- - a\n", "\"", "- id: x\n"} {
		if line := tooDeep(strings.Repeat(piece, 1000)); line != 0 {
			t.Errorf("%q, repeated, is too deep in line %d", piece, line)
		}
	}
}
