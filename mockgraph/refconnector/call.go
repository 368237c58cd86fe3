package refconnector

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// call is one thing asked of Graph, sent as often as it takes.
type call struct {
	o       *operation
	purpose string // for errors: "read account"
	method  string
	path    string // below the version, or a whole URL that an answer gave
	query   query
	raw     bool // the query's values are escaped already
	header  http.Header
	body    map[string]any // nil: none
	version string         // "" is /v1.0

	safe  bool     // a POST that may be repeated without harm
	about []string // ids of objects it needs: one made a moment ago may not be everywhere yet
	// there asks whether a write whose answer was lost was carried out; nil when it may simply be repeated.
	there func(ctx context.Context) (*answer, error)
}

// query is the query of a call, in order.
type query [][2]string

func (q query) encode(raw bool) string {
	var b strings.Builder
	for i, pair := range q {
		if i > 0 {
			b.WriteByte('&')
		}
		value := pair[1]
		if raw {
			value = strings.ReplaceAll(value, " ", "%20")
		} else {
			value = escapes.Replace(url.QueryEscape(value))
		}
		b.WriteString(pair[0] + "=" + value)
	}
	return b.String()
}

// escapes leaves readable what needs no escaping in a query, and writes spaces as Graph's pages do.
var escapes = strings.NewReplacer("+", "%20", "%2C", ",", "%27", "'", "%28", "(", "%29", ")", "%24", "$", "%40", "@", "%3A", ":")

func (q query) get(name string) string {
	for _, pair := range q {
		if pair[0] == name {
			return pair[1]
		}
	}
	return ""
}

// without is the query less one option.
func (q query) without(name string) query {
	var rest query
	for _, pair := range q {
		if pair[0] != name {
			rest = append(rest, pair)
		}
	}
	return rest
}

// objectPath is the path of one object. A user principal name that begins with a dollar needs the form in parentheses.
// Source: learn.microsoft.com/graph/api/user-get.
func objectPath(class Class, id string) string {
	if strings.HasPrefix(id, "$") {
		return "/" + class.set() + "('" + url.PathEscape(strings.ReplaceAll(id, "'", "''")) + "')"
	}
	return "/" + class.set() + "/" + url.PathEscape(id)
}

// checkID refuses what cannot be an id, so that no path is made that means something else.
func checkID(id string) error {
	if id == "" || len(id) > 256 || strings.Trim(id, ".") == "" {
		return &Error{Code: UnknownObject, Target: "id", Message: fmt.Sprintf("check id: %q is none", cut(id, 50))}
	}
	return nil
}

// url is where the call goes.
func (c *Connector) url(k *call) string {
	if strings.HasPrefix(k.path, "http") {
		return k.path
	}
	version := k.version
	if version == "" {
		version = "/v1.0"
	}
	u := c.endpoints.resource + version + k.path
	if len(k.query) > 0 {
		u += "?" + k.query.encode(k.raw)
	}
	return u
}

// answer is what came back, whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// maxAnswer bounds an answer. A page of 999 users with all properties is about 2 MiB.
const maxAnswer = 16 << 20

var errTooLarge = errors.New("the answer is larger than 16 MiB")

// decode reads the answer's JSON.
func (a *answer) decode(into any) error {
	if err := json.Unmarshal(a.body, into); err != nil {
		return &Error{Code: Other, Status: a.status, Message: fmt.Sprintf("read Graph's answer: %v", err), cause: err}
	}
	return nil
}

// do sends a call until its answer is final: one of success, or an *[Error].
func (c *Connector) do(ctx context.Context, k *call) (*answer, error) {
	c.bendCall(ctx, k)
	for t := (&try{c: c, call: k, number: 1}); ; t.number++ {
		c.once(ctx, t)
		v := c.bendVerdict(t, c.judge(ctx, t))
		if v.done {
			return t.answer, nil
		}
		if !v.again {
			return nil, v.err
		}
		if v.signIn {
			c.tokens.drop(t.token)
		}
		if err := c.wait(ctx, k, v.wait); err != nil {
			return nil, err
		}
		if v.lost {
			t.lost = true
		}
		if v.ask && k.there != nil {
			if a, err := k.there(ctx); err != nil || a != nil {
				return a, err
			}
		}
	}
}

// once sends a call one time.
func (c *Connector) once(ctx context.Context, t *try) {
	t.answer, t.err, t.signing = nil, nil, false
	if t.token, t.err = c.token(ctx, t.call.purpose); t.err != nil {
		return
	}
	r, err := c.request(ctx, t.call, t.token)
	if err != nil {
		t.err = &Error{Code: Other, Message: c.scrub(fmt.Sprintf("%s: %v", t.call.purpose, err)), cause: err}
		return
	}
	response, err := c.client.Do(r)
	if err != nil {
		t.err = err
		return
	}
	defer response.Body.Close()
	a := &answer{status: response.StatusCode, header: response.Header}
	a.body, t.err = io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case t.err != nil:
	case len(a.body) > maxAnswer:
		t.err = &Error{Code: Other, Status: a.status, Message: t.call.purpose + ": " + errTooLarge.Error(), cause: errTooLarge}
	case a.status < 300 && len(a.body) > 0 && !json.Valid(a.body):
		t.err = fmt.Errorf("the answer breaks off: %w", io.ErrUnexpectedEOF)
	default:
		t.answer = a
	}
}

// request makes the HTTP request of a call.
func (c *Connector) request(ctx context.Context, k *call, token string) (*http.Request, error) {
	var body io.Reader
	if k.body != nil {
		data, err := json.Marshal(k.body)
		if err != nil {
			return nil, fmt.Errorf("write body: %w", err)
		}
		body = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, k.method, c.url(k), body)
	if err != nil {
		return nil, err
	}
	maps.Copy(r.Header, k.header)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "rehearse-refconnector/1")
	r.Header.Set("Authorization", "Bearer "+token)
	return r, nil
}
