package endpoint

import (
	"fmt"
	"strings"
	"testing"
)

// TestMappingsThatAreTooManyAreTold holds: of more mappings than are judged those left out are named, and none of them is said to be judged.
func TestMappingsThatAreTooManyAreTold(t *testing.T) {
	t.Parallel()
	s := &shape{}
	for i := range maxCustom + 2 {
		s.custom = append(s.custom, Flow{fmt.Sprintf("extensionAttribute%d", i+1), fmt.Sprintf("urn:acme:User:a%d", i+1)})
	}
	target := &Target{shape: s}
	var said []string
	target.adaptCustoms(func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) })
	const want = "judge 10 attributes of extensions and leave out: urn:acme:User:a11, urn:acme:User:a12."
	if len(said) != maxCustom+1 || !strings.HasSuffix(said[maxCustom], want) {
		t.Errorf("said is %q, want %d sentences and then one with %q", said, maxCustom, want)
	}
}
