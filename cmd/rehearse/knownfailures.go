package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
)

// baselineFlags say where the failures of a run are written down.
type baselineFlags struct {
	WriteKnownFailures string `help:"Add the failures of this run to this list of known failures (causes only; entries and comments that are there stay). The verdict of this run stays what it is." placeholder:"FILE"`
	Owner              string `help:"Owner of the entries that --write-known-failures adds." default:"unassigned"`
	Expires            string `help:"Day on which they count again, as 2027-03-31 or in days from now as 90d." default:"90d" placeholder:"DAY"`
}

// baseline is the list of known failures that a run adds to.
type baseline struct {
	file    string // "" for none
	owner   string
	expires time.Time
	text    []byte // what the file holds before the run
}

// baseline reads the list before anything is sent, so that a run's failures are not lost to a file that cannot take them.
func (f baselineFlags) baseline(plan rehearsal.Plan, now time.Time) (baseline, error) {
	b := baseline{file: f.WriteKnownFailures, owner: strings.TrimSpace(f.Owner)}
	if b.file == "" {
		return b, nil
	}
	var err error
	if b.expires, err = excusedUntil(f.Expires, now); err != nil {
		return b, err
	}
	if b.owner == "" {
		return b, usage("--owner is empty: name who mends the failures")
	}
	switch b.text, err = os.ReadFile(b.file); {
	case errors.Is(err, fs.ErrNotExist):
		if err := writable(filepath.Dir(b.file)); err != nil {
			return b, usage("the known failures cannot be written: %s", b.file)
		}
	case err != nil:
		return b, usage("read known failures: %v", err)
	}
	if _, err = plan.WriteKnownFailures(b.draft(), nil); err != nil {
		return b, usage("%v", err)
	}
	return b, nil
}

func (b baseline) draft() rehearsal.KnownDraft {
	return rehearsal.KnownDraft{Name: b.file, Text: b.text, Owner: b.owner, Expires: b.expires}
}

// excusedUntil reads a day, or a number of days from now.
func excusedUntil(text string, now time.Time) (time.Time, error) {
	today := now.UTC().Truncate(24 * time.Hour)
	if digits, ok := strings.CutSuffix(text, "d"); ok {
		if days, err := strconv.Atoi(digits); err == nil && days > 0 && days <= 3650 {
			return today.AddDate(0, 0, days), nil
		}
	}
	day, err := time.Parse(time.DateOnly, text)
	switch {
	case err != nil:
		return day, usage("--expires %q: want a day as 2027-03-31, or days from now as 90d", text)
	case !day.After(today):
		return day, usage("--expires %s: want a day after today", text)
	}
	return day, nil
}

// write adds the failures of a run, and says what it has done. A run that did not judge everything it chose writes nothing.
func (b baseline) write(std streams, plan rehearsal.Plan, ran rehearsal.Result) error {
	if b.file == "" {
		return nil
	}
	if n := result.Count(ran.Checks).NotRun; n > 0 {
		fmt.Fprintf(std.err, "rehearse: %s was left as it is: %d checks were not run\n", b.file, n)
		return nil
	}
	done, err := plan.WriteKnownFailures(b.draft(), ran.Checks)
	if err != nil {
		return usage("%v", err)
	}
	if len(done.Added) > 0 {
		if err := rewriteFile(b.file, done.Text); err != nil {
			return &endError{code: exitError, message: fmt.Sprintf("write known failures: %v", err)}
		}
	}
	fmt.Fprintf(std.err, "rehearse: %s: %d added, %d kept\n", b.file, len(done.Added), done.Kept)
	if len(done.Added) > 0 {
		fmt.Fprintf(std.err, "rehearse: they are excused until %s; owner: %s\n", b.expires.Format(time.DateOnly), b.owner)
	}
	for _, id := range done.Stale {
		fmt.Fprintf(std.err, "rehearse: %s passes now: take it off %s\n", id, b.file)
	}
	for _, id := range done.Lapsed {
		fmt.Fprintf(std.err, "rehearse: %s has expired and fails still: mend it, or give it another day in %s\n", id, b.file)
	}
	return nil
}

// rewriteFile puts a whole file in the place of another; nobody sees half of it.
func rewriteFile(name string, data []byte) error {
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(mode), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
