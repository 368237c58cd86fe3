//go:build unix

package driver_test

import "syscall"

func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// running says whether there is a process, other than one that has ended and is not yet collected.
func running(pid int) bool { return syscall.Kill(pid, 0) == nil && !zombie(pid) }
