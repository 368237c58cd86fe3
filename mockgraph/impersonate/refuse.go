package impersonate

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// refuse answers with one sentence. To CONNECT it also stands in the status line, which is all many clients show their users.
func (p *Proxy) refuse(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	sentence = oneLine(sentence)
	if p.options.refused != nil {
		p.options.refused(oneLine(askedFor(r)), sentence)
	}
	sentence = "rehearse: " + sentence
	if r.Method == http.MethodConnect && refuseInStatusLine(w, status, sentence) {
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.Itoa(len(sentence)+1))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, sentence+"\n") //nolint:gosec // plain text, and nosniff says so
}

// askedFor is what a request wants, without what may be a secret.
func askedFor(r *http.Request) string {
	const longest = 255
	asked := r.Host
	if r.Method == http.MethodConnect && r.URL.Host != "" {
		asked = r.URL.Host
	}
	return asked[:min(len(asked), longest)]
}

func refuseInStatusLine(w http.ResponseWriter, status int, sentence string) bool {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s\n",
		status, sentence, len(sentence)+1, sentence)
	_ = conn.Close()
	return true
}

// oneLine keeps what a client sent from ending the line it is quoted in.
func oneLine(sentence string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, sentence)
}
