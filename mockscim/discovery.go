package mockscim

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// The bounds of what is discovered: attributes of one object, and how deep they stand.
const maxDiscovered = 2000

// Discover reads the schemas of the target (RFC 7643 section 7) and adds the attributes it offers to the job's schema. What is there
// already stays as it is, and nothing is removed. The tenant's own directory is known and is answered as it stands.
// Source: learn.microsoft.com/graph/api/synchronization-directorydefinition-discover.
func (s *Service) Discover(ctx context.Context, principal, id, directory string) (synchronization.DirectoryDefinition, error) {
	var none synchronization.DirectoryDefinition
	j, err := s.find(principal, id)
	if err != nil {
		return none, err
	}
	if j.connected {
		return none, notConfigurable()
	}
	at, err := j.side(directory)
	if err != nil {
		return none, err
	}
	if at.Name != mapping.TargetDirectory {
		return at, nil
	}
	saved := s.saved(principal)
	if err := addressed(saved); err != nil {
		return none, err
	}
	client, err := s.client(saved, s.whose(principal, id))
	if err != nil {
		return none, err
	}
	defer client.Close()
	schemas, err := readSchemas(ctx, client)
	if err != nil {
		return none, err
	}
	return j.discovered(directory, schemas, s), nil
}

// side is a directory of the job's schema by its id.
func (j *job) side(id string) (synchronization.DirectoryDefinition, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, d := range j.schema.Directories {
		if strings.EqualFold(d.ID, id) {
			return d, nil
		}
	}
	return synchronization.DirectoryDefinition{}, synchronization.Refuse(synchronization.NotFound, "ResourceNotFound", "The schema of the job has no directory %q.", shortened(id))
}

func readSchemas(ctx context.Context, client *wire.Client) ([]scim.Schema, error) {
	response, err := client.Do(ctx, wire.Request{Method: http.MethodGet, Target: "/Schemas"})
	if err == nil {
		err = wire.Check(response)
	}
	if known, ok := errors.AsType[*wire.Error](err); ok {
		return nil, synchronization.Refuse(synchronization.Unavailable, known.Code, "%s", known.Message)
	}
	if err != nil {
		return nil, err
	}
	var list struct {
		Resources []scim.Schema `json:"Resources"`
	}
	if json.Unmarshal(response.Body, &list) != nil || len(list.Resources) == 0 {
		return nil, synchronization.Refuse(synchronization.Unavailable, "SystemForCrossDomainIdentityManagementServiceIncompatible", "The answer of the application to GET /Schemas is no list of schemas.")
	}
	return list.Resources, nil
}

// discovered adds what is new to a directory of the job's schema, and returns the directory.
func (j *job) discovered(id string, schemas []scim.Schema, s *Service) synchronization.DirectoryDefinition {
	defer s.revision.Add(1)
	j.mu.Lock()
	defer j.mu.Unlock()
	at := slices.IndexFunc(j.schema.Directories, func(d synchronization.DirectoryDefinition) bool { return strings.EqualFold(d.ID, id) })
	if at < 0 { // replaced in the meantime
		return synchronization.DirectoryDefinition{}
	}
	j.schema.Directories = slices.Clone(j.schema.Directories)
	d := &j.schema.Directories[at]
	now := s.clock.Now().UTC()
	d.DiscoveryDateTime = &now
	d.Objects = slices.Clone(d.Objects)
	for i := range d.Objects {
		o := &d.Objects[i]
		o.Attributes = slices.Clone(o.Attributes)
		for _, found := range offered(schemas, strings.HasSuffix(o.Name, ":Group")) {
			known := slices.ContainsFunc(o.Attributes, func(a synchronization.AttributeDefinition) bool { return strings.EqualFold(a.Name, found.Name) })
			if !known && len(o.Attributes) < maxDiscovered {
				o.Attributes = append(o.Attributes, found)
			}
		}
	}
	return *d
}

// The schemas whose attributes have no URN before their names.
const (
	coreUser  = "urn:ietf:params:scim:schemas:core:2.0:User"
	coreGroup = "urn:ietf:params:scim:schemas:core:2.0:Group"
)

// offered are the attributes of users or groups under the names of the mapping editor: sub-attributes of a complex one behind a dot, those of
// a list by each of its canonical types, those of an extension behind its URN.
func offered(schemas []scim.Schema, groups bool) []synchronization.AttributeDefinition {
	var all []synchronization.AttributeDefinition
	for _, schema := range schemas {
		prefix := ""
		switch {
		case schema.ID == coreUser && !groups, schema.ID == coreGroup && groups:
		case strings.HasPrefix(schema.ID, "urn:ietf:params:scim:schemas:core:"):
			continue // of other resources, and of discovery itself
		case strings.HasSuffix(schema.ID, ":Group") != groups:
			continue
		default:
			prefix = schema.ID + ":"
		}
		for _, a := range schema.Attributes {
			all = append(all, editorNames(prefix+a.Name, a)...)
			if len(all) > maxDiscovered {
				return all[:maxDiscovered]
			}
		}
	}
	return all
}

func editorNames(name string, a scim.Attribute) []synchronization.AttributeDefinition {
	if a.Type != scim.ComplexType || len(a.SubAttributes) == 0 {
		return []synchronization.AttributeDefinition{definition(name, a)}
	}
	var all []synchronization.AttributeDefinition
	if !a.MultiValued {
		for _, sub := range a.SubAttributes {
			all = append(all, definition(name+"."+sub.Name, sub))
		}
		return all
	}
	kind, typed := a.Sub("type")
	if !typed || len(kind.CanonicalValues) == 0 {
		return []synchronization.AttributeDefinition{definition(name, a)}
	}
	for _, value := range kind.CanonicalValues {
		for _, sub := range a.SubAttributes {
			if sub.Name != "type" && sub.Name != "$ref" && !strings.ContainsAny(value, `"\`) {
				all = append(all, definition(name+`[type eq "`+value+`"].`+sub.Name, sub))
			}
		}
	}
	return all
}

// graphTypes are Graph's types for those of SCIM; a text for what is missing. It is never written.
var graphTypes = map[scim.AttributeType]synchronization.AttributeType{
	scim.BooleanType: synchronization.TypeBoolean, scim.IntegerType: synchronization.TypeInteger, scim.DateTimeType: synchronization.TypeDateTime,
	scim.BinaryType: synchronization.TypeBinary,
}

// graphMutabilities are Graph's words for those of SCIM. It is never written.
var graphMutabilities = map[scim.AttributeMutability]synchronization.Mutability{
	scim.ReadOnly: synchronization.ReadOnly, scim.Immutable: synchronization.Immutable, scim.WriteOnly: synchronization.WriteOnly,
}

func definition(name string, a scim.Attribute) synchronization.AttributeDefinition {
	d := synchronization.AttributeDefinition{
		Name: name, Type: synchronization.TypeString, Mutability: synchronization.ReadWrite, CaseExact: a.CaseExact, Required: a.Required, Multivalued: a.MultiValued,
	}
	if kind, ok := graphTypes[a.Type]; ok {
		d.Type = kind
	}
	if may, ok := graphMutabilities[a.Mutability]; ok {
		d.Mutability = may
	}
	return d
}
