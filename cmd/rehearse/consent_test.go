//go:build linux

package main_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo-terminal: what a person types goes in at the first file, what the program reads comes out at the second.
func terminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	fd := int(person.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatalf("unlock the terminal: %v", err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatalf("name the terminal: %v", err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatalf("open the terminal: %v", err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

// Only a yes at the terminal lets the first request out.
func TestAPersonAtATerminalIsAskedBeforeAnythingIsSent(t *testing.T) {
	endpoint, url := startSlow(t, 0, 0)
	for _, test := range []struct {
		answer string
		exits  int
		sent   bool
	}{
		{"n\n", 2, false},
		{"\n", 2, false},
		{"yes\n", 0, true},
	} {
		before := endpoint.requests.Load()
		person, program := terminal(t)
		cmd := rehearseAgainst(t, "http://scim.example", t.TempDir())
		cmd.Args = append(cmd.Args, "--only", "endpoint.create.user", "--pace", "-1")
		cmd.Env = append(os.Environ(), "HTTP_PROXY="+url)
		var said bytes.Buffer
		cmd.Stdin, cmd.Stderr = program, &said
		if _, err := person.WriteString(test.answer); err != nil {
			t.Fatalf("type %q: %v", test.answer, err)
		}
		if got := exitOf(t, cmd.Run()); got != test.exits {
			t.Errorf("answered %q it exits %d, want %d\n%s", test.answer, got, test.exits, said.String())
		}
		if sent := endpoint.requests.Load() > before; sent != test.sent {
			t.Errorf("answered %q: requests were sent: %t, want %t", test.answer, sent, test.sent)
		}
		if text := said.String(); !strings.Contains(text, "are made, changed and removed again") || !strings.Contains(text, "Go on? [y/N]") {
			t.Errorf("answered %q, it had said:\n%s", test.answer, text)
		}
	}
}
