package suitetest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/connector/driver"
	"github.com/rehearse-id/rehearse/suites/endpoint"
	"github.com/rehearse-id/rehearse/suites/suitetest"
)

// The tests are children: this test binary again, playing the part of a vendor's package that SUITETEST_PART names. The parent reads what
// "go test" would show.

func TestMain(m *testing.M) {
	if os.Getenv("SUITETEST_PART") != "" {
		os.Exit(m.Run())
	}
	goleak.VerifyTestMain(m)
}

var parts = map[string]func(t *testing.T){
	"outcomes":    func(t *testing.T) { suitetest.RunRunnables(t, fakes()) },
	"recommended": func(t *testing.T) { suitetest.RunRunnables(t, fakes(), suitetest.FailOnRecommended()) },
	"only": func(t *testing.T) {
		suitetest.RunRunnables(t, fakes(), suitetest.Only("*passes", "*.skips"), suitetest.Parallel(1))
	},
	"packs": func(t *testing.T) { suitetest.RunRunnables(t, fakes(), suitetest.Packs(suites.Load)) },
	"typo":  func(t *testing.T) { suitetest.RunRunnables(t, fakes(), suitetest.Only("e.create.pases")) },
	"empty": func(t *testing.T) { suitetest.RunRunnables(t, nil) },
	"dialects": func(t *testing.T) {
		rs := fakes()[:1]
		rs = append(rs, rs[0])
		rs[0].Dialect, rs[1].Dialect = "x", "y"
		suitetest.RunRunnables(t, rs)
	},
	"known": func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "known.yaml")
		entries := "- {id: e.create.fails, reason: ticket 7, owner: iam, expires: 2999-01-01}\n- {id: e.create.passes, reason: ticket 8, owner: iam, expires: 2999-01-01}\n"
		if err := os.WriteFile(file, []byte(entries), 0o600); err != nil {
			t.Fatal(err)
		}
		suitetest.RunRunnables(t, fakes(), suitetest.Only("*.fails", "*.passes", "*.blocked"), suitetest.KnownFailures(file))
	},
	"no-known-file": func(t *testing.T) { suitetest.RunRunnables(t, fakes(), suitetest.KnownFailures("no/such/file")) },
	"out-of-time": func(t *testing.T) {
		suitetest.RunRunnables(t, []suites.Runnable{bind("waits", result.Required, func(ctx context.Context, c *suites.T) {
			c.Cleanup(func(ctx context.Context) error {
				t.Logf("cleaned up, %v", ctx.Err())
				return &suites.LeftoverError{URL: "http://t/1", Err: os.ErrPermission}
			})
			<-ctx.Done()
		})})
	},
	"vendor": func(t *testing.T) {
		suitetest.RunRunnables(t, fakes()[:1])
		gomega.RegisterFailHandler(ginkgo.Fail)
		ginkgo.RunSpecs(t, "the vendor's own suite")
	},
	"scim": func(t *testing.T) { suitetest.SCIM(t, endpointWith(t)) },
	"scim-broken": func(t *testing.T) {
		suitetest.SCIM(t, endpointWith(t, "title-trimmed", "patch-string-false-ignored"), suitetest.Only("endpoint.disable.string-false"))
	},
	"scim-one-dialect": func(t *testing.T) {
		suitetest.SCIM(t, endpointWith(t), suitetest.Dialects("default"), suitetest.Only("endpoint.disable.lower-case"))
	},
	"scim-flagged": func(t *testing.T) {
		config := endpointWith(t)
		config.URL += "?aadOptscim062020"
		suitetest.SCIM(t, config, suitetest.Only("endpoint.disable.string-false"))
	},
	"scim-broken-with-flag": func(t *testing.T) {
		suitetest.SCIM(t, endpointWith(t, "boolean-false-ignored"), suitetest.Only("endpoint.disable.string-false"))
	},
	"scim-dies": func(t *testing.T) {
		config := endpointWith(t)
		config.Transport = &mortal{left: 200}
		suitetest.SCIM(t, config)
	},
	"connector": func(t *testing.T) {
		suitetest.RunConnector(t, referenceConnector(t), suitetest.Only("connector.setup.*", "connector.create.user", "connector.disable.account-disabled"))
	},
	"connector-broken": func(t *testing.T) {
		suitetest.RunConnector(t, referenceConnector(t, "wrong-secret-hidden"), suitetest.Only("connector.setup.wrong-secret"))
	},
	"connector-outside": func(t *testing.T) {
		suitetest.RunConnector(t, referenceConnector(t), suitetest.OutsideProcess(), suitetest.Timeout(20*time.Second), suitetest.Only("connector.setup.test-configuration"))
	},
	"connector-absent": func(t *testing.T) {
		suitetest.RunConnector(t, driver.NewExec([]string{"./no-such-adapter"}), suitetest.Only("connector.create.user"))
	},
	"scim-absent": func(t *testing.T) {
		suitetest.SCIM(t, endpoint.Config{URL: "http://127.0.0.1:1/scim", Timeout: time.Second})
	},
}

// What a vendor has registered at import time, as vendors do.
var _ = ginkgo.Describe("the vendor's own", func() {
	ginkgo.It("still runs", func() { ginkgo.GinkgoWriter.Println("it ran") })
	ginkgo.It("still fails", func() { gomega.Expect(os.Getenv("VENDOR_FAILS")).To(gomega.BeEmpty()) })
})

func TestPart(t *testing.T) {
	part, ok := parts[os.Getenv("SUITETEST_PART")]
	if !ok {
		t.Skip("only as a child")
	}
	part(t)
}

func bind(name string, level result.Level, does func(ctx context.Context, t *suites.T), needs ...string) suites.Runnable {
	check := suites.Check[*suites.T]{
		Spec: suites.Spec{ID: "e.create." + name, Title: "title of " + name, Stage: suites.Create, Packs: []suites.Pack{suites.Lifecycle}, Level: level, Why: "because", Needs: needs},
		Run:  does,
	}
	return suites.Bind([]suites.Check[*suites.T]{check}, "", func(_ context.Context, t *suites.T) (*suites.T, error) { return t, nil })[0]
}

func fakes() []suites.Runnable {
	fails := func(_ context.Context, t *suites.T) { t.That("the sky is blue", "grey", gomega.Equal("blue")) }
	return []suites.Runnable{
		bind("passes", result.Required, func(context.Context, *suites.T) {}),
		bind("fails", result.Required, fails),
		bind("fails-softly", result.Recommended, fails),
		bind("skips", result.Required, func(_ context.Context, t *suites.T) { t.Skip("no roles") }),
		bind("blocked", result.Required, nil, "e.create.fails"),
		bind("panics", result.Informational, func(context.Context, *suites.T) { panic("boom") }),
	}
}

func endpointWith(t *testing.T, faults ...string) endpoint.Config {
	var known []string
	for _, f := range serviceprovider.Faults() {
		for _, wanted := range faults {
			if f.Name == wanted {
				known = append(known, wanted)
			}
		}
	}
	h, err := serviceprovider.New(serviceprovider.WithToken("a-good-token-7f3e"), serviceprovider.WithFaults(known...))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.StripPrefix("/scim", h))
	t.Cleanup(server.Close)
	return endpoint.Config{URL: server.URL + "/scim", Token: "a-good-token-7f3e"}
}

func referenceConnector(t *testing.T, faults ...string) connector.Driver {
	d, err := refdriver.New(faults...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// mortal refuses every connection after some requests.
type mortal struct {
	left int64
}

func (m *mortal) RoundTrip(req *http.Request) (*http.Response, error) {
	if atomic.AddInt64(&m.left, -1) < 0 {
		return nil, syscall.ECONNREFUSED
	}
	return http.DefaultTransport.RoundTrip(req)
}

func TestWhatGoTestShows(t *testing.T) {
	for _, tc := range []struct {
		part  string
		flags []string
		env   string
		fails bool
		want  []string // regular expressions
		not   []string
	}{
		{part: "outcomes", fails: true, want: []string{
			`--- PASS: TestPart/e\.create\.passes `, `--- FAIL: TestPart/e\.create\.fails `, `--- PASS: TestPart/e\.create\.fails-softly `,
			`--- SKIP: TestPart/e\.create\.skips `, `no roles`, `--- FAIL: TestPart/e\.create\.blocked `, `blocked by e\.create\.fails: needs e\.create\.fails, which failed`,
			`--- FAIL: TestPart/e\.create\.panics `, `not run: the harness failed: panic: boom`,
			`failed\n\s+the sky is blue\n\s+expected:  "blue"\n\s+actual:    "grey"\n\s+why:       because`,
			`recommended only: failed\n`, `fault of the harness, not of the target: e\.create\.panics: panic: boom`,
		}},
		{part: "recommended", fails: true, want: []string{`--- FAIL: TestPart/e\.create\.fails-softly `}},
		{part: "only", want: []string{`--- PASS: TestPart/e\.create\.passes `, `--- SKIP: TestPart/e\.create\.skips `}, not: []string{`fails`}},
		{part: "packs", want: []string{`--- PASS: TestPart `}, not: []string{`TestPart/`}},
		{part: "empty", want: []string{`--- PASS: TestPart `}},
		{part: "typo", fails: true, want: []string{`there is no check "e\.create\.pases"; nearest: e\.create\.passes`}},
		{part: "dialects", want: []string{`--- PASS: TestPart/e\.create\.passes@x `, `--- PASS: TestPart/e\.create\.passes@y `}},
		{part: "known", fails: true, want: []string{
			`--- SKIP: TestPart/e\.create\.fails `, `known failure until 2999-01-01 \(owner iam\): ticket 7\n\s+the sky is blue`,
			`--- FAIL: TestPart/e\.create\.passes `, `unexpected-pass: listed as a known failure \(ticket 8\)`,
			`--- SKIP: TestPart/e\.create\.blocked `, `blocked by e\.create\.fails, a known failure: ticket 7`,
		}},
		{part: "no-known-file", fails: true, want: []string{`read known failures: open no/such/file`}},
		{part: "outcomes", flags: []string{"-test.run=^TestPart$/^e.create.passes$"}, fails: true, want: []string{`--- PASS: TestPart/e\.create\.passes `}, not: []string{`TestPart/e\.create\.skips`}},
		{part: "out-of-time", flags: []string{"-test.timeout=2s"}, fails: true, want: []string{
			`cleaned up, <nil>`, `--- FAIL: TestPart/e\.create\.waits `, `not run: the run was interrupted`, `The run was interrupted; 1 of 1 checks were not run\.`,
			`left on the target: http://t/1 permission denied`,
		}, not: []string{`panic: test timed out`}},
		{part: "vendor", want: []string{`--- PASS: TestPart/e\.create\.passes `, `Ran 2 of 2 Specs`, `2 Passed`}},
		{part: "vendor", env: "VENDOR_FAILS=yes", fails: true, want: []string{`--- PASS: TestPart/e\.create\.passes `, `Ran 2 of 2 Specs`, `1 Passed .* 1 Failed`}},
		{part: "scim", want: []string{`--- PASS: TestPart/endpoint\.create\.user@default `, `--- PASS: TestPart/endpoint\.disable\.string-false@default `, `--- PASS: TestPart/endpoint\.disable\.string-false@aadOptscim062020 `,
			`--- SKIP: TestPart/endpoint\.disable\.lower-case@aadOptscim062020 `}, not: []string{`--- FAIL`, `left on the target`}},
		{part: "scim-broken", fails: true, want: []string{`--- FAIL: TestPart/endpoint\.disable\.string-false@default `, `--- PASS: TestPart/endpoint\.disable\.string-false@aadOptscim062020 `, `PATCH /scim/Users/`, `curl `}, not: []string{"a-good-token-7f3e"}},
		{part: "scim-broken-with-flag", fails: true, want: []string{`--- PASS: TestPart/endpoint\.disable\.string-false@default `, `--- FAIL: TestPart/endpoint\.disable\.string-false@aadOptscim062020 `}},
		{part: "scim-one-dialect", want: []string{`--- PASS: TestPart/endpoint\.disable\.lower-case `}, not: []string{`@`}},
		{part: "scim-flagged", want: []string{`--- PASS: TestPart/endpoint\.disable\.string-false `}, not: []string{`@`}},
		{part: "scim-dies", fails: true, want: []string{`The target stopped answering while these checks ran: endpoint\.`, `not run: the target stopped answering`},
			not: []string{`(?s)subtests\.go:\d+: (failed|blocked).*subtests\.go:\d+: (failed|blocked)`}}, // the first to notice may have, nobody else
		{part: "connector", want: []string{`--- PASS: TestPart/connector\.create\.user `, `--- PASS: TestPart/connector\.setup\.wrong-secret `}, not: []string{`--- FAIL`}},
		{part: "connector-broken", fails: true, want: []string{`--- FAIL: TestPart/connector\.setup\.wrong-secret `, `curl `}},
		{part: "connector-outside", want: []string{`--- PASS: TestPart/connector\.setup\.test-configuration `}},
		{part: "connector-absent", fails: true, want: []string{`--- FAIL: TestPart/connector\.setup\.describe `, `could not be started: .*no-such-adapter`, `blocked by connector\.setup\.describe`}},
		{part: "scim-absent", fails: true, want: []string{`127\.0\.0\.1:1`}},
	} {
		name := strings.Join(append([]string{tc.part, tc.env}, tc.flags...), " ")
		t.Run(strings.TrimSpace(name), func(t *testing.T) {
			args := append([]string{"-test.v", "-ginkgo.no-color", "-test.run=^TestPart$"}, tc.flags...)
			cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
			cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "SUITETEST_PART="+tc.part, tc.env)
			out, err := cmd.CombinedOutput()
			if (err != nil) != tc.fails {
				t.Errorf("ended with %v", err)
			}
			for _, want := range tc.want {
				if !regexp.MustCompile(want).Match(out) {
					t.Errorf("nothing like %s", want)
				}
			}
			for _, not := range tc.not {
				if regexp.MustCompile(not).Match(out) {
					t.Errorf("something like %s", not)
				}
			}
			if t.Failed() {
				t.Logf("%s", out)
			}
		})
	}
}
