package main_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/internal/report"
)

// imaged is an image of the reference endpoint, and the program that it was made of and that judges it.
type imaged struct{ tag, program string }

// image builds an image of nothing but the program, which runs a command.
func image(t *testing.T, name string, command ...string) imaged {
	t.Helper()
	need.Program(t, "docker")
	if out, err := exec.CommandContext(t.Context(), "docker", "version").CombinedOutput(); err != nil {
		need.Missingf(t, "docker", "no container engine answers: %s", out)
	}
	folder, binary := t.TempDir(), buildBinary(t)
	if out, err := exec.CommandContext(t.Context(), "cp", binary, folder).CombinedOutput(); err != nil {
		t.Fatalf("copy the binary: %v\n%s", err, out)
	}
	lines := "FROM scratch\nCOPY rehearse /rehearse\nENTRYPOINT [\"/rehearse\"]\nCMD [\"" + strings.Join(command, `", "`) + "\"]\n"
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	tag := "rehearse-test/" + name + ":local"
	docker := exec.CommandContext(t.Context(), "docker", "build", "--quiet", "--tag", tag, folder)
	docker.Env = append(os.Environ(), "DOCKER_BUILDKIT=0")
	if out, err := docker.CombinedOutput(); err != nil {
		t.Fatalf("docker build: %v\n%s", err, out)
	}
	t.Cleanup(func() { _ = exec.CommandContext(context.Background(), "docker", "rmi", "--force", tag).Run() })
	return imaged{tag: tag, program: binary}
}

// judge runs rehearse scim, by itself on the image, and gives its exit code and what it printed.
func (b imaged) judge(t *testing.T, out string, args ...string) (int, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), b.program, append([]string{"scim", "--out", out, "--no-color"}, args...)...)
	cmd.Env = append(os.Environ(), "TESTCONTAINERS_RYUK_DISABLED=true", "TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1")
	printed, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(printed)
}

// containers are those of an image that are still there.
func containers(t *testing.T, image string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "docker", "ps", "--all", "--quiet", "--filter", "ancestor="+image).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAnImageIsJudgedAndRemoved(t *testing.T) {
	made := image(t, "endpoint", "endpoint", "--listen", "0.0.0.0:8080", "--token", "t0ken-of-the-image")
	out := t.TempDir()
	code, printed := made.judge(t, out, "--image", made.tag, "--port", "8080", "--token", "t0ken-of-the-image", "--only", "endpoint.create.*")
	if code != 0 || !strings.Contains(printed, "CONFORMANT") {
		t.Errorf("exit code %d:\n%s", code, printed)
	}
	if left := containers(t, made.tag); left != "" {
		t.Errorf("left behind: %s", left)
	}
}

func TestTheLogOfAnImageStandsUnderItsFinding(t *testing.T) {
	made := image(t, "faulty", "endpoint", "--listen", "0.0.0.0:8080", "--token", "t0ken-of-the-image", "--verbose", "--fault", "patch-string-false-ignored")
	out := t.TempDir()
	code, printed := made.judge(t, out, "--image", made.tag, "--port", "8080", "--token", "t0ken-of-the-image", "--only", "endpoint.disable.string-false")
	if code != 1 {
		t.Fatalf("exit code %d:\n%s", code, printed)
	}
	file, err := os.Open(filepath.Join(out, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	r, err := report.ReadJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	var quoted []string
	for _, c := range r.Checks {
		for _, f := range c.Findings {
			quoted = append(quoted, f.Log...)
		}
	}
	if len(quoted) == 0 || !strings.Contains(strings.Join(quoted, "\n"), "PATCH") {
		t.Errorf("the findings quote %q", quoted)
	}
	if left := containers(t, made.tag); left != "" {
		t.Errorf("left behind: %s", left)
	}
}

func TestAnImageThatEndsIsToldWithItsLastWords(t *testing.T) {
	made := image(t, "broken", "endpoint", "--fault", "no-such-fault")
	code, printed := made.judge(t, t.TempDir(), "--image", made.tag, "--port", "8080", "--token", "t0ken-of-the-image")
	if code != 3 || !strings.Contains(printed, "ended before it answered") || !strings.Contains(printed, "no-such-fault") {
		t.Errorf("exit code %d:\n%s", code, printed)
	}
	if left := containers(t, made.tag); left != "" {
		t.Errorf("left behind: %s", left)
	}
}

func TestAnImageThatIsNowhereIsASentence(t *testing.T) {
	made := image(t, "endpoint", "endpoint")
	code, printed := made.judge(t, t.TempDir(), "--image", "rehearse-test/nowhere:1", "--port", "8080")
	if code != 2 || !strings.Contains(printed, "There is no image rehearse-test/nowhere:1") || strings.Count(strings.TrimSpace(printed), "\n") > 1 {
		t.Errorf("exit code %d:\n%s", code, printed)
	}
}
