package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// prepareReadyFile checks that the file can be written before anything is served, and removes one that a tenant before left behind, so
// that nobody takes that for this one. The file of a tenant that still answers stays.
func prepareReadyFile(ctx context.Context, path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usage("--ready-file: %s is a folder; name a file", path)
	}
	if n := answering(ctx, path); n != nil {
		return usage("--ready-file: %s is of a tenant that is running (process %d, %s); stop that one, or name another file", path, n.ProcessID, n.URL)
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

// askedFor is how long a tenant of a ready file may take to answer.
const askedFor = time.Second

// answering is what a ready file says of a tenant of another process that answers; nil for any other file. That a process of the number runs is not
// enough: numbers come again, in containers soon.
func answering(ctx context.Context, path string) *notice {
	ctx, cancel := context.WithTimeout(ctx, askedFor)
	defer cancel()
	n, err := waitCommand{ReadyFile: path}.probe(ctx)
	if err != nil || n.ProcessID == os.Getpid() || !isAlive(n.ProcessID) {
		return nil
	}
	return n
}

// removeReadyFile removes the file at the end, unless it is another tenant's by now.
func removeReadyFile(path string) {
	var n notice
	if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &n) == nil && n.ProcessID == os.Getpid() {
		_ = os.Remove(path) // gone already is as good
	}
}

func cannotWriteReadyFile(path string, err error) error {
	return usage("--ready-file: %s cannot be written: %s; name a file in a folder that is there and that you may write to", path, plainError(err))
}
