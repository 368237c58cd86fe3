package refconnector

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// secretFaults are about the rules of every request.
func secretFaults() []Fault {
	return []Fault{
		{
			Name: "token-per-request", CaughtBy: "connector.requests.token-per-request", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "A new token is fetched for every Graph request",
			hooks:   bends(hooks{reuse: func(bool) bool { return false }}),
		},
		{
			Name: "secret-in-query", CaughtBy: "connector.requests.secret-in-query",
			Summary: "client_secret stands in the query of the token request, besides its body",
			hooks: bends(hooks{sending: func(c *Connector, r *http.Request) {
				if isSignIn(r) {
					r.URL.RawQuery = "client_secret=" + url.QueryEscape(c.config.ClientSecret)
				}
			}}),
		},
		{
			Name: "token-in-query", CaughtBy: "connector.requests.token-in-query",
			Summary: "Graph requests other than delta queries carry the token as access_token in the query too",
			hooks: bends(hooks{sending: func(_ *Connector, r *http.Request) {
				if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && !isSignIn(r) && !strings.HasSuffix(r.URL.Path, "/delta") {
					r.URL.RawQuery = strings.TrimPrefix(r.URL.RawQuery+"&access_token="+url.QueryEscape(token), "&")
				}
			}}),
		},
		{
			Name: "secret-in-error", CaughtBy: "connector.requests.secret-in-log",
			Summary: "The error of a refused sign-in contains the client secret",
			hooks: bends(hooks{operation: func(ctx context.Context, c *Connector, _ *operation, next func(context.Context) error) error {
				err := next(ctx)
				if e, ok := errors.AsType[*Error](err); ok && strings.HasPrefix(e.Reason, "AADSTS") {
					e.Message += " (client_secret=" + c.config.ClientSecret + ")"
				}
				return err
			}}),
		},
		{
			Name: "password-in-error", CaughtBy: "connector.requests.password-in-log",
			Summary: "The error of a refused create contains the password of the account",
			hooks: bends(around("create", func(ctx context.Context, _ *Connector, o *operation, next func(context.Context) error) error {
				err := next(ctx)
				if e, ok := errors.AsType[*Error](err); ok {
					if password, _ := o.attributes[passwordAttribute].(string); password != "" {
						e.Message += " (password=" + password + ")"
					}
				}
				return err
			})),
		},
		{
			Name: "token-to-login-host", CaughtBy: "connector.requests.token-to-other-host",
			Summary: "The sign-in request carries the Graph token of before as Authorization",
			hooks:   tokenForLogin,
		},
		{
			Name: "token-to-telemetry", CaughtBy: "connector.requests.token-to-other-host",
			Summary: "After a search a host of the maker's is asked for new versions, with the token of Graph as Authorization",
			hooks: bends(after("search", func(ctx context.Context, c *Connector, _ *operation) error {
				_ = c.visits(ctx, "https://telemetry.rehearsal.example/versions", c.tokens.peek())
				return nil
			})),
		},
		{
			Name: "token-to-next-link-host", CaughtBy: "connector.requests.token-to-next-link-host",
			Summary: "An @odata.nextLink to another host is followed, token included",
			hooks:   bends(hooks{trusted: func(string, bool) bool { return true }}),
		},
		{
			Name: "cleartext-http", CaughtBy: "connector.requests.cleartext",
			Summary: "The first request of a search goes by http:, not https:",
			hooks: bends(hooks{sending: func(_ *Connector, r *http.Request) {
				if list := r.URL.Path == "/v1.0/users" || r.URL.Path == "/v1.0/groups"; list && r.Method == http.MethodGet && !strings.Contains(r.URL.RawQuery, "skiptoken") {
					r.URL.Scheme = "http"
				}
			}}),
		},
		{
			Name: "beyond-permissions", CaughtBy: "connector.requests.beyond-permissions", SeenIn: "Evolveum/connector-microsoft-graph-api",
			Summary: "GET /auditLogs/signIns is asked for the first account of a search, without the permission; its 403 is ignored",
			hooks: bends(ofClass(Account, after("search", func(ctx context.Context, c *Connector, o *operation) error {
				if len(o.objects) > 0 {
					_, _ = c.do(ctx, &call{
						o: o, purpose: "read sign-ins", method: http.MethodGet, path: "/auditLogs/signIns",
						query: query{{"$filter", "userId eq " + quote(o.objects[0].ID)}, {"$top", "1"}},
					})
				}
				return nil
			}))),
		},
		{
			Name: "filters-locally", CaughtBy: "connector.requests.filter-on-server",
			Summary: "A search reads every account without $filter and picks those that match itself",
			hooks:   bends(around("search", sieves)),
		},
		{
			Name: "reads-one-by-one", CaughtBy: "connector.requests.no-read-per-object",
			Summary: "After a list, every account of it is read again by GET /users/{id}",
			hooks: bends(after("search", func(ctx context.Context, c *Connector, o *operation) error {
				for _, found := range o.objects {
					if _, err := c.get(ctx, &operation{name: "read", class: o.class, id: found.ID}, query{{"$select", selection(o.class)}}); err != nil {
						return err
					}
				}
				return nil
			})),
		},
	}
}
