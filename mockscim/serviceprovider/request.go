package serviceprovider

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// verb is what a request asks for, once its route and method are known.
type verb int

const (
	verbNone verb = iota // nothing this endpoint does
	verbDiscover
	verbList
	verbGet
	verbCreate
	verbReplace
	verbPatch
	verbDelete
	verbBulk
)

// request is one request on its way through the endpoint.
type request struct {
	*http.Request

	endpoint *Endpoint
	kind     *kind // nil for discovery and unknown routes
	verb     verb
	id       string
	query    url.Values
	queryErr error
	filter   scim.Expr // of a list, once parsed; nil when there is none
	garbled  bool      // the body of a POST or PUT is no JSON object

	written       []scim.Operation // of a PATCH, as they were sent; kept for faults only
	ops           []scim.Operation // of a PATCH, as they were applied, one for each path; kept for faults only
	before, after *record          // of a write that found its resource
	saved         scim.Resource    // of after, until it is shown
}

// view is the resource of a record, to be changed by the caller: the one just saved is there already.
func (q *request) view(r *record) scim.Resource {
	if saved := q.saved; saved != nil && r == q.after {
		q.saved = nil
		return saved
	}
	return r.resource()
}

// on says whether the request does one of the verbs on resources of that name.
func (q *request) on(kind string, verbs ...verb) bool {
	if q.kind == nil || q.kind.name != kind {
		return false
	}
	return len(verbs) == 0 || slices.Contains(verbs, q.verb)
}

// base is the URL resources live under, without a trailing slash, as the client addressed it.
func (q *request) base() string {
	scheme := "http"
	if q.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + q.Host + q.endpoint.settings.prefix
}

func (q *request) location(k *kind, id string) string {
	return q.base() + k.path + "/" + url.PathEscape(id)
}

// names is a comma-separated query parameter such as attributes.
func (q *request) names(parameter string) []string {
	var names []string
	for _, list := range q.query[parameter] {
		for name := range strings.SplitSeq(list, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// number is an integer query parameter. One that no int can hold is the nearest that one can.
func (q *request) number(parameter string, fallback int) (int, error) {
	text := q.query.Get(parameter)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "%s %q is not an integer", parameter, text)
	}
	return n, nil
}

// readQuery reports a query string that cannot be decoded: leaving out a bad pair would turn a filter into none.
func (q *request) readQuery() error {
	if q.queryErr != nil {
		return scim.Errorf(http.StatusBadRequest, scim.InvalidSyntax, "the query string cannot be decoded: %v", q.queryErr)
	}
	return q.strictQuery()
}

// maxTrusted is up to which Content-Length memory is made ready before the body has come.
const maxTrusted = 16 << 10

// readBody is the JSON text of a write, bounded in size, after a look at its media type and coding. A missing Content-Type is
// let pass. Bytes that are not UTF-8 (RFC 8259 §8.1) are refused: to store something else than was sent is worse.
func (q *request) readBody() ([]byte, error) { return q.readUpTo(q.endpoint.settings.limits.MaxBody) }

// readUpTo is readBody with a bound of its own.
func (q *request) readUpTo(limit int64) ([]byte, error) { return q.readInto(&bytes.Buffer{}, limit) }

// readInto is readUpTo with a buffer of the caller's, which holds the text.
func (q *request) readInto(body *bytes.Buffer, limit int64) ([]byte, error) {
	if header := q.Header.Get("Content-Type"); header != "" && header != mediaType && header != mediaType+"; charset=utf-8" {
		mediaType, _, err := mime.ParseMediaType(header)
		if err != nil || mediaType != "application/scim+json" && mediaType != "application/json" {
			return nil, scim.Errorf(http.StatusUnsupportedMediaType, "",
				"content type %q is not supported: send application/scim+json", header)
		}
	}
	body.Grow(int(min(max(q.ContentLength, 0), maxTrusted)) + bytes.MinRead)
	_, err := body.ReadFrom(http.MaxBytesReader(nil, q.Body, limit))
	data := body.Bytes()
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, scim.Errorf(http.StatusRequestEntityTooLarge, "", "the body is larger than %d bytes", limit)
	}
	if err != nil {
		return nil, scim.Errorf(http.StatusBadRequest, scim.InvalidSyntax, "the body ends early: %v", err)
	}
	if !utf8.Valid(data) {
		return nil, scim.Errorf(http.StatusBadRequest, scim.InvalidSyntax, "the body is not UTF-8")
	}
	return data, q.endpoint.bendBody(q, data)
}

// notFound is the answer for an id nothing has.
func (q *request) notFound() *answer {
	return refuse(scim.Errorf(http.StatusNotFound, "", "%s %q does not exist", q.kind.name, q.id))
}

// asError turns an error of the scim package into the SCIM error to answer with.
func asError(err error, scimType string) *scim.Error {
	if e := (*scim.Error)(nil); errors.As(err, &e) {
		return e
	}
	return scim.Errorf(http.StatusBadRequest, scimType, "%s", fmt.Sprint(err))
}
