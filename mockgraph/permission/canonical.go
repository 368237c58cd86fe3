package permission

import "strings"

// maxTemplate is the longest template that is looked at, in bytes. Graph's longest is about 150.
const maxTemplate = 512

// Canonical is the form under which a route's template stands in the table:
//
//   - letters are small, every variable is {id}, a trailing slash is gone;
//   - a key in parentheses is a segment: applications(appId={value}) and applications('{id}') are applications/{id}, and so is
//     directoryRoles/roleTemplateId={value}; the parameters of a function go, its name stays;
//   - $count and $value go, for they read what stands before them; $ref goes behind a collection or a single link
//     (manager/$ref), and stays behind {id}, where it makes the difference between a membership and the member;
//   - casts go (members/microsoft.graph.user, and the variable {cast}), and actions and functions lose the prefix
//     (microsoft.graph.delta is delta). Behind directory/deletedItems a cast that is written out stays: there each type has
//     permissions of its own, and the template without one is for any.
//
// It never fails; what is no template comes out as some text that is in no table, and what is longer than 512 bytes as nothing.
func Canonical(template string) string {
	return string(appendCanonical(nil, template))
}

func appendCanonical(dst []byte, template string) []byte {
	if len(template) > maxTemplate {
		return dst
	}
	start, last := len(dst), ""
	add := func(segment string) {
		dst, last = append(dst, '/'), segment
		for _, c := range []byte(segment) {
			dst = append(dst, lower(c))
		}
	}
	for segment := range strings.SplitSeq(template, "/") {
		name, arguments, called := strings.Cut(segment, "(")
		bare, qualified := cutPrefixFold(name, "microsoft.graph.")
		switch {
		case segment == "" || segment == "{cast}" || strings.EqualFold(segment, "$count") || strings.EqualFold(segment, "$value"):
		case strings.EqualFold(segment, "$ref"):
			if last == "{id}" {
				add("$ref")
			}
		case segment[0] == '{' || !called && strings.Contains(segment, "="):
			add("{id}")
		case qualified && isCast(bare):
			if strings.EqualFold(last, "deletedItems") {
				add(name)
			}
		case called && isKey(arguments):
			add(bare)
			add("{id}")
		default:
			add(bare)
		}
	}
	if len(dst) == start {
		return append(dst, '/')
	}
	return dst
}

// casts are the types Graph narrows a collection of directory objects to. Anything else in the namespace is an action or function.
var casts = []string{
	"administrativeUnit", "appRoleAssignment", "application", "device", "directoryObject", "directoryRole", "endpoint", "group", "orgContact",
	"servicePrincipal", "user",
}

func isCast(name string) bool {
	for _, each := range casts {
		if strings.EqualFold(each, name) {
			return true
		}
	}
	return false
}

// keys are the alternate keys of Graph's types; other named arguments are parameters of a function.
var keys = []string{"appId", "roleTemplateId", "uniqueName", "userPrincipalName", "id"}

// isKey tells users('x') and applications(appId='x') from delta() and findRooms(roomList='x').
func isKey(arguments string) bool {
	arguments = strings.TrimSuffix(arguments, ")")
	name, _, named := strings.Cut(arguments, "=")
	if !named {
		return arguments != ""
	}
	for _, each := range keys {
		if strings.EqualFold(each, strings.TrimSpace(name)) {
			return true
		}
	}
	return false
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
