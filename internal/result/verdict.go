package result

// Count counts checks by status.
func Count(checks []Check) Counts {
	var c Counts
	slot := map[Status]*int{
		Passed: &c.Passed, Failed: &c.Failed, Blocked: &c.Blocked, Skipped: &c.Skipped,
		KnownFailure: &c.KnownFailures, UnexpectedPass: &c.UnexpectedPasses, NotRun: &c.NotRun,
	}
	for _, check := range checks {
		if n, ok := slot[check.Status]; ok {
			*n++
		}
	}
	return c
}

// Decide gives the verdict of the checks. Failures and blocks count when the check's level is required, or recommended and
// failOn is [Recommended]. An unexpected pass always counts: the list of known failures is stale. Checks of which none that was chosen ran to
// a result are [Empty], unless one that they need counts; a required check that was not run is an [Error].
func Decide(checks []Check, failOn Level) Verdict {
	judged, conformant := false, true
	for _, check := range checks {
		counts := check.Level == Required || check.Level == failOn
		switch check.Status {
		case Failed, Blocked:
			judged = judged || counts || !check.Needed
			conformant = conformant && !counts
		case UnexpectedPass:
			judged, conformant = true, false
		case Passed, KnownFailure:
			judged = judged || !check.Needed
		case NotRun:
			if counts {
				return Error
			}
		case Skipped:
		}
	}
	switch {
	case !judged:
		return Empty
	case conformant:
		return Conformant
	default:
		return NonConformant
	}
}

// Breaking says whether the check counts against the run: it failed or is blocked, and its level weighs.
func (c Check) Breaking(failOn Level) bool {
	switch c.Status {
	case Failed, Blocked:
		return c.Level == Required || c.Level == failOn
	case UnexpectedPass:
		return true
	default:
		return false
	}
}
