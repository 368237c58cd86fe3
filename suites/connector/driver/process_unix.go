//go:build unix

package driver

import (
	"os/exec"
	"syscall"
)

// apart gives the program a session of its own, so that it can be ended with all that it starts.
func apart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// terminate asks the program and what it started to end.
func terminate(c *exec.Cmd) {
	_ = syscall.Kill(-c.Process.Pid, syscall.SIGTERM) // all it can say is that they have ended
}

// kill ends what is left of them.
func kill(c *exec.Cmd, mark string) {
	_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
	for _, pid := range marked(mark) { // those that went into a session of their own
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}
