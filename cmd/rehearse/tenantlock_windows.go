//go:build windows

package main

import (
	"errors"
	"os"
	"syscall"
)

// sharingViolation is ERROR_SHARING_VIOLATION.
// Source: learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-.
const sharingViolation = syscall.Errno(32)

// openLocked opens a file for itself alone: others may only read it; free is false when somebody else has it.
// Source: learn.microsoft.com/windows/win32/fileio/creating-and-opening-files, sharing modes.
func openLocked(path string) (file *os.File, free bool, err error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, false, err
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_READ, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	switch {
	case errors.Is(err, sharingViolation):
		return nil, false, nil
	case err != nil:
		return nil, false, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), true, nil
}

// isAlive says whether a process runs.
func isAlive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	_ = p.Release() // only its being there counts
	return true
}
