package serviceprovider

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// versionOf is the weak entity tag of a resource (RFC 7644 §3.14): each change moves its time on, so the time tells versions apart. It is
// weak, as what is derived (a user's groups) can change without it.
func versionOf(modified time.Time) string {
	var few [24]byte
	return string(append(strconv.AppendInt(append(few[:0], `W/"`...), modified.UnixMilli(), 36), '"'))
}

// tagged gives an answer the version of the resource it is about.
func (e *Endpoint) tagged(a *answer, r *record) *answer {
	if !e.settings.withoutETags {
		a.header["Etag"] = []string{versionOf(r.modified)}
	}
	return a
}

// unmodified is the 304 for a GET by someone who has this version (RFC 9110 §13.1.2); nil when there is something to send.
func (e *Endpoint) unmodified(q *request, r *record) *answer {
	asked := q.Header["If-None-Match"]
	if len(asked) == 0 || e.settings.withoutETags || !e.bendTags(q, asked, r, namesVersion(asked, r)) {
		return nil
	}
	return e.tagged(reply(http.StatusNotModified, nil), r)
}

// stale is the 412 for a write by someone who thinks of another version (RFC 7644 §3.14, RFC 9110 §13.1.1); nil lets it go on. Tags
// are compared weakly, as SCIM's versions are weak.
func (e *Endpoint) stale(q *request, r *record) *answer {
	if e.settings.withoutETags {
		return nil
	}
	wanted, unwanted := q.Header["If-Match"], q.Header["If-None-Match"]
	if len(wanted) > 0 && !e.bendTags(q, wanted, r, namesVersion(wanted, r)) || len(unwanted) > 0 && e.bendTags(q, unwanted, r, namesVersion(unwanted, r)) {
		return refuse(scim.Errorf(http.StatusPreconditionFailed, "", "%s %q is at version %s", r.kind.name, r.id, versionOf(r.modified)))
	}
	return nil
}

// namesVersion says whether a header that lists entity tags, or "*", names the version of a record. What is no tag names none.
func namesVersion(header []string, r *record) bool {
	version := strings.TrimPrefix(versionOf(r.modified), "W/")
	for _, rest := range header {
		if strings.TrimSpace(rest) == "*" {
			return true
		}
		for rest != "" {
			var tag string
			if tag, rest = cutTag(rest); tag == version {
				return true
			}
		}
	}
	return false
}

// cutTag takes the first entity tag off a list, as its quoted part (RFC 9110 §8.8.3); "" when the text there is none.
func cutTag(list string) (tag, rest string) {
	list = strings.TrimLeft(list, " \t,")
	list = strings.TrimPrefix(list, "W/")
	if !strings.HasPrefix(list, `"`) {
		_, rest, _ = strings.Cut(list, ",")
		return "", rest
	}
	end := strings.IndexByte(list[1:], '"')
	if end < 0 {
		return "", ""
	}
	return list[:end+2], list[end+2:]
}
