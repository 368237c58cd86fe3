package serviceprovider

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// bulk answers POST to /Bulk (RFC 7644 §3.7): each operation is done as the request of its own that it stands for. One that refers to
// what a later one creates waits for it; of operations that refer to each other in a circle the first POST is done without
// the references and completed afterwards. The results are in the order of the operations.
func (e *Endpoint) bulk(q *request) *answer {
	data, err := q.readUpTo(e.settings.limits.MaxBulkPayload)
	if err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	body, err := scim.DecodeBulk(data, e.settings.limits.MaxBulkOperations)
	if err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	e.bendBulk(q, &body)
	return reply(http.StatusOK, newBulkJob(e, q, body).run())
}

// bulkStep is an operation of a bulk request on its way.
type bulkStep struct {
	scim.BulkOperation

	number     int
	references []string // bulkIds it needs
	result     *scim.BulkResult
	half       bool // a POST that was done without what it refers to
}

// bulkJob is one bulk request under way.
type bulkJob struct {
	endpoint *Endpoint
	request  *request
	limit    int // errors that end it; 0 for none
	steps    []*bulkStep
	makers   map[string]*bulkStep // POST operations by bulkId
	ids      map[string]string    // what they made, by bulkId
	errors   int
}

func newBulkJob(e *Endpoint, q *request, body scim.BulkRequest) *bulkJob {
	job := &bulkJob{endpoint: e, request: q, limit: body.FailOnErrors, makers: map[string]*bulkStep{}, ids: map[string]string{}}
	for i, op := range body.Operations {
		op.Method = strings.ToUpper(op.Method)
		step := &bulkStep{BulkOperation: op, number: i, references: bulkReferences(op.Path, op.Data)}
		job.steps = append(job.steps, step)
		if op.Method == http.MethodPost && op.BulkID != "" && job.makers[op.BulkID] == nil {
			job.makers[op.BulkID] = step
		}
	}
	return job
}

// run does the operations until all are done or there were too many errors.
func (job *bulkJob) run() *scim.BulkResponse {
	waiting := slices.Clone(job.steps)
	for len(waiting) > 0 && !job.over() {
		before := len(waiting)
		waiting = slices.DeleteFunc(waiting, job.try)
		if len(waiting) < before || job.over() {
			continue
		}
		if i := slices.IndexFunc(waiting, func(s *bulkStep) bool { return s.Method == http.MethodPost && !s.half }); i >= 0 {
			if job.begin(waiting[i]); !waiting[i].half {
				waiting = slices.Delete(waiting, i, i+1)
			}
			continue
		}
		for _, step := range waiting {
			job.fail(step, scim.Errorf(http.StatusConflict, "", "the references of the operation cannot be resolved"))
		}
		break
	}
	done := &scim.BulkResponse{Schemas: []string{scim.BulkResponseURN}, Operations: []scim.BulkResult{}}
	for _, step := range job.steps {
		if step.result != nil {
			done.Operations = append(done.Operations, *step.result)
		}
	}
	return done
}

// over says whether nothing more is to be done.
func (job *bulkJob) over() bool {
	return job.limit > 0 && job.errors >= job.limit || job.request.Context().Err() != nil
}

// try does an operation if all it refers to is there, and says whether it is settled.
func (job *bulkJob) try(step *bulkStep) (settled bool) {
	if job.over() {
		return false
	}
	if refusal := job.refuse(step); refusal != nil {
		job.fail(step, refusal)
		return true
	}
	if slices.ContainsFunc(step.references, func(id string) bool { return job.ids[id] == "" }) {
		return false
	}
	data := resolve(step.Data, job.ids, false)
	if step.half {
		job.complete(step, data)
		return true
	}
	job.do(step, data)
	return true
}

// refuse says what is wrong with an operation before it is done.
func (job *bulkJob) refuse(step *bulkStep) *scim.Error {
	switch {
	case !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, step.Method):
		return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "method is not one of POST, PUT, PATCH, DELETE")
	case step.Method == http.MethodPost && step.BulkID == "":
		return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "a POST needs a bulkId")
	case step.Method == http.MethodPost && job.makers[step.BulkID] != step:
		return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "the bulkId is that of an earlier operation")
	case step.Data == nil && step.Method != http.MethodDelete:
		return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "%s needs data", step.Method)
	}
	for _, id := range step.references {
		maker := job.makers[id]
		if maker == nil {
			return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "no POST of this request has the bulkId it refers to")
		}
		if maker.result != nil && job.ids[id] == "" {
			return scim.Errorf(http.StatusConflict, "", "the operation it refers to has failed")
		}
	}
	return nil
}

// do does an operation and keeps its result.
func (job *bulkJob) do(step *bulkStep, data any) {
	path := step.Path
	if at, id, ok := strings.Cut(path, "/"+bulkPrefix); ok {
		path = at + "/" + url.PathEscape(job.ids[id])
	}
	a, place := job.ask(step.Method, path, step.Version, data)
	result := &scim.BulkResult{Method: step.Method, BulkID: step.BulkID, Location: place, Status: strconv.Itoa(a.status)}
	result.Version = a.header.Get("ETag")
	step.result = result
	if location := a.header.Get("Location"); location != "" {
		result.Location = location
		if id, err := url.PathUnescape(location[strings.LastIndexByte(location, '/')+1:]); err == nil && step.Method == http.MethodPost {
			job.ids[step.BulkID] = id
		}
	}
	if a.status >= http.StatusBadRequest {
		job.errors++
		result.Response = a.body
	}
}

// begin makes the first of a circle without what it refers to; half says that it is to be completed.
func (job *bulkJob) begin(step *bulkStep) {
	job.do(step, resolve(unreferring(step.Data, job.ids), job.ids, false))
	step.half = job.ids[step.BulkID] != ""
}

// complete puts the references into what begin made.
func (job *bulkJob) complete(step *bulkStep, data any) {
	path := step.Path + "/" + url.PathEscape(job.ids[step.BulkID])
	a, _ := job.ask(http.MethodPut, path, "", data)
	step.result.Version = cmp.Or(a.header.Get("ETag"), step.result.Version)
	if a.status >= http.StatusBadRequest {
		job.errors++
		step.result.Status, step.result.Response = strconv.Itoa(http.StatusConflict), a.body
	}
}

func (job *bulkJob) fail(step *bulkStep, refusal *scim.Error) {
	job.errors++
	if step.half { // what it made is there
		step.result.Status, step.result.Response = strconv.Itoa(refusal.Status), refusal
		return
	}
	step.result = &scim.BulkResult{Method: step.Method, BulkID: step.BulkID, Status: strconv.Itoa(refusal.Status), Response: refusal}
	if step.Method != http.MethodPost && !strings.Contains(step.Path, bulkPrefix) {
		step.result.Location = job.request.base() + step.Path
	}
}

// ask answers the request an operation stands for; place is the URL of the resource, "" when the operation is about none yet.
func (job *bulkJob) ask(method, path, version string, data any) (a *answer, place string) {
	e := job.endpoint
	target, err := url.Parse(path)
	if err != nil || target.IsAbs() || target.Host != "" {
		return refuse(scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "path is no path below the base URL")), ""
	}
	k, id, ok := e.resource(e.settings.prefix + target.Path)
	if !ok {
		return refuse(scim.Errorf(http.StatusNotFound, "", "there is no resource at %s", target.Path)), ""
	}
	var body []byte
	if data != nil {
		if body, err = scim.AppendJSON(nil, data); err != nil {
			return refuse(scim.Errorf(http.StatusBadRequest, scim.InvalidSyntax, "%v", err)), ""
		}
	}
	r := job.request.WithContext(job.request.Context())
	r.Method, r.Body, r.ContentLength = method, io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.URL = &url.URL{Path: e.settings.prefix + target.Path, RawQuery: target.RawQuery}
	r.Header = http.Header{"Content-Type": {mediaType}, "Authorization": job.request.Header["Authorization"]}
	if version != "" {
		r.Header.Set("If-Match", version)
	}
	allowed := resourceMethods
	if id == "" {
		allowed = collectionMethods
	} else {
		place = job.request.location(k, id)
	}
	return e.respond(r, k, id, allowed), place
}
