package provisioning

import (
	"errors"
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// Codes of the failures and skips the engine itself finds; those of answers come from mockscim/wire.
// Source: learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs, error codes.
const (
	CodeInternalError          = "InternalError"
	CodeDuplicateTargetEntries = "DuplicateTargetEntries"      // several objects of the target match
	CodeDuplicateSourceEntries = "DuplicateSourceEntries"      // the object of the target belongs to another one already
	CodeImportSkipped          = "ImportSkipped"               // there is nothing to match by
	CodeSynchronizationSkipped = "EntrySynchronizationSkipped" // out of scope, or nothing to do
)

// Reasons of a skip.
const (
	SkipRedundantExport        = "RedundantExport"        // the target already has every value
	SkipNotEffectivelyEntitled = "NotEffectivelyEntitled" // not in scope, and never was
)

func fail(code, format string, args ...any) error {
	return &wire.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// asError gives any failure its code and words.
func asError(err error) *synchronization.Error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*wire.Error](err); ok {
		return &synchronization.Error{Code: known.Code, Message: known.Message, TenantActionable: true}
	}
	return &synchronization.Error{Code: CodeInternalError, Message: err.Error()}
}
