package mockgraph

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// The codes of refusals of subscriptions. Source: learn.microsoft.com/graph/api/resources/subscription; the texts as seen.
const (
	codeInvalidRequest = "InvalidRequest"
	codeExtension      = "ExtensionError"
	codeValidation     = "ValidationError"
)

const (
	maxClientState  = 128
	shortestMinutes = 45 // a shorter life is made this long. Source: learn.microsoft.com/graph/api/resources/subscription.
)

func invalidSubscription(format string, args ...any) *refusal {
	return refuse(http.StatusBadRequest, codeInvalidRequest, format, args...)
}

func badNotificationURL(name string) *refusal {
	return invalidSubscription("The %s must be an absolute URL that uses the https scheme.", name)
}

// newSubscription reads the body of a new subscription.
func (c *call) newSubscription() (subscription, error) {
	var body struct {
		ChangeType               string  `json:"changeType"`
		NotificationURL          string  `json:"notificationUrl"`
		LifecycleNotificationURL *string `json:"lifecycleNotificationUrl"`
		Resource                 string  `json:"resource"`
		ExpirationDateTime       string  `json:"expirationDateTime"`
		ClientState              *string `json:"clientState"`
		TLS                      *string `json:"latestSupportedTlsVersion"`
		IncludeResourceData      *bool   `json:"includeResourceData"`
	}
	if _, err := c.members(); err != nil {
		return subscription{}, err
	}
	if err := c.decode(&body, false); err != nil {
		return subscription{}, invalidSubscription("Could not process subscription creation payload. Are all property names spelled and camelCased properly? Also are the datetimeoffset properties in a valid internet Date and Time format?")
	}
	for _, required := range [][2]string{
		{"changeType", body.ChangeType}, {"notificationUrl", body.NotificationURL}, {"resource", body.Resource}, {"expirationDateTime", body.ExpirationDateTime},
	} {
		if required[1] == "" {
			return subscription{}, invalidSubscription("%s is a required property for subscription creation", required[0])
		}
	}
	s := subscription{
		id: c.t.newID(), application: c.claims.ClientID, creator: c.claims.ObjectID, resource: body.Resource, changeType: body.ChangeType,
		notificationURL: body.NotificationURL, tlsVersion: "v1_2",
	}
	if err := s.options(c, body.LifecycleNotificationURL, body.ClientState, body.TLS); err != nil {
		return s, err
	}
	if body.IncludeResourceData != nil && *body.IncludeResourceData {
		return s, invalidSubscription("Resource data cannot be included in notifications of resource '%s'.", clipped(body.Resource))
	}
	var err error
	if s.watch, err = c.watched(body.Resource); err != nil {
		return s, err
	}
	s.expiration, err = c.expiration(body.ExpirationDateTime, "Create")
	return s, err
}

// options checks what may be left out, and the URLs.
func (s *subscription) options(c *call, lifecycle, state, tls *string) error {
	for each := range strings.SplitSeq(s.changeType, ",") {
		if name := strings.TrimSpace(each); name != "created" && name != "updated" && name != "deleted" {
			return invalidSubscription("'%s' is not a valid changeType.", clipped(name))
		}
	}
	if !c.t.options.notifications.reachable(s.notificationURL) {
		return badNotificationURL("notificationUrl")
	}
	if lifecycle != nil {
		if s.lifecycle = *lifecycle; !c.t.options.notifications.reachable(s.lifecycle) {
			return badNotificationURL("lifecycleNotificationUrl")
		}
	}
	if state != nil {
		if s.clientState = *state; utf8.RuneCountInString(s.clientState) > maxClientState {
			return invalidSubscription("The clientState must not be longer than %d characters.", maxClientState)
		}
	}
	if tls != nil {
		switch s.tlsVersion = *tls; s.tlsVersion {
		case "v1_0", "v1_1", "v1_2", "v1_3":
		default:
			return invalidSubscription("'%s' is not a valid latestSupportedTlsVersion.", clipped(s.tlsVersion))
		}
	}
	return nil
}

// expiration reads until when a subscription is to live.
func (c *call) expiration(text, operation string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, invalidSubscription("Could not process subscription payload. The expirationDateTime '%s' is not a valid date and time.", clipped(text))
	}
	life := c.t.options.notifications.maxLife()
	switch {
	case !at.After(c.now):
		return at, invalidSubscription("Subscription expiration date must be in the future.")
	case at.Sub(c.now) > life:
		return at, refuse(http.StatusBadRequest, codeExtension, "%s", fmt.Sprintf(
			"Operation: %s; Exception: [Status Code: BadRequest; Reason: Subscription expiration can only be %d minutes in the future.]", operation, int(life.Minutes())))
	case at.Sub(c.now) < shortestMinutes*time.Minute:
		at = c.now.Add(shortestMinutes * time.Minute)
	}
	return at.UTC(), nil
}

// watch is what a subscription looks at.
type watch struct {
	of      directory.Type // user or group
	id      string         // of one object, "" for all
	members bool           // of a group, only
}

func (w watch) set() string {
	if w.of == directory.User {
		return "users"
	}
	return "groups"
}

// watched reads the resource of a subscription: users, users/{id}, groups, groups/{id}, groups/{id}/members.
func (c *call) watched(resource string) (watch, error) {
	path, _, _ := strings.Cut(resource, "?")
	address, problem := parsePath("/v1.0/"+strings.TrimPrefix(path, "/"), func(string) bool { return false }, c.t.routing.words)
	if problem != "" || len(address.segments) == 0 {
		return watch{}, invalidSubscription("Resource '%s' is not valid.", clipped(resource))
	}
	s := address.segments
	w := watch{of: map[string]directory.Type{"users": directory.User, "groups": directory.Group}[s[0]]}
	switch {
	case w.of == "" || len(s) > 3 || len(s) == 3 && (w.of != directory.Group || s[2] != "members"):
		return w, notBuilt("A subscription to " + clipped(resource))
	case len(s) == 1:
		return w, nil
	}
	o, err := c.fresh(w.of, s[1])
	if err != nil {
		return w, err
	}
	w.id, w.members = o.ID(), len(s) == 3
	return w, nil
}
