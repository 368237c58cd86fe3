package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// prepareReadyFile checks that the file can be written before anything is served, and removes one that a tenant before left behind, so
// that nobody takes that for this one.
func prepareReadyFile(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usage("--ready-file: %s is a folder; name a file", path)
	}
	probe, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err == nil {
		err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if err == nil {
		if err = os.Remove(path); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err != nil {
		return cannotWriteReadyFile(path, err)
	}
	return nil
}

func cannotWriteReadyFile(path string, err error) error {
	return usage("--ready-file: %s cannot be written: %s; name a file in a folder that is there and that you may write to", path, plainError(err))
}
