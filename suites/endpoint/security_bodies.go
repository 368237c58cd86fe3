package endpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// What the bodies of these checks are made of.
const (
	largeBody      = 2<<20 + 512<<10 // bytes
	deepBody       = 10_000          // levels
	manyOperations = 10_000
)

const bounded = "Bound size, depth and number before you read on, and answer 413 or 400 beyond."

// bodyChecks send bodies that cost more to read than to write.
func bodyChecks() []Check {
	return []Check{
		{
			Spec: caused(defenceSpec("large-body", result.Recommended, "A body of more than 2 MB is refused, or taken as a whole",
				"Memory is bought by whoever sends the largest body. One that is cut off and stored all the same makes half a user.", bounded, rfc7644("3.12"), rfc9110TooLarge, cweResources), "endpoint.connect.probe"),
			Run: func(ctx context.Context, r *Rig) {
				document, a := r.userDocument(object{"rehearsePadding": strings.Repeat("x", largeBody)})
				r.swallow(ctx, "a body of 2.5 MB", document, a)
			},
		},
		{
			Spec: refusing(defenceSpec("deep-body", result.Recommended, "A body of 10,000 levels is read to its end, or refused",
				"A reader that calls itself for each level runs out of stack, and the server with it, for 20 kB.", bounded, rfc8259Nesting, rfc7644("3.12"), cweResources), "endpoint.connect.probe", "endpoint.quarantine.malformed-json"),
			Run: func(ctx context.Context, r *Rig) {
				r.readAndRefused(ctx, "10,000 levels", strings.Repeat("[", deepBody)+"0"+strings.Repeat("]", deepBody))
			},
		},
		{
			Spec: refusing(defenceSpec("huge-number", result.Recommended, "Numbers that no program can hold are refused, or passed over",
				"A reader with numbers of any size works for hours on 1e999999999.", "Bound the size of numbers, or read them as text where you do not need them.", rfc8259Numbers, rfc7644("3.12"), cweResources), "endpoint.connect.probe"),
			Run: func(ctx context.Context, r *Rig) {
				for _, number := range []string{"1e999999999", "-" + strings.Repeat("9", 5000)} {
					r.readAndRefused(ctx, "the number "+clip(number, 16), number)
				}
				a := r.ask(ctx, http.MethodGet, "/Users?startIndex=1&count="+strings.Repeat("9", 40), nil)
				r.That("GET /Users with a count of forty digits is answered without a failure", a, unbroken("it"), a.Shown)
			},
		},
		{
			Spec: caused(defenceSpec("repeated-member", result.Recommended, "A member that stands twice in a body is read in one way only",
				"Where a gateway looks at the first userName and the server stores the second, the gateway guards nothing.",
				"Refuse a body with a member twice, or read it once and pass on what you have read.", rfc8259Members, rfc7644("3.12"), "https://cwe.mitre.org/data/definitions/436.html"), "endpoint.rfc.return-on-write"),
			Run: func(ctx context.Context, r *Rig) {
				document, a := r.userDocument(nil)
				first := r.names.person().upn
				text := strings.Replace(string(must(json.Marshal(document))), `"userName":`, `"userName":`+strconv.Quote(first)+`,"userName":`, 1)
				post := r.ask(ctx, http.MethodPost, "/Users", text)
				r.remember(post, a)
				r.That("POST of a user with userName twice is answered without a failure", post, unbroken("it"), post.Shown)
				var one, two Found
				look := func() Found {
					one, two = r.FindBy(ctx, users, "userName", first), r.FindBy(ctx, users, "userName", a.Name)
					if one.Total > 0 {
						return one
					}
					return two
				}
				if look(); post.OK() {
					r.soon(ctx, findsSome().OK, look)
				}
				found := max(one.Total, 0) + max(two.Total, 0)
				if !post.OK() {
					r.That("a user who was refused for a member that stands twice is not there", found, gomega.BeZero(), post.Shown, one.Shown, two.Shown)
					return
				}
				r.That("a user who was made with userName twice is found by one of them", found, gomega.Equal(1), post.Shown, one.Shown, two.Shown)
				made, _ := post.JSON()
				r.That("the answer to a POST with userName twice shows the one that is stored", View{made, post.Shown},
					shows("userName", strings.Join(append(one.Values("userName"), two.Values("userName")...), ", ")), post.Shown, one.Shown, two.Shown)
			},
		},
		{
			Spec: caused(defenceSpec("many-operations", result.Recommended, "A PATCH of 10,000 operations is done as a whole, or refused as a whole",
				"A PATCH is done or not. One that stops in the middle leaves a user whom nobody has asked for, and a server without a bound can be kept busy by one request.",
				"Bound the number of operations and answer 413 or 400 beyond; apply them to a copy and store it once.", rfc7644("3.5.2"), rfc7644("3.12"), cweResources),
				"endpoint.sync.replace", "endpoint.sync.atomic"),
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				before := r.Read(ctx, ada).String("displayName")
				last := fmt.Sprintf("Ada %d", manyOperations-1)
				operations := make([]Op, manyOperations)
				for i := range operations {
					operations[i] = Op{r.spoken("Replace", "replace"), "displayName", fmt.Sprintf("Ada %d", i)}
				}
				patch := r.Send(ctx, PatchOf(ada, operations...))
				r.lockedOut(ctx, patch)
				r.That("a PATCH of 10,000 operations is answered without a failure", patch, unrefused("it"), patch.Shown)
				want := []string{before, last}
				if patch.Status/100 == 4 {
					want = want[:1]
				} else if patch.OK() {
					want = want[1:]
				}
				after := r.Read(ctx, ada)
				r.That("after a PATCH of 10,000 operations all of them are done, or none if it was refused", after.String("displayName"),
					gomega.BeElementOf(want), patch.Shown, after.Shown)
				r.stillThere(ctx, "a PATCH of 10,000 operations", patch)
			},
		},
	}
}

// swallow posts a body that is hard to swallow and judges that it is refused or taken as a whole, and that the target lives.
func (r *Rig) swallow(ctx context.Context, what string, body any, a *Account) {
	request := handWritten(http.MethodPost, "/Users", body)
	if text, ok := body.(string); ok {
		request.Body = []byte(text)
	}
	post := r.Send(ctx, request)
	r.lockedOut(ctx, post)
	r.remember(post, a)
	r.That("POST /Users with "+what+" is answered without a failure", post, unrefused("it"), post.Shown)
	f := r.FindBy(ctx, users, "userName", a.Name)
	switch {
	case post.OK():
		f = r.foundSoon(ctx, a)
		r.That("a user who was taken with "+what+" is there as a whole", foundAs(f, a), shows("displayName", a.Display), post.Shown, f.Shown)
	case post.Status/100 == 4:
		r.That("a user who was refused with "+what+" is not there", f, gomega.Not(findsAmong(a.Name)), post.Shown, f.Shown)
	}
	r.stillThere(ctx, what, post)
}

// refusing is [caused] for a check that hides what is hard to read in the body of a user who is there already. It asks nothing of a target that
// makes her twice.
func refusing(spec suites.Spec, by ...string) suites.Spec {
	spec.Needs = needs("endpoint.create.duplicate")
	return caused(spec, by...)
}

// readAndRefused posts a value that is hard to read, and judges that the target lives. A server that stores it may show it in every list, as infinity
// or with levels that no reader follows, and no list can be read from then on. So it stands in what has to be refused after it was read: a user
// who is there already.
func (r *Rig) readAndRefused(ctx context.Context, what, value string) {
	ada := r.Made(ctx)
	document, _ := r.userDocument(object{"userName": ada.Name, "externalId": ada.Nick, "rehearseValue": json.RawMessage("0")})
	text := strings.Replace(string(must(json.Marshal(document))), `"rehearseValue":0`, `"rehearseValue":`+value, 1)
	post := r.Send(ctx, wire.Request{Method: http.MethodPost, Target: "/Users", Body: []byte(text), ContentType: wire.ContentType})
	r.lockedOut(ctx, post)
	r.That("POST /Users of a user who is there already, with "+what+" in the body, is answered without a failure", post, unrefused("it"), post.Shown)
	r.stillThere(ctx, "a body with "+what, post)
}

// unrefused is [unbroken] for a body that the target may stop reading: then it closes the connection, and no answer arrives. Whether it still
// lives is asked afterwards.
func unrefused(to string) worded[Answer] {
	m := unbroken(to)
	m.OK = func(a Answer) bool { return a.Status < 500 || a.Status == http.StatusNotImplemented }
	return m
}

// foundAs is what a filter shows of an account.
func foundAs(f Found, a *Account) View {
	for _, one := range f.Resources {
		if strings.EqualFold(one.String("userName"), a.Name) {
			return View{one, f.Shown}
		}
	}
	return View{scim.Resource{}, f.Shown}
}
