package mockgraph

import (
	"net"
	"net/http"
	"net/url"
	"time"
)

// notificationOptions are the options of change notifications.
type notificationOptions struct {
	client      *http.Client
	life        time.Duration
	limit       int
	latency     time.Duration
	httpsOnly   bool
	manual      bool
	reauthorize time.Duration
}

// What subscriptions do when nothing else is said.
const (
	defaultSubscriptionLife  = 41_760 * time.Minute
	defaultSubscriptionLimit = 50_000
	defaultReauthorization   = 15 * time.Minute
)

// WithNotificationClient sets the HTTP client that validates notification URLs and delivers notifications, for endpoints with a
// certificate of their own or inside the process. By default one that trusts what the system trusts and follows no redirects.
// Validation waits 10 seconds, delivery 30, whatever the client.
func WithNotificationClient(client *http.Client) Option {
	return func(o *options) { o.notifications.client = client }
}

// WithSubscriptionLife sets how long a subscription may live, 41,760 minutes by default; newer pages say 42,300.
// Source: learn.microsoft.com/graph/change-notifications-overview, subscription lifetime.
func WithSubscriptionLife(longest time.Duration) Option {
	return func(o *options) { o.notifications.life = longest }
}

// WithSubscriptionLimit sets how many subscriptions the tenant may have, 50,000 by default. The quotas are not documented exactly.
func WithSubscriptionLimit(n int) Option { return func(o *options) { o.notifications.limit = n } }

// WithNotificationLatency sets how long after a change its notification is sent, 0 by default; Graph says up to minutes.
func WithNotificationLatency(d time.Duration) Option {
	return func(o *options) { o.notifications.latency = d }
}

// WithoutPlainNotifications refuses notification URLs that use http, as Graph does. By default loopback addresses may, so that an
// endpoint needs no certificate on the same machine.
func WithoutPlainNotifications() Option { return func(o *options) { o.notifications.httpsOnly = true } }

// WithManualNotifications starts no worker: notifications go out when [Tenant.DeliverNotifications] is called, and only then.
func WithManualNotifications() Option { return func(o *options) { o.notifications.manual = true } }

// WithReauthorizationNotice sets how long before a subscription expires its lifecycle endpoint is told reauthorizationRequired, 15
// minutes by default. When Graph does so is not documented.
func WithReauthorizationNotice(before time.Duration) Option {
	return func(o *options) { o.notifications.reauthorize = before }
}

func (o notificationOptions) maxLife() time.Duration {
	if o.life > 0 {
		return o.life
	}
	return defaultSubscriptionLife
}

// reachable says whether a URL is one that notifications may be sent to.
func (o notificationOptions) reachable(text string) bool {
	if len(text) > maxPath {
		return false
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	if u.Scheme == "https" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && !o.httpsOnly && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}
