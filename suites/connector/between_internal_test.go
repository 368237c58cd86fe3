package connector

import (
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

func TestAWaitIsSeenOnTheTenantsClockOrInRealTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name                string
		steered, real, want time.Duration
	}{
		{"on the tenant's clock", 7 * time.Second, time.Millisecond, 7 * time.Second},
		{"by a clock of the connector's own, while the tenant's stands still", 0, 7 * time.Second, 7 * time.Second},
		{"at once, on a busy machine", 0, 100 * time.Millisecond, 0},
	} {
		first := &Call{At: now, Exchange: &exchange.Exchange{Started: now}}
		second := &Call{At: now.Add(c.steered), Exchange: &exchange.Exchange{Started: now.Add(c.real)}}
		if got := between(first, second); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// refusedBatch is a batch that was refused as a whole.
func refusedBatch(status int, body string) *Call {
	c := sentCall("POST", "/v1.0/$batch", body, `{"error":{"code":"TooManyRequests"}}`)
	c.Response.Status = status
	return c
}

func TestABatchThatIsRefusedAsAWholeRefusesItsItems(t *testing.T) {
	t.Parallel()
	patch := `{"requests":[{"id":"1","method":"PATCH","url":"/users/1","body":{}}]}`
	if all := pauses([]*Call{refusedBatch(429, patch), refusedBatch(200, patch)}, 429); len(all) != 1 || all[0].again == nil {
		t.Errorf("pauses are %v, want one after which the item was sent again", all)
	}
	away := func(status int) bool { return status >= 500 }
	if s := siege([]*Call{refusedBatch(503, patch), refusedBatch(503, patch), refusedBatch(503, patch)}, away); s.tries != 3 {
		t.Errorf("%v, want 3 tries", s)
	}
	members := `{"requests":[{"id":"1","method":"POST","url":"/groups/1/members/$ref","body":{"@odata.id":"a"}},{"id":"2","method":"POST","url":"/groups/1/members/$ref","body":{"@odata.id":"b"}}]}`
	if s := siege([]*Call{refusedBatch(503, members), refusedBatch(503, members)}, away); s.tries != 2 {
		t.Errorf("%v, want 2 tries: two members in one batch are no repetition", s)
	}
}

func TestActionsAreKnownWithTheirNamespace(t *testing.T) {
	t.Parallel()
	assign := asksOf([]*Call{sentCall("POST", "/v1.0/users/1/microsoft.graph.assignLicense", "{}", "{}")})[0]
	if !assign.is("POST", "/users/*/assignLicense") || !assign.writes() {
		t.Errorf("%v is not known for what it is", assign)
	}
	if read := asksOf([]*Call{sentCall("POST", "/v1.0/users/1/microsoft.graph.getMemberGroups", "{}", "{}")})[0]; read.writes() {
		t.Errorf("%v is taken for a write", read)
	}
}
