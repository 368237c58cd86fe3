package mockgraph

import (
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// subscriptionRoutes are the routes of change notifications.
// Source: learn.microsoft.com/graph/api/resources/subscription.
func subscriptionRoutes() []route {
	return []route{
		{method: http.MethodGet, template: "/subscriptions", serve: listSubscriptions},
		{method: http.MethodPost, template: "/subscriptions", serve: createSubscription},
		{method: http.MethodGet, template: "/subscriptions/{id}", serve: getSubscription},
		{method: http.MethodPatch, template: "/subscriptions/{id}", serve: updateSubscription},
		{method: http.MethodDelete, template: "/subscriptions/{id}", serve: deleteSubscription},
		{method: http.MethodPost, template: "/subscriptions/{id}/reauthorize", serve: reauthorizeSubscription, rule: "/subscriptions"},
	}
}

// subscriptionSchema lists the properties of subscription.
var subscriptionSchema = sync.OnceValue(func() *odata.Schema {
	return odata.NewSchema("subscription", false,
		field("id", directory.String), field("resource", directory.String), field("applicationId", directory.String), field("changeType", directory.String),
		field("clientState", directory.String), field("notificationUrl", directory.String), field("notificationQueryOptions", directory.String),
		field("lifecycleNotificationUrl", directory.String), field("expirationDateTime", directory.DateTime), field("creatorId", directory.String),
		field("includeResourceData", directory.Boolean), field("latestSupportedTlsVersion", directory.String),
		field("encryptionCertificate", directory.String), field("encryptionCertificateId", directory.String), field("notificationUrlAppId", directory.String),
	)
})

// subscription is who wants to hear of what. A value is a copy: [notifier] keeps the one that counts.
type subscription struct {
	id, application, creator   string
	resource                   string // as the client wrote it
	watch                      watch
	changeType                 string // as the client wrote it
	notificationURL, lifecycle string
	clientState, tlsVersion    string
	expiration                 time.Time
}

// ID returns the id.
func (s *subscription) ID() string { return s.id }

// Property returns a member by Graph's name.
func (s *subscription) Property(name string) any {
	text := map[string]string{
		"resource": s.resource, "applicationId": s.application, "changeType": s.changeType, "clientState": s.clientState, "notificationUrl": s.notificationURL,
		"lifecycleNotificationUrl": s.lifecycle, "creatorId": s.creator, "latestSupportedTlsVersion": s.tlsVersion,
	}[name]
	switch {
	case name == "expirationDateTime":
		return s.expiration
	case text != "":
		return text
	}
	return nil
}

const subscriptionSet = "subscriptions"

// subscriptions are those of the calling application; one of another's is not there for it.
func (c *call) subscriptions() iter.Seq[odata.Record] {
	return func(yield func(odata.Record) bool) {
		for _, s := range c.t.notifier.all(c.now) {
			if strings.EqualFold(s.application, c.claims.ClientID) && !yield(&s) {
				return
			}
		}
	}
}

func (c *call) subscription() (subscription, error) {
	s, ok := c.t.notifier.get(c.vars["id"], c.now)
	if !ok || !strings.EqualFold(s.application, c.claims.ClientID) {
		return subscription{}, refuse(http.StatusNotFound, "ResourceNotFound", "The object was not found.")
	}
	return s, nil
}

func listSubscriptions(c *call) error {
	return c.listOver(odata.Collection{Schema: subscriptionSchema()}, subscriptionSet, c.subscriptions())
}

func getSubscription(c *call) error {
	s, err := c.subscription()
	if err != nil {
		return err
	}
	return c.record(http.StatusOK, odata.Collection{Schema: subscriptionSchema()}, subscriptionSet, &s)
}

// createSubscription asks the endpoint whether it wants to be notified before it keeps the subscription.
// Source: learn.microsoft.com/graph/api/subscription-post-subscriptions.
func createSubscription(c *call) error {
	s, err := c.newSubscription()
	if err != nil {
		return err
	}
	// Who may write what is watched may watch it: the page names the least privileged permission only.
	caller := permission.Caller{
		AppOnly: c.claims.AppOnly, Scopes: permission.WithImplied(c.claims.Scopes), Roles: permission.WithImplied(c.claims.Roles),
	}
	if rule, known := permission.Subscribe(s.watch.set()); !known || !rule.Allows(caller).Allowed {
		return &directory.Error{Code: directory.CodeDenied, Message: "Insufficient privileges to complete the operation."}
	}
	if err := c.handshake(s.notificationURL); err != nil {
		return err
	}
	if s.lifecycle != "" && s.lifecycle != s.notificationURL {
		if err := c.handshake(s.lifecycle); err != nil {
			return err
		}
	}
	if !c.t.notifier.add(s) {
		return refuse(http.StatusForbidden, codeExtension, "Operation: Create; Exception: [Status Code: Forbidden; Reason: The subscription limit of the tenant is reached.]")
	}
	c.setHeader("Location", c.base+"/subscriptions/"+s.id)
	return c.record(http.StatusCreated, odata.Collection{Schema: subscriptionSchema()}, subscriptionSet, &s)
}

// updateSubscription renews a subscription, and sends its notifications elsewhere when asked to.
// Source: learn.microsoft.com/graph/api/subscription-update.
func updateSubscription(c *call) error {
	s, err := c.subscription()
	if err != nil {
		return err
	}
	body := struct {
		ExpirationDateTime *string `json:"expirationDateTime"`
		NotificationURL    *string `json:"notificationUrl"`
	}{}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	if body.ExpirationDateTime == nil && body.NotificationURL == nil {
		return invalidSubscription("expirationDateTime is a required property for subscription update")
	}
	if body.ExpirationDateTime != nil {
		if s.expiration, err = c.expiration(*body.ExpirationDateTime, "Update"); err != nil {
			return err
		}
	}
	if body.NotificationURL != nil {
		if s.notificationURL = *body.NotificationURL; !c.t.options.notifications.reachable(s.notificationURL) {
			return badNotificationURL("notificationUrl")
		}
		if err := c.handshake(s.notificationURL); err != nil {
			return err
		}
	}
	if !c.t.notifier.replace(s, c.now) {
		return refuse(http.StatusNotFound, "ResourceNotFound", "The object was not found.")
	}
	return c.record(http.StatusOK, odata.Collection{Schema: subscriptionSchema()}, subscriptionSet, &s)
}

func deleteSubscription(c *call) error {
	s, err := c.subscription()
	if err != nil {
		return err
	}
	c.t.notifier.remove(s.id)
	return c.noContent()
}

// reauthorizeSubscription answers a lifecycle notification that asks for it.
// Source: learn.microsoft.com/graph/api/subscription-reauthorize.
func reauthorizeSubscription(c *call) error {
	s, err := c.subscription()
	if err != nil {
		return err
	}
	c.t.notifier.reauthorize(s.id)
	return c.noContent()
}

// wants says whether the subscription is for a kind of change.
func (s *subscription) wants(changeType string) bool {
	return slices.ContainsFunc(strings.Split(s.changeType, ","), func(each string) bool { return strings.TrimSpace(each) == changeType })
}
