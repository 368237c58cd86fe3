package report

import (
	"io"

	"github.com/rehearse-id/rehearse/internal/result"
)

// WriteHTML skeleton.
func WriteHTML(w io.Writer, r result.Report, o Options) error { return nil }
