package synchronization_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// shapes names each documented JSON shape and the type that stands for it.
var shapes = map[string]func() any{
	"attribute-mapping":           func() any { return new(synchronization.AttributeMapping) },
	"job":                         func() any { return new(synchronization.Job) },
	"new-job":                     func() any { return new(synchronization.Job) },
	"schema":                      func() any { return new(synchronization.Schema) },
	"provisioning-object-summary": func() any { return new(synchronization.ProvisioningObjectSummary) },
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGivenADocumentedShapeWhenReadAndWrittenThenEveryMemberSurvives(t *testing.T) {
	for name, zero := range shapes {
		t.Run(name, func(t *testing.T) {
			golden, value := read(t, name), zero()
			decoder := json.NewDecoder(bytes.NewReader(golden))
			decoder.DisallowUnknownFields() // a member we do not model would be lost in silence
			if err := decoder.Decode(value); err != nil {
				t.Fatal(err)
			}
			written, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(generic(t, golden), generic(t, written)); diff != "" {
				t.Errorf("the JSON changed (-documented +ours):\n%s", diff)
			}
		})
	}
}

func generic(t *testing.T, data []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestGivenANewJobThenItLooksAsGraphAnswersItsCreation(t *testing.T) {
	written, err := json.Marshal(synchronization.NewJob("scim.1.2", "scim"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(generic(t, read(t, "new-job")), generic(t, written)); diff != "" {
		t.Error(diff)
	}
}

func TestGivenAHandMadeLogEntryThenItIsWrittenAsDocumented(t *testing.T) {
	entry := synchronization.ProvisioningObjectSummary{
		ID: "0c532ff9-0000-4000-8000-000000000004", ActivityDateTime: time.Date(2026, 1, 12, 21, 2, 33, 0, time.UTC),
		TenantID: "t1", JobID: "scim.1.2", CycleID: "c1", ChangeID: "h1",
		ProvisioningAction: synchronization.ActionCreate, DurationInMilliseconds: 1822,
		InitiatedBy:      synchronization.Initiator{DisplayName: "Azure AD Provisioning Service", InitiatorType: synchronization.InitiatorSystem},
		ServicePrincipal: synchronization.ProvisioningServicePrincipal{ID: "sp1", DisplayName: "Acme SCIM"},
		SourceSystem:     synchronization.ProvisioningSystem{ID: "s1", DisplayName: "Azure Active Directory"},
		TargetSystem: synchronization.ProvisioningSystem{ID: "s2", DisplayName: "customappsso", Details: synchronization.Details{
			"ApplicationId": "a1", "ServicePrincipalId": "sp1", "ServicePrincipalDisplayName": "Acme SCIM",
		}},
		SourceIdentity: synchronization.ProvisionedIdentity{ID: "g1", DisplayName: "Team Red", IdentityType: "Group", Details: synchronization.Details{
			"id": "g1", "odatatype": "Group", "displayName": "Team Red",
		}},
		TargetIdentity: synchronization.ProvisionedIdentity{IdentityType: "Group"},
		ProvisioningStatusInfo: synchronization.ProvisioningStatusInfo{
			Status: synchronization.StatusFailure,
			ErrorInformation: &synchronization.ErrorInformation{
				ErrorCode: "SystemForCrossDomainIdentityManagementServiceIncompatible", Reason: "StatusCode: BadRequest",
				ErrorCategory: synchronization.CategoryFailure, RecommendedAction: "https://example.com/codes",
			},
		},
		ProvisioningSteps: []synchronization.ProvisioningStep{
			{Name: "EntryImportAdd", ProvisioningStepType: synchronization.StepImport, Status: synchronization.StatusSuccess, Description: "Received Group 'Team Red'"},
			{Name: "EntrySynchronizationAdd", ProvisioningStepType: synchronization.StepMatching, Status: synchronization.StatusSuccess, Description: "Group 'Team Red' will be created"},
			{
				Name: "EntryExportAdd", ProvisioningStepType: synchronization.StepExport, Status: synchronization.StatusFailure, Description: "Failed to create Group 'Team Red'",
				Details: synchronization.Details{"ReportableIdentifier": "Team Red"},
			},
		},
		ModifiedProperties: []synchronization.ModifiedProperty{{DisplayName: "displayName", NewValue: "Team Red"}},
	}
	written, err := json.Marshal(entry)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(generic(t, read(t, "provisioning-object-summary")), generic(t, written)); diff != "" {
		t.Error(diff)
	}
}

func TestGivenAnEmptyMappingThenDefaultsAndEmptyCollectionsAreWritten(t *testing.T) {
	written, err := json.Marshal(synchronization.ObjectMapping{AttributeMappings: []synchronization.AttributeMapping{{}}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name":"","enabled":false,"flowTypes":"None","sourceObjectName":"","targetObjectName":"",
		"scope":{"groups":[],"inputFilterGroups":[],"categoryFilterGroups":[]},"metadata":[],
		"attributeMappings":[{"attributeMappingId":null,"targetAttributeName":"","matchingPriority":0,"flowType":"Always",
		"flowBehavior":"FlowWhenChanged","defaultValue":null,"exportMissingReferences":false,
		"source":{"expression":"","name":"","parameters":[],"type":""}}]}`
	if diff := cmp.Diff(generic(t, []byte(want)), generic(t, written)); diff != "" {
		t.Error(diff)
	}
}
