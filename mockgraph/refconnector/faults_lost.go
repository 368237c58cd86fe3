package refconnector

import (
	"context"
	"errors"
	"net/http"
)

// lostFaults are about hard times: throttling, outages, lag, expiry.
func lostFaults() []Fault {
	return []Fault{
		{
			Name: "token-expiry-fails", CaughtBy: "connector.quarantine.token-expiry", SeenIn: "Evolveum/connector-microsoft-graph-api",
			Summary: "The token is used after its end, and Graph's 401 is reported as an error: no new token is fetched",
			hooks: bends(hooks{
				reuse:   func(bool) bool { return true },
				verdict: judging(answered(http.StatusUnauthorized), givesUp).verdict,
			}),
		},
		{
			Name: "token-refused-loop", CaughtBy: "connector.quarantine.refused-token",
			Summary: "After every 401 a new token is fetched and the request repeated, up to 20 times",
			hooks: bends(judging(answered(http.StatusUnauthorized), func(t *try, v verdict) verdict {
				return verdict{again: t.number < 20, signIn: true, err: v.err}
			})),
		},
		{
			Name: "token-refused-hammers", CaughtBy: "connector.quarantine.refused-token",
			Summary: "After 401 the request is repeated up to 50 times with the same token and no wait between",
			hooks: bends(judging(answered(http.StatusUnauthorized), func(t *try, v verdict) verdict {
				return verdict{again: t.number < 50, err: v.err}
			})),
		},
		{
			Name: "sign-in-throttle-gives-up", CaughtBy: "connector.quarantine.sign-in-throttled",
			Summary: "429 of the token endpoint is reported as an error at once",
			hooks: bends(judging(func(t *try) bool {
				return t.signing && t.answer != nil && t.answer.status == http.StatusTooManyRequests
			}, givesUp)),
		},
		{
			Name: "create-retry-doubles", CaughtBy: "connector.quarantine.lost-answer-group",
			Summary: "POST /groups is repeated after a lost answer without asking whether the group is there: there are two",
			hooks:   bends(judging(func(t *try) bool { return creates(t, Group) }, unasked)),
		},
		{
			Name: "create-retry-conflicts", CaughtBy: "connector.quarantine.lost-answer-user",
			Summary: "POST /users is repeated after a lost answer without asking whether the account is there: Graph's conflict is reported although the account was made",
			hooks:   bends(judging(func(t *try) bool { return creates(t, Account) }, unasked)),
		},
		{
			Name: "create-retry-takes-anybody", CaughtBy: "connector.quarantine.lost-answer-user",
			Summary: "After POST /users whose answer was lost the accounts are read without a filter and the wrong one is taken: the id of somebody else is returned",
			hooks:   bends(hooks{call: takesAnybody}),
		},
		{
			Name: "lag-gives-up", CaughtBy: "connector.quarantine.replication-lag",
			Summary: "404 for an object made a moment ago is reported as an error at once",
			hooks:   bends(judging(answered(http.StatusNotFound), givesUp)),
		},
		{
			Name: "lag-recreates", CaughtBy: "connector.quarantine.lag-not-doubled",
			Summary: "404 for a group made a moment ago creates it a second time",
			hooks:   recreatesLagging,
		},
		{
			Name: "batch-ignores-item-status", CaughtBy: "connector.quarantine.batch-half-failed",
			Summary: "A $batch answered 200 is taken for success of all its items",
			hooks:   bends(judging(func(t *try) bool { return t.batched }, swallows)),
		},
		{
			Name: "members-added-in-batch-unread", CaughtBy: "connector.quarantine.batch-half-failed",
			Summary: "Members are added by a $batch of POST /groups/{id}/members/$ref, whose items answered 429 are taken for carried out",
			hooks: bends(hooks{
				operation: around("addMembers", func(ctx context.Context, c *Connector, o *operation, _ func(context.Context) error) error {
					return c.eachChunk(ctx, o, c.bindEach)
				}).operation,
				verdict: judging(func(t *try) bool {
					return t.batched && t.call.o.name == "addMembers" && answered(http.StatusTooManyRequests)(t)
				}, swallows).verdict,
			}),
		},
		{
			Name: "batch-retries-everything", CaughtBy: "connector.quarantine.batch-failed-items-only",
			Summary: "When an item of a $batch was throttled, all its items are sent again",
			hooks: bends(hooks{pending: func(_, all int, _ []int) []int {
				every := make([]int, all)
				for i := range every {
					every[i] = i
				}
				return every
			}}),
		},
		{
			Name: "batch-retry-after-ignored", CaughtBy: "connector.quarantine.batch-retry-after",
			Summary: "The Retry-After of a throttled item of a $batch is not waited for",
			hooks:   bends(judging(func(t *try) bool { return t.batched }, atOnce)),
		},
		{
			Name: "delta-expired-gives-up", CaughtBy: "connector.quarantine.delta-expired",
			Summary: "410 for an expired delta token is reported as an error; no full round begins",
			hooks:   bends(judging(answered(http.StatusGone), misreads("Graph answers 410 Gone"))),
		},
		{
			Name: "delta-expired-400-gives-up", CaughtBy: "connector.quarantine.delta-expired-400",
			Summary: "400 for an expired delta token (\"older than 30 days\") is reported as an error; no full round begins",
			hooks:   bends(judging(func(t *try) bool { return answered(http.StatusBadRequest)(t) && saying("older than")(t) }, misreads("Graph answers 400"))),
		},
		{
			Name: "delta-restart-untold", CaughtBy: "connector.quarantine.delta-restart-told",
			Summary: "After an expired delta token a full round is returned as if it were the changes since then",
			hooks: bends(around("sync", func(ctx context.Context, _ *Connector, _ *operation, next func(context.Context) error) error {
				err := next(ctx)
				if _, ok := errors.AsType[*Restarted](err); ok {
					return nil
				}
				return err
			})),
		},
	}
}
