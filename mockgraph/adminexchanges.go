package mockgraph

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// The bounds of limit.
const (
	defaultExchanges = 100
	maxExchanges     = 10_000
)

// shownExchange is an exchange as the admin API shows it.
type shownExchange struct {
	ID         string        `json:"id"`
	Service    string        `json:"service"`       // graph, login or scim
	Job        string        `json:"job,omitempty"` // id of the provisioning job that asked
	Time       time.Time     `json:"time"`          // real time, not the tenant's
	DurationMs float64       `json:"durationMs"`
	Request    shownRequest  `json:"request"`
	Response   shownResponse `json:"response"`
	Error      string        `json:"error,omitempty"` // why there is no complete answer
	Notes      []shownNote   `json:"notes,omitempty"` // what the client is not told
}

type shownNote struct {
	Text   string   `json:"text"`
	Needed []string `json:"needed,omitempty"` // permissions that would do, the least first
	Held   []string `json:"held,omitempty"`   // permissions of the token
}

type shownRequest struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    *shownBody        `json:"body,omitempty"`
}

type shownResponse struct {
	Status  int               `json:"status"` // 0: none came
	Headers map[string]string `json:"headers"`
	Body    *shownBody        `json:"body,omitempty"`
}

type shownBody struct {
	Text      string `json:"text"`
	Base64    bool   `json:"base64,omitempty"` // Text is base64, for what is no text
	Size      int64  `json:"size"`
	Truncated bool   `json:"truncated,omitempty"`
}

func (t *Tenant) adminExchanges(w http.ResponseWriter, r *http.Request) error {
	if t.recorder == nil {
		return wrong(http.StatusConflict, "The tenant records no exchanges; it was started without.")
	}
	f, err := readExchangeFilter(r.URL.Query())
	if err != nil {
		return err
	}
	found := f.choose(t.recorder.All())
	if f.har {
		w.Header().Set("Content-Type", "application/json")
		return exchange.WriteHAR(w, "rehearse", "1", found)
	}
	shown := make([]shownExchange, 0, len(found))
	for _, e := range found {
		shown = append(shown, show(e))
	}
	return say(w, map[string]any{"exchanges": shown})
}

func (t *Tenant) adminClearExchanges(w http.ResponseWriter, _ *http.Request) error {
	if t.recorder != nil {
		t.recorder.Clear()
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// exchangeFilter says which exchanges are asked for.
type exchangeFilter struct {
	method, path, host string   // "" for all; path and host may have * for any text
	service, job       string   // "" for all
	statuses           []string // 404 or 4xx; none for all
	since              int      // only those behind this number
	limit              int      // the last ones, or with since the first ones
	har                bool
}

func readExchangeFilter(q url.Values) (exchangeFilter, error) {
	f := exchangeFilter{method: q.Get("method"), path: q.Get("path"), host: q.Get("host"), service: q.Get("service"), job: q.Get("job"), limit: defaultExchanges}
	for name := range q {
		switch name {
		case "method", "path", "host", "service", "job", "status", "since", "limit", "format":
		default:
			return f, wrong(http.StatusBadRequest, "There is no filter %.50q; there are method, path, host, service, job, status, since, limit and format.", name)
		}
	}
	if text := q.Get("status"); text != "" {
		f.statuses = strings.Split(strings.ToLower(text), ",")
	}
	if !slices.Contains([]string{"", servedByGraph, servedByLogin, sentAsSCIM}, f.service) {
		return f, wrong(http.StatusBadRequest, "service is %.50q; it takes graph, login or scim.", f.service)
	}
	for _, s := range f.statuses {
		if len(s) != 3 || strings.Trim(s, "0123456789x") != "" {
			return f, wrong(http.StatusBadRequest, "status is %.50q; it takes statuses such as 404 or 4xx, with commas between them.", q.Get("status"))
		}
	}
	if text := q.Get("since"); text != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(text, "x-"))
		if err != nil {
			return f, wrong(http.StatusBadRequest, "since is %.50q; it takes the id of an exchange, such as x-00017.", text)
		}
		f.since = n
	}
	if text := q.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxExchanges {
			return f, wrong(http.StatusBadRequest, "limit is %.50q; it takes 1 to %d.", text, maxExchanges)
		}
		f.limit = n
	}
	switch q.Get("format") {
	case "", "json":
	case "har":
		f.har = true
	default:
		return f, wrong(http.StatusBadRequest, "format is %.50q; it takes json or har.", q.Get("format"))
	}
	return f, nil
}

func (f exchangeFilter) choose(all []*exchange.Exchange) []*exchange.Exchange {
	var found []*exchange.Exchange
	for _, e := range all {
		if f.matches(e) {
			found = append(found, e)
		}
	}
	switch {
	case len(found) <= f.limit:
		return found
	case f.since > 0:
		return found[:f.limit]
	default:
		return found[len(found)-f.limit:]
	}
}

func (f exchangeFilter) matches(e *exchange.Exchange) bool {
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		u = &url.URL{}
	}
	service, job, _ := strings.Cut(e.Owner, " ")
	number, _ := strconv.Atoi(strings.TrimPrefix(e.ID, "x-"))
	return number > f.since &&
		(f.service == "" || f.service == service) && (f.job == "" || strings.EqualFold(f.job, job)) &&
		(f.method == "" || strings.EqualFold(f.method, e.Request.Method)) &&
		(f.path == "" || wildcard(strings.ToLower(f.path), strings.ToLower(u.Path))) &&
		(f.host == "" || wildcard(strings.ToLower(f.host), u.Hostname()) || strings.EqualFold(f.host, u.Host)) &&
		f.hasStatus(e.Response.Status)
}

func (f exchangeFilter) hasStatus(status int) bool {
	text := strconv.Itoa(status)
	for _, pattern := range f.statuses {
		if wanted := strings.TrimRight(pattern, "x"); len(text) == len(pattern) && strings.HasPrefix(text, wanted) {
			return true
		}
	}
	return len(f.statuses) == 0
}

// wildcard says whether a text is like a pattern, in which * stands for any text, / too.
func wildcard(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	rest, found := strings.CutPrefix(text, parts[0])
	if !found {
		return false
	}
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		if _, rest, found = strings.Cut(rest, part); !found {
			return false
		}
	}
	return strings.HasSuffix(rest, last)
}

func show(e *exchange.Exchange) shownExchange {
	service, job, _ := strings.Cut(e.Owner, " ")
	return shownExchange{
		ID: e.ID, Service: service, Job: job, Time: e.Started.UTC(), DurationMs: float64(e.Duration.Microseconds()) / 1000, Error: e.Err, Notes: notesOf(e),
		Request:  shownRequest{Method: e.Request.Method, URL: e.Request.URL, Headers: flat(e.Request.Header), Body: bodyOf(e.Request.Body)},
		Response: shownResponse{Status: e.Response.Status, Headers: flat(e.Response.Header), Body: bodyOf(e.Response.Body)},
	}
}

// hints are notes on errors of the login host by what their answers have. It is never written.
var hints = []struct{ has, text string }{
	{`"error_codes":[700025]`, "The application allows public client flows (isFallbackPublicClient), as the one the tenant prints does, and then Entra takes no " +
		"client_secret with this grant: leave it out, or use the client credentials grant."},
}

func notesOf(e *exchange.Exchange) []shownNote {
	var notes []shownNote
	for _, n := range e.Notes {
		notes = append(notes, shownNote(n))
	}
	if e.Owner != servedByLogin || e.Response.Status < http.StatusBadRequest {
		return notes
	}
	body := strings.ReplaceAll(string(e.Response.Body.Bytes), " ", "")
	for _, h := range hints {
		if strings.Contains(body, h.has) {
			notes = append(notes, shownNote{Text: h.text})
		}
	}
	return notes
}

func flat(h http.Header) map[string]string {
	all := make(map[string]string, len(h))
	for name, values := range h {
		all[name] = strings.Join(values, ", ")
	}
	return all
}

func bodyOf(b exchange.Body) *shownBody {
	if b.Size == 0 {
		return nil
	}
	shown := &shownBody{Text: string(b.Bytes), Size: b.Size, Truncated: b.Truncated}
	if !utf8.Valid(b.Bytes) {
		shown.Text, shown.Base64 = base64.StdEncoding.EncodeToString(b.Bytes), true
	}
	return shown
}
