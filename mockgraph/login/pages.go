package login

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the pages
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

//go:embed pages/layout.html
var layout string

//go:embed pages/style.css
var style string

// script sends the form of a form_post answer on. Without it there is a button.
const script = `document.forms[0].submit()`

// pages shows people what they have to see. Every page works without scripts.
type pages struct {
	templates *template.Template
	policy    string // Content-Security-Policy without form-action
}

// page is what the templates fill in.
type page struct {
	Title, Alert, Action, Flow, Hint, App, User string
	Items                                       []string
	Fields                                      []field
	Everybody, Cancel                           bool

	target string // redirect URI a form of the page may lead to
}

type field struct{ Name, Value string }

// thePages are those of all login servers of the process: nothing in them is a server's own.
var thePages = sync.OnceValue(func() *pages {
	functions := template.FuncMap{
		"style":  func() template.CSS { return template.CSS(style) }, //nolint:gosec // G203: the embedded style sheet, nobody's input
		"script": func() template.JS { return template.JS(script) },  //nolint:gosec // G203: a constant, nobody's input
	}
	return &pages{
		templates: template.Must(template.New("pages").Funcs(functions).Parse(layout)),
		policy: "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-" + hash(style) + "'; script-src 'sha256-" + hash(script) + "'; " +
			"form-action 'self'",
	}
})

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// show writes a page.
func (p *pages) show(x *exchange, status int, name string, with *page) {
	if with == nil {
		with = &page{}
	}
	if with.Title == "" {
		with.Title = "Signed out"
	}
	var body bytes.Buffer
	if err := p.templates.ExecuteTemplate(&body, name, with); err != nil {
		http.Error(x.w, "show page", http.StatusInternalServerError)
		return
	}
	h := x.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-cache")
	h.Set("Pragma", "no-cache")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", p.policy+formTarget(with.target))
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body.Bytes())
}

// formTarget lets a form lead to a redirect URI too: browsers hold redirects after a form to form-action.
func formTarget(uri string) string {
	u, err := url.Parse(uri)
	switch {
	case uri == "" || err != nil || strings.ContainsAny(u.Host+u.Scheme, " ;,'\""):
		return ""
	case u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return " " + u.Scheme + ":"
	default:
		return " " + u.Scheme + "://" + u.Host
	}
}

// fail shows a refusal, with what a support desk asks for.
func (p *pages) fail(x *exchange, e *Error) {
	p.show(x, e.Status, "error", &page{Title: "Sign in", Alert: "AADSTS" + itoa(e.Code) + ": " + e.Text, Fields: []field{
		{"Request Id", x.trace.id}, {"Correlation Id", x.trace.correlation}, {"Timestamp", x.trace.timestamp()}, {"Message", "AADSTS" + itoa(e.Code)},
	}})
}

// post answers a client by a form that the browser sends.
func (p *pages) post(x *exchange, to string, answer url.Values) {
	with := &page{Title: "Working…", Action: to, target: to}
	for name, values := range answer {
		for _, value := range values {
			with.Fields = append(with.Fields, field{name, value})
		}
	}
	slices.SortFunc(with.Fields, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	p.show(x, http.StatusOK, "post", with)
}

// errorPage explains an AADSTS number.
func (s *Server) errorPage(x *exchange) {
	code := bounded(strings.TrimPrefix(strings.ToUpper(queryValue(x.r, "code")), "AADSTS"))
	with := &page{Title: "Error " + code, Fields: []field{{"Error Code", code}, {"Message", "Nothing is known about this code."}}}
	for number, row := range catalogue {
		if itoa(number) == code {
			with.Fields[1].Value = strings.ReplaceAll(row.text, "%s", "…")
		}
	}
	s.pages.show(x, http.StatusOK, "lookup", with)
}
