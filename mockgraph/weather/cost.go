package weather

import "strings"

// operation is a method with a route template whose variables are all written {id}.
type operation struct{ method, template string }

// costs are the resource units of requests that cost other than 1. Their POSTs are no writes.
// Source: learn.microsoft.com/graph/throttling-limits, base request costs. What applies to me applies to users/{id}.
var costs = map[operation]int{
	{"GET", "/applications"}:                              2,
	{"GET", "/applications/{id}/extensionProperties"}:     2,
	{"GET", "/contracts"}:                                 3,
	{"POST", "/directoryObjects/getByIds"}:                3,
	{"GET", "/domains/{id}/domainNameReferences"}:         4,
	{"GET", "/groups/{id}/members"}:                       3,
	{"GET", "/groups/{id}/transitiveMembers"}:             5,
	{"POST", "/users/{id}/checkMemberGroups"}:             4,
	{"POST", "/users/{id}/checkMemberObjects"}:            4,
	{"POST", "/users/{id}/getMemberGroups"}:               2,
	{"POST", "/users/{id}/getMemberObjects"}:              2,
	{"GET", "/users/{id}/licenseDetails"}:                 2,
	{"GET", "/users/{id}/memberOf"}:                       2,
	{"GET", "/users/{id}/ownedObjects"}:                   2,
	{"GET", "/users/{id}/transitiveMemberOf"}:             2,
	{"GET", "/oauth2PermissionGrants"}:                    2,
	{"GET", "/oauth2PermissionGrants/{id}"}:               2,
	{"GET", "/servicePrincipals/{id}/appRoleAssignments"}: 2,
	{"GET", "/subscribedSkus"}:                            3,
	{"GET", "/users"}:                                     2,
	{"POST", "/$batch"}:                                   0, // its items are charged. Source: learn.microsoft.com/graph/throttling, batching
}

// dearest is the cost of the dearest request: transitiveMembers with $expand.
const dearest = 6

// smallTop is the $top below which a request is cheaper.
const smallTop = 20

// Cost returns what a request costs by the documented table: resource units, for x-ms-resource-unit, and writes, 0 or 1. $select
// takes a unit off, $expand adds one, a $top below 20 takes one off; the least is 1 unit. A batch costs nothing by itself.
// Source: learn.microsoft.com/graph/throttling-limits, identity and access service limits.
func Cost(r Request) (units, writes int) {
	units, listed := costs[operation{r.Method, normal(r.Template)}]
	switch {
	case listed && units == 0:
		return 0, 0
	case !listed:
		units = 1
		if r.Write {
			writes = 1
		}
	}
	return Adjust(units, r.HasSelect, r.HasExpand, r.Top), writes
}

// Adjust turns the resource units of a request without options, as [Cost] returns them, into those of one with $select, $expand or
// $top (0: none). It is for callers that look a route up once.
func Adjust(units int, hasSelect, hasExpand bool, top int) int {
	if hasSelect {
		units--
	}
	if hasExpand {
		units++
	}
	if top > 0 && top < smallTop {
		units--
	}
	return max(units, 1)
}

// normal writes every variable of a template as {id} and me as the user it stands for.
func normal(template string) string {
	if rest, me := strings.CutPrefix(template, "/me/"); me {
		template = "/users/{id}/" + rest
	}
	if !strings.Contains(template, "{") {
		return template
	}
	var b strings.Builder
	for segment := range strings.SplitSeq(strings.TrimPrefix(template, "/"), "/") {
		b.WriteByte('/')
		if strings.HasPrefix(segment, "{") {
			segment = "{id}"
		}
		b.WriteString(segment)
	}
	return b.String()
}
