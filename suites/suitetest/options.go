package suitetest

import (
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// Option changes what is run or what fails the test.
type Option func(*settings)

type settings struct {
	only     []string
	packs    []suites.Pack
	dialects []string
	known    string
	failOn   result.Level
	parallel int
	outside  bool
	timeout  time.Duration
	fixed    *connector.Fixed
}

// Only chooses checks by ids, aliases or globs over them (* and ?), with what they need. The default is all.
func Only(patterns ...string) Option {
	return func(s *settings) { s.only = append(s.only, patterns...) }
}

// Packs chooses checks by packs. The default is [suites.DefaultPacks].
func Packs(packs ...suites.Pack) Option {
	return func(s *settings) { s.packs = append(s.packs, packs...) }
}

// Dialects chooses the dialects of requests, "default" and "aadOptscim062020", in which [SCIM] runs the checks. The default is both, unless the
// tenant URL carries the flag: then that one. With both, each check is a subtest for each dialect, such as
// endpoint.disable.string-false@default.
func Dialects(names ...string) Option {
	return func(s *settings) { s.dialects = append(s.dialects, names...) }
}

// KnownFailures names a file with checks that are known to fail: they are skipped when they do, and fail the test when they do
// not, or when their entry has expired.
func KnownFailures(file string) Option { return func(s *settings) { s.known = file } }

// FailOnRecommended lets failures of recommended checks fail the test, too. By default they are logged.
func FailOnRecommended() Option { return func(s *settings) { s.failOn = result.Recommended } }

// Parallel sets how many checks run side by side. The default is 8.
func Parallel(n int) Option { return func(s *settings) { s.parallel = n } }

// OutsideProcess lets the tenants of [RunConnector] listen on 127.0.0.1, for a driver of one's own that starts processes or asks servers.
func OutsideProcess() Option { return func(s *settings) { s.outside = true } }

// Fixed lets all tenants of [RunConnector] have the same id, application and addresses, for a connector that is configured once. Its Tell may start
// the connector.
func Fixed(f connector.Fixed) Option { return func(s *settings) { s.fixed = &f } }

// Timeout sets how long a connector may take for one operation. The default is [connector.DefaultTimeout].
func Timeout(d time.Duration) Option { return func(s *settings) { s.timeout = d } }
