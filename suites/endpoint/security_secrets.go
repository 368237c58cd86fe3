package endpoint

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
)

// secrecyChecks are about what answers say that they should not, and what a client can give itself.
func secrecyChecks() []Check {
	return []Check{
		{
			Spec: guarded(defenceSpec("token-echo", result.Recommended, "No answer quotes the token that was sent",
				"Answers stand in the provisioning log, in tickets and in screenshots, and with them a token that is good, or was until yesterday.",
				"Say that the token is not valid, not which one it was; leave the Authorization header out of errors.", rfc6750Threats, rfc7644("7.4"), cweErrors), wrongToken),
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				wrong := "wrong-" + r.names.uuid()
				refused := r.SendAs(ctx, r.As(wrong, nil), r.Nobody())
				r.That("the refusal of a wrong token does not quote it", refused, silent("the wrong token", wrong), refused.Shown)
				for _, a := range append(r.provoked(ctx), r.ask(ctx, http.MethodGet, "/ServiceProviderConfig", nil)) {
					r.That("no answer quotes the token of the request", a, silent("the token", r.target.config.Token), a.Shown)
				}
			},
		},
		{
			Spec: caused(defenceSpec("password-in-errors", result.Recommended, "The refusal of a user does not quote her password",
				"What is refused is quoted in the provisioning log for everybody who may read it. A password is never returned, in errors neither.",
				"Name the attribute that was wrong, and quote no other; never quote a whole document.", rfc7643("4.1.1"), rfc7643("7"), rfc7644("7.5"), cweErrors), "endpoint.rfc.password-hidden"),
			Run: func(ctx context.Context, r *Rig) {
				secret := "Pw-" + r.names.uuid() + "!aA1"
				taken, refusals := r.Made(ctx), 0
				for _, spoilt := range []object{{"password": secret, "name": "Ada Byron"}, {"password": secret, "userName": taken.Name}} {
					document, a := r.userDocument(spoilt)
					post := r.ask(ctx, http.MethodPost, "/Users", document)
					r.remember(post, a)
					if !refused(post) {
						continue // how it shows her is the question of another check
					}
					refusals++
					r.That("the refusal of a user with a password does not quote it", post, silent("the password", secret), post.Shown)
				}
				if refusals == 0 {
					r.Skip("neither a user without a userName nor one whose userName is taken was refused")
				}
			},
		},
		{
			Spec: defenceSpec("error-internals", result.Recommended, "Errors do not show what is inside",
				"Stack traces, commands of the data base and paths of files tell an attacker which software to look up, and an administrator nothing.",
				"Log what happened, under a number, and answer with a sentence for the administrator and the number.", cweErrors, rfc7644("3.12")),
			Run: func(ctx context.Context, r *Rig) {
				refusals := slices.DeleteFunc(r.provoked(ctx), func(a Answer) bool { return !refused(a) })
				if len(refusals) == 0 {
					r.Skip("no request that cannot be done was refused")
				}
				for _, a := range refusals {
					r.That("an error shows no stack trace, command of a data base or path of a file", a, worded[Answer]{
						Want: "a sentence about the request", OK: func(a Answer) bool { return insides.Find(a.Body) == nil },
						Got: func(a Answer) string { return fmt.Sprintf("%q in %s", clip(string(insides.Find(a.Body)), 120), a) },
					}, a.Shown)
				}
			},
		},
		{
			Spec: caused(defenceSpec("groups-by-patch", result.Recommended, "A user cannot be put into a group by a PATCH of her groups",
				"Whoever may change users could give herself every right that hangs on a group. The attribute is read-only.",
				"Refuse groups in a PATCH of a user, or pass it over.", rfc7643("4.1.2"), rfc7644("3.5.2")), "endpoint.rfc.groups-read-only", "endpoint.rfc.patch-read-only"),
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				team := r.MadeGroup(ctx, "Team Guard")
				patch := r.patch(ctx, ada, object{"op": "add", "path": "groups", "value": []object{{"value": team.ID, "display": team.Name}}})
				group := r.Read(ctx, team)
				r.That("a PATCH that adds groups to a user makes her a member of none", memberIDs(group.Resource), gomega.Not(gomega.ContainElement(ada.ID)), patch.Shown, group.Shown)
				v := r.Read(ctx, ada)
				_, stored := element(v.Resource, "groups", team.ID)
				r.That("a PATCH that adds groups to a user does not show her in them", stored, gomega.BeFalse(), patch.Shown, v.Shown)
			},
		},
	}
}

// refused says whether a request was answered, and not carried out: a connection that is broken off says nothing.
func refused(a Answer) bool { return a.Status != 0 && !a.OK() }

// provoked are answers to requests that cannot be done.
func (r *Rig) provoked(ctx context.Context) []Answer {
	document, a := r.userDocument(object{"name": "Ada Byron"})
	post := r.ask(ctx, http.MethodPost, "/Users", document)
	r.remember(post, a)
	return []Answer{
		post,
		r.ask(ctx, http.MethodPost, "/Users", `{"userName": `),
		r.ask(ctx, http.MethodGet, "/Users/"+r.names.uuid(), nil),
		r.ask(ctx, http.MethodGet, "/Users/'%22%00", nil),
		r.ask(ctx, http.MethodGet, "/Users?filter="+"userName%20eq%20'%22", nil),
		r.ask(ctx, http.MethodGet, "/Users?count=1&startIndex=x", nil),
	}
}

// silent matches an [Answer] that does not quote a secret, neither in its body nor in its headers.
func silent(what, secret string) worded[Answer] {
	return worded[Answer]{
		Want: "an answer without " + what,
		OK: func(a Answer) bool {
			for _, values := range a.Header {
				if strings.Contains(strings.Join(values, "\n"), secret) {
					return false
				}
			}
			return !bytes.Contains(a.Body, []byte(secret))
		},
		Got: func(a Answer) string { return fmt.Sprintf("an answer (%d) with %s in it", a.Status, what) },
	}
}

// insides matches what comes from inside a server: stack traces of common languages, errors of data bases, paths of source files.
var insides = regexp.MustCompile(strings.Join([]string{
	`(?:\b|\\[nrt])at [\w.$<>]+\([\w$]+\.(java|kt|scala):\d+\)`, `Traceback \(most recent call last\)`, `File \\?"[^"]+\.py\\?", line \d+`, `goroutine \d+ \[`,
	`(?:\b|\\[nrt])at [^\n"]{1,200}\.(js|ts|mjs|cjs):\d+:\d+`, `\.cs:line \d+`, `\bin /[\w./-]+\.php(:| on line )\d+`, `/[\w./-]+\.rb:\d+:in `, `/[\w./-]+\.go:\d+`,
	`SQLSTATE\[?\w`, `ORA-\d{5}`, `SQLITE_[A-Z]+`, `You have an error in your SQL syntax`, `syntax error at or near`, `(?i:unclosed quotation mark after)`, `MongoServerError`,
}, "|"))
