package directory

import (
	"slices"
	"strings"
)

// Characters of the local part of a user principal name.
// Source: learn.microsoft.com/graph/api/user-post-users and …/resources/user, property userPrincipalName.
const userPrincipalNameSigns = "'.-_!#^~"

// Characters a mail nickname must not contain, besides everything outside ASCII.
// Source: learn.microsoft.com/graph/api/group-post-groups, property mailNickname.
const mailNicknameForbidden = "@()/[]\\\"';:<>, "

func isUserPrincipalName(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && len(local) <= 64 && allBytes(local, func(c byte) bool {
		return isAlphanumeric(c) || strings.IndexByte(userPrincipalNameSigns, c) >= 0
	}) && isDomain(domain)
}

// isDomain leaves the length of the whole to the property's own bound, which is far below that of RFC 1035.
func isDomain(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			!allBytes(label, func(c byte) bool { return isAlphanumeric(c) || c == '-' }) {
			return false
		}
	}
	return true
}

func isMailNickname(s string) bool {
	return allBytes(s, func(c byte) bool { return c > ' ' && c < 0x7f && strings.IndexByte(mailNicknameForbidden, c) < 0 })
}

// isMail asks for no more than an at sign between two parts: the directory takes far more than RFC 5321 allows.
func isMail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " \t\r\n")
}

// isPasswordPolicies says whether a text names password policies.
// Source: learn.microsoft.com/graph/api/resources/user, property passwordPolicies; None is how other tools say there is none.
func isPasswordPolicies(s string) bool {
	for policy := range strings.SplitSeq(s, ",") {
		if !slices.Contains([]string{"DisableStrongPassword", "DisablePasswordExpiration", "None"}, strings.TrimSpace(policy)) {
			return false
		}
	}
	return true
}

// isEntitlementValue says whether a text can stand in the claim of an app role: no blanks, no full stop in front.
// Source: learn.microsoft.com/graph/api/resources/approle, property value.
func isEntitlementValue(s string) bool {
	return len(s) <= 120 && s[0] != '.' && allBytes(s, func(c byte) bool { return c > ' ' && c < 0x7f })
}

func isCountryCode(s string) bool {
	return len(s) == 2 && allBytes(s, isLetter)
}

func isLanguageTag(s string) bool {
	allowed := isLetter
	for part := range strings.SplitSeq(s, "-") {
		if part == "" || len(part) > 8 || !allBytes(part, allowed) {
			return false
		}
		allowed = isAlphanumeric
	}
	return true
}

func oneOf(values ...string) func(string) bool {
	return func(s string) bool { return slices.Contains(values, s) }
}

func isLetter(c byte) bool       { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isAlphanumeric(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' }

func allBytes(s string, allowed func(byte) bool) bool {
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}

// isGuid says whether a string is a GUID in its usual form.
func isGuid(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if c := s[i] | 0x20; (c < 'a' || c > 'f') && (s[i] < '0' || s[i] > '9') {
				return false
			}
		}
	}
	return true
}
