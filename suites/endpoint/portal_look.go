package endpoint

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// poll asks the target for an account by what Entra matches it by, as the workflow does: blanks are written %20, not +.
func (r *Rig) poll(ctx context.Context, a *Account) Found {
	path, value := r.key(a)
	filter := strings.ReplaceAll(url.QueryEscape(path+` eq "`+value+`"`), "+", "%20")
	return foundIn(r.Send(ctx, wire.Request{Method: http.MethodGet, Target: "/" + a.Kind + "?filter=" + filter}))
}

// isThere fails the check unless the target finds the account by its name, and learns its id.
func (r *Rig) isThere(ctx context.Context, phase string, a *Account) View {
	path, value := r.key(a)
	rule := "[" + phase + " Phase] GET /" + a.Kind + "?filter=" + path + " eq … finds it"
	found := worded[Found]{
		Want: "1 found: " + value,
		OK:   func(f Found) bool { return f.Total >= 1 && len(f.Resources) > 0 && f.Resources[0].ID() != "" },
		Got:  Found.String,
	}
	f := r.soon(ctx, found.OK, func() Found { return r.poll(ctx, a) })
	r.Must(rule, f, found, f.Shown)
	for _, one := range f.Resources {
		if shows(path, value).OK(View{one, f.Shown}) {
			a.ID = one.ID()
			return View{one, f.Shown}
		}
	}
	r.Must(rule+" and nobody else", f, findsOnly(path, value), f.Shown)
	return View{}
}

// isGone fails the check unless the target no longer finds the account by its name.
func (r *Rig) isGone(ctx context.Context, phase string, a *Account) {
	path, _ := r.key(a)
	gone := worded[Found]{
		Want: "200 with totalResults 0, or 404",
		OK:   func(f Found) bool { return f.Total == 0 || f.Status == http.StatusNotFound },
		Got:  Found.String,
	}
	f := r.soon(ctx, gone.OK, func() Found { return r.poll(ctx, a) })
	r.Must("["+phase+" Phase] GET /"+a.Kind+"?filter="+path+" eq … finds it no more", f, gone, f.Shown)
}

// look is GET by id; the check fails when it is not answered 200.
func (r *Rig) look(ctx context.Context, phase string, a *Account) View {
	answer := r.Get(ctx, a)
	resource, err := answer.JSON()
	r.Must("["+phase+" Phase] GET /"+a.Kind+"/{id} is answered 200 with the resource", answer, worded[Answer]{
		Want: "200 with the resource",
		OK:   func(a Answer) bool { return a.OK() && err == nil && len(resource) > 0 },
		Got:  Answer.String,
	}, answer.Shown)
	return View{resource, answer.Shown}
}

// lastAbout is the last exchange whose target or body names an account, or else the last of all.
func (r *Rig) lastAbout(a *Account) *exchange.Exchange {
	all := r.session.Exchanges()
	for _, e := range slices.Backward(all) {
		if e.Request.Method != http.MethodGet && (a.ID != "" && strings.HasSuffix(pathOf(e.Request.URL), a.path()) || strings.Contains(string(e.Request.Body.Bytes), a.Name)) {
			return e
		}
	}
	return r.session.Last()
}

// nameAttribute is the name that every account of its kind carries.
func (a *Account) nameAttribute() string {
	if a.Kind == groups {
		return "displayName"
	}
	return "userName"
}
