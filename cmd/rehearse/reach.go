package main

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// reachFlags say which endpoint and how it is reached.
type reachFlags struct {
	signInFlags `embed:""`

	URL              string `help:"Tenant URL, as it stands in Entra (default: the built-in endpoint)." placeholder:"URL"`
	Token            string `help:"Secret token." placeholder:"TOKEN"`
	TokenFile        string `help:"Read the secret token from this file." placeholder:"FILE"`
	ExpiredTokenFile string `help:"Read a token from this file that was good once: it is tried whether it is refused." placeholder:"FILE"`
	OtherTokenFile   string `help:"Read the token of another tenant from this file: it is tried whether tenants see each other's users, of which one is made there and removed." placeholder:"FILE"`

	CACert  string        `name:"ca-cert" help:"Trust the certificate authorities in this PEM file too." placeholder:"FILE"`
	Header  []string      `help:"Send this header with every request (repeatable; REHEARSE_HEADER holds one on each line)." sep:"none" placeholder:"NAME:VALUE"`
	Timeout time.Duration `help:"Time for one request." default:"30s"`
	Pace    float64       `help:"Requests per second at most (default: no limit on this machine, else 25; negative: no limit)." default:"0"`
	Yes     bool          `help:"Do not ask before users and groups are made on an endpoint off this machine." short:"y"`
	Fault   []string      `help:"Give the built-in endpoint this fault (repeatable). See rehearse list --faults." placeholder:"NAME"`
}

// config says how the target is reached.
func (t reachFlags) config(recorder *exchange.Recorder, seed uint64) (endpoint.Config, error) {
	config := endpoint.Config{URL: t.URL, Token: t.Token, Timeout: t.Timeout, Pace: t.Pace, Seed: seed, Recorder: recorder, Header: http.Header{}}
	switch {
	case t.URL != "" && len(t.Fault) > 0:
		return config, usage("--fault is for the built-in endpoint: leave out --url, or serve one with `rehearse endpoint --fault %s`", t.Fault[0])
	case t.URL == "" && (t.Token != "" || t.TokenFile != "" || t.asked()):
		return config, usage("a token without --url: name the endpoint it is for")
	case t.Token != "" && t.TokenFile != "":
		return config, usage("--token and --token-file: give one of them")
	case t.URL != "" && !strings.Contains(t.URL, "://"):
		return config, usage("--url %s has no scheme: write https://%[1]s, or http://%[1]s on your own machine", t.URL)
	case t.URL != "" && !isWebAddress(t.URL):
		return config, usage("--url %s is no address of a SCIM endpoint: it begins with https://, or http:// on your own machine", redacted(t.URL))
	case t.Timeout <= 0:
		return config, usage("--timeout %v: want more than 0", t.Timeout)
	}
	if err := t.check(t.Token != "" || t.TokenFile != ""); err != nil {
		return config, err
	}
	config.TokenFrom = t.tokenFrom()
	if t.TokenFile != "" {
		data, err := os.ReadFile(t.TokenFile)
		if err != nil {
			return config, usage("read token: %v", err)
		}
		if config.Token = strings.TrimSpace(string(data)); config.Token == "" {
			return config, usage("%s: the token file is empty", t.TokenFile)
		}
	}
	for _, more := range []struct {
		file string
		to   *string
	}{{t.ExpiredTokenFile, &config.ExpiredToken}, {t.OtherTokenFile, &config.OtherToken}} {
		if more.file == "" {
			continue
		}
		if t.URL == "" {
			return config, usage("a token without --url: name the endpoint it is for")
		}
		data, err := os.ReadFile(more.file)
		if err != nil {
			return config, usage("read token: %v", err)
		}
		if *more.to = strings.TrimSpace(string(data)); *more.to == "" {
			return config, usage("%s: the token file is empty", more.file)
		}
		recorder.AddSecret(*more.to)
	}
	for _, header := range t.headers() {
		name, value, ok := strings.Cut(header, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return config, usage("--header %q: want NAME:VALUE", name)
		}
		config.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		recorder.AddSecret(strings.TrimSpace(value))
	}
	transport, err := newTransport(t.CACert)
	if err != nil {
		return config, err
	}
	config.Transport = transport
	return config, nil
}

// headers are those given, one each. A variable of the environment holds several on lines of their own, since nothing else cannot stand in a value (RFC 9110 §5.5).
func (t reachFlags) headers() []string {
	var all []string
	for _, given := range t.Header {
		for line := range strings.Lines(given) {
			if line = strings.TrimSpace(line); line != "" {
				all = append(all, line)
			}
		}
	}
	return all
}

// isWebAddress says whether requests can be sent to a URL.
func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err != nil || u.Host != "" && (strings.EqualFold(u.Scheme, "https") || strings.EqualFold(u.Scheme, "http")) // what cannot be read is refused in words of its own
}

// tokenFrom says where the token came from.
func (t reachFlags) tokenFrom() string {
	const variable = "REHEARSE_TOKEN"
	switch {
	case t.TokenFile != "":
		return "the file " + t.TokenFile
	case t.Token != "" && t.Token == os.Getenv(variable):
		return "the variable " + variable
	case t.Token != "":
		return "--token or the configuration file"
	case t.asked():
		return redacted(t.TokenURL)
	default:
		return ""
	}
}

// signIn fetches a token when client credentials are given.
func (t reachFlags) signIn(ctx context.Context, config *endpoint.Config) error {
	if !t.asked() {
		return nil
	}
	return t.token(ctx, config)
}
