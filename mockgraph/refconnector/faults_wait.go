package refconnector

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// waitFaults are about hard times: throttling, outages, lag, expiry.
func waitFaults() []Fault {
	return []Fault{
		{
			Name: "throttle-gives-up", CaughtBy: "connector.quarantine.throttled",
			Summary: "429 is reported as an error at once, without a second try",
			hooks:   bends(judging(answered(http.StatusTooManyRequests), givesUp)),
		},
		{
			Name: "throttle-loses-write", CaughtBy: "connector.quarantine.nothing-lost",
			Summary: "429 on a PATCH is taken for success: the change is lost",
			hooks: bends(judging(func(t *try) bool {
				return answered(http.StatusTooManyRequests)(t) && t.call.method == http.MethodPatch
			}, swallows)),
		},
		{
			Name: "throttle-loses-delete", CaughtBy: "connector.quarantine.nothing-lost",
			Summary: "429 on a DELETE of its own is taken for success: the account or the membership stays",
			hooks: bends(judging(func(t *try) bool {
				return answered(http.StatusTooManyRequests)(t) && t.call.method == http.MethodDelete && !t.batched
			}, swallows)),
		},
		{
			Name: "throttle-loses-licence", CaughtBy: "connector.quarantine.nothing-lost",
			Summary: "429 on assignLicense is taken for success: nobody gets the licence",
			hooks:   bends(judging(func(t *try) bool { return answered(http.StatusTooManyRequests)(t) && isAssign(t.call) }, swallows)),
		},
		{
			Name: "throttle-loses-write-after-batch", CaughtBy: "connector.quarantine.nothing-lost",
			Summary: "An account is read by POST /$batch before it is written; that is repeated after 429, but 429 on the PATCH after it is taken for success",
			hooks: bends(hooks{
				operation: before("update", func(ctx context.Context, c *Connector, o *operation) error {
					read := &call{o: &operation{name: "read", class: o.class, id: o.id}, purpose: "read", method: http.MethodGet, path: objectPath(o.class, o.id) + "?$select=id"}
					c.batch(ctx, read.o, []*call{read}) // what it finds decides nothing
					return nil
				}).operation,
				verdict: judging(func(t *try) bool {
					return answered(http.StatusTooManyRequests)(t) && t.call.method == http.MethodPatch
				}, swallows).verdict,
			}),
		},
		{
			Name: "retry-after-ignored", CaughtBy: "connector.quarantine.retry-after-seconds",
			Summary: "After 429 the request is repeated at once, whatever Retry-After says",
			hooks:   bends(judging(func(t *try) bool { return retryAfterOf(t) != "" }, atOnce)),
		},
		{
			Name: "retry-after-decimal-crashes", CaughtBy: "connector.quarantine.retry-after-decimal", SeenIn: "hashicorp/terraform-provider-azuread",
			Summary: "Retry-After with a decimal (2.128) is not understood: the operation ends with an error",
			hooks:   bends(judging(func(t *try) bool { return strings.Contains(retryAfterOf(t), ".") }, misreads("Retry-After is no number"))),
		},
		{
			Name: "retry-after-date-ignored", CaughtBy: "connector.quarantine.retry-after-date",
			Summary: "Retry-After as an HTTP date is not understood: the request is repeated at once",
			hooks:   bends(judging(func(t *try) bool { return strings.Contains(retryAfterOf(t), "GMT") }, atOnce)),
		},
		{
			Name: "no-wait-without-retry-after", CaughtBy: "connector.quarantine.retry-after-missing",
			Summary: "After 429 without Retry-After the request is repeated at once",
			hooks:   bends(judging(func(t *try) bool { return answered(http.StatusTooManyRequests)(t) && retryAfterOf(t) == "" }, atOnce)),
		},
		{
			Name: "retry-after-milliseconds", CaughtBy: "connector.quarantine.retry-after-unit",
			Summary: "The seconds of Retry-After are taken for milliseconds",
			hooks: bends(judging(func(t *try) bool { return isDigits(retryAfterOf(t)) }, func(_ *try, v verdict) verdict {
				v.wait /= 1000
				return v
			})),
		},
		{
			Name: "long-retry-after-cut", CaughtBy: "connector.quarantine.retry-after-long", SeenIn: "Evolveum/connector-microsoft-graph-api",
			Summary: "A Retry-After above 10 seconds is cut to 10 seconds",
			hooks: bends(judging(func(t *try) bool { return retryAfterOf(t) != "" }, func(_ *try, v verdict) verdict {
				v.wait = min(v.wait, 10*time.Second)
				return v
			})),
		},
		{
			Name: "service-unavailable-gives-up", CaughtBy: "connector.quarantine.unavailable",
			Summary: "503 is reported as an error at once, without a second try",
			hooks:   bends(judging(answered(http.StatusServiceUnavailable), givesUp)),
		},
		{
			Name: "gateway-timeout-gives-up", CaughtBy: "connector.quarantine.gateway-timeout",
			Summary: "504 is reported as an error at once, without a second try",
			hooks:   bends(judging(answered(http.StatusGatewayTimeout), givesUp)),
		},
		{
			Name: "retry-storm", CaughtBy: "connector.quarantine.sane-back-off",
			Summary: "After 503 the request is repeated up to 100 times with no wait between",
			hooks: bends(judging(answered(http.StatusServiceUnavailable), func(t *try, v verdict) verdict {
				v.again, v.wait = t.number < 100, 0
				return v
			})),
		},
		{
			Name: "outage-hidden", CaughtBy: "connector.quarantine.outage",
			Summary: "When every try was refused (503 to the last), success is reported",
			hooks:   bends(hooks{operation: hidesOutage}),
		},
		{
			Name: "outage-never-over", CaughtBy: "connector.quarantine.outage",
			Summary: "Once every try was refused (503 to the last) each further operation is answered with the same error, and nothing is sent any more",
			hooks:   staysAway,
		},
		{
			Name: "dropped-read-gives-up", CaughtBy: "connector.quarantine.dropped-connection",
			Summary: "A connection dropped while reading is reported as an error at once",
			hooks:   bends(judging(func(t *try) bool { return t.answer == nil && t.call.method == http.MethodGet }, givesUp)),
		},
		{
			Name: "dropped-read-finds-nobody", CaughtBy: "connector.quarantine.dropped-connection",
			Summary: "A search whose connection was dropped returns nothing and no error",
			hooks: bends(hooks{
				operation: hides("search", withCode(Unavailable)).operation,
				verdict:   judging(func(t *try) bool { return t.answer == nil && t.call.method == http.MethodGet }, givesUp).verdict,
			}),
		},
	}
}
