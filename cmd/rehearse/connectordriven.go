package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/connector/driver"
)

// drivenFlags say which connector is judged, and how it is driven.
type drivenFlags struct {
	fixedFlags `embed:""`

	Exec              string        `help:"Command of an adapter that speaks JSON lines on standard input and output, such as 'python3 adapter.py'." placeholder:"CMD" xor:"driven"`
	Webhook           string        `help:"Address of a server that takes the same messages by POST, signed with the shared secret." placeholder:"URL" xor:"driven"`
	WebhookSecret     string        `help:"Shared secret of the messages." placeholder:"SECRET" xor:"secret"`
	WebhookSecretFile string        `help:"File with the shared secret." placeholder:"FILE" xor:"secret"`
	Scim              string        `help:"Tenant URL of the connector's SCIM face, for gateways: they are sent what Entra sends." placeholder:"URL" xor:"driven"`
	Token             string        `help:"Bearer token of the SCIM face." placeholder:"TOKEN" xor:"token"`
	TokenFile         string        `help:"File with the bearer token." placeholder:"FILE" xor:"token"`
	Licenses          string        `help:"SCIM attribute in which the gateway takes licences, such as roles or entitlements (default: it takes none)." placeholder:"ATTRIBUTE"`
	Fault             []string      `help:"Named fault of the built-in connector (repeatable; see: rehearse list --for connector --faults)." placeholder:"NAME"`
	Timeout           time.Duration `help:"Longest time for one operation of the connector." default:"30s"`
}

// fixedFlags are what stays the same for a connector that is configured by hand, once, before a run.
type fixedFlags struct {
	Fixed        bool   `help:"The connector is configured by hand, once: all checks meet the same tenant id, application and addresses, one after another. --scim and the flags below imply it."`
	TenantID     string `help:"Tenant id (a GUID)." placeholder:"GUID"`
	ClientID     string `help:"Client id of the connector's application (a GUID)." placeholder:"GUID"`
	ClientSecret string `help:"Client secret of the application." placeholder:"SECRET"`
	Origin       string `help:"Address of the tenant: login and Graph over TLS, such as 127.0.0.1:8443." placeholder:"ADDR"`
	Proxy        string `help:"Address of the tenant's proxy for Microsoft's own names." placeholder:"ADDR"`
	CAFolder     string `help:"Folder of the certificate authority that the connector trusts; it is made, and kept." placeholder:"DIR"`
	Yes          bool   `help:"Do not wait until the connector is configured."`
}

// all says what is fixed; nil for nothing.
func (f fixedFlags) all() *connector.Fixed {
	if !f.Fixed && f.TenantID+f.ClientID+f.ClientSecret+f.Origin+f.Proxy == "" {
		return nil
	}
	return &connector.Fixed{TenantID: f.TenantID, ClientID: f.ClientID, ClientSecret: f.ClientSecret, Origin: f.Origin, Proxy: f.Proxy}
}

// driven is how the connector of a run is driven.
type driven struct {
	address string // how the report names it
	outside bool   // the connector is not within this process
}

// open makes the driver.
func (f drivenFlags) open(config *connector.Config) (driven, error) {
	if f.Timeout <= 0 {
		return driven{}, usage("--timeout %v: want more than 0", f.Timeout)
	}
	if err := f.together(); err != nil {
		return driven{}, err
	}
	config.Fixed = f.all()
	switch {
	case f.Exec != "":
		config.Driver = driver.NewExec(shell(runtime.GOOS, f.Exec))
		return driven{address: f.Exec, outside: true}, nil
	case f.Webhook != "":
		secret, err := textOr("--webhook-secret-file", f.WebhookSecretFile, f.WebhookSecret)
		if err != nil {
			return driven{}, err
		}
		if secret == "" {
			return driven{}, usage("--webhook without --webhook-secret-file: the server must be able to tell whose messages they are")
		}
		config.Recorder.AddSecret(secret)
		if config.Driver, err = driver.NewWebhook(f.Webhook, secret); err != nil {
			return driven{}, usage("--webhook: %v", err)
		}
		return driven{address: redacted(f.Webhook), outside: true}, nil
	case f.Scim != "":
		token, err := textOr("--token-file", f.TokenFile, f.Token)
		if err != nil {
			return driven{}, err
		}
		var opts []driver.Option
		if f.Licenses != "" {
			opts = append(opts, driver.WithLicenses(f.Licenses))
		}
		if config.Driver, err = driver.NewSCIM(f.Scim, token, opts...); err != nil {
			return driven{}, usage("--scim: %v", err)
		}
		if config.Fixed == nil {
			config.Fixed = &connector.Fixed{}
		}
		return driven{address: redacted(f.Scim), outside: true}, nil
	}
	if err := knownFaults(f.Fault, refconnector.Faults(), func(f refconnector.Fault) string { return f.Name }, "rehearse list --for connector --faults"); err != nil {
		return driven{}, err
	}
	builtin, err := refdriver.New(f.Fault...)
	if err != nil {
		return driven{}, err
	}
	config.Driver = builtin
	return driven{address: "built-in"}, nil
}

// together says which flags do not belong together.
func (f drivenFlags) together() error {
	for _, rule := range []struct {
		given      bool
		flag, with string
		is         bool
	}{
		{len(f.Fault) > 0, "--fault", "the built-in connector: leave --exec, --webhook and --scim out", f.Exec+f.Webhook+f.Scim == ""},
		{f.all() != nil || f.CAFolder != "", "--fixed", "--exec, --webhook or --scim", f.Exec+f.Webhook+f.Scim != ""},
		{f.WebhookSecret+f.WebhookSecretFile != "", "--webhook-secret", "--webhook", f.Webhook != ""},
		{f.Token+f.TokenFile != "", "--token", "--scim", f.Scim != ""},
		{f.Licenses != "", "--licenses", "--scim", f.Scim != ""},
	} {
		if rule.given && !rule.is {
			return usage("%s is about %s", rule.flag, rule.with)
		}
	}
	return nil
}

// textOr is a secret: what a file holds, or what was given.
func textOr(flag, file, given string) (string, error) {
	if file == "" {
		return given, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", usage("%s: %v", flag, err)
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return "", usage("%s: %s is empty", flag, file)
	}
	return text, nil
}

// words are the flags, without secrets.
func (f drivenFlags) words() []string {
	var words []string
	add := func(flag string, values ...string) {
		for _, value := range values {
			if value != "" {
				words = append(words, flag, shellQuoted(value))
			}
		}
	}
	add("--exec", f.Exec)
	add("--webhook", redacted(f.Webhook))
	add("--webhook-secret-file", f.WebhookSecretFile)
	add("--scim", redacted(f.Scim))
	add("--token-file", f.TokenFile)
	add("--licenses", f.Licenses)
	add("--fault", f.Fault...)
	if f.Token != "" {
		words = append(words, "--token", "$TOKEN")
	}
	if f.WebhookSecret != "" {
		words = append(words, "--webhook-secret", "$SECRET")
	}
	if f.Fixed {
		words = append(words, "--fixed")
	}
	add("--tenant-id", f.TenantID)
	add("--client-id", f.ClientID)
	if f.ClientSecret != "" {
		words = append(words, "--client-secret", "$CLIENT_SECRET")
	}
	add("--origin", f.Origin)
	add("--proxy", f.Proxy)
	add("--ca-folder", f.CAFolder)
	if f.Timeout != connector.DefaultTimeout {
		add("--timeout", fmt.Sprint(f.Timeout))
	}
	return words
}

// shell is the command line of a person as a program and its arguments.
func shell(system, line string) []string {
	if system == "windows" {
		return []string{"cmd", "/C", line}
	}
	return []string{"sh", "-c", line}
}

// introduce shows how the connector is to be configured, and waits until it is.
func (f drivenFlags) introduce(ctx context.Context, std streams, c connector.Configuration) error {
	fmt.Fprintf(std.err, "rehearse: configure the connector like this:\n\n%s\n", driver.Environment(c))
	if f.Yes {
		return nil
	}
	if !isTerminal(std.in) {
		return usage("the connector must be configured first: say --yes when it is, with --tenant-id, --client-id, --client-secret, --origin, --proxy and --ca-folder as it knows them")
	}
	fmt.Fprint(std.err, "Press Enter when that is done. ")
	pressed := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(std.in).ReadString('\n')
		pressed <- err
	}()
	select {
	case err := <-pressed:
		if err != nil {
			return &endError{code: exitUsage, message: "nothing was done"}
		}
		return nil
	case <-ctx.Done():
		return &endError{code: exitError, message: "interrupted; nothing was done"}
	}
}
