package exchange

import (
	"net/http"
	"regexp"
	"strings"
)

// anySecret is the shell variable for a secret of which nobody knows what it is, and for access tokens.
const anySecret = "TOKEN"

// variables are the shell variables for the secrets that are told apart by the name of the member, field or parameter, in lower case and without
// underscores. Sources: RFC 6749, RFC 7521, RFC 7636, RFC 8628; RFC 7643 section 4.1.1; learn.microsoft.com/graph/api/resources/passwordprofile and
// …/passwordcredential. The value of an operation of a PATCH has no name of its own.
var variables = map[string]string{
	"clientsecret": "CLIENT_SECRET", "clientassertion": "CLIENT_ASSERTION", "assertion": "ASSERTION", "refreshtoken": "REFRESH_TOKEN", "code": "CODE",
	"codeverifier": "CODE_VERIFIER", "devicecode": "DEVICE_CODE", "password": "PASSWORD", "passwd": "PASSWORD", "newpassword": "NEW_PASSWORD",
	"currentpassword": "CURRENT_PASSWORD", "secrettext": "SECRET_TEXT", "value": "VALUE",
}

// nameBefore is the name of the member, field or parameter whose value begins at the end of a text.
var nameBefore = regexp.MustCompile(`([A-Za-z_]{1,40})(?:=|"\s*:\s*")$`)

// variableAfter is the shell variable for the secret that stood behind a text.
func variableAfter(text string) string {
	if m := nameBefore.FindStringSubmatch(text[max(0, len(text)-2*maxName):]); m != nil {
		if name, known := variables[strings.ToLower(strings.ReplaceAll(m[1], "_", ""))]; known {
			return name
		}
	}
	return anySecret
}

// hiddenField is a field of a form that is nothing but a secret.
var hiddenField = regexp.MustCompile(`^([A-Za-z0-9_.-]+)=` + regexp.QuoteMeta(Redacted) + `$`)

// curlBody gives the body. The secrets of a form are arguments of their own, which curl encodes: most have signs that a form cannot hold as they are.
func curlBody(h http.Header, body string) []string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") || !strings.Contains(body, Redacted) {
		return []string{"--data-raw", quote(body)}
	}
	var args, plain []string
	flush := func() {
		if len(plain) > 0 {
			args = append(args, "--data-raw", quote(strings.Join(plain, "&")))
			plain = nil
		}
	}
	for field := range strings.SplitSeq(body, "&") {
		if !hiddenField.MatchString(field) {
			plain = append(plain, field)
			continue
		}
		flush()
		args = append(args, "--data-urlencode", quote(field))
	}
	flush()
	return args
}
