package mockgraph

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// event is one thing to tell a subscriber: of an object, or of the subscription itself.
type event struct {
	changeType string // updated or deleted; "" for a lifecycle event
	lifecycle  string // reauthorizationRequired, subscriptionRemoved or missed
	object     string
	delta      []memberDelta
	sequence   uint64
	at         time.Time
}

// memberDelta is a member that came or went.
type memberDelta struct {
	ID      string `json:"id"`
	Removed string `json:"@removed,omitempty"`
}

// Lifecycle events. Source: learn.microsoft.com/graph/change-notifications-lifecycle-events.
const (
	reauthorizationRequired = "reauthorizationRequired"
	subscriptionRemoved     = "subscriptionRemoved"
	notificationsMissed     = "missed"
)

const (
	changeUpdated = "updated"
	changeDeleted = "deleted"
)

// changeTypes are what changes of an object are called: creation and the way into the recycle bin are updates.
// Source: learn.microsoft.com/graph/api/resources/subscription, changeType. It is never written.
var changeTypes = map[directory.Operation]string{
	directory.Created: changeUpdated, directory.Updated: changeUpdated, directory.Deleted: changeUpdated, directory.Restored: changeUpdated,
	directory.Purged: changeDeleted,
}

// hears says what a change means to who watches, false for nothing.
func (w watch) hears(c directory.Change) (event, bool) {
	if c.Type != w.of || w.id != "" && w.id != c.ObjectID {
		return event{}, false
	}
	e := event{changeType: changeTypes[c.Operation], object: c.ObjectID, sequence: c.Sequence, at: c.Time}
	link := c.Operation == directory.LinkAdded || c.Operation == directory.LinkRemoved
	switch {
	case link && c.Relation == directory.Members:
		member := memberDelta{ID: c.TargetID}
		if c.Operation == directory.LinkRemoved {
			member.Removed = "deleted"
		}
		e.changeType, e.delta = changeUpdated, []memberDelta{member}
	case link && (c.Relation == directory.Manager || c.Relation == directory.Owners):
		e.changeType = changeUpdated
	}
	return e, e.changeType != "" && (!w.members || len(e.delta) > 0)
}

// maxDelta bounds the members of one notification.
const maxDelta = 100

// merge adds an event to one before it about the same object, false when they are better told apart.
func (e *event) merge(next event) bool {
	if e.object != next.object || e.changeType != next.changeType || len(e.delta)+len(next.delta) > maxDelta {
		return false
	}
	e.delta = append(e.delta, next.delta...)
	e.sequence, e.at = next.sequence, next.at
	return true
}

// The shapes on the wire.
// Source: learn.microsoft.com/graph/api/resources/changenotification, …/lifecycleeventtype.
type (
	notificationBody struct {
		Value []any `json:"value"`
	}
	changeNotification struct {
		ID             string       `json:"id"`
		SubscriptionID string       `json:"subscriptionId"`
		Expiration     time.Time    `json:"subscriptionExpirationDateTime"`
		ClientState    nullable     `json:"clientState"`
		ChangeType     string       `json:"changeType"`
		Resource       string       `json:"resource"`
		TenantID       string       `json:"tenantId"`
		ResourceData   resourceData `json:"resourceData"`
	}
	resourceData struct {
		Type           string        `json:"@odata.type"`
		Address        string        `json:"@odata.id"`
		ID             string        `json:"id"`
		OrganizationID string        `json:"organizationId"`
		SequenceNumber int64         `json:"sequenceNumber"`
		Members        []memberDelta `json:"members@delta,omitempty"`
	}
	lifecycleNotification struct {
		SubscriptionID string    `json:"subscriptionId"`
		Expiration     time.Time `json:"subscriptionExpirationDateTime"`
		TenantID       string    `json:"tenantId"`
		ClientState    nullable  `json:"clientState"`
		LifecycleEvent string    `json:"lifecycleEvent"`
	}
)

// tell is an event as it is sent to the subscriber. It is the same however often it is sent, but for a renewed expiration.
func (s *subscription) tell(e event, tenant string) any {
	if e.lifecycle != "" {
		return lifecycleNotification{s.id, s.expiration, tenant, nullable(s.clientState), e.lifecycle}
	}
	kind, set := "User", "Users"
	if s.watch.of == directory.Group {
		kind, set = "Group", "Groups"
	}
	address := set + "/" + e.object
	return changeNotification{
		ID:             uuid.NewSHA1(uuid.NameSpaceOID, []byte(s.id+" "+strconv.FormatUint(e.sequence, 10))).String(),
		SubscriptionID: s.id, Expiration: s.expiration, ClientState: nullable(s.clientState), ChangeType: e.changeType, Resource: address, TenantID: tenant,
		ResourceData: resourceData{
			Type: "#Microsoft.Graph." + kind, Address: address, ID: e.object, OrganizationID: tenant, SequenceNumber: ticks(e.at) + int64(e.sequence), //nolint:gosec // G115: a log has fewer than 2^63 changes
			Members: e.delta,
		},
	}
}

// ticks counts tenths of microseconds since the year 1, as sequence numbers look.
func ticks(at time.Time) int64 { return at.UnixNano()/100 + 621_355_968_000_000_000 }

// body is the request body for some events.
func (s *subscription) body(events []event, tenant string) ([]byte, error) {
	b := notificationBody{Value: make([]any, 0, len(events))}
	for _, e := range events {
		b.Value = append(b.Value, s.tell(e, tenant))
	}
	return marshal(b)
}
