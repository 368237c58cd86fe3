package connector

import (
	"context"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// voyage is everything that a connector can do, done once in a tenant with many people and short pages, so that every rule has something to judge.
type voyage struct {
	once sync.Once

	mu    sync.Mutex
	calls func() []*Call // that were made
	stops map[stop]Result
	herd  []string // ids of the people whom the search for all has to find
}

// stop is a part of the voyage that rules ask about.
type stop string

// The stops.
const (
	searchAll      stop = "search for all users"
	searchOne      stop = "search for one user"
	searchAdvanced stop = "search that needs an advanced query"
)

// herdSize is how many people there are on the voyage, and shortPage how many stand on a page at most.
const (
	herdSize  = 60
	shortPage = 25
)

// advancedAttributes can be found by advanced queries only. Source: learn.microsoft.com/graph/aad-advanced-queries, the table of properties.
var advancedAttributes = []string{"companyName", "officeLocation", "streetAddress", "mobilePhone", "employeeType"}

// voyage has the connector do everything it can do, once in a run, and returns what it asked. It judges nothing.
func (r *Rig) voyage(ctx context.Context) *voyage {
	t := r.target.voyage
	t.once.Do(func() {
		t.mu.Lock()
		t.calls, t.stops = r.Calls, map[stop]Result{}
		t.mu.Unlock()
		r.travel(ctx, t)
	})
	return t
}

// journey is what the connector asked on the voyage.
func (t *voyage) journey() journey {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.calls == nil {
		return nil
	}
	return t.calls()
}

// at is what came of a stop; false when the voyage did not come there.
func (t *voyage) at(s stop) (Result, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o, ok := t.stops[s]
	return o, ok
}

// travel makes the voyage.
func (r *Rig) travel(ctx context.Context, t *voyage) {
	advanced := slices.IndexFunc(advancedAttributes, func(name string) bool { return r.target.description.Writes(User, name) })
	for range herdSize {
		p := directory.Properties{"passwordProfile": nil}
		if advanced >= 0 {
			p[advancedAttributes[advanced]] = "Rehearsal & Sons"
		}
		t.herd = append(t.herd, r.passerBy(p))
	}
	pages := &shortPages{mark: r.names.text(10)}
	r.Meet(pages.meet)
	do := func(request Request) Result {
		if r.target.isBroken(request.Operation) || r.target.isBroken(connecting) || !r.target.description.Has(request.Operation) {
			return Result{Request: request, Err: &Error{Code: NotSupported}}
		}
		return r.Do(ctx, request)
	}
	note := func(s stop, o Result) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if o.Err == nil || o.Err.Code != NotSupported {
			t.stops[s] = o
		}
	}
	first := r.Person(nil)
	made := do(Request{Operation: Create, Type: User, Attributes: first})
	ada := made.Answer.ID
	do(Request{Operation: Test})
	note(searchAll, do(Request{Operation: Search, Type: User}))
	note(searchOne, do(Request{Operation: Search, Type: User, Filter: &Filter{Attribute: "userPrincipalName", Value: r.Bystanders()[0].Name}}))
	if advanced >= 0 {
		note(searchAdvanced, do(Request{Operation: Search, Type: User, Filter: &Filter{Attribute: advancedAttributes[advanced], Value: "Rehearsal & Sons"}}))
	}
	r.objects(do, ada)
	token := do(Request{Operation: Sync, Type: User}).Answer.Token
	if token != "" {
		do(Request{Operation: Sync, Type: User, Token: token})
	}
	if r.target.inProcess() {
		r.pass(ctx, 2*time.Hour) // the token ends, and another is fetched
	}
	do(Request{Operation: Test})
	r.refusals(do, first)
}

// passerBy is somebody of whom nothing is known but a name, so that many are made quickly.
func (r *Rig) passerBy(more directory.Properties) string {
	w := r.names.person()
	p := directory.Properties{"userPrincipalName": w.upn(), "displayName": w.display(), "mailNickname": w.nick, "accountEnabled": true}
	maps.Copy(p, more)
	delete(p, "passwordProfile")
	return must(r.Tenant.Directory().Create(directory.User, p)).ID()
}

// objects changes what there is: a user and a group.
func (r *Rig) objects(do func(Request) Result, ada string) {
	d := r.target.description
	if d.Has(AddMember) {
		group := do(Request{Operation: Create, Type: Group, Attributes: r.Group(nil)}).Answer.ID
		members := []string{r.Bystanders()[0].ID, r.Bystanders()[1].ID, r.Bystanders()[2].ID}
		do(Request{Operation: AddMember, Type: Group, ID: group, Members: members})
		do(Request{Operation: RemoveMember, Type: Group, ID: group, Members: members[:2]})
		do(Request{Operation: Search, Type: Group})
		do(Request{Operation: Delete, Type: Group, ID: group})
	}
	if d.Writes(User, probe) {
		do(Request{Operation: Update, Type: User, ID: ada, Attributes: map[string]any{probe: "Traveller"}})
	}
	if d.Has(AssignLicense) && r.account(ada).live {
		r.located(&Person{ID: ada})
		sku := r.Subscribe(office, seats)
		do(Request{Operation: AssignLicense, Type: User, ID: ada, Licenses: []string{sku}})
		do(Request{Operation: RemoveLicense, Type: User, ID: ada, Licenses: []string{sku}})
	}
	for _, o := range []Operation{Disable, Enable, Delete, Restore} {
		do(Request{Operation: o, Type: User, ID: ada})
	}
}

// refusals are what cannot be done: a name that is taken, and a sign-in with a wrong secret.
func (r *Rig) refusals(do func(Request) Result, taken map[string]any) {
	again := maps.Clone(taken)
	again["userPrincipalName"], again["password"] = r.Bystanders()[0].Name, "Guillemot-"+r.names.text(10)+"-4711!"
	r.target.config.Recorder.AddSecret(again["password"].(string)) //nolint:forcetypeassert // it was made in the line before
	do(Request{Operation: Create, Type: User, Attributes: again})
	if r.target.config.Fixed != nil { // it cannot be told another secret
		return
	}
	wrong := "mistyped-" + r.names.text(20)
	r.witness.hides(wrong)
	r.Reconfigure(func(c *Configuration) { c.ClientSecret = wrong })
	if r.target.description.Has(Test) {
		do(Request{Operation: Test})
		return
	}
	do(Request{Operation: Create, Type: User, Attributes: r.Person(nil)})
}

// shortPages makes pages short, as Graph may, and puts something of its own into the links to the next ones, which are opaque.
// Source: learn.microsoft.com/graph/paging.
type shortPages struct{ mark string }

// marker is the name of the parameter that is put into links.
const marker = "page"

func (s *shortPages) meet(w http.ResponseWriter, r *http.Request, tenant http.Handler) {
	if r.Method != http.MethodGet || !isGraphs(r) {
		tenant.ServeHTTP(w, r)
		return
	}
	query := r.URL.Query()
	query.Del(marker)
	if s.isList(r) && !query.Has("$skiptoken") {
		if n, err := strconv.Atoi(query.Get("$top")); err != nil || n > shortPage {
			query.Set("$top", strconv.Itoa(shortPage))
		}
	}
	if r.URL.Query().Has(marker) || s.isList(r) {
		changed := *r.URL
		changed.RawQuery = query.Encode()
		r = r.Clone(r.Context())
		r.URL = &changed
	}
	answer := hold(r, tenant)
	answer.release(w, nextLink.ReplaceAllFunc(answer.body.Bytes(), func(link []byte) []byte {
		return append(link[:len(link)-1:len(link)-1], []byte("&"+marker+"="+s.mark+`"`)...)
	}))
}

// isList says whether a request asks for the first page of users or groups.
func (*shortPages) isList(r *http.Request) bool {
	path := strings.ToLower(strings.TrimSuffix(r.URL.Path, "/"))
	return strings.HasSuffix(path, "/users") || strings.HasSuffix(path, "/groups")
}

// nextLink is the link to the next page in an answer.
var nextLink = regexp.MustCompile(`"@odata\.nextLink"\s*:\s*"[^"]*"`)
