package serviceprovider

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// securityFaults let in who should not be, or say what they should not.
func securityFaults() []Fault {
	// letting lets in whom the test holds for.
	letting := func(test func(q *request, token string) bool) func() hooks {
		return bends(hooks{authorize: onRefusal(func(q *request, refusal *answer) *answer {
			if token, _ := bearer(q.Header.Get("Authorization")); test(q, token) {
				return nil
			}
			return refusal
		})})
	}
	anonymous := func(q *request) bool { return q.Header.Get("Authorization") == "" }
	return []Fault{
		{
			Name: "security-read-open", Summary: "the route of one group was left out of the token check", CaughtBy: "endpoint.security.read-without-token",
			hooks: letting(func(q *request, _ string) bool { return anonymous(q) && q.on("Group", verbGet) }),
		},
		{
			Name: "security-bare-user-open", Summary: "the route of one user was left out of the token check, and shows strangers no more than her names", CaughtBy: "endpoint.security.read-without-token",
			hooks: bends(hooks{
				authorize: onRefusal(func(q *request, refusal *answer) *answer {
					if anonymous(q) && q.on("User", verbGet) {
						return nil
					}
					return refusal
				}),
				answering: func(q *request, a *answer) {
					if anonymous(q) {
						onBody("User", http.StatusOK, without("schemas", "meta"), verbGet)(q, a)
					}
				},
			}),
		},
		{
			Name: "security-put-open", Summary: "the token check was written before PUT was, and knows nothing of it", CaughtBy: "endpoint.security.write-without-token",
			hooks: letting(func(q *request, _ string) bool { return anonymous(q) && q.on("User", verbReplace) }),
		},
		{
			Name: "security-body-before-token", Summary: "a POST without a token is 400: its body is read first", CaughtBy: "endpoint.security.refusal-status",
			hooks: bends(hooks{authorize: onRefusal(func(q *request, refusal *answer) *answer {
				if anonymous(q) && q.on("User", verbCreate) {
					return refuse(scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "something is missing"))
				}
				return refusal
			})}),
		},
		{
			Name: "security-challenge-on-reads-only", Summary: "the 401 to a POST has no WWW-Authenticate header", CaughtBy: "endpoint.security.challenge-everywhere",
			hooks: bends(hooks{authorize: onRefusal(func(q *request, refusal *answer) *answer {
				if q.verb == verbCreate {
					refusal.header.Del("WWW-Authenticate")
				}
				return refusal
			})}),
		},
		{
			Name: "security-token-prefix", Summary: "a token is compared as far as the right one goes: more may follow", CaughtBy: "endpoint.security.altered-token",
			hooks: letting(func(q *request, token string) bool {
				own := q.endpoint.settings.token
				return own != "" && strings.HasPrefix(token, own)
			}),
		},
		{
			Name: "security-token-half", Summary: "the first half of the token is good: its hash is cut off", CaughtBy: "endpoint.security.altered-token",
			hooks: letting(func(q *request, token string) bool {
				own := q.endpoint.settings.token
				return token != "" && token == strings.TrimSpace(own[:len(own)/2])
			}),
		},
		{
			Name: "security-token-case", Summary: "the data base compares tokens without letter case", CaughtBy: "endpoint.security.token-case",
			hooks: letting(func(q *request, token string) bool {
				return token != "" && strings.EqualFold(token, q.endpoint.settings.token)
			}),
		},
		{
			Name: "security-null-token", Summary: "a tenant without a token is found by the token null", CaughtBy: "endpoint.security.empty-token",
			hooks: letting(func(_ *request, token string) bool { return token == "null" }),
		},
		{
			Name: "security-token-in-query", Summary: "the parameter access_token signs in", CaughtBy: "endpoint.security.token-in-query",
			hooks: letting(func(q *request, _ string) bool {
				own := q.endpoint.settings.token
				return own != "" && q.query.Get("access_token") == own
			}),
		},
		{
			Name: "security-expired-token", Summary: "the end of a token's life is not looked at", CaughtBy: "endpoint.security.expired-token",
			hooks: letting(func(q *request, token string) bool { return token != "" && token == q.endpoint.settings.expired }),
		},
		{
			Name: "security-ids-not-scoped", Summary: "GET by id finds the users of every tenant", CaughtBy: "endpoint.security.other-tenant",
			hooks: bends(hooks{find: func(q *request, _ *state, found *record) *record {
				if other := q.endpoint.other; found == nil && other != nil && q.on("User", verbGet) {
					s := other.store.read()
					defer s.release()
					return s.get(q.kind, q.id)
				}
				return found
			}}),
		},
		{
			Name: "security-lists-not-scoped", Summary: "a list without a filter shows the users of every tenant", CaughtBy: "endpoint.security.other-tenant",
			hooks: bends(hooks{selected: func(q *request, rs []*record) []*record {
				if other := q.endpoint.other; other != nil && q.endpoint.settings.otherTenant == "" && q.on("User", verbList) && !q.query.Has("filter") {
					s := other.store.read()
					defer s.release()
					rs = append(rs, slices.Collect(s.all(q.kind))...)
				}
				return rs
			}}),
		},
		{
			Name: "security-put-not-scoped", Summary: "PUT by id replaces the users of every tenant", CaughtBy: "endpoint.security.other-tenant",
			hooks: replacedAnywhere,
		},
		{
			Name: "security-token-quoted", Summary: "the refusal of a token quotes it", CaughtBy: "endpoint.security.token-echo",
			hooks: bends(hooks{authorize: onRefusal(func(q *request, refusal *answer) *answer {
				if token, sent := bearer(q.Header.Get("Authorization")); sent {
					refusal.body = scim.Errorf(refusal.status, "", "the bearer token %s is not valid", token)
				}
				return refusal
			})}),
		},
		{
			Name: "security-document-quoted", Summary: "the refusal of a user quotes all of her, with her password", CaughtBy: "endpoint.security.password-in-errors",
			hooks: bends(hooks{body: func(q *request, data []byte) error {
				if text := string(data); q.on("User", verbCreate) && strings.Contains(text, `"password":"`) && strings.Contains(text, `"name":"`) {
					return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "cannot store %s", text)
				}
				return nil
			}}),
		},
		{
			Name: "security-stack-trace", Summary: "the error of a body that is not JSON is a stack trace", CaughtBy: "endpoint.security.error-internals",
			hooks: bends(hooks{answering: func(q *request, a *answer) {
				if q.garbled && q.verb == verbCreate && a.status == http.StatusBadRequest {
					a.body = scim.Errorf(a.status, scim.InvalidSyntax, "com.example.ParseException: unexpected end\n\tat com.example.scim.UserController.create(UserController.java:87)")
				}
			}}),
		},
		{Name: "security-groups-patched", Summary: "a PATCH of a user's groups is stored and shown", CaughtBy: "endpoint.security.groups-by-patch", hooks: groupsPatched},
	}
}

// replacedAnywhere does a PUT that finds nobody in the second tenant in the first one.
func replacedAnywhere() hooks {
	var sent memory[*request, []byte]
	return hooks{
		body: func(q *request, data []byte) error {
			if q.on("User", verbReplace) && q.endpoint.other != nil && q.endpoint.settings.otherTenant == "" {
				sent.store(q, bytes.Clone(data))
			}
			return nil
		},
		answering: func(q *request, a *answer) {
			data, ok := sent.load(q)
			if !ok {
				return
			}
			sent.forget(q)
			first := q.endpoint.other
			k, id, known := first.resource(q.URL.Path)
			if !known || a.status != http.StatusNotFound {
				return
			}
			r := q.WithContext(q.Context())
			r.Header, r.Body = http.Header{"Content-Type": {mediaType}, "Authorization": {"Bearer " + first.settings.token}}, io.NopCloser(bytes.NewReader(data))
			*a = *first.respond(r, k, id, resourceMethods)
		},
	}
}

// groupsPatched remembers the groups a PATCH gave a user and shows them from then on.
func groupsPatched() hooks {
	var given memory[string, any]
	return hooks{
		written: func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
			if !q.on("User", verbPatch) {
				return ops, nil
			}
			return slices.DeleteFunc(slices.Clone(ops), func(op scim.Operation) bool {
				o := readOperation(current, op)
				if !o.does("add") || !o.at("groups") {
					return false
				}
				given.store(q.id, op.Value)
				return true
			}), nil
		},
		rendering: onShow("User", func(r scim.Resource) {
			if groups, ok := given.load(r.String("id")); ok {
				r["groups"] = groups
			}
		}),
	}
}
