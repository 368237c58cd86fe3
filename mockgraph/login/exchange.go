package login

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Bounds of what a request may be.
const (
	maxPath       = 2048
	maxForm       = 256 << 10 // bytes of a form, enough for assertions
	maxParameters = 200
)

// exchange is one request on its way to an answer.
type exchange struct {
	server    *Server
	w         http.ResponseWriter
	r         *http.Request
	origin    origin
	trace     trace
	snap      *directory.Snapshot
	tenant    tenant
	authority authority

	unknownTenant *Error // why authority does not resolve, nil when it does
	html          bool   // refusals are pages
}

func (s *Server) begin(w http.ResponseWriter, r *http.Request) *exchange {
	snap := s.directory.Snapshot()
	x := &exchange{server: s, w: w, r: r, origin: s.originOf(r), snap: snap, tenant: s.tenant(snap)}
	x.trace = trace{id: s.options.ids(), time: s.options.clock.Now()}
	if x.trace.correlation = requestID(r); x.trace.correlation == "" {
		x.trace.correlation = s.options.ids()
	}
	h := w.Header()
	h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("P3P", `CP="DSP CUR OTPi IND OTRi ONL FIN"`)
	h.Set("X-Ms-Request-Id", x.trace.id)
	h.Set("X-Ms-Ests-Server", "2.1.19568.3 - REHEARSE ProdSlices")
	h.Set("Date", x.trace.time.UTC().Format(http.TimeFormat))
	if strings.EqualFold(r.Header.Get("Return-Client-Request-Id"), "true") {
		h.Set("Client-Request-Id", x.trace.correlation)
	}
	return x
}

// requestID is the correlation id a client chose, "" when it is no GUID.
func requestID(r *http.Request) string {
	for _, id := range []string{r.Header.Get("Client-Request-Id"), queryValue(r, "client-request-id")} {
		if parsed, err := uuid.Parse(id); err == nil && len(id) == 36 {
			return parsed.String()
		}
	}
	return ""
}

func queryValue(r *http.Request, name string) string {
	if len(r.URL.RawQuery) > maxForm {
		return ""
	}
	return r.URL.Query().Get(name)
}

func (x *exchange) now() time.Time { return x.trace.time }

func (x *exchange) allows(methods string) bool {
	method := x.r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for allowed := range strings.FieldsSeq(methods) {
		if allowed == method {
			return true
		}
	}
	return false
}

// json writes an answer. Credentials in it must not be stored by anybody.
func (x *exchange) json(status int, body any) {
	h := x.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store, no-cache")
		h.Set("Pragma", "no-cache")
		h.Set("Expires", "-1")
	}
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(x.w, "encode answer", http.StatusInternalServerError)
		return
	}
	x.w.WriteHeader(status)
	_, _ = x.w.Write(text)
}

// public writes a document that anybody may read and keep.
func (x *exchange) public(body any) {
	h := x.w.Header()
	h.Set("Cache-Control", "max-age=86400, private")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "GET, OPTIONS")
	x.json(http.StatusOK, body)
}

// fail writes a refusal: as a page where a person is looking, as plain text when the client is throttled, else as JSON.
func (x *exchange) fail(e *Error) {
	if e.Status == http.StatusTooManyRequests {
		x.w.Header().Set("Retry-After", "60")
		x.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		x.w.WriteHeader(e.Status)
		_, _ = x.w.Write([]byte(e.Text)) //nolint:gosec // G705: plain text by its Content-Type, and begin sets nosniff
		return
	}
	if x.html {
		x.server.pages.fail(x, e)
		return
	}
	x.w.Header().Set("X-Ms-Clitelem", "1,"+itoa(e.Code)+",0,,")
	x.json(e.Status, e.envelope(x.trace, x.origin))
}

// notImplemented names what is not built. Clients do not retry 501.
func (x *exchange) notImplemented(what string) {
	x.json(http.StatusNotImplemented, map[string]string{
		"error": "not_implemented", "error_description": "Rehearse's login host does not implement " + what + ".",
	})
}

// preflight answers what a browser asks before a cross-origin request.
func (x *exchange) preflight() {
	h := x.w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
	if asked := x.r.Header.Get("Access-Control-Request-Headers"); len(asked) < 1024 {
		h.Set("Access-Control-Allow-Headers", asked)
	}
	x.w.WriteHeader(http.StatusNoContent)
}
