package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// The names a run gives to what it makes: its prefix, a tag of the check, and who it is. Nobody else's look like that.
var (
	sweptUsers  = regexp.MustCompile(`(?i)^rehearse-(?:[bcdfghjkmnpqrstvwxz]{4}|[a-z2-7]{6})(?:-\d+of\d+)?-[bcdfghjkmnpqrstvwxz]{6}\d+-[a-z]+@`)
	sweptGroups = regexp.MustCompile(`(?i)^rehearse-(?:[bcdfghjkmnpqrstvwxz]{4}|[a-z2-7]{6})(?:-\d+of\d+)? [bcdfghjkmnpqrstvwxz]{6} `)
)

// The bounds of a sweep.
const (
	sweepPage  = 100
	sweepPages = 1000
)

// broom removes what runs that were killed have left on a target.
type broom struct {
	client   *wire.Client
	composer *wire.Composer
	removed  int
	stayed   []string // why something stays
}

// sweep removes users and groups whose names only a rehearsal gives. A run that goes on at the same time loses its own.
func sweep(ctx context.Context, std streams, config endpoint.Config, recorder *exchange.Recorder) error {
	composer, err := wire.NewComposer(wire.Options{})
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	client, err := wire.NewClient(wire.Config{
		TenantURL: config.URL, Token: config.Token, Header: config.Header, Timeout: config.Timeout, Limiter: limiterFor(config),
		Transport: recorder.Session("sweep", config.Transport),
	})
	if err != nil {
		return usage("%v", err)
	}
	b := broom{client: client, composer: composer}
	var unread []error
	for _, kind := range []struct {
		collection string
		ours       func(found swept) bool
		remove     func(id string) wire.Request
	}{
		{"Groups", func(s swept) bool { return sweptGroups.MatchString(s.DisplayName) }, composer.DeleteGroup},
		{"Users", func(s swept) bool { return sweptUsers.MatchString(s.UserName) }, composer.DeleteUser},
	} {
		found, err := b.find(ctx, kind.collection, kind.ours)
		if ctx.Err() != nil {
			return fmt.Errorf("sweep: %w", context.Cause(ctx))
		}
		if err != nil {
			unread = append(unread, err)
		}
		for _, id := range found {
			b.remove(ctx, kind.collection, id, kind.remove(id))
		}
	}
	for _, why := range b.stayed {
		fmt.Fprintf(std.err, "rehearse: could not be removed: %s\n", recorder.Redact(why))
	}
	fmt.Fprintf(std.err, "rehearse: %d users and groups that earlier runs left were removed\n", b.removed)
	if err := errors.Join(unread...); err != nil {
		return &endError{code: exitUnreachable, message: recorder.Redact("--sweep could not see all that is there, so something may be left.\n" + err.Error() +
			"\nMend the list, or remove users and groups whose names begin with rehearse- by hand; without --sweep the rehearsal itself goes on.")}
	}
	return ctx.Err()
}

// swept is as much of a resource as the sweep looks at.
type swept struct {
	ID          string `json:"id"`
	UserName    string `json:"userName"`
	DisplayName string `json:"displayName"`
}

// find reads a collection page by page. What it found before a page that cannot be read comes with the error. A target without groups has
// nothing to sweep there.
func (b *broom) find(ctx context.Context, collection string, ours func(swept) bool) ([]string, error) {
	var found []string
	seen := map[string]bool{}
	for page, start := 0, 1; page < sweepPages; page++ {
		target := fmt.Sprintf("/%s?startIndex=%d&count=%d", collection, start, sweepPage)
		answer, err := b.client.Do(ctx, wire.Request{Method: http.MethodGet, Target: target})
		if err == nil && collection == "Groups" && start == 1 && noCollection(answer.Status) {
			break
		}
		resources, err := listed(answer, err)
		if err != nil {
			return found, fmt.Errorf("GET %s %w", target, err)
		}
		fresh := 0
		for _, r := range resources {
			if r.ID == "" || seen[r.ID] {
				continue
			}
			seen[r.ID] = true
			fresh++
			if ours(r) {
				found = append(found, r.ID)
			}
		}
		if fresh == 0 {
			break
		}
		start += len(resources)
	}
	return found, nil
}

// noCollection says whether a status is how a target answers that has none of this kind. Source: RFC 7644 §3.12.
func noCollection(status int) bool {
	return status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented
}

// listed is what an answer lists. A list that is no JSON for a number or two is read all the same, so that whoever spoils it can be removed.
// The error says what came in its place.
func listed(answer wire.Response, err error) ([]swept, error) {
	var list struct {
		Resources    []swept         `json:"Resources"`
		TotalResults json.RawMessage `json:"totalResults"`
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("got no answer: %s", inWords(err))
	case answer.Status != http.StatusOK:
		return nil, fmt.Errorf("was answered %d %s in the place of a list", answer.Status, http.StatusText(answer.Status))
	}
	if err := json.Unmarshal(answer.Body, &list); err != nil && json.Unmarshal(endpoint.Tamed(answer.Body), &list) != nil {
		return nil, fmt.Errorf("was answered 200 with a body that is no list: %w", endpoint.Broken(answer.Body))
	}
	if list.Resources == nil && list.TotalResults == nil {
		return nil, errors.New("was answered 200 with JSON that is no ListResponse: neither Resources nor totalResults is in it")
	}
	return list.Resources, nil
}

func (b *broom) remove(ctx context.Context, collection, id string, request wire.Request) {
	answer, err := b.client.Do(ctx, request)
	switch {
	case err != nil && answer.Status != http.StatusNotFound:
		b.stayed = append(b.stayed, fmt.Sprintf("%s/%s: %v", collection, id, err))
	case answer.Status/100 != 2 && answer.Status != http.StatusNotFound:
		b.stayed = append(b.stayed, fmt.Sprintf("%s/%s: DELETE was answered %d", collection, id, answer.Status))
	default:
		b.removed++
	}
}
