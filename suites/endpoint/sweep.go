package endpoint

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/time/rate"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// janitor is who removes things: a line to the target of its own, which nobody breaks and which has the right token.
func (t *Target) janitor(owner string, many bool) (*wire.Client, *wire.Composer, error) {
	session := t.config.Recorder.Session(owner, t.config.Transport)
	if many {
		session = t.config.Recorder.Quiet(owner, t.config.Transport)
	}
	client, err := t.client(&guard{next: t.line(session, nil), base: t.address.base, owner: owner, inventory: t.inventory}, t.config.Token, nil)
	if err != nil {
		return nil, nil, err
	}
	composer, err := wire.NewComposer(wire.Options{})
	return client, composer, err
}

// client returns a client of the target over a transport.
func (t *Target) client(transport http.RoundTripper, token string, header http.Header) (*wire.Client, error) {
	return t.clientAt(t.limiter, transport, token, header)
}

// clientAt is client with a limiter of its own in the place of the target's; nil is no limit.
func (t *Target) clientAt(limiter *rate.Limiter, transport http.RoundTripper, token string, header http.Header) (*wire.Client, error) {
	all := t.config.Header.Clone()
	if all == nil {
		all = http.Header{}
	}
	maps.Copy(all, header)
	return wire.NewClient(wire.Config{
		TenantURL: t.address.base, Token: token, Transport: transport, Header: all, Timeout: t.config.Timeout, Limiter: limiter,
	})
}

// sweep removes what an owner made, newest first, and returns why something stays. The owner "" is everybody, at the end of the run: what was not
// found then is taken to be never made.
func (t *Target) sweep(ctx context.Context, owner string) []error {
	things := t.inventory.of(owner)
	if len(things) == 0 || t.config.Keep {
		return nil
	}
	many := len(things) > fewThings
	client, composer, err := t.janitor("clean-up", many)
	if err != nil {
		return []error{err}
	}
	removers := 1
	if many {
		removers = sweepers
	}
	errs := make([]error, len(things))
	var next atomic.Int64
	var all sync.WaitGroup
	for range removers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(things); i = int(next.Add(1)) - 1 {
				errs[i] = t.discard(ctx, client, composer, things[i], owner == "")
			}
		})
	}
	all.Wait()
	return slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

// How a clean-up goes about what a check of the pack load leaves: up to fewThings are removed one after another, newest first.
const (
	fewThings = 100
	sweepers  = 8
)

// discard removes one thing, and first looks for it when only its name is known: what is not there yet may be when it looks last. The error says why
// it stays.
func (t *Target) discard(ctx context.Context, client *wire.Client, composer *wire.Composer, one thing, last bool) error {
	if one.id == "" {
		known := one
		var err error
		if one.id, err = find(ctx, client, composer, one); err != nil {
			return &suites.LeftoverError{URL: t.address.base + "/" + one.kind, Err: fmt.Errorf("look for %q: %w", one.name, err), Remove: t.removal(one)}
		}
		if one.id == "" {
			if last {
				t.inventory.forget(known)
			}
			return nil
		}
	}
	err := remove(ctx, client, composer, one)
	if errors.Is(err, errGone) {
		err = t.elsewhere(ctx, client, composer, one)
	}
	if err != nil {
		return &suites.LeftoverError{URL: t.urlOf(one), Err: err, Remove: t.removal(one)}
	}
	return nil
}

// errGone says that a target has nothing under an id.
var errGone = errors.New("there is nothing under this id")

// elsewhere removes a thing that is not there any more under the id it was made with, should it be there under another. Most are gone indeed.
func (t *Target) elsewhere(ctx context.Context, client *wire.Client, composer *wire.Composer, one thing) error {
	other, err := find(ctx, client, composer, one)
	if err != nil || other == "" || other == one.id {
		return nil //nolint:nilerr // who cannot be found was removed
	}
	one.id = other
	if err := remove(ctx, client, composer, one); err != nil {
		return errElsewhere
	}
	return nil
}

// removal says how somebody removes a thing by hand.
func (t *Target) removal(one thing) string {
	if one.id == "" {
		return fmt.Sprintf("find the id of %q and send DELETE %s/{id}, or run the rehearsal again with --sweep", one.name, t.address.base+"/"+one.kind)
	}
	command := "curl -X DELETE"
	if t.config.Token != "" {
		command += ` -H "Authorization: Bearer $TOKEN"`
	}
	return command + " '" + strings.ReplaceAll(t.urlOf(one), "'", "%27") + "', or run the rehearsal again with --sweep"
}

func (t *Target) urlOf(one thing) string {
	return t.address.base + "/" + one.kind + "/" + url.PathEscape(one.id)
}

// find looks for a thing of which only the name is known; "" when it is not there.
func find(ctx context.Context, client *wire.Client, composer *wire.Composer, one thing) (string, error) {
	attribute, request := "userName", composer.MatchUser("userName", one.name)
	if one.kind == groups {
		attribute, request = "displayName", composer.MatchGroup("displayName", one.name)
	}
	resp, err := client.Do(ctx, request)
	if err != nil {
		return "", err
	}
	f := foundIn(Answer{Status: resp.Status, Header: resp.Header, Body: resp.Body})
	if f.Total < 0 {
		f = foundIn(Answer{Status: resp.Status, Header: resp.Header, Body: Tamed(resp.Body)})
	}
	switch {
	case f.Total < 0:
		return "", errors.New("the target answered " + f.Answer.String())
	case len(f.Resources) == 0:
		return "", nil
	}
	for _, r := range f.Resources { // a filter that is ignored finds others, too
		if strings.EqualFold(r.String(attribute), one.name) {
			return r.ID(), nil
		}
	}
	return "", nil
}

// errElsewhere is why something stays that the target has under another id than it said.
var errElsewhere = errors.New("the target shows it under another id in every answer, and has nobody under those it showed")

func remove(ctx context.Context, client *wire.Client, composer *wire.Composer, one thing) error {
	request := composer.DeleteUser(one.id)
	if one.kind == groups {
		request = composer.DeleteGroup(one.id)
	}
	resp, err := client.Do(ctx, request)
	if err != nil {
		return err
	}
	if resp.Status == http.StatusNotFound {
		return errGone
	}
	if resp.Status/100 != 2 {
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
	client, composer, err := t.janitor("clean-up", false)
	if err != nil {
		return nil
	}
	alive := func(one thing) bool {
		request := composer.GetUser(one.id)
		if one.kind == groups {
			request = composer.GetGroup(one.id)
		}
		resp, err := client.Do(ctx, request)
		if err != nil || resp.Status != http.StatusOK {
			return false
		}
		shown, err := Answer{Status: resp.Status, Body: resp.Body}.JSON()
		return err == nil && shown.ID() == one.id
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
