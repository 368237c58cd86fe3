package directory_test

import (
	"encoding/json"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestTheRevisionGrowsWithWhatASavedFileWouldHoldAndWithNothingElse(t *testing.T) {
	d := newTenant(t)
	ada := d.user("ada")
	c := d.Checkpoint()
	for _, step := range []struct {
		name string
		do   func()
		same bool
	}{
		{name: "an object", do: func() { d.user("bob") }},
		{name: "a photo", do: func() { d.must(d.SetPhoto(ada, "image/jpeg", []byte("picture"))) }},
		{name: "a photo taken away", do: func() { d.must(d.RemovePhoto(ada)) }},
		{name: "an entry of the audit log", do: func() { d.Audit(directory.DirectoryAudit{ActivityDisplayName: "Add user"}) }},
		{name: "an entry of the provisioning log", do: func() {
			d.RecordProvisioning(directory.ProvisioningRecord{ID: "1", Body: json.RawMessage(`{}`)})
		}},
		{name: "a rollback", do: func() { d.Rollback(c) }},
		{name: "reading", do: func() { saved(t, d.Directory); d.Audits(); d.Photo(ada) }, same: true},
		{name: "a refusal", do: func() { _ = d.Delete("nobody") }, same: true},
	} {
		before := d.Revision()
		step.do()
		if after := d.Revision(); (after == before) != step.same || after < before {
			t.Errorf("%s takes the revision from %d to %d", step.name, before, after)
		}
	}
}
