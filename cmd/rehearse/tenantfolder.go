package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

// The files a tenant's folder has besides those of the authority.
const (
	stateFile    = "directory.jsonl"
	identityFile = "tenant.json"
	lockFile     = "lock"
)

// folder is where a tenant's files are: one that was asked for, or a temporary one.
type folder struct {
	path      string
	temporary bool
	lock      *folderLock            // nil of a temporary one
	authority *impersonate.Authority // once ready
	made      chan error             // tells when the authority is
}

// openFolder makes the folder and keeps other tenants out of it.
func openFolder(path string) (*folder, error) {
	f := &folder{path: path}
	var err error
	if path == "" {
		f.temporary = true
		if f.path, err = os.MkdirTemp("", "rehearse-tenant-"); err != nil {
			return nil, usage("no temporary folder for certificates can be made in %s: %s; set TMPDIR to one you may write to, or give --data", os.TempDir(), plainError(err))
		}
		return f, nil
	}
	if f.path, err = filepath.Abs(path); err == nil {
		err = os.MkdirAll(f.path, 0o700)
	}
	if err != nil {
		return nil, usage("--data: the folder %s cannot be made: %s; name one that you may write to", path, plainError(err))
	}
	f.lock, err = lockFolder(f.file(lockFile))
	var held *heldError
	switch {
	case errors.As(err, &held):
		return nil, usage("--data: another tenant (process %s) is using the folder %s; stop that one, or name another folder", held.pid, f.path)
	case err != nil:
		return nil, usage("--data: nothing can be written to the folder %s: %s; name one that you may write to", f.path, plainError(err))
	}
	return f, nil
}

// certify makes the authority, or reads it, while the tenant is made; ready waits for it.
func (f *folder) certify() {
	f.made = make(chan error, 1)
	go func() {
		var err error
		f.authority, err = authorityFor(f.path)
		f.made <- err
	}()
}

// ready waits for the authority.
func (f *folder) ready() error {
	if f.made == nil {
		return nil
	}
	err := <-f.made
	f.made = nil
	return err
}

// close lets others in, and removes what nobody asked for.
func (f *folder) close() error {
	_ = f.ready() // whoever needs the authority has seen this
	if !f.temporary {
		f.lock.release()
		return nil
	}
	if err := os.RemoveAll(f.path); err != nil {
		return fmt.Errorf("remove %s: %w", f.path, err)
	}
	return nil
}

func (f *folder) file(name string) string { return filepath.Join(f.path, name) }

// authorityFor is the authority of a folder: the one it has, or a new one.
func authorityFor(path string) (*impersonate.Authority, error) {
	a, err := impersonate.LoadFrom(path)
	if err == nil {
		return a, nil
	}
	if !isReplaceable(err) {
		return nil, usage("--data: %v", err)
	}
	if a, err = impersonate.NewAuthority(); err != nil {
		return nil, err
	}
	return a, a.SaveTo(path)
}

// isReplaceable says whether an authority that cannot be read is to be replaced: there is none, or it is too old.
func isReplaceable(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, impersonate.ErrExpired)
}

// replaceFile writes a file that only its owner reads, so that there is always a whole one, also after the power went.
func replaceFile(path string, write func(w io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	err = write(file)
	if err == nil {
		err = file.Sync()
	}
	if problem := file.Close(); err == nil {
		err = problem
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // the first error says more
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder puts on disk which files a folder has. Windows does so by itself and knows no such call.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // a file system that does not know it either
	}
	if problem := d.Close(); err == nil {
		err = problem
	}
	return err
}

// plainError is the reason within an error of the operating system, without the names of calls and files that its sentence has already.
func plainError(err error) string {
	var number syscall.Errno
	var path *fs.PathError
	switch {
	case errors.As(err, &number):
		return number.Error()
	case errors.As(err, &path):
		return path.Err.Error()
	}
	return err.Error()
}
