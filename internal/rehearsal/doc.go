// Package rehearsal runs checks: it chooses them, orders them by what they need, runs independent ones side by side, blocks what
// cannot be judged by the check at the root, holds the outcomes against the list of known failures and reaches the verdict.
//
// Ginkgo stands in front of a run, each check being one It that awaits the scheduler, but nothing is taken from it: outcomes
// come from the checks and the verdict from package result. The package knows neither what the checks say nor how reports are
// drawn.
package rehearsal
