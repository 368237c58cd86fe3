package main

import (
	"io"
	"os"
	"strconv"
	"strings"
)

// folderLock keeps other tenants out of a folder while it is held. The operating system lets go of it when the process ends, however that
// comes about: a lock file that was left behind locks nothing.
type folderLock struct{ file *os.File }

// heldError tells that another process has the lock.
type heldError struct{ pid string }

func (e *heldError) Error() string { return "held by process " + e.pid }

// lockFolder takes the lock, or says in a *heldError who has it.
func lockFolder(path string) (*folderLock, error) {
	file, free, err := openLocked(path)
	if err != nil {
		return nil, err
	}
	if !free {
		return nil, &heldError{holder(path)}
	}
	l := &folderLock{file}
	if err = file.Truncate(0); err == nil {
		_, err = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	if err != nil {
		l.release()
		return nil, err
	}
	return l, nil
}

// holder reads who has the lock.
func holder(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer func() { _ = file.Close() }() // only read
	const longest = 20
	text, err := io.ReadAll(io.LimitReader(file, longest))
	if _, bad := strconv.Atoi(strings.TrimSpace(string(text))); err != nil || bad != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(text))
}

// release lets go of the lock. The file stays, empty: removing it would let two others hold one lock each.
func (l *folderLock) release() {
	_ = l.file.Truncate(0) // it only names the process
	_ = l.file.Close()     // nothing is lost with it
}
