package refconnector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Connector is a client of one tenant. Several goroutines may use it at once.
type Connector struct {
	config    Config
	endpoints endpoints
	client    *http.Client
	sleep     func(context.Context, time.Duration) error
	now       func() time.Time
	random    func() float64
	pageSize  int
	keeps     bool
	hooks     []hooks

	tokens keeper
	recent recents
}

// answerTime is how long one request may take: what Graph's own libraries wait.
const answerTime = 100 * time.Second

// New makes a connector. It sends nothing. The error is that of [Config.Validate], or names an unknown fault and those nearest to it.
func New(config Config, opts ...Option) (*Connector, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	ends, err := config.endpoints()
	if err != nil {
		return nil, err
	}
	s := settingsOf(opts)
	c := &Connector{
		config: config, endpoints: ends, sleep: s.sleep, now: s.now, random: s.random, pageSize: s.pageSize, keeps: s.keeps,
		tokens: newKeeper(), recent: newRecents(),
	}
	for _, name := range s.faults {
		f, err := findFault(name)
		if err != nil {
			return nil, err
		}
		c.hooks = append(c.hooks, f.hooks())
	}
	c.client = &http.Client{
		Transport: sender{c: c, base: s.transport}, Timeout: answerTime,
		// Neither endpoint redirects, and a token must not go where somebody points.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

// Test is "test configuration": it signs in anew, whatever token is kept, and asks Graph for the organization, whose verified domains
// must hold the configured one, and for the base user if there is one. The error says which of them failed, with the login host's or Graph's own code.
func (c *Connector) Test(ctx context.Context) error {
	return c.run(ctx, &operation{name: "test"}, func(ctx context.Context, o *operation) error {
		steps := []step{{"signIn", c.tokens.forget}, {"organization", func(ctx context.Context) error { return c.testOrganization(ctx, o) }}}
		if c.config.BaseUserName != "" {
			steps = append(steps, step{"baseUser", func(ctx context.Context) error { return c.testBaseUser(ctx, o) }})
		}
		return c.walk(ctx, o, steps)
	})
}

func (c *Connector) testBaseUser(ctx context.Context, o *operation) error {
	_, err := c.do(ctx, &call{o: o, purpose: "read base user", method: http.MethodGet, path: objectPath(Account, c.qualified(c.config.BaseUserName)), query: query{{"$select", "id,userPrincipalName"}}})
	return err
}

// testOrganization reads the organization. Source: learn.microsoft.com/graph/api/organization-list.
func (c *Connector) testOrganization(ctx context.Context, o *operation) error {
	a, err := c.do(ctx, &call{o: o, purpose: "read organization", method: http.MethodGet, path: "/organization", query: query{{"$select", "id,displayName,verifiedDomains"}}})
	if err != nil {
		return err
	}
	var found struct {
		Value []struct {
			VerifiedDomains []struct {
				Name string `json:"name"`
			} `json:"verifiedDomains"`
		} `json:"value"`
	}
	if err := a.decode(&found); err != nil {
		return err
	}
	for _, organization := range found.Value {
		for _, domain := range organization.VerifiedDomains {
			if strings.EqualFold(domain.Name, c.config.Domain) {
				return nil
			}
		}
	}
	return &Error{Code: InvalidAttribute, Target: "domain", Message: fmt.Sprintf("check configuration: %s is no verified domain of the tenant", c.config.Domain)}
}

// qualified is a user principal name: the configured domain completes a bare name.
func (c *Connector) qualified(name string) string {
	if name == "" || strings.Contains(name, "@") {
		return name
	}
	return name + "@" + c.config.Domain
}

// scrub takes secrets out of a text for people.
func (c *Connector) scrub(text string) string {
	for _, secret := range []string{c.config.ClientSecret, c.config.BasePassword, c.tokens.peek()} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[redacted]")
		}
	}
	return text
}

// ended makes the error of a context that is done.
func ended(ctx context.Context, purpose string) error {
	if err := ctx.Err(); err != nil {
		return &Error{Code: Unavailable, Message: fmt.Sprintf("%s: %v", purpose, context.Cause(ctx)), cause: err}
	}
	return nil
}

// isGone says whether an error is that the object is not there.
func isGone(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == UnknownObject
}
