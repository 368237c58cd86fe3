package impersonate

import (
	"net"
	"strings"
	"testing"
	"time"
)

func FuzzParseTarget(f *testing.F) {
	for _, seed := range []string{
		"login.microsoftonline.com", "login.microsoftonline.com:443", "LOGIN.microsoftonline.com.:8443", "[::1]:443", "::1", "[::1]", "127.0.0.1:80", "host:", ":443", "",
		"host:0", "host:65536", "host:+1", "a..b:1", "-:1", "a b:1", "a/b:1", "user@host:1", "[::1%25eth0]:1", "[127.0.0.1]:1", "[", "]", "[]:1", "a]:1", "xn--bcher-kva.example:443",
		"bücher.example:443", "host:443\r\nX: y", strings.Repeat("a", 64) + ":1", strings.Repeat("a.", 200),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		target, err := ParseTarget(text)
		if err != nil {
			if target != (Target{}) {
				t.Errorf("ParseTarget(%q) = %v beside an error", text, target)
			}
			return
		}
		if target.Port < 1 || target.Port > 65535 || target.Host == "" || strings.ContainsAny(target.Host, "[]/@% \r\n") || target.Host != strings.ToLower(target.Host) {
			t.Errorf("ParseTarget(%q) = %+v", text, target)
		}
		if again, err := ParseTarget(target.String()); err != nil || again != target {
			t.Errorf("%q reads as %v, that as %v, %v", text, target, again, err)
		}
	})
}

// Whatever a client sends first, sniffing decides by one byte and loses none.
func FuzzSniff(f *testing.F) {
	for _, seed := range []string{"", "\x16\x03\x01\x02\x00\x01", "GET / HTTP/1.1\r\n", "POST", "\x16", "\x15\x03\x01", "\x80\x2e\x01\x03\x01", "SSH-2.0-x\r\n", "\x00", "PRI * HTTP/2.0\r\n\r\n", strings.Repeat("A", 3000)} {
		f.Add([]byte(seed), 0)
		f.Add([]byte(seed), 1)
	}
	f.Fuzz(func(t *testing.T, sent []byte, ahead int) {
		near, far := net.Pipe()
		defer near.Close()
		cut := 0
		if len(sent) > 0 && ahead > 0 {
			cut = ahead % (len(sent) + 1)
		}
		go func() {
			_, _ = far.Write(sent[cut:])
			_ = far.Close()
		}()
		client := &tunnel{Conn: near, head: append([]byte(nil), sent[:cut]...), release: func() {}}
		secure, err := client.sniff(time.Minute)
		if err != nil {
			if len(sent) > 0 {
				t.Errorf("sniff %q: %v", sent, err)
			}
			return
		}
		if len(sent) == 0 {
			t.Fatal("sniffed something where nothing was sent")
		}
		if secure != (sent[0] == 0x16) {
			t.Errorf("sniff %q: TLS %v", sent, secure)
		}
		got := make([]byte, 0, len(sent))
		for buffer := make([]byte, 7); ; {
			n, err := client.Read(buffer)
			if got = append(got, buffer[:n]...); err != nil {
				break
			}
		}
		if string(got) != string(sent) {
			t.Errorf("sent %q, read %q", sent, got)
		}
	})
}
