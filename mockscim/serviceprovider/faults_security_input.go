package serviceprovider

import (
	"encoding/json"
	"html"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// securityInputFaults break over what nobody would write, or do what it says.
func securityInputFaults() []Fault {
	// choking is 500 for a body of a new user in which the text stands n times.
	choking := func(text string, n int) func() hooks {
		return bends(hooks{body: func(q *request, data []byte) error {
			if q.on("User", verbCreate) && strings.Count(string(data), text) >= n {
				return scim.Errorf(http.StatusInternalServerError, "", "internal error")
			}
			return nil
		}})
	}
	return []Fault{
		{
			Name: "security-id-condition", Summary: "an id is put into a query as text, so that ' OR '1'='1 finds the first user", CaughtBy: "endpoint.security.id-is-literal",
			hooks: bends(hooks{find: func(q *request, s *state, found *record) *record {
				if found == nil && q.on("User", verbGet) && strings.Contains(q.id, "' OR '") {
					for r := range s.all(q.kind) {
						return r
					}
				}
				return found
			}}),
		},
		{
			Name: "security-id-nul-500", Summary: "an id with a NUL in it is 500", CaughtBy: "endpoint.security.strange-ids",
			hooks: bends(hooks{answering: func(q *request, a *answer) {
				if q.on("User", verbGet) && strings.HasSuffix(q.id, "0\x00") {
					*a = *crash()
				}
			}}),
		},
		{
			Name: "security-header-injected", Summary: "an id is written into a header as it is, line breaks and all", CaughtBy: "endpoint.security.strange-ids",
			hooks: bends(hooks{answering: func(q *request, a *answer) {
				if _, behind, broken := strings.Cut(q.id, "\r\n"); broken && q.on("User", verbGet) {
					name, value, _ := strings.Cut(behind, ": ")
					a.header.Set(name, value)
				}
			}}),
		},
		{
			Name: "security-names-escaped", Summary: "markup in a displayName is stored escaped", CaughtBy: "endpoint.security.values-as-sent",
			hooks: bends(hooks{storing: onCreate("User", func(after scim.Resource) {
				if name, ok := after["displayName"].(string); ok && strings.Contains(name, "<") {
					after["displayName"] = html.EscapeString(name)
				}
			})}),
		},
		{
			Name: "security-filter-condition", Summary: "the value of a filter is put into a query as text, so that x' OR '1'='1 finds everybody", CaughtBy: "endpoint.security.filter-is-literal",
			hooks: bends(hooks{filter: func(q *request, e scim.Expr) (scim.Expr, error) {
				if value, ok := equality(e, "userName"); ok && q.on("User", verbList) && strings.Contains(value, "' OR '") {
					return nil, nil
				}
				return e, nil
			}}),
		},
		{
			Name: "security-filter-apostrophe-500", Summary: "an apostrophe in the value of a filter is 500: it ends the text of a query", CaughtBy: "endpoint.security.filter-is-literal",
			hooks: bends(hooks{filter: func(q *request, e scim.Expr) (scim.Expr, error) {
				if value, ok := equality(e, "userName"); ok && q.on("User", verbList) && strings.Contains(value, "'") {
					return nil, scim.Errorf(http.StatusInternalServerError, "", "internal error")
				}
				return e, nil
			}}),
		},
		{
			Name: "security-filter-like", Summary: "eq is done with LIKE: _ stands for any character", CaughtBy: "endpoint.security.filter-wildcards",
			hooks: bends(hooks{match: eqMatch("User", "userName", like)}),
		},
		{
			Name: "security-filter-nul-500", Summary: "a filter with a NUL in it is 500", CaughtBy: "endpoint.security.strange-filters",
			hooks: bends(hooks{filterText: func(_ *request, text string) (string, error) {
				if strings.Contains(text, "\x00") {
					return "", scim.Errorf(http.StatusInternalServerError, "", "internal error")
				}
				return text, nil
			}}),
		},
		{
			Name: "security-large-body-500", Summary: "a body that is too large is 500", CaughtBy: "endpoint.security.large-body",
			hooks: bends(hooks{answering: func(q *request, a *answer) {
				if a.status == http.StatusRequestEntityTooLarge && q.on("User", verbCreate) {
					*a = *crash()
				}
			}}),
		},
		{Name: "security-deep-body-500", Summary: "a body with very many levels is 500", CaughtBy: "endpoint.security.deep-body", hooks: choking(strings.Repeat("[", 1000), 1)},
		{Name: "security-huge-number-500", Summary: "a number with an exponent of nine digits is 500", CaughtBy: "endpoint.security.huge-number", hooks: choking("1e999999999", 1)},
		{Name: "security-repeated-member-500", Summary: "a body with userName twice is 500", CaughtBy: "endpoint.security.repeated-member", hooks: choking(`"userName":`, 2)},
		{
			Name: "security-operations-cut-off", Summary: "of a PATCH with too many operations the first one is done before it is refused", CaughtBy: "endpoint.security.many-operations",
			hooks: bends(hooks{malformed: func(q *request, data []byte) {
				var body struct {
					Schemas    []string          `json:"schemas"`
					Operations []json.RawMessage `json:"Operations"`
				}
				if json.Unmarshal(data, &body) != nil || len(body.Operations) <= 1000 {
					return
				}
				body.Operations = body.Operations[:1]
				first, err := json.Marshal(body)
				if err != nil {
					return
				}
				if patch, err := scim.DecodePatch(first); err == nil {
					q.endpoint.change(q, func(current scim.Resource) (scim.Resource, error) {
						return q.kind.patcher.Apply(current, patch.Operations)
					}, false)
				}
			}}),
		},
	}
}

// like compares as the LIKE of a data base does, as far as _ goes.
func like(stored, pattern string) bool {
	if len(stored) != len(pattern) {
		return false
	}
	for i := range len(pattern) {
		if pattern[i] != '_' && !strings.EqualFold(stored[i:i+1], pattern[i:i+1]) {
			return false
		}
	}
	return true
}
