package container

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAReasonIsOneSentenceThatSaysWhatToDo(t *testing.T) {
	spec := Spec{Image: "app:1", Port: 80, WaitPath: "/scim"}
	for said, want := range map[string]struct {
		words string
		ran   bool
	}{
		"generic container: start container: container exited with code 1":                                                          {"ended before it answered on port 80", true},
		"create container: container create: Error response from daemon: No such image: app:1":                                      {"no image app:1 on this machine", false},
		"pull image: Error response from daemon: Get https://registry.example/v2/: dial tcp: lookup registry.example: no such host": {"no image app:1 on this machine", false},
		"create provider: rootless Docker not found":                                                                                {"Start Docker", false},
		"Cannot connect to the Docker daemon at unix:///var/run/docker.sock":                                                        {"Start Docker", false},
		"wait until ready: context deadline exceeded":                                                                               {"Check --port and --wait-path", true},
		"reaper: create container: no such image: ryuk":                                                                             {"TESTCONTAINERS_RYUK_DISABLED=true", false},
		"the cat sat on the plug": {"could not be started: the cat sat on the plug.", false},
	} {
		err := explain(t.Context(), spec, time.Minute, errors.New(said), nil)
		var start *StartError
		if !errors.As(err, &start) || !strings.Contains(start.Reason, want.words) || start.Ran != want.ran {
			t.Errorf("%q is told as %q, want %q", said, err, want.words)
		}
	}
}

func TestTheLastLinesStandInTheError(t *testing.T) {
	err := explain(t.Context(), Spec{Image: "app:1"}, time.Minute, errors.New("container exited"), []string{"panic: no database"})
	if !strings.Contains(err.Error(), "panic: no database") {
		t.Error(err)
	}
}

func TestAnInterruptIsNoFaultOfTheImage(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := explain(ctx, Spec{Image: "app:1"}, time.Minute, errors.New("container exited"), nil)
	var start *StartError
	if !errors.Is(err, context.Canceled) || errors.As(err, &start) {
		t.Error(err)
	}
}
