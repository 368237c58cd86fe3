package driver

import "os/exec"

// apart does nothing: what a program starts is not ended with it on Windows.
func apart(*exec.Cmd) {}

// terminate does nothing: Windows has no way to ask a program without a window to end. It sees that its input ends.
func terminate(*exec.Cmd) {}

// kill ends the program.
func kill(c *exec.Cmd, _ string) { _ = c.Process.Kill() }
