package connector_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
)

func TestTheCatalogueIsSound(t *testing.T) {
	t.Parallel()
	var specs []suites.Spec
	for _, c := range connector.Checks() {
		specs = append(specs, c.Spec)
	}
	if err := suites.Validate(specs); err != nil {
		t.Error(err)
	}
}
