package driver

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/suites/connector"
)

// TestAMessageHasAllItsMembers holds: the id of a message and that of an object do not hide one another.
func TestAMessageHasAllItsMembers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		message any
		want    string
	}{
		{told{envelope{Version: 1, ID: 3}, connector.Request{Operation: connector.Delete, Type: connector.User, ID: "6f2c"}}, `{"v":1,"id":3,"op":"delete","type":"user","objectId":"6f2c"}`},
		{told{envelope{1, 4, "s"}, connector.Request{Operation: describe}}, `{"v":1,"id":4,"session":"s","op":"describe"}`},
		{told{envelope{Version: 1, ID: 5}, connector.Request{Operation: connector.Update, Attributes: map[string]any{"mail": nil}}}, `{"v":1,"id":5,"op":"update","attributes":{"mail":null}}`},
		{
			configured{envelope{Version: 1, ID: 6}, named{configure}, connector.Configuration{TenantID: "t", Proxy: "p"}},
			`{"v":1,"id":6,"op":"configure","tenantId":"t","tenantDomain":"","clientId":"","clientSecret":"","authority":"","resourceUri":"","redirectUri":"","basePassword":"","baseUserName":"","proxy":"p"}`,
		},
	} {
		got, err := line(c.message)
		if err != nil || string(got) != c.want+"\n" {
			t.Errorf("got %s, %v\nwant %s", got, err, c.want)
		}
	}
}

// TestAnAnswerIsRead holds: what else there is in an answer is not read; a result may be left out.
func TestAnAnswerIsRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"id":1,"ok":true,"result":{"id":"a","more":[1]},"took":3}`: "a",
		"  {\"ok\":true,\"id\":1}\r":                                 "",
		`{"id":1,"ok":true,"result":null,"error":null}`:              "",
	} {
		var a connector.Answer
		if err := read([]byte(text), 1, connector.Create, &a); err != nil || a.ID != want {
			t.Errorf("%s: got %+v, %v", text, a, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"id":1,"ok":true,"result":{"id":"a","objects":[{"id":"b","deleted":true,"attributes":{"x":[1,null]}}],"token":"t"}}`,
		`{"id":1,"ok":false,"error":{"code":"alreadyExists","message":"m"}}`, `{"id":1,"ok":false,"error":{"code":"x\u001b[2J","message":"\n"}}`,
		`{"id":1.0,"ok":true}`, `{"id":"1","ok":true}`, `{"id":1,"ok":1}`, `{"id":1,"ok":true}{`, "", "{", "\xff", `[` + strings.Repeat("[", 100), `{"id":1,"ok":true,"result":[]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var a connector.Answer
		err := read(data, 1, connector.Create, &a)
		if err == nil {
			var again struct {
				ID int64
				OK bool
			}
			if json.Unmarshal(data, &again) != nil || again.ID != 1 || !again.OK {
				t.Errorf("%q was taken for an answer", data)
			}
			return
		}
		text := err.Error()
		broken, isBroken := errors.AsType[*connector.BrokenError](err)
		if !isBroken && !refused(err) || isBroken && broken.Kind != connector.Garbage {
			t.Errorf("%q: %T %v", data, err, err)
		}
		if len(text) > 4*shown || !utf8.ValidString(text) || strings.ContainsAny(text, "\n\r\x1b") {
			t.Errorf("%q is told as %q", data, text)
		}
	})
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("a\n\nb\nc"), 2)
	f.Add([]byte(strings.Repeat("x", 100)+"\n"), 7)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		if size < 1 || size > len(data) {
			size = max(len(data), 1)
		}
		l := newLines(64, 1<<20)
		var got []string
		done := make(chan struct{})
		go func() {
			defer close(done)
			for text := range l.whole {
				got = append(got, string(text))
			}
		}()
		var failed bool
		for rest := data; len(rest) > 0 && !failed; rest = rest[min(size, len(rest)):] {
			_, err := l.Write(rest[:min(size, len(rest))])
			failed = err != nil
		}
		close(l.whole)
		<-done
		var want []string
		all := strings.Split(string(data), "\n")
		for _, text := range all[:len(all)-1] {
			if len(text) > 64 {
				break
			}
			if strings.TrimSpace(text) != "" {
				want = append(want, text)
			}
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("in pieces of %d: got %q, want %q", size, got, want)
		}
	})
}
