package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
)

// hostile is a text that means something to a program behind the endpoint.
type hostile struct{ what, text string }

// injected is a header that only an answer whose header block was broken into can have.
const injected = "X-Rehearse-Injected"

// hostileIDs are what somebody writes in the place of an id, as it stands in a URL.
var hostileIDs = []hostile{
	{"an SQL condition", "'%20OR%20'1'%3D'1"},
	{"an SQL comment", "0%3B%20SELECT%201--"},
	{"an asterisk", "*"},
	{"a condition of LDAP", "*)(objectClass%3D*"},
	{"a condition of MongoDB", "%7B%22%24ne%22%3Anull%7D"},
	{"a template", "%7B%7B7*7%7D%7D"},
	{"dots and encoded slashes", "..%2F..%2F..%2F..%2Fetc%2Fpasswd"},
	{"dots and slashes in overlong UTF-8", "%C0%AE%C0%AE%C0%AFetc%C0%AFpasswd"},
	{"a NUL", "0%00"},
	{"a line break and a header", "0%0D%0A" + injected + "%3A%20yes"},
	{"4,000 letters", strings.Repeat("a", 4000)},
}

const literally = "Hand values to the data base, the directory and the file system as parameters, never as part of a text they read."

// injectionChecks try ids that mean something to what lies behind.
func injectionChecks() []Check {
	return []Check{
		{
			Spec: caused(defenceSpec("id-is-literal", result.Required, "An id that is a condition or a pattern leads to nobody",
				"Whoever puts ids into queries as text hands out, changes and removes people at the will of whoever writes the id.", literally, rfc7644("3.4.1"), cweInjection),
				"endpoint.connect.unknown-id"),
			Run: func(ctx context.Context, r *Rig) {
				r.Bystanders()
				for _, h := range hostileIDs[:5] {
					a := r.Send(ctx, getRequest("/Users/"+h.text))
					r.lockedOut(ctx, a)
					r.That("GET of a user whose id is a condition or a pattern shows nobody", a, worded[Answer]{
						Want: "404 or 400 for " + h.what,
						OK:   func(a Answer) bool { return !a.OK() || len(peopleIn(a)) == 0 },
						Got: func(a Answer) string {
							return fmt.Sprintf("%s leads to %s", h.what, clip(strings.Join(peopleIn(a), ", "), 200))
						},
					}, a.Shown)
				}
			},
		},
		{
			Spec: caused(defenceSpec("strange-ids", result.Recommended, "An id that nobody would write is answered 404 or 400",
				"An id that breaks the server shows where it can be broken; one that is written into headers lets its author write the answer.",
				"Refuse what cannot be an id of yours before you use it; let the framework write headers. "+literally, rfc7644("3.12"), cweInjection),
				"endpoint.connect.unknown-id"),
			Run: func(ctx context.Context, r *Rig) {
				for _, h := range hostileIDs {
					a := r.Send(ctx, getRequest("/Users/"+h.text))
					r.lockedOut(ctx, a)
					r.That("GET of a user with a strange id is answered without a failure", a, unbroken(h.what), a.Shown)
					r.That("what stands in an id does not become a header of the answer", a.Header.Get(injected), gomega.BeEmpty(), a.Shown)
				}
			},
		},
		{
			Spec: caused(defenceSpec("values-as-sent", result.Recommended, "Names with markup and quotes are stored as they are, or refused",
				"A name that is stored escaped never is what Entra sent, and is written again in every cycle. Escaping is for the page that shows it.",
				"Store text as it is sent and escape it where it is shown. "+literally, cweInjection, learnSCIM, rfc7644("3.3")),
				"endpoint.create.core-values", "endpoint.create.unicode"),
			Run: func(ctx context.Context, r *Rig) {
				const name = `Bobby'); DROP TABLE users;-- <b title="x">&amp;</b> {{7*7}} ${7*7} %s %00 ..\..\`
				a, post := r.post(ctx, object{"displayName": name})
				if a.ID == "" {
					r.posted(ctx, nil)
					r.That("POST of a user whose displayName has markup and quotes is answered without a failure", post, unbroken("the name"), post.Shown)
					return
				}
				v := r.Read(ctx, a)
				r.That("displayName with markup and quotes comes back as it was sent", v, showsExactly("displayName", name), post.Shown, v.Shown)
				r.stillThere(ctx, "a name with commands in it", post)
			},
		},
	}
}

// unbroken matches an [Answer] that came and is no failure of the server. 501 says that something is not there.
func unbroken(to string) worded[Answer] {
	return worded[Answer]{
		Want: "an answer below 500 to " + to,
		OK:   func(a Answer) bool { return a.Status > 0 && a.Status < 500 || a.Status == http.StatusNotImplemented },
		Got:  func(a Answer) string { return to + " is answered with " + a.String() },
	}
}

// peopleIn are the users an answer shows.
func peopleIn(a Answer) []string {
	body, err := a.JSON()
	if err != nil {
		return nil
	}
	if name := body.String("userName"); name != "" {
		return []string{name}
	}
	return slices.DeleteFunc(foundIn(a).Values("userName"), func(name string) bool { return name == "" })
}

// hostileFilterChecks try filters that mean something to what lies behind.
func hostileFilterChecks() []Check {
	const rule = "a filter for a user name that is a condition or a pattern finds nobody"
	return []Check{
		{
			Spec: caused(defenceSpec("filter-is-literal", result.Required, "A filter for a name that is a condition finds nobody",
				"Names have apostrophes: whoever puts them into queries as text loses O'Hara first and everybody's data later. Entra joins the account that a filter finds.",
				literally, rfc7644("3.4.2.2"), cweInjection, learnSCIM), "endpoint.create.filter-exact", "endpoint.connect.probe"),
			Run: func(ctx context.Context, r *Rig) {
				r.Bystanders()
				r.selective()
				for _, value := range []string{`x' OR '1'='1`, `x" or "1" eq "1`, `x\`, `*)(objectClass=*`, `{"$gt":""}`, "{{7*7}}"} {
					f := r.FindBy(ctx, users, "userName", value)
					r.lockedOut(ctx, f.Answer)
					r.That(rule, f, worded[Found]{
						Want: "0 found, or 400, for " + plain(value), OK: func(f Found) bool { return f.Total <= 0 && unbroken("").OK(f.Answer) },
						Got: func(f Found) string { return plain(value) + " finds " + f.String() },
					}, f.Shown)
				}
			},
		},
		{
			Spec: caused(defenceSpec("filter-wildcards", result.Required, "%, _ and * in a filter are letters",
				"User names have underscores. Whoever compares with LIKE finds ada-lovelace when Entra asks for ada_lovelace, and Entra takes over her account.",
				"Compare for equality, not with LIKE; where you need LIKE, escape %, _ and *.", rfc7644("3.4.2.2"), learnSCIM), "endpoint.create.filter-exact", "endpoint.connect.probe"),
			Run: func(ctx context.Context, r *Rig) {
				r.selective()
				ada := r.Made(ctx)
				r.soonListed(ctx, ada)
				for _, pattern := range []string{strings.Replace(ada.Name, "-", "_", 1), strings.Replace(ada.Name, "@", "%@", 1), strings.Replace(ada.Name, "@", "*@", 1)} {
					f := r.FindBy(ctx, users, "userName", pattern)
					r.That("a filter for a user name with %, _ or * does not find a name that the pattern fits", f, worded[Found]{
						Want: "nobody of that pattern for " + plain(pattern), OK: func(f Found) bool { return !findsAmong(ada.Name).OK(f) && unbroken("").OK(f.Answer) }, Got: Found.String,
					}, f.Shown)
				}
			},
		},
		{
			Spec: caused(defenceSpec("strange-filters", result.Recommended, "A filter that nobody would write is answered with 400 or an empty list",
				"A filter that breaks the server, or keeps it busy, can be sent by anybody who has a token; and so can Entra's, when a name is strange.",
				"Bound the length and the depth of filters, and answer 400 to what cannot be read.", rfc7644("3.12"), cweResources),
				"endpoint.create.filter-exact", "endpoint.connect.probe"),
			Run: func(ctx context.Context, r *Rig) {
				for _, h := range []hostile{
					{"a NUL", "userName%20eq%20%22x%00%22"},
					{"bytes that are no UTF-8", "userName%20eq%20%22%C0%AE%FF%22"},
					{"a line break and a header", "userName%20eq%20%22x%0D%0A" + injected + "%3A%20yes%22"},
					{"2,000 parentheses", strings.Repeat("(", 2000) + "userName%20pr" + strings.Repeat(")", 2000)},
					{"a name of 4,000 letters", "userName%20eq%20%22" + strings.Repeat("a", 4000) + "%22"},
					{"an SQL command", "userName%20eq%20%22x%22%3B%20DROP%20TABLE%20users--"},
				} {
					a := r.Send(ctx, getRequest("/Users?count=1&filter="+h.text))
					r.lockedOut(ctx, a)
					r.That("a strange filter is answered without a failure", a, unbroken("a filter with "+h.what), a.Shown)
					r.That("what stands in a filter does not become a header of the answer", a.Header.Get(injected), gomega.BeEmpty(), a.Shown)
				}
			},
		},
	}
}

// soonListed is given that a filter finds the account.
func (r *Rig) soonListed(ctx context.Context, a *Account) {
	if f := r.foundSoon(ctx, a); f.Total < 1 {
		r.Block("endpoint.create.filter-exact", "a filter for "+a.Name+" was answered with "+f.String())
	}
}

// foundSoon asks for a user by name until somebody is found.
func (r *Rig) foundSoon(ctx context.Context, a *Account) Found {
	return r.soon(ctx, findsSome().OK, func() Found { return r.FindBy(ctx, users, "userName", a.Name) })
}
