package endpoint

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// janitor is who removes things: a line to the target of its own, which nobody breaks and which has the right token.
func (t *Target) janitor(owner string) (*wire.Client, *wire.Composer, error) {
	session := t.config.Recorder.Session(owner, t.config.Transport)
	client, err := t.client(&guard{next: t.line(session, nil), base: t.address.base, owner: owner, inventory: t.inventory}, t.config.Token, nil)
	if err != nil {
		return nil, nil, err
	}
	composer, err := wire.NewComposer(wire.Options{})
	return client, composer, err
}

// client returns a client of the target over a transport.
func (t *Target) client(transport http.RoundTripper, token string, header http.Header) (*wire.Client, error) {
	all := t.config.Header.Clone()
	if all == nil {
		all = http.Header{}
	}
	maps.Copy(all, header)
	return wire.NewClient(wire.Config{
		TenantURL: t.address.base, Token: token, Transport: transport, Header: all, Timeout: t.config.Timeout, Limiter: t.limiter,
	})
}

// sweep removes what an owner made, newest first, and returns why something stays. The owner "" is everybody.
func (t *Target) sweep(ctx context.Context, owner string) []error {
	things := t.inventory.of(owner)
	if len(things) == 0 {
		return nil
	}
	client, composer, err := t.janitor("clean-up")
	if err != nil {
		return []error{err}
	}
	var errs []error
	for _, one := range things {
		if one.id == "" {
			if one.id, err = find(ctx, client, composer, one); err != nil {
				errs = append(errs, &suites.LeftoverError{URL: t.address.base + "/" + one.kind, Err: fmt.Errorf("look for %q: %w", one.name, err), Remove: t.removal(one)})
				continue
			}
			if one.id == "" {
				one := one
				t.inventory.forget(one)
				continue
			}
		}
		if err := remove(ctx, client, composer, one); err != nil {
			errs = append(errs, &suites.LeftoverError{URL: t.urlOf(one), Err: err, Remove: t.removal(one)})
		}
	}
	return errs
}

// removal says how somebody removes a thing by hand.
func (t *Target) removal(one thing) string {
	if one.id == "" {
		return fmt.Sprintf("find the id of %q and send DELETE %s/{id}, or run the rehearsal again with --sweep", one.name, t.address.base+"/"+one.kind)
	}
	credential := ""
	if t.config.Token != "" {
		credential = ` -H "Authorization: Bearer $TOKEN"`
	}
	return "curl -X DELETE" + credential + " '" + strings.ReplaceAll(t.urlOf(one), "'", "%27") + "', or run the rehearsal again with --sweep"
}

func (t *Target) urlOf(one thing) string {
	return t.address.base + "/" + one.kind + "/" + url.PathEscape(one.id)
}

// find looks for a thing of which only the name is known; "" when it is not there.
func find(ctx context.Context, client *wire.Client, composer *wire.Composer, one thing) (string, error) {
	request := composer.MatchUser("userName", one.name)
	if one.kind == groups {
		request = composer.MatchGroup("displayName", one.name)
	}
	resp, err := client.Do(ctx, request)
	if err != nil {
		return "", err
	}
	f := foundIn(Answer{Status: resp.Status, Header: resp.Header, Body: resp.Body})
	switch {
	case f.Total < 0:
		return "", errors.New("the target answered " + f.Answer.String())
	case len(f.Resources) == 0:
		return "", nil
	default:
		return f.Resources[0].ID(), nil
	}
}

func remove(ctx context.Context, client *wire.Client, composer *wire.Composer, one thing) error {
	request := composer.DeleteUser(one.id)
	if one.kind == groups {
		request = composer.DeleteGroup(one.id)
	}
	resp, err := client.Do(ctx, request)
	if err != nil {
		return err
	}
	if resp.Status/100 != 2 && resp.Status != http.StatusNotFound {
		return errors.New("DELETE was answered " + Answer{Status: resp.Status, Body: resp.Body}.String())
	}
	return nil
}

// survivors says what is still there although the target answered that it removed it. One bystander is looked at; only when
// that one lives are the others.
func (t *Target) survivors(ctx context.Context) []result.Leftover {
	if len(t.extras) == 0 || t.extras[0].ID == "" {
		return nil
	}
	client, composer, err := t.janitor("clean-up")
	if err != nil {
		return nil
	}
	alive := func(one thing) bool {
		request := composer.GetUser(one.id)
		if one.kind == groups {
			request = composer.GetGroup(one.id)
		}
		resp, err := client.Do(ctx, request)
		return err == nil && resp.Status == http.StatusOK
	}
	if !alive(thing{kind: users, id: t.extras[0].ID}) {
		return nil
	}
	var left []result.Leftover
	for _, one := range t.inventory.removals() {
		if alive(one) {
			left = append(left, result.Leftover{URL: t.urlOf(one), Reason: "DELETE was answered with success, but it is still there", Remove: t.removal(one)})
		}
	}
	return left
}
