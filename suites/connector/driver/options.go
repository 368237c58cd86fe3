package driver

import (
	"net/http"
	"time"

	"github.com/rehearse-id/rehearse/suites/connector"
)

// Option changes how a driver works.
type Option func(*settings)

type settings struct {
	folder      string
	grace       time.Duration
	client      *http.Client
	description *connector.Description
	licences    string
	graphID     string
	names       map[connector.Type]map[string]string
	maxLine     int
	maxTotal    int64
}

func settled(opts []Option) settings {
	s := settings{grace: DefaultGrace, maxLine: MaxLine, maxTotal: MaxOutput}
	for _, opt := range opts {
		opt(&s)
	}
	return s
}

// DefaultGrace is how long a process that is asked to end may take before it is killed.
const DefaultGrace = 500 * time.Millisecond

// Bounds of what is read of a connector.
const (
	MaxLine   = 4 << 20  // bytes of an answer
	MaxOutput = 64 << 20 // bytes of standard output, and of standard error, between two messages
)

// WithFolder sets the folder in which the process of [NewExec] works. The default is that of this process.
func WithFolder(folder string) Option { return func(s *settings) { s.folder = folder } }

// WithGrace sets how long a process of [NewExec] that is asked to end may take before it is killed. The default is [DefaultGrace].
func WithGrace(d time.Duration) Option { return func(s *settings) { s.grace = max(d, 0) } }

// WithClient sets the client that sends the requests of [NewWebhook] and [NewSCIM], such as one that trusts a certificate of one's own. Redirects are
// refused whatever it says.
func WithClient(c *http.Client) Option { return func(s *settings) { s.client = c } }

// WithDescription says what a gateway of [NewSCIM] can do, in the place of what is assumed of all; see [NewSCIM].
func WithDescription(d connector.Description) Option {
	return func(s *settings) { s.description = &d }
}

// WithLicenses lets [NewSCIM] assign and remove licences as values of this attribute of a SCIM user, roles or entitlements, each value the id of
// a SKU. By default licences are not declared.
func WithLicenses(attribute string) Option { return func(s *settings) { s.licences = attribute } }

// WithGraphID names the SCIM attribute in which a gateway of [NewSCIM] tells the id that an object has in Graph. The default is id.
func WithGraphID(attribute string) Option { return func(s *settings) { s.graphID = attribute } }
