package endpoint

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// tokenChecks try tokens that are nearly right, and the right one in the wrong place.
func tokenChecks() []Check {
	return []Check{
		{
			Spec: guarded(defenceSpec("altered-token", result.Required, "A token that is nearly right is refused",
				"Whoever compares the beginning only, or does not verify signatures, takes tokens that can be guessed or written by anybody.",
				"Compare the whole token, in constant time; of a JWT verify the signature before you believe a word of it.", rfc6750, rfc6750Threats, rfc7644("2")), wrongToken),
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				token := r.target.config.Token
				for _, altered := range []struct{ what, token string }{
					{"a token with one character changed", changedInside(token)},
					{"the first half of the token", token[:len(token)/2]},
					{"the token with more behind it", token + "xxxx"},
				} {
					r.That(altered.what+" is refused", r.knock(ctx, "Bearer "+altered.token), refusal(), r.session.Last())
				}
			},
		},
		{
			Spec: guarded(defenceSpec("token-case", result.Recommended, "A token in another letter case is refused",
				"A data base that compares text without letter case makes each letter of the token easier to guess.",
				"Compare tokens byte by byte, or compare their hashes.", rfc6750Threats), wrongToken),
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				token := r.target.config.Token
				if hexadecimal.MatchString(token) {
					r.Skip("the token is a number in hexadecimal digits, whose letter case says nothing")
				}
				for _, other := range []string{strings.ToLower(token), strings.ToUpper(token)} {
					if other == token {
						continue
					}
					r.That("the token in all small or all capital letters is refused", r.knock(ctx, "Bearer "+other), refusal(), r.session.Last())
				}
			},
		},
		{
			Spec: guarded(defenceSpec("empty-token", result.Required, "An empty token is refused",
				"A tenant that has no token yet is stored with an empty one. Whoever compares with that lets in everybody who sends none.",
				"Refuse an empty token before you look for whose it is.", rfc6750, rfc7644("2")), missingToken, wrongToken),
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				for _, header := range []string{"Bearer", "Bearer null", "Bearer undefined"} {
					r.That("an Authorization header without a real token, such as Bearer or Bearer null, is refused", r.knock(ctx, header), refusal(), r.session.Last())
				}
			},
		},
		{
			Spec: guarded(defenceSpec("token-in-query", result.Recommended, "A token in the URL does not sign in",
				"URLs stand in the logs of servers and proxies and in the histories of browsers, and with them the token.",
				"Read the token from the Authorization header only.", rfc6750Query, rfc6750Threats), missingToken),
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				a := r.SendAs(ctx, r.As("", nil), getRequest("/Users?count=1&access_token="+url.QueryEscape(r.target.config.Token)))
				r.That("GET /Users?access_token=… without an Authorization header is refused", a, refusal(), a.Shown)
			},
		},
	}
}

// hexadecimal matches tokens that a server may read as a number or a GUID.
var hexadecimal = regexp.MustCompile(`^[0-9A-Fa-f-]+$`)

// changedInside changes the character in the middle: the last one of a JWT may carry bits that nobody reads.
func changedInside(token string) string {
	at := len(token) / 2
	for at < len(token)-1 && token[at] == '.' {
		at++
	}
	other := "A"
	if token[at:at+1] == other {
		other = "B"
	}
	return token[:at] + other + token[at+1:]
}

// knock asks for nobody with an Authorization header.
func (r *Rig) knock(ctx context.Context, header string) Answer {
	return r.SendAs(ctx, r.As("", http.Header{"Authorization": {header}}), r.Nobody())
}
