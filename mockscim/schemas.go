package mockscim

import (
	"context"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

// Schema returns the mappings of a job and the attributes of both sides.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-get.
func (s *Service) Schema(_ context.Context, principal, id string) (synchronization.Schema, error) {
	j, err := s.find(principal, id)
	if err != nil {
		return synchronization.Schema{}, err
	}
	if j.connected {
		return j.Schema(), nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.schema, nil
}

// SetSchema replaces the schema of a job: the next cycle is due at once and looks at everything again. One that is not valid is refused
// with everything that is wrong and where it stands; the old one stays.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-update.
func (s *Service) SetSchema(ctx context.Context, principal, id string, schema synchronization.Schema) error {
	j, err := s.find(principal, id)
	if err != nil {
		return err
	}
	if j.connected {
		return notConfigurable()
	}
	j.mu.Lock()
	c := configuration{schema: schema, settings: j.settings, secrets: s.saved(principal)}
	j.mu.Unlock()
	tried, err := s.engine(principal, c)
	if err != nil {
		return err
	}
	tried.Close()
	schema.ID = j.ID()
	j.setSchema(schema)
	s.change(ctx, j, synchronization.ResetWatermark)
	return nil
}

func (j *job) setSchema(schema synchronization.Schema) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.schema = schema
}

// notConfigurable refuses to configure through Graph what Go code has connected.
func notConfigurable() error {
	return synchronization.Refuse(synchronization.NotBuilt, "NotImplemented", "The job was connected by a program, which alone knows its mappings.")
}

// ResetSchema brings the default mappings back.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-delete.
func (s *Service) ResetSchema(ctx context.Context, principal, id string) error {
	j, err := s.find(principal, id)
	if err != nil {
		return err
	}
	return s.SetSchema(ctx, principal, id, defaultSchema(principal, j.template))
}

// FilterOperators returns the operators of scoping filters.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-filteroperators.
func (s *Service) FilterOperators(_ context.Context, principal, id string) ([]synchronization.FilterOperator, error) {
	if err := s.known(principal, id); err != nil {
		return nil, err
	}
	return mapping.FilterOperators(), nil
}

// Functions returns the functions of the expression language.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-functions.
func (s *Service) Functions(_ context.Context, principal, id string) ([]synchronization.FunctionSchema, error) {
	if err := s.known(principal, id); err != nil {
		return nil, err
	}
	return mapping.FunctionSchemas(), nil
}

// ParseExpression parses an expression and tries it on the object given, if there is one.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-parseexpression.
func (s *Service) ParseExpression(_ context.Context, principal, id string, r synchronization.ExpressionRequest) (synchronization.ExpressionResponse, error) {
	if err := s.known(principal, id); err != nil {
		return synchronization.ExpressionResponse{}, err
	}
	env := mapping.Environment{Clock: s.clock}
	for _, d := range s.dir.Snapshot().VerifiedDomains() {
		if d.IsDefault {
			env.DefaultDomain = d.Name
		}
	}
	return env.Try(r), nil
}

// known refuses a job that is not there; "" is a template, which the caller has found.
func (s *Service) known(principal, id string) error {
	if id == "" {
		return nil
	}
	_, err := s.find(principal, id)
	return err
}
