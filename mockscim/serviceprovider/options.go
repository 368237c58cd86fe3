package serviceprovider

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// Option shapes an [Endpoint].
type Option func(*settings) error

// Limits bounds what one request may ask for. A zero field means its default.
type Limits struct {
	MaxResults int   // resources in one page; default 1000; also the page size when a request names no count
	MaxBody    int64 // bytes of a request body; default 1 MiB; more is 413

	MaxBulkOperations int   // operations of one bulk request; default 1000; more is 413
	MaxBulkPayload    int64 // bytes of its body; default 1 MiB; more is 413

	CursorTimeout time.Duration // how long a cursor is good between two pages; default 10 minutes
}

type settings struct {
	token            string
	expired          string // "" for none
	otherTenant      string // its token; "" for none
	clock            clockwork.Clock
	ids              func() string
	prefix           string
	extensions       []scim.Schema
	resourceTypes    []resourceTypeOption
	limits           Limits
	faults           []Fault
	userPatchBody    bool
	groupPatchBody   bool
	sharedGroupNames bool
	withoutETags     bool
	withoutCursors   bool
	withoutBulk      bool
	strict           bool
	oauth            *OAuth
	cursorsFirst     bool
	random           io.Reader
}

// WithToken is the bearer token every request must carry. "" (the default) leaves the endpoint open.
func WithToken(token string) Option {
	return func(s *settings) error { s.token = token; return nil }
}

// WithClock is where created and lastModified come from. Default: the real clock.
func WithClock(clock clockwork.Clock) Option {
	return func(s *settings) error { s.clock = clock; return nil }
}

// WithIDs is where the ids of new resources come from; calls are never concurrent. Default: random UUIDs.
func WithIDs(ids func() string) Option {
	return func(s *settings) error { s.ids = ids; return nil }
}

// WithPrefix serves everything below a path such as "/scim/v2". Default: the root.
func WithPrefix(path string) Option {
	return func(s *settings) error {
		path = strings.TrimRight(path, "/")
		if path != "" && !strings.HasPrefix(path, "/") {
			return fmt.Errorf("set prefix %q: it must begin with a slash", path)
		}
		s.prefix = path
		return nil
	}
}

// WithExtension adds a schema extension to users. It may be given more than once, with different URNs.
func WithExtension(schema scim.Schema) Option {
	return func(s *settings) error {
		if schema.ID == "" || len(schema.Attributes) == 0 {
			return fmt.Errorf("add extension %q: a schema needs an id and attributes", schema.ID)
		}
		for _, known := range s.extensions {
			if strings.EqualFold(known.ID, schema.ID) {
				return fmt.Errorf("add extension %q: it is there already", schema.ID)
			}
		}
		s.extensions = append(s.extensions, schema)
		return nil
	}
}

// WithLimits sets the bounds of a request.
func WithLimits(limits Limits) Option {
	return func(s *settings) error { s.limits = limits; return nil }
}

// WithPatchBody says whether PATCH answers 200 with the resource (true) or 204 without (false). RFC 7644 §3.5.2 leaves both
// open. Default: true for users; false for groups, as their member lists can be long.
func WithPatchBody(users, groups bool) Option {
	return func(s *settings) error { s.userPatchBody, s.groupPatchBody = users, groups; return nil }
}

// WithSharedGroupNames lets two groups have the same displayName. By default the second is a 409: Entra matches groups by
// displayName and needs it unique (Microsoft Learn, use-scim-to-provision-users-and-groups).
func WithSharedGroupNames() Option {
	return func(s *settings) error { s.sharedGroupNames = true; return nil }
}

// WithoutETags leaves entity tags out (RFC 7644 §3.14): no meta.version, no ETag header, and If-Match and If-None-Match are passed over.
// By default they are there and ServiceProviderConfig says so.
func WithoutETags() Option {
	return func(s *settings) error { s.withoutETags = true; return nil }
}

// WithRandom is where keys and tokens come from. Default: crypto/rand.
func WithRandom(random io.Reader) Option {
	return func(s *settings) error { s.random = random; return nil }
}

// WithoutCursors leaves pages by startIndex as the only ones. By default a list can also be read by cursor (RFC 9865), and
// ServiceProviderConfig says so.
func WithoutCursors() Option {
	return func(s *settings) error { s.withoutCursors = true; return nil }
}

// WithoutBulk makes /Bulk answer 501. By default bulk requests are done (RFC 7644 §3.7) and ServiceProviderConfig says so.
func WithoutBulk() Option {
	return func(s *settings) error { s.withoutBulk = true; return nil }
}

// WithCursorsFirst reads a list by cursor when the request names neither a cursor nor a startIndex (RFC 9865 §2.3). By default it is
// read by index.
func WithCursorsFirst() Option {
	return func(s *settings) error { s.cursorsFirst = true; return nil }
}

// WithFaults makes the endpoint break in the named ways of [Faults]. An unknown name is an error that says the nearest ones.
func WithFaults(names ...string) Option {
	return func(s *settings) error {
		for _, name := range names {
			fault, err := findFault(name)
			if err != nil {
				return err
			}
			s.faults = append(s.faults, fault)
		}
		return nil
	}
}
