package serviceprovider

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// rfcFilterFaults misread filters beyond those Entra sends.
func rfcFilterFaults() []Fault { //nolint:gocognit,gocyclo // a table: each entry is simple
	misread := func(name, summary, check string, rewrite func(scim.Expr) scim.Expr) Fault {
		return Fault{
			Name: name, Summary: summary, CaughtBy: "endpoint.rfc.filter-" + check,
			hooks: bends(hooks{filter: func(q *request, e scim.Expr) (scim.Expr, error) {
				if !q.on("User", verbList) {
					return e, nil
				}
				return rewritten(e, rewrite), nil
			}}),
		}
	}
	refused := func(name, summary, check string, bad func(string) bool) Fault {
		return Fault{
			Name: name, Summary: summary, CaughtBy: "endpoint.rfc.filter-" + check,
			hooks: bends(hooks{filterText: refuseFilterText("User", func(_ *request, filter string) bool { return bad(filter) })}),
		}
	}
	ignored := func(name, summary, check, filter string) Fault {
		return Fault{
			Name: name, Summary: summary, CaughtBy: "endpoint.rfc.filter-" + check,
			hooks: bends(hooks{filterText: onFilterText("User", func(_ *request, text string) string {
				if strings.HasPrefix(text, filter) && !strings.Contains(text, " and ") {
					return "id pr"
				}
				return text
			})}),
		}
	}
	return []Fault{
		misread("filter-sw-is-co", "the operator sw finds the text anywhere", "sw", operator(scim.Sw, scim.Co)),
		misread("filter-co-is-sw", "the operator co finds the text at the beginning only", "co", operator(scim.Co, scim.Sw)),
		misread("filter-ew-is-co", "the operator ew finds the text anywhere", "ew", operator(scim.Ew, scim.Co)),
		misread("filter-and-last-only", "of two conditions joined by and only the last counts", "and", func(e scim.Expr) scim.Expr {
			if l, ok := e.(scim.Logical); ok && l.And {
				return l.Right
			}
			return e
		}),
		misread("filter-or-first-only", "of two conditions joined by or only the first counts", "or", func(e scim.Expr) scim.Expr {
			if l, ok := e.(scim.Logical); ok && !l.And {
				return l.Left
			}
			return e
		}),
		misread("filter-not-ignored", "not is passed over", "not", func(e scim.Expr) scim.Expr {
			if n, ok := e.(scim.Not); ok {
				return n.Expr
			}
			return e
		}),
		refused("filter-ne-refused", "the operator ne is not known", "ne", func(filter string) bool { return strings.Contains(filter, " ne ") }),
		refused("filter-pr-refused", "the operator pr is not known", "pr", func(filter string) bool { return strings.HasSuffix(filter, " pr") }),
		misread("filter-gt-is-ge", "the operator gt finds the text itself as well", "gt", onUserName(scim.Gt, scim.Ge)),
		misread("filter-ge-is-gt", "the operator ge does not find the text itself", "ge", onUserName(scim.Ge, scim.Gt)),
		misread("filter-lt-is-le", "the operator lt finds the text itself as well", "lt", onUserName(scim.Lt, scim.Le)),
		misread("filter-le-is-lt", "the operator le does not find the text itself", "le", onUserName(scim.Le, scim.Lt)),
		misread("filter-dates-as-text", "dates of meta are not compared: every date is in the past", "dates", func(e scim.Expr) scim.Expr {
			if c, ok := e.(scim.Comparison); ok && strings.EqualFold(c.Path.Name, "meta") {
				c.Op, c.Value = scim.Lt, "9999-01-01T00:00:00Z"
				return c
			}
			return e
		}),
		misread("filter-left-to-right", "the operators and, or are read from left to right, without precedence", "precedence", func(e scim.Expr) scim.Expr {
			if or, ok := e.(scim.Logical); ok && !or.And {
				if and, ok := or.Right.(scim.Logical); ok && and.And {
					return scim.Logical{And: true, Left: scim.Logical{Left: or.Left, Right: and.Left}, Right: and.Right}
				}
			}
			return e
		}),
		misread("filter-parentheses-dropped", "parentheses are dropped before a filter is read", "grouping", func(e scim.Expr) scim.Expr {
			if and, ok := e.(scim.Logical); ok && and.And {
				if or, ok := and.Left.(scim.Logical); ok && !or.And {
					return scim.Logical{Left: or.Left, Right: scim.Logical{And: true, Left: or.Right, Right: and.Right}}
				}
			}
			return e
		}),
		refused("filter-dotted-name-refused", "a filter on a part of the name is 400", "sub-attribute", func(filter string) bool { return strings.HasSuffix(filter, `eq "Hopper"`) }),
		refused("filter-on-list-refused", "a filter on emails.value is 400", "multi-valued", func(filter string) bool { return strings.HasPrefix(filter, "emails.value") }),
		misread("filter-brackets-any-element", "conditions in brackets hold for a list when each holds for some value of it", "value-path", func(e scim.Expr) scim.Expr {
			if v, ok := e.(scim.ValuePath); ok {
				if l, ok := v.Filter.(scim.Logical); ok {
					return scim.Logical{And: l.And, Left: scim.ValuePath{Path: v.Path, Filter: l.Left}, Right: scim.ValuePath{Path: v.Path, Filter: l.Right}}
				}
			}
			return e
		}),
		misread("filter-boolean-always-true", "a condition on active holds for everybody", "boolean", func(e scim.Expr) scim.Expr {
			if c, ok := e.(scim.Comparison); ok && strings.EqualFold(c.Path.Name, "active") {
				return scim.Present{Path: c.Path}
			}
			return e
		}),
		refused("filter-core-urn-refused", "an attribute of the core schema named with its URN is 400", "urn", func(filter string) bool { return strings.HasPrefix(filter, scim.UserURN+":") }),
		ignored("filter-on-id-ignored", "a filter on id lists everybody", "id", `id eq "`),
		{
			Name: "filter-family-name-case-sensitive", Summary: "name.familyName is compared with its letter case", CaughtBy: "endpoint.rfc.filter-case-insensitive",
			hooks: bends(hooks{match: func(q *request, e scim.Expr, r *record, matched bool) bool {
				if l, ok := e.(scim.Logical); ok && q.on("User", verbList) {
					if c, ok := l.Right.(scim.Comparison); ok && c.Path.Sub == "familyName" {
						return matched && r.resource().String("name.familyName") == c.Value
					}
				}
				return matched
			}}),
		},
		refused("filter-escapes-refused", "a quote in a filter ends the text, escaped or not", "escapes", func(filter string) bool { return strings.Contains(filter, `\"`) }),
		{
			Name: "filter-incomplete-ignored", Summary: "a filter that breaks off is taken for none", CaughtBy: "endpoint.rfc.filter-incomplete",
			hooks: bends(hooks{filterText: onFilterText("User", func(_ *request, text string) string {
				if strings.HasSuffix(text, " eq") {
					return "id pr"
				}
				return text
			})}),
		},
		ignored("filter-open-parenthesis-ignored", "a filter with an open parenthesis is taken for none", "parentheses", `(userName eq "nobody"`),
		{
			Name: "filter-unknown-operator-500", Summary: "an operator the endpoint does not know is 500", CaughtBy: "endpoint.rfc.filter-operator",
			hooks: bends(hooks{answering: func(q *request, a *answer) {
				if a.status == http.StatusBadRequest && strings.Contains(q.query.Get("filter"), "resembles") {
					*a = *crash()
				}
			}}),
		},
		{
			Name: "invalid-filter-without-type", Summary: "the refusal of a filter has no scimType", CaughtBy: "endpoint.rfc.filter-scim-type",
			hooks: bends(hooks{answering: func(_ *request, a *answer) {
				if e, ok := a.body.(*scim.Error); ok && e.ScimType == scim.InvalidFilter {
					bare := *e
					bare.ScimType = ""
					a.body = &bare
				}
			}}),
		},
	}
}

// rewritten rewrites the nodes of a filter, the innermost first.
func rewritten(e scim.Expr, rewrite func(scim.Expr) scim.Expr) scim.Expr {
	switch node := e.(type) {
	case scim.Logical:
		node.Left, node.Right = rewritten(node.Left, rewrite), rewritten(node.Right, rewrite)
		e = node
	case scim.Not:
		node.Expr = rewritten(node.Expr, rewrite)
		e = node
	}
	return rewrite(e)
}

// operator takes one operator for another.
func operator(asked, done scim.Operator) func(scim.Expr) scim.Expr {
	return func(e scim.Expr) scim.Expr {
		if c, ok := e.(scim.Comparison); ok && c.Op == asked {
			c.Op = done
			return c
		}
		return e
	}
}

// onUserName is operator for comparisons of user names.
func onUserName(asked, done scim.Operator) func(scim.Expr) scim.Expr {
	return func(e scim.Expr) scim.Expr {
		if c, ok := e.(scim.Comparison); ok && strings.EqualFold(c.Path.Name, "userName") {
			return operator(asked, done)(c)
		}
		return e
	}
}
