package provisioning

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

// WithSchema sets what the job runs: the schema of a job as Graph shows it, with the attributes of both directories and the mappings of users
// and groups. [mapping.DefaultSchema] by default. It takes the place of what [WithUserMapping] and [WithGroupMapping] said before; after it, they
// replace the mapping they name. Its id becomes the job's.
//
// A schema that cannot be run is refused as a whole: the error wraps [mapping.Problems], which lists everything that is wrong, which besides what
// [mapping.Environment.CompileSchema] finds is a second enabled mapping of users or of groups, enabled mappings of other objects, and filters by
// container or group, which are not built.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationschema.
func WithSchema(schema synchronization.Schema) Option {
	return func(s *settings) { s.schema, s.users, s.groups = &schema, nil, nil }
}

// WithEnvironment sets what expressions and scoping filters ask beside the object. Where it has no clock, expressions have the job's; where it
// has no default domain, they have that of the tenant when the job was made or configured.
func WithEnvironment(env mapping.Environment) Option { return func(s *settings) { s.env = env } }

// WithChoices decides what the documentation of expressions and scoping filters leaves open; see [mapping.Choices] for the defaults.
func WithChoices(c mapping.Choices) Option { return func(s *settings) { s.env.Choices = c } }

// Schema returns the schema the job runs. The caller does not change it.
func (j *Job) Schema() synchronization.Schema {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.compiled.Schema()
}

// effective is the schema of a job with an id, in which single mappings may be replaced.
func (s *settings) effective(job string) synchronization.Schema {
	var schema synchronization.Schema
	if s.schema != nil {
		schema = *s.schema
	} else {
		part := 0
		schema = mapping.DefaultSchema(func() string {
			part++
			return uuid.NewSHA1(uuid.NameSpaceURL, []byte(job+" "+schemaParts[part%len(schemaParts)])).String()
		})
	}
	schema.ID = job
	for _, m := range []*synchronization.ObjectMapping{s.users, s.groups} {
		if m != nil {
			schema = replaceMapping(schema, *m)
		}
	}
	return schema
}

// schemaParts tell the ids of a default schema apart.
var schemaParts = [...]string{"rule", sourceSystem, targetSystem}

// replaceMapping returns a schema with another mapping of one kind of object. One that is switched off and has no rows switches the schema's
// off. Attributes that the schema does not have are added to it as text: who writes a mapping in Go need not write definitions.
func replaceMapping(schema synchronization.Schema, m synchronization.ObjectMapping) synchronization.Schema {
	schema.SynchronizationRules = slices.Clone(schema.SynchronizationRules)
	for i := range schema.SynchronizationRules {
		rule := &schema.SynchronizationRules[i]
		at := slices.IndexFunc(rule.ObjectMappings, func(o synchronization.ObjectMapping) bool {
			return strings.EqualFold(o.SourceObjectName, m.SourceObjectName)
		})
		if at < 0 && i < len(schema.SynchronizationRules)-1 {
			continue // another rule may have it
		}
		rule.ObjectMappings = slices.Clone(rule.ObjectMappings)
		switch {
		case at < 0:
			rule.ObjectMappings = append(rule.ObjectMappings, m)
		case !m.Enabled && len(m.AttributeMappings) == 0:
			rule.ObjectMappings[at].Enabled = false
			return schema
		default:
			if m.TargetObjectName == "" {
				m.TargetObjectName = rule.ObjectMappings[at].TargetObjectName
			}
			rule.ObjectMappings[at] = m
		}
		schema.Directories = slices.Clone(schema.Directories)
		define(schema.Directories, rule.SourceDirectoryName, m.SourceObjectName, sourcesOf(m))
		define(schema.Directories, rule.TargetDirectoryName, m.TargetObjectName, targetsOf(m))
		return schema
	}
	return schema
}

func sourcesOf(m synchronization.ObjectMapping) (names []string) {
	for _, row := range m.AttributeMappings {
		if e, err := mapping.FromSource(row.Source); err == nil {
			names = append(names, e.Attributes()...)
		}
	}
	for _, groups := range [][]synchronization.FilterGroup{m.Scope.Groups, m.Scope.InputFilterGroups} {
		for _, g := range groups {
			for _, c := range g.Clauses {
				names = append(names, c.SourceOperandName)
			}
		}
	}
	return names
}

func targetsOf(m synchronization.ObjectMapping) (names []string) {
	for _, row := range m.AttributeMappings {
		names = append(names, row.TargetAttributeName)
	}
	return names
}

// define adds to one object of a directory the attributes it lacks. A directory that is not there, or knows no objects, is not checked either.
func define(all []synchronization.DirectoryDefinition, directoryName, objectName string, names []string) {
	at := slices.IndexFunc(all, func(d synchronization.DirectoryDefinition) bool { return d.Name == directoryName })
	if at < 0 || len(all[at].Objects) == 0 || objectName == "" {
		return
	}
	objects := slices.Clone(all[at].Objects)
	all[at].Objects = objects
	i := slices.IndexFunc(objects, func(o synchronization.ObjectDefinition) bool { return strings.EqualFold(o.Name, objectName) })
	if i < 0 {
		objects = append(objects, synchronization.ObjectDefinition{Name: objectName}) // any attribute
		all[at].Objects = objects
		return
	}
	if len(objects[i].Attributes) == 0 {
		return
	}
	known := map[string]bool{"": true}
	for _, a := range objects[i].Attributes {
		known[strings.ToLower(a.Name)] = true
	}
	attributes := slices.Clone(objects[i].Attributes)
	for _, name := range names {
		if !known[strings.ToLower(name)] {
			known[strings.ToLower(name)] = true
			attributes = append(attributes, synchronization.AttributeDefinition{
				Name: name, Type: synchronization.TypeString, Mutability: synchronization.ReadWrite,
			})
		}
	}
	objects[i].Attributes = attributes
}

// environment is what expressions ask, completed by what the job knows.
func (s *settings) environment(snap *directory.Snapshot) mapping.Environment {
	env := s.env
	if env.Clock == nil {
		env.Clock = s.clock
	}
	if env.DefaultDomain == "" {
		for _, d := range snap.VerifiedDomains() {
			if d.IsDefault {
				env.DefaultDomain = d.Name
			}
		}
	}
	return env
}
