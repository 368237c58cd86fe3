//go:build unix

package provisioning_test

import (
	"syscall"
	"time"
)

// userCPU is the time this process has computed, on all cores together: other work on the machine does not add to it, unlike to time.
func userCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano())
}
