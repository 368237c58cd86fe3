package permission

import (
	"cmp"
	"slices"
	"strings"
)

// grant is one way to be allowed: a permission that must be held, and where that is not enough one more of some.
type grant struct {
	permission string
	also       []string // one of these as well; nil: the permission is enough
	least      bool     // marked as least privileged by the source
	own        bool     // reaches only the signed-in user, or the registrations the client owns
}

// readGrants reads permissions as the tables write them, separated by spaces: Name, *Name for the least privileged, Name+X|Y
// for a name that needs X or Y as well; of a repeated name the first counts. The result is sorted, the least privileged one first.
func readGrants(text string) []grant {
	var grants []grant
	for word := range strings.FieldsSeq(text) {
		name, also, needs := strings.Cut(word, "+")
		g := grant{}
		g.permission, g.least = strings.CutPrefix(name, "*")
		g.own = ownOnly(g.permission)
		if needs {
			g.also = strings.Split(also, "|")
		}
		if !slices.ContainsFunc(grants, func(other grant) bool { return other.permission == g.permission }) {
			grants = append(grants, g)
		}
	}
	slices.SortStableFunc(grants, func(a, b grant) int {
		return cmp.Or(weight(a.permission)-weight(b.permission), cmp.Compare(len(a.also), len(b.also)), cmp.Compare(a.permission, b.permission))
	})
	// The source marks as least privileged what was so for any of the calls it has merged into one row: the lightest is meant.
	if i := slices.IndexFunc(grants, func(g grant) bool { return g.least }); i > 0 {
		first := grants[i]
		grants = slices.Insert(slices.Delete(grants, i, i+1), 0, first)
	}
	return grants
}

// weight orders permissions by how much they give: first by what may be done, then by how far it reaches.
func weight(permission string) int {
	resource, rest, _ := strings.Cut(permission, ".")
	verb, _, _ := strings.Cut(rest, ".")
	does, known := map[string]int{"ReadBasic": 0, "Read": 1, "ReadWrite": 3, "AccessAsUser": 4}[verb]
	if !known {
		does = 2 // Create, Invite, DeleteRestore, EnableDisableAccount: one thing and no other
	}
	reach := 1
	switch {
	case ownOnly(permission) || strings.Contains(resource, "-") || resource == "GroupMember":
		reach = 0
	case resource == "Directory":
		reach = 2
	}
	return does*4 + reach
}

// ownOnly says whether a permission reaches only what belongs to the caller.
// Source: learn.microsoft.com/graph/permissions-reference, User.Read, User.ReadWrite, Application.ReadWrite.OwnedBy.
func ownOnly(permission string) bool {
	return permission == "User.Read" || permission == "User.ReadWrite" || strings.HasSuffix(permission, ".OwnedBy")
}

// held returns whether the grant is fulfilled, and by which permission beside its own.
func (g grant) held(permissions []string) (also string, ok bool) {
	if !slices.Contains(permissions, g.permission) {
		return "", false
	}
	for _, each := range g.also {
		if slices.Contains(permissions, each) {
			return each, true
		}
	}
	return "", g.also == nil
}

// String is the grant as Microsoft's pages word it.
func (g grant) String() string {
	if g.also == nil {
		return g.permission
	}
	return g.permission + " and " + strings.Join(g.also, " or ")
}
