package endpoint

import (
	"net"
	"net/url"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// optFlag is the switch Entra's tenant URL can carry to ask for the newer dialect; it is for Entra and not sent on.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
const optFlag = string(wire.AADOptSCIM)

// address is a tenant URL in normal form.
type address struct {
	base     string // scheme, host and path without a slash at the end
	host     string
	flagged  bool // the URL carried optFlag
	loopback bool
}

// parseAddress reads a tenant URL as an administrator writes it. Its errors are one clear sentence.
func parseAddress(raw string) (address, error) {
	refuse := func(why string) (address, error) {
		return address{}, &UnusableError{Kind: Misconfigured, Message: "the URL " + quoted(redactedURL(raw)) + " " + why}
	}
	if strings.TrimSpace(raw) == "" {
		return address{}, &UnusableError{Kind: Misconfigured, Message: "there is no URL: give the tenant URL as it stands in Entra, such as https://scim.example.com/v2"}
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil && !strings.Contains(raw, "://"), err == nil && u.Host == "":
		return refuse("has no scheme: write http:// or https:// in front of it")
	case err != nil:
		return refuse("cannot be read: check it for stray characters")
	case u.Scheme != "http" && u.Scheme != "https":
		return refuse("has the scheme " + quoted(u.Scheme) + ": only http and https can be judged")
	case u.Hostname() == "":
		return refuse("names no host")
	case u.User != nil:
		return refuse("carries a user name or password: Entra sends a bearer token only, give that with --token")
	case u.Fragment != "":
		return refuse("carries a fragment (#…): leave it out")
	}
	bare, dialect, err := wire.ParseTenantURL(raw)
	if err == nil {
		u, err = url.Parse(bare)
	}
	switch {
	case err != nil:
		return refuse("cannot be read: " + strings.TrimPrefix(err.Error(), "use tenant URL: "))
	case u.RawQuery != "":
		return refuse("carries a query: only the flag " + optFlag + " can stand there")
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if last := path[strings.LastIndex(path, "/")+1:]; strings.EqualFold(last, "Users") || strings.EqualFold(last, "Groups") {
		return refuse("ends in /" + last + ": give the URL above it, Entra appends /Users and /Groups itself")
	}
	return address{
		base: u.Scheme + "://" + strings.ToLower(u.Host) + path, host: u.Host,
		flagged: dialect == wire.AADOptSCIM, loopback: isLoopback(u.Hostname()),
	}, nil
}

// covers says whether a reference is an absolute URL with the scheme and the host of the tenant URL.
func (a address) covers(reference string) bool {
	own, err := url.Parse(a.base)
	if err != nil {
		return false
	}
	u, err := url.Parse(reference)
	return err == nil && u.User == nil && strings.EqualFold(u.Scheme, own.Scheme) &&
		strings.EqualFold(u.Hostname(), own.Hostname()) && portOf(u) == portOf(own)
}

// portOf is the port of a URL, also when it is not written.
func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// redactedURL leaves out what may be a secret in a URL that is quoted in a message.
func redactedURL(raw string) string {
	if scheme, rest, ok := strings.Cut(raw, "://"); ok {
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		if at := strings.LastIndex(rest[:end], "@"); at >= 0 {
			rest = "…" + rest[at:]
		}
		raw = scheme + "://" + rest
	}
	if at := strings.IndexAny(raw, "?#"); at >= 0 {
		raw = raw[:at+1] + "…"
	}
	return raw
}

func quoted(s string) string { return "“" + clip(s, 200) + "”" }

// clip shortens s to n characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
