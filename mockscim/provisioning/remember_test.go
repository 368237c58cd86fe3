package provisioning_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// What a file says of a job is not believed: what cannot be is refused and changes nothing.
func TestWhatCannotBeIsNotRecalled(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	link := func(object string, kind directory.Type, anchor string) provisioning.Remembered {
		return provisioning.Remembered{Link: &provisioning.RememberedLink{Object: object, Type: kind, Anchor: anchor, Managed: true}}
	}
	s.ok(s.job.Recall(link("a", directory.User, "1")))
	s.ok(s.job.Recall(link("g", directory.Group, "1"))) // ids of users and groups are apart
	before := len(s.job.Remember())
	for said, part := range map[string]provisioning.Remembered{
		"it has no anchor": link("b", directory.User, ""), "it names no object": link("", directory.User, "2"), "which is not provisioned": link("b", directory.ServicePrincipal, "2"),
		`link of "a" to "2": one of them is linked already`: link("a", directory.User, "2"), `link of "b" to "1": one of them`: link("b", directory.User, "1"),
		"read failure: it names":      {Failed: &provisioning.RememberedEscrow{Type: directory.User}},
		"read doubt: \"b\" is a \"\"": {Doubt: &provisioning.RememberedDoubt{Object: "b"}},
	} {
		if err := s.job.Recall(part); err == nil || !strings.Contains(err.Error(), said) {
			t.Errorf("said is %v, want %s", err, said)
		}
	}
	if after := len(s.job.Remember()); after != before {
		t.Errorf("there are %d parts, there were %d", after, before)
	}
	if anchor, ok := s.job.Anchor("a"); !ok || anchor != "1" {
		t.Errorf("a is linked to %q", anchor)
	}
	s.ok(s.job.Recall(provisioning.Remembered{})) // of a newer version
}

func TestTheOutboxIsRemembered(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	want := provisioning.RememberedMail{
		From: provisioning.MailFrom, To: "ops@contoso.example", Subject: "in quarantine", Text: "why", Time: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), Error: "the server hung up",
	}
	s.ok(s.job.Recall(provisioning.Remembered{Mail: &want}))
	if mails := s.job.Outbox(); len(mails) != 1 || mails[0].To != want.To || mails[0].Error == nil || mails[0].Error.Error() != want.Error {
		t.Fatalf("the outbox has %+v", mails)
	}
	var kept []provisioning.RememberedMail
	for _, part := range s.job.Remember() {
		if part.Mail != nil {
			kept = append(kept, *part.Mail)
		}
	}
	if len(kept) != 1 || kept[0] != want {
		t.Errorf("kept %+v, want %+v", kept, want)
	}
}
