package refconnector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// keeper keeps the access token of the connector, so that one serves many requests.
type keeper struct {
	signing chan struct{} // held while somebody signs in, so that one does it for all

	mu      sync.Mutex
	token   string
	fetched time.Time
	expires time.Time
}

func newKeeper() keeper { return keeper{signing: make(chan struct{}, 1)} }

// ahead is how long before its end a token is no longer used: as the client libraries of Microsoft do.
const ahead = 5 * time.Minute

func (k *keeper) kept() (token string, fetched, expires time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.token, k.fetched, k.expires
}

func (k *keeper) peek() string {
	token, _, _ := k.kept()
	return token
}

func (k *keeper) put(token string, fetched, expires time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.token, k.fetched, k.expires = token, fetched, expires
}

// forget lets the next request sign in anew.
func (k *keeper) forget(context.Context) error {
	k.put("", time.Time{}, time.Time{})
	return nil
}

// drop forgets the token unless another has taken its place.
func (k *keeper) drop(token string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.token == token {
		k.token, k.expires = "", time.Time{}
	}
}

// token is the kept access token, or a new one.
func (c *Connector) token(ctx context.Context, purpose string) (string, error) {
	select {
	case c.tokens.signing <- struct{}{}:
	case <-ctx.Done():
		return "", ended(ctx, purpose)
	}
	defer func() { <-c.tokens.signing }()
	token, fetched, expires := c.tokens.kept()
	life := expires.Sub(fetched)
	if c.bendReuse(token != "", token != "" && c.now().Before(expires.Add(-min(ahead, life/10)))) {
		return token, nil
	}
	return c.signIn(ctx)
}

// signIn gets a new token with the client secret, which goes in the body of the request.
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
func (c *Connector) signIn(ctx context.Context) (string, error) {
	k := &call{purpose: "sign in", method: http.MethodPost, path: "/token", safe: true}
	for t := (&try{c: c, call: k, number: 1}); ; t.number++ {
		at := c.now()
		token, err := (&clientcredentials.Config{
			ClientID: c.config.ClientID, ClientSecret: c.config.ClientSecret, TokenURL: c.endpoints.token,
			Scopes: []string{c.endpoints.resource + "/.default"}, AuthStyle: oauth2.AuthStyleInParams,
		}).Token(context.WithValue(ctx, oauth2.HTTPClient, c.client))
		if err == nil {
			life := time.Duration(0)
			if seconds, ok := token.Extra("expires_in").(float64); ok && seconds > 0 && seconds < 1e6 {
				life = time.Duration(seconds) * time.Second
			}
			c.tokens.put(token.AccessToken, at, at.Add(life))
			return token.AccessToken, nil
		}
		t.answer, t.err, t.signing = nil, err, true
		if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok && r.Response != nil {
			t.answer = &answer{status: r.Response.StatusCode, header: r.Response.Header, body: r.Body}
		}
		v := c.bendVerdict(t, c.judge(ctx, t))
		if !v.again {
			return "", v.err
		}
		if err := c.wait(ctx, k, v.wait); err != nil {
			return "", err
		}
	}
}

var aadsts = regexp.MustCompile(`AADSTS[0-9]+`)

// signInError makes the error of a refused sign-in. Source: learn.microsoft.com/entra/identity-platform/reference-error-codes.
func (c *Connector) signInError(a *answer, err error) *Error {
	e := &Error{Code: Unauthorized, Status: a.status}
	switch {
	case a.status == http.StatusTooManyRequests:
		e.Code = Throttled
	case a.status >= http.StatusInternalServerError:
		e.Code = Unavailable
	}
	words := http.StatusText(a.status)
	if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok && r.ErrorCode != "" {
		words, _, _ = strings.Cut(r.ErrorDescription, "\r\n")
		words = r.ErrorCode + ": " + words
		e.Reason = aadsts.FindString(words)
	}
	e.RequestID = a.header.Get("X-Ms-Request-Id")
	e.Message = c.scrub(fmt.Sprintf("sign in: the login host answers %d %s", a.status, cut(words, 500)))
	return e
}
