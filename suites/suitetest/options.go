package suitetest

import (
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
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
