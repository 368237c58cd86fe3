package provisioning

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// TestConnection asks the target for a user, and where groups are mapped for a group, that does not exist: what the portal's
// Test Connection button does. Nothing is created. It waits for a cycle that is running.
//
// It returns a *[wire.Error] whose code says what kind of refusal it was, or the context's error.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
func (j *Job) TestConnection(ctx context.Context) error {
	if err := j.acquire(ctx); err != nil {
		return fmt.Errorf("test connection: %w", err)
	}
	defer j.finish()
	if _, err := j.probe(ctx); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("test connection: %w", ctx.Err())
		}
		return err
	}
	return nil
}

// probe returns how many requests it took. An unrelated resource in the answer is no failure: whether Entra minds is not
// known, and matching will show it.
func (j *Job) probe(ctx context.Context) (requests int, err error) {
	for _, k := range j.kinds {
		if !k.rules.Enabled {
			continue
		}
		request, sent := k.probe(k.mapping.Matching()[0], j.newID())
		if !sent {
			continue
		}
		requests++
		response, err := j.client.Do(ctx, request)
		if err == nil {
			_, err = wire.ReadList(response)
		}
		if err != nil {
			return requests, wire.AsProbe(err)
		}
	}
	return requests, nil
}

// credentialError is what a failed probe is called when it opens a cycle: credentials that were saved and are refused now.
func credentialError(err error) error {
	if known, ok := errors.AsType[*wire.Error](err); ok && (known.Status == http.StatusUnauthorized || known.Status == http.StatusForbidden) {
		return &wire.Error{Code: wire.CodeInvalidCredentials, Status: known.Status, Message: known.Message}
	}
	return err
}
