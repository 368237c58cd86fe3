package wire

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// optOut is the flag that keeps the default dialect on the day when it is the default no more.
const optOut = "AzureAdScimPatch2017"

// ParseTenantURL reads a tenant URL as it stands in Entra. It returns the base address that requests go to, without the flag and
// without a slash at the end of its path, and the dialect the flag asks for: [AADOptSCIM] with aadOptscim062020, in any case,
// otherwise [Default]. The documentation only says that this word is put into the field Tenant URL; vendors' guides append it as a
// query. It is read wherever it stands as a word of its own:
//
//	https://host/scim?aadOptscim062020          a parameter, without a value or with any
//	https://host/scim/?tenant=7&aadOptscim062020  behind or before other parameters, which stay in the base address
//	https://host/scim/aadOptscim062020          bare, as the last segment of the path
//	https://host/scim&aadOptscim062020          bare, appended without a question mark
//
// The older flag AzureAdScimPatch2017 is read in the same ways and means the default dialect. Errors say in one sentence what
// is wrong, without what may be secret in the URL: no URL, another scheme than http and https, credentials, a fragment, or
// both flags.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility;
// github.com/MicrosoftDocs/entra-docs/issues/949 for the query.
func ParseTenantURL(raw string) (base string, dialect Dialect, err error) {
	u, err := parseTenantURL(raw)
	if err != nil {
		return "", "", err
	}
	dialect, err = stripFlags(u)
	if err != nil {
		return "", "", err
	}
	return u.String(), dialect, nil
}

// parseTenantURL refuses what is no base address.
func parseTenantURL(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil:
		return nil, errors.New("use tenant URL: it is not a URL") // the parser's error would repeat the URL and what is secret in it
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return nil, fmt.Errorf("use tenant URL %s: want https://host/path", u.Redacted())
	case u.User != nil:
		return nil, fmt.Errorf("use tenant URL %s: credentials in the URL are not sent, use a token", u.Redacted())
	case u.Fragment != "":
		return nil, fmt.Errorf("use tenant URL %s: it has a fragment", u.Redacted())
	}
	return u, nil
}

// stripFlags takes the flags out of a URL, and says what they ask for.
func stripFlags(u *url.URL) (Dialect, error) {
	flagged, kept := map[string]bool{}, []string{}
	isFlag := func(word string) bool {
		for _, flag := range []string{string(AADOptSCIM), optOut} {
			if strings.EqualFold(word, flag) {
				flagged[flag] = true
				return true
			}
		}
		return false
	}
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		if name, _, _ := strings.Cut(part, "="); part != "" && !isFlag(name) {
			kept = append(kept, part)
		}
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	for {
		at := strings.LastIndexAny(path, "/&")
		if at < 0 || !isFlag(path[at+1:]) {
			break
		}
		path = strings.TrimSuffix(path[:at], "/")
	}
	if flagged[string(AADOptSCIM)] && flagged[optOut] {
		return "", fmt.Errorf("use tenant URL: it carries both %s and %s, which contradict each other", AADOptSCIM, optOut)
	}
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return "", errors.New("use tenant URL: its path is not escaped well")
	}
	u.Path, u.RawPath = decoded, path
	u.RawQuery, u.ForceQuery = strings.Join(kept, "&"), false
	if flagged[string(AADOptSCIM)] {
		return AADOptSCIM, nil
	}
	return Default, nil
}
