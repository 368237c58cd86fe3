package mockgraph

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// maxBinds is how many relations one request may add. Source: learn.microsoft.com/graph/api/group-post-members.
const maxBinds = 20

// bindIDs reads the value of a member such as members@odata.bind: one address or a list of them.
func bindIDs(navigation string, raw json.RawMessage) ([]string, error) {
	var addresses []string
	if json.Unmarshal(raw, &addresses) != nil || addresses == nil {
		var one string
		if json.Unmarshal(raw, &one) != nil { // null reads as "", which is no address
			return nil, badReference(navigation)
		}
		addresses = []string{one}
	}
	if len(addresses) > maxBinds {
		return nil, &directory.Error{
			Code: directory.CodeBadRequest, Target: navigation,
			Message: "The request to bind objects through navigation property '" + navigation + "' exceeds the limit of 20 in one request.",
		}
	}
	ids := make([]string, 0, len(addresses))
	for _, address := range addresses {
		id, ok := referenceID(address)
		if !ok {
			return nil, badReference(navigation)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func badReference(navigation string) error {
	return &directory.Error{
		Code: directory.CodeUnsupported, Target: navigation,
		Message: "Unsupported referenced-object resource identifier for link property '" + navigation + "'.",
	}
}

// referenceSets are the entity sets an address of a reference may name. The set is not held against the object's type.
var referenceSets = map[string]bool{
	"directoryobjects": true, "users": true, "groups": true, "serviceprincipals": true, "devices": true, "applications": true, "administrativeunits": true, "contacts": true,
}

// referenceID returns the id an @odata.id names: an address of any host and version, or a relative one; only the last two segments
// count. Source: learn.microsoft.com/graph/api/group-post-members; clients of national clouds send foreign hosts.
func referenceID(address string) (string, bool) {
	if len(address) > maxPath {
		return "", false
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	var segments []string
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment != "" {
			segments = appendSegment(segments, segment, nil)
		}
	}
	if n := len(segments); n > 0 && strings.HasPrefix(segments[n-1], "Microsoft.DirectoryServices.") { // the form answers carry
		segments = segments[:n-1]
	}
	n := len(segments)
	if n < 2 || !referenceSets[strings.ToLower(segments[n-2])] || !isGUID(segments[n-1]) {
		return "", false
	}
	return strings.ToLower(segments[n-1]), true
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
			continue
		}
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// reference reads the body of a $ref request and returns the id it names.
func (c *call) reference(navigation string) (string, error) {
	members, err := c.members()
	if err != nil {
		return "", err
	}
	raw, given := members["@odata.id"]
	if !given {
		return "", refuse(http.StatusBadRequest, codeBadRequest, "The required '@odata.id' annotation is missing from the request body.")
	}
	var address string
	if json.Unmarshal(raw, &address) != nil {
		return "", badReference(navigation)
	}
	id, ok := referenceID(address)
	if !ok {
		return "", badReference(navigation)
	}
	return id, c.met(id)
}
