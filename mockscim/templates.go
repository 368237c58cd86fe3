package mockscim

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

// The templates of jobs that provision to a SCIM endpoint: that of today, and the one before 2018, whose name scripts still give.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
const (
	scimTemplate       = "scim"
	customappsso       = "customappsso"
	onboardingTemplate = "isvonboarding"
)

// templateIDs are the templates every application offers, the default first. It is never written.
var templateIDs = []string{scimTemplate, customappsso, onboardingTemplate}

// Templates returns the templates of an application; none unless it was made from one of the gallery, see [WithAnyApplication].
// Source: learn.microsoft.com/graph/api/synchronization-synchronization-list-templates.
func (s *Service) Templates(_ context.Context, principal string) ([]synchronization.Template, error) {
	from, provisioned := s.gallery(principal)
	if !provisioned {
		return nil, nil
	}
	all := make([]synchronization.Template, 0, len(templateIDs))
	for _, id := range templateIDs {
		all = append(all, synchronization.Template{
			ID: id, ApplicationID: from, Default: id == scimTemplate, FactoryTag: id, Discoverable: true, Description: "SCIM 2.0 endpoint of a non-gallery application",
		})
	}
	return all, nil
}

// Template returns one template with the schema that jobs made of it begin with.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationtemplate-get.
func (s *Service) Template(ctx context.Context, principal, id string) (synchronization.Template, error) {
	all, err := s.Templates(ctx, principal)
	if err != nil {
		return synchronization.Template{}, err
	}
	for _, t := range all {
		if strings.EqualFold(t.ID, id) {
			schema := defaultSchema(principal, t.ID)
			t.Schema = &schema
			return t, nil
		}
	}
	return synchronization.Template{}, synchronization.Refuse(synchronization.NotFound, "ResourceNotFound", "The application has no synchronization template %q.", shortened(id))
}

// gallery is the template of the gallery an application was made from, and whether it can be provisioned.
func (s *Service) gallery(principal string) (from string, provisioned bool) {
	o, ok := s.dir.Snapshot().Object(principal)
	if !ok {
		return "", false
	}
	from = o.String("applicationTemplateId")
	return from, from != "" || s.any
}

// defaultSchema is what a job or template begins with. Its ids follow from the name, so that it is the same each time it is read.
func defaultSchema(principal, name string) synchronization.Schema {
	n := 0
	schema := mapping.DefaultSchema(func() string {
		n++
		return uuid.NewSHA1(uuid.NameSpaceURL, []byte(principal+" "+name+" "+strings.Repeat(".", n))).String()
	})
	schema.ID = name
	for i := range schema.Directories {
		if d := &schema.Directories[i]; d.Name == mapping.TargetDirectory {
			d.Discoverabilities = "AttributeNames"
		}
	}
	return schema
}
