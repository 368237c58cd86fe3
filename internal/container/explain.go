package container

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/containerd/errdefs"
)

// StartError tells why an image could not be made a target.
type StartError struct {
	Reason string   // one sentence: what is wrong and what to do
	Ran    bool     // the container was started, so its image and the engine are in order
	Log    []string // the last lines the container wrote
	Err    error    // what the engine said
}

func (e *StartError) Error() string {
	if len(e.Log) == 0 {
		return e.Reason
	}
	return e.Reason + " The last it wrote:\n  " + strings.Join(e.Log, "\n  ")
}

func (e *StartError) Unwrap() error { return e.Err }

// explain finds the sentence for what an engine said. Engines and registries word the same in many ways; what is not known is quoted.
func explain(ctx context.Context, spec Spec, startup time.Duration, err error, tail []string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("start image %s: %w", spec.Image, ctx.Err())
	}
	said := err.Error()
	holds := func(words ...string) bool {
		for _, word := range words {
			if strings.Contains(strings.ToLower(said), word) {
				return true
			}
		}
		return false
	}
	e := &StartError{Err: err, Log: tail}
	switch {
	case holds("container exited", "is not running", "unexpected container status"):
		e.Ran = true
		e.Reason = fmt.Sprintf("The container of %s ended before it answered on port %d. See its log for why, and give what it needs with --env.", spec.Image, spec.Port)
	case holds("reaper", "ryuk"):
		e.Reason = fmt.Sprintf("The helper that removes containers after a crash could not be started (%s). Where its image cannot be pulled, set TESTCONTAINERS_RYUK_DISABLED=true.", cause(said))
	case holds("docker not found", "cannot connect to the docker daemon", "failed to connect to the docker", "is the docker daemon running", "docker host", "docker.sock"):
		e.Reason = "No container engine answers. Start Docker, or name another engine with DOCKER_HOST."
	case errdefs.IsNotFound(err), holds("no such image", "not found", "manifest unknown", "pull access denied", "repository does not exist", "no such host"):
		e.Reason = fmt.Sprintf("There is no image %s on this machine, and it could not be pulled (%s). Check the name, or docker login.", spec.Image, cause(said))
	case holds("deadline exceeded", "timeout"):
		e.Ran = true
		e.Reason = fmt.Sprintf("The container of %s did not answer GET %s on port %d within %v. Check --port and --wait-path.", spec.Image, spec.WaitPath, spec.Port, startup)
	case holds("port is already allocated", "executable file not found", "exec format error", "no command specified"):
		e.Reason = fmt.Sprintf("The container of %s could not be started: %s.", spec.Image, cause(said))
	default:
		e.Reason = fmt.Sprintf("The image %s could not be started: %s.", spec.Image, cause(said))
	}
	return e
}

// cause is the end of a chain of errors in words: what was told first.
func cause(said string) string {
	parts := strings.Split(said, ": ")
	return strings.TrimRight(strings.Join(parts[max(len(parts)-2, 0):], ": "), ". \n")
}
