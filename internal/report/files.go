package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// The names of the files of a report.
const (
	JSONFile    = "report.json"
	HTMLFile    = "report.html"
	JUnitFile   = "junit.xml"
	HARFile     = "exchanges.har"
	SummaryFile = "summary.md"
	SARIFFile   = "results.sarif"

	GalleryFile   = "gallery-results.json"
	ValidatorFile = "validator-results.json"
)

var writers = []struct {
	name  string
	write func(io.Writer, result.Report, Options) error
}{
	{JSONFile, func(w io.Writer, r result.Report, _ Options) error { return WriteJSON(w, r) }},
	{HTMLFile, WriteHTML},
	{JUnitFile, WriteJUnit},
	{HARFile, writeHAR},
	{SummaryFile, WriteSummary},
	{SARIFFile, WriteSARIF},
}

// suiteWriters write the result of a suite of Microsoft's in its own shape, when tests of it were run.
var suiteWriters = []struct {
	stage, name string
	write       func(io.Writer, result.Report, Options) error
}{
	{"gallery", GalleryFile, WriteGallery},
	{"validator", ValidatorFile, WriteValidator},
}

// WriteAll writes all files of a report into the folder, which it creates if need be. Either every file is replaced or, when
// one of them cannot be written, none; nobody sees half a file. Results of Microsoft's suites are written when tests of them were run, and those of
// an earlier run are removed when not. Files of other names are left alone.
func WriteAll(dir string, r result.Report, o Options) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("create report folder: %w", err)
	}
	writers := slices.Clone(writers)
	for _, s := range suiteWriters {
		if ranSuite(r, s.stage) {
			writers = append(writers, struct {
				name  string
				write func(io.Writer, result.Report, Options) error
			}{s.name, s.write})
		} else if err := os.Remove(filepath.Join(dir, s.name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove an old result: %w", err)
		}
	}
	temporary := make([]string, 0, len(writers))
	defer func() {
		for _, name := range temporary {
			if e := os.Remove(name); e != nil && !errors.Is(e, os.ErrNotExist) {
				err = errors.Join(err, fmt.Errorf("remove temporary file: %w", e))
			}
		}
	}()
	for _, file := range writers {
		name, err := writeTemporary(dir, file.name, func(w io.Writer) error { return file.write(w, r, o) })
		if name != "" {
			temporary = append(temporary, name)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", filepath.Join(dir, file.name), err)
		}
	}
	for i, file := range writers {
		if err := os.Rename(temporary[i], filepath.Join(dir, file.name)); err != nil {
			return fmt.Errorf("write %s: %w", filepath.Join(dir, file.name), err)
		}
	}
	return nil
}

// writeTemporary gives the name of the file as soon as there is one, also with an error.
func writeTemporary(dir, name string, write func(io.Writer) error) (path string, err error) {
	f, err := os.CreateTemp(dir, "."+name+".*")
	if err != nil {
		return "", err
	}
	err = errors.Join(write(f), f.Chmod(0o644), f.Close())
	return f.Name(), err
}

func writeHAR(w io.Writer, r result.Report, o Options) error {
	es := o.All
	if es == nil {
		es = o.find(Cited(r))
	}
	return exchange.WriteHAR(w, r.Tool.Name, r.Tool.Version, es)
}
