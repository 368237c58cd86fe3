package driver_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain lets the test binary play connectors: misbehaving ones, and one that behaves.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "play" {
		play(os.Args[2], os.Args[3:])
		return
	}
	goleak.VerifyTestMain(m)
}

// played is the command that plays a part.
func played(part string, arguments ...string) []string {
	return append([]string{os.Args[0], "play", part}, arguments...)
}

// heard is a message as a child reads it.
type heard struct {
	V            int            `json:"v"`
	ID           int            `json:"id"`
	Op           string         `json:"op"`
	ObjectID     string         `json:"objectId"`
	ClientSecret string         `json:"clientSecret"`
	Proxy        string         `json:"proxy"`
	Attributes   map[string]any `json:"attributes"`
}

// script is what a part does with the messages that it does not answer properly.
var script = map[string]func(m heard, arguments []string){
	"good":      func(m heard, _ []string) { answer(m.ID, `{}`) },
	"hang":      func(heard, []string) { time.Sleep(time.Hour) },
	"deaf":      func(heard, []string) { signal.Ignore(syscall.SIGTERM); time.Sleep(time.Hour) },
	"crash":     func(heard, []string) { fmt.Fprintln(os.Stderr, "panic: the last word"); os.Exit(3) },
	"end":       func(heard, []string) { os.Exit(0) },
	"garbage":   func(heard, []string) { fmt.Fprintln(os.Stdout, "Traceback: \x1b[31mnot JSON\x1b[0m") },
	"log":       func(m heard, _ []string) { fmt.Fprintln(os.Stdout, "INFO creating"); answer(m.ID, `{}`) },
	"half":      func(m heard, _ []string) { fmt.Fprintf(os.Stdout, `{"id":%d,"ok":tr`, m.ID); os.Exit(0) },
	"half-hang": func(m heard, _ []string) { fmt.Fprintf(os.Stdout, `{"id":%d,"ok":tr`, m.ID); time.Sleep(time.Hour) },
	"wrong-id":  func(m heard, _ []string) { answer(m.ID+7, `{}`) },
	"no-id":     func(heard, []string) { fmt.Fprintln(os.Stdout, `{"ok":true}`) },
	"no-ok":     func(m heard, _ []string) { fmt.Fprintf(os.Stdout, `{"id":%d}`+"\n", m.ID) },
	"no-error":  func(m heard, _ []string) { fmt.Fprintf(os.Stdout, `{"id":%d,"ok":false}`+"\n", m.ID) },
	"trailing":  func(m heard, _ []string) { fmt.Fprintf(os.Stdout, `{"id":%d,"ok":true} {"id":%d}`+"\n", m.ID, m.ID) },
	"list":      func(heard, []string) { fmt.Fprintln(os.Stdout, `[]`) },
	"latin1": func(m heard, _ []string) {
		fmt.Fprintf(os.Stdout, "{\"id\":%d,\"ok\":true,\"result\":{\"id\":\"caf\xe9\"}}\n", m.ID)
	},
	"wrong-type":  func(m heard, _ []string) { answer(m.ID, `{"id":42}`) },
	"flood":       func(heard, []string) { flood(os.Stdout) },
	"blank-flood": func(heard, []string) { floodWith(os.Stdout, "\n") },
	"complain":    func(heard, []string) { flood(os.Stderr) },
	"twice":       func(m heard, _ []string) { answer(m.ID, `{}`); answer(m.ID, `{}`) },
	"refuse": func(m heard, _ []string) {
		fmt.Fprintf(os.Stdout, `{"id":%d,"ok":false,"error":{"code":"noSuchCode","message":"no, thanks"}}`+"\n", m.ID)
	},
	"taken": func(m heard, _ []string) {
		fmt.Fprintf(os.Stdout, `{"id":%d,"ok":false,"error":{"code":"alreadyExists","message":"taken"}}`+"\n", m.ID)
	},
	"fork":     func(_ heard, a []string) { forked(a, false); time.Sleep(time.Hour) },
	"fork-end": func(m heard, a []string) { forked(a, false); answer(m.ID, `{}`); os.Exit(0) },
	"daemon":   func(_ heard, a []string) { forked(a, true); time.Sleep(time.Hour) },
	"secret":   func(m heard, _ []string) { fmt.Fprintln(os.Stderr, "signing in with", m.ClientSecret); os.Exit(9) },
}

// play plays a connector that behaves until the operation "create", unless the part ends in @ and another one.
func play(part string, arguments []string) {
	part, at, named := strings.Cut(part, "@")
	if !named {
		at = "create"
	}
	if part == "sleep" {
		time.Sleep(time.Hour)
	}
	in := bufio.NewReader(os.Stdin)
	for {
		text, err := in.ReadString('\n')
		if err != nil {
			return
		}
		var m heard
		if json.Unmarshal([]byte(text), &m) != nil || m.V != 1 {
			os.Exit(77)
		}
		switch {
		case m.Op == at && part != "good":
			script[part](m, arguments)
		case m.Op == "describe":
			answer(m.ID, `{"name":"Played","operations":["test","create","update"],"reusable":`+fmt.Sprint(len(arguments) > 0 && arguments[0] == "reusable")+`}`)
		case m.Op == "create":
			data, _ := json.Marshal(map[string]any{"id": fmt.Sprint(os.Getpid()), "token": os.Getenv("REHEARSE_SECRET") + os.Getenv("PLAYED")})
			answer(m.ID, string(data))
		default:
			answer(m.ID, `null`)
		}
	}
}

func answer(id int, result string) {
	fmt.Fprintf(os.Stdout, `{"id":%d,"ok":true,"result":%s}`+"\n", id, result)
}

func flood(to *os.File) { floodWith(to, strings.Repeat("x", 1<<16)) }

func floodWith(to *os.File, text string) {
	text = strings.Repeat(text, 1<<16/len(text))
	for {
		if _, err := to.WriteString(text); err != nil {
			time.Sleep(time.Hour)
		}
	}
}

// forked starts a child that holds the streams and stays, and writes its process id into a file.
func forked(arguments []string, daemon bool) {
	c := exec.Command(os.Args[0], "play", "sleep")
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if daemon {
		c.SysProcAttr = ownSession()
	}
	if c.Start() == nil {
		_ = os.WriteFile(arguments[0]+".new", fmt.Append(nil, c.Process.Pid), 0o600)
		_ = os.Rename(arguments[0]+".new", arguments[0])
	}
}
