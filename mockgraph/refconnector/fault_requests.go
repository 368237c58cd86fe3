package refconnector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// What faults of requests do, where it takes more than a line.

// setQuery replaces an option of the query, if it is there.
func (k *call) setQuery(name, value string) {
	for i := range k.query {
		if k.query[i][0] == name {
			k.query[i][1] = value
		}
	}
}

// creates says whether a try makes an object of a class.
func creates(t *try, class Class) bool {
	return t.call.method == http.MethodPost && t.call.path == "/"+class.set()
}

// unasked repeats a write as if it had never been sent.
func unasked(_ *try, v verdict) verdict {
	v.lost, v.ask = false, false
	return v
}

// hidesOutage takes it for success that Graph never answered.
func hidesOutage(ctx context.Context, _ *Connector, _ *operation, next func(context.Context) error) error {
	err := next(ctx)
	if codeOf(err) == Unavailable && ctx.Err() == nil {
		return nil
	}
	return err
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// skips asks for the next page by number of objects.
func skips(_ *Connector, k *call, p *page, then *call) *call {
	if then == nil || k.o.name != "search" {
		return then
	}
	then.path = k.path
	then.query = append(k.query.without("$skip"), [2]string{"$skip", strconv.Itoa(p.number * max(len(p.Value), 1))})
	return then
}

// rebuildsLinks makes its own links of what it finds in those of Graph.
func rebuildsLinks() hooks {
	var mu sync.Mutex
	first := map[*operation]*call{}
	return hooks{following: func(_ *Connector, k *call, _ *page, then *call) *call {
		mu.Lock()
		defer mu.Unlock()
		if k.o.name != "search" {
			return then
		}
		if then == nil {
			delete(first, k.o)
			return nil
		}
		if first[k.o] == nil {
			first[k.o] = k
		}
		u, err := url.Parse(then.path)
		if err != nil {
			return then
		}
		then.path = first[k.o].path
		then.query = append(slices.Clone(first[k.o].query), [2]string{"$skiptoken", url.QueryEscape(u.Query().Get("$skiptoken"))})
		return then
	}}
}

// isSignIn says whether a request goes to the token endpoint.
func isSignIn(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/oauth2/v2.0/token") }

// tokenForLogin sends the login host the token of Graph.
func tokenForLogin() hooks {
	var mu sync.Mutex
	last := ""
	return hooks{sending: func(_ *Connector, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if !isSignIn(r) {
			last = r.Header.Get("Authorization")
		} else if last != "" {
			r.Header.Set("Authorization", last)
		}
	}}
}

// sieves reads everything and picks what was asked for.
func sieves(ctx context.Context, _ *Connector, o *operation, next func(context.Context) error) error {
	wanted := o.filter
	o.filter = Filter{}
	err := next(ctx)
	if wanted == (Filter{}) {
		return err
	}
	o.objects = slices.DeleteFunc(o.objects, func(one Object) bool {
		value := one.Attributes[wanted.Attribute]
		if wanted.Attribute == "id" {
			value = one.ID
		}
		if list, ok := value.([]string); ok {
			return !slices.Contains(list, wanted.Value)
		}
		return !strings.EqualFold(fmt.Sprint(value), wanted.Value)
	})
	return err
}

// visits asks any address for something, past all that is done for calls to Graph.
func (c *Connector) visits(ctx context.Context, address, token string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// staysAway answers with the error of an outage for ever.
func staysAway() hooks {
	var away atomic.Pointer[Error]
	return hooks{operation: func(ctx context.Context, _ *Connector, _ *operation, next func(context.Context) error) error {
		if e := away.Load(); e != nil {
			return e
		}
		err := next(ctx)
		if e, ok := errors.AsType[*Error](err); ok && e.Code == Unavailable {
			away.Store(e)
		}
		return err
	}}
}

// takesAnybody takes another account for the one whose creation was not answered.
func takesAnybody(_ context.Context, c *Connector, k *call) {
	if k.method != http.MethodPost || k.path != "/users" {
		return
	}
	made, _ := k.body["userPrincipalName"].(string)
	k.there = func(ctx context.Context) (*answer, error) {
		all, err := c.Search(ctx, Account, Filter{})
		if i := slices.IndexFunc(all, func(one Object) bool { return one.Attributes[nameAttribute] != made }); err == nil && i >= 0 {
			return &answer{status: http.StatusCreated, header: http.Header{}, body: fmt.Appendf(nil, `{"id":%q}`, all[i].ID)}, nil
		}
		return nil, err
	}
}
