package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"strings"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// initCommand writes a configuration file for an endpoint it has asked one question.
type initCommand struct {
	Target  reachFlags `embed:"" group:"The endpoint:"`
	FailOn  string     `help:"Lowest level whose failures count (${enum})." enum:"required,recommended" default:"required"`
	File    string     `help:"File to write." default:"rehearse.yaml" placeholder:"FILE"`
	Force   bool       `help:"Replace the file when it is there."`
	NoProbe bool       `help:"Write the file without asking the endpoint anything."`
}

// Help shows examples.
func (initCommand) Help() string {
	return `Examples:

  rehearse init                                                # asks
  rehearse init --url https://app.example/scim --token-file token.txt

The endpoint is asked what Entra asks first, a filter that matches nobody; nothing is made there. Secrets are not written:
the file names the file of the token, or leaves it to REHEARSE_TOKEN.

Exit codes: 0 written, 2 wrong usage, 3 no usable answer or not authorised (nothing is written).`
}

// Run asks what is missing, asks the endpoint, and writes the file.
func (c initCommand) Run(ctx context.Context, std streams) error {
	switch _, err := os.Lstat(c.File); {
	case err == nil && !c.Force:
		return usage("%s is there already: --force replaces it", c.File)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return usage("look for %s: %v", c.File, err)
	}
	if err := c.ask(std); err != nil {
		return err
	}
	recorder := exchange.NewRecorder()
	config, err := c.Target.config(recorder, 1)
	if err != nil {
		return err
	}
	base, _, err := wire.ParseTenantURL(config.URL)
	if err != nil {
		return usage("%v", err)
	}
	if !c.NoProbe {
		defer closeIdle(config.Transport)
		if err := c.Target.signIn(ctx, &config); err != nil {
			return err
		}
		recorder.AddSecret(config.Token)
		if err := probe(ctx, base, config); err != nil {
			return &endError{code: exitUnreachable, message: recorder.Redact(err.Error()) + "; nothing was written (--no-probe writes all the same)"}
		}
		fmt.Fprintf(std.err, "rehearse: %s answers as a SCIM endpoint\n", redacted(base))
	}
	text, err := c.yaml()
	if err != nil {
		return err
	}
	if err := rewriteFile(c.File, []byte(text)); err != nil {
		return &endError{code: exitError, message: fmt.Sprintf("write configuration: %v", err)}
	}
	_, err = fmt.Fprintf(std.out, "%s written. Now: %s\n", c.File, c.next())
	return err
}

// ask asks a person for what the flags leave out.
func (c *initCommand) ask(std streams) error {
	if c.Target.URL != "" {
		return nil
	}
	if !isTerminal(std.in) {
		return usage("--url is missing: name the endpoint")
	}
	answers := bufio.NewReader(io.LimitReader(std.in, 64<<10))
	var err error
	if c.Target.URL, err = answer(answers, std, "Tenant URL, as it stands in Entra: "); err != nil || c.Target.URL == "" {
		return &endError{code: exitUsage, message: "nothing was written"}
	}
	if c.Target.Token == "" && c.Target.TokenFile == "" && !c.Target.asked() {
		if c.Target.TokenFile, err = answer(answers, std, "File that holds the secret token (empty: none, or REHEARSE_TOKEN): "); err != nil {
			return &endError{code: exitUsage, message: "nothing was written"}
		}
	}
	return nil
}

func answer(in *bufio.Reader, std streams, question string) (string, error) {
	fmt.Fprint(std.err, question)
	line, err := in.ReadString('\n')
	return strings.TrimSpace(line), err
}

// probe asks what Entra asks first and wants a list. Source:
// learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, Test Connection.
func probe(ctx context.Context, base string, config endpoint.Config) error {
	where := strings.TrimRight(base, "/") + "/Users?filter=userName+eq+%22" + uuid.NewString() + "%22"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", redacted(base), err)
	}
	maps.Copy(req.Header, config.Header)
	if config.Token != "" {
		req.Header.Set("Authorization", "Bearer "+config.Token)
	}
	client := &http.Client{
		Transport: config.Transport, Timeout: config.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("ask %s: %w", redacted(base), err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", redacted(base), err)
	}
	var list struct {
		TotalResults *float64 `json:"totalResults"`
	}
	switch {
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%s answers %d: the credentials were refused", redacted(base), resp.StatusCode)
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("%s answers %d to a filter that matches nobody, want 200 with an empty list", redacted(base), resp.StatusCode)
	case json.Unmarshal(body, &list) != nil || list.TotalResults == nil:
		return fmt.Errorf("%s answers 200, but with no SCIM list: is the path right?", redacted(base))
	}
	return nil
}

// yaml is the configuration file. It is read again before it is written, by the reader of such files.
func (c initCommand) yaml() (string, error) {
	t := c.Target
	var b strings.Builder
	b.WriteString("# For rehearse. Flags win, then REHEARSE_* variables, then this file. `rehearse scim --help` lists what can stand here.\nscim:\n")
	set := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s: '%s'\n", name, strings.ReplaceAll(value, "'", "''")) // YAML 1.2.2 §7.3.2
		}
	}
	set("url", t.URL)
	set("token-file", t.TokenFile)
	set("client-id", t.ClientID)
	set("client-secret-file", t.ClientSecretFile)
	set("client-assertion-file", t.ClientAssertionFile)
	set("client-key", t.ClientKey)
	set("assertion-issuer", t.AssertionIssuer)
	set("assertion-subject", t.AssertionSubject)
	set("assertion-audience", t.AssertionAudience)
	set("token-url", t.TokenURL)
	set("scope", t.Scope)
	set("ca-cert", t.CACert)
	switch {
	case t.asked() && t.ClientSecretFile+t.ClientAssertionFile+t.ClientKey == "":
		b.WriteString("  # the client secret comes from REHEARSE_CLIENT_SECRET\n")
	case !t.asked() && t.TokenFile == "":
		b.WriteString("  # the secret token, if there is one, comes from REHEARSE_TOKEN\n")
	}
	if len(t.Header) > 0 {
		b.WriteString("  # the headers come from REHEARSE_HEADER, since they may be secrets\n")
	}
	set("fail-on", c.FailOn)
	b.WriteString("  # known-failures: known-failures.yaml   # rehearse scim --write-known-failures known-failures.yaml\n")
	if !isLoopback(t.URL) {
		b.WriteString("  # yes: true   # users and groups may be made there without asking\n")
	}
	if _, err := newConfig(c.File, []byte(b.String())); err != nil {
		return "", fmt.Errorf("make configuration: %w", err)
	}
	return b.String(), nil
}

// next is the command line to go on with.
func (c initCommand) next() string {
	if c.File != defaultConfigFile {
		return "rehearse scim --config " + shellQuoted(c.File)
	}
	return "rehearse scim"
}
