package provisioning

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// WriteJSON writes entries of a provisioning log as a JSON array of Graph's provisioningObjectSummary, one entry a line.
// Source: learn.microsoft.com/graph/api/resources/provisioningobjectsummary.
func WriteJSON(w io.Writer, log []synchronization.ProvisioningObjectSummary) error {
	before := "[\n"
	for _, e := range log {
		data, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("write provisioning log: %w", err)
		}
		if _, err := io.WriteString(w, before+string(data)); err != nil {
			return fmt.Errorf("write provisioning log: %w", err)
		}
		before = ",\n"
	}
	if len(log) == 0 {
		before = "["
	} else {
		before = "\n"
	}
	if _, err := io.WriteString(w, before+"]\n"); err != nil {
		return fmt.Errorf("write provisioning log: %w", err)
	}
	return nil
}

// columns of the CSV form, whose names are those of Graph's members. The portal's own download differs in its headings, which are not
// documented.
var columns = []struct {
	name string
	cell func(synchronization.ProvisioningObjectSummary) string
}{
	{"id", func(e synchronization.ProvisioningObjectSummary) string { return e.ID }},
	{"activityDateTime", func(e synchronization.ProvisioningObjectSummary) string {
		return e.ActivityDateTime.UTC().Format(time.RFC3339Nano)
	}},
	{"provisioningAction", func(e synchronization.ProvisioningObjectSummary) string { return string(e.ProvisioningAction) }},
	{"status", func(e synchronization.ProvisioningObjectSummary) string {
		return string(e.ProvisioningStatusInfo.Status)
	}},
	{"errorCode", func(e synchronization.ProvisioningObjectSummary) string { return information(e).ErrorCode }},
	{"reason", func(e synchronization.ProvisioningObjectSummary) string { return information(e).Reason }},
	{"identityType", func(e synchronization.ProvisioningObjectSummary) string { return e.SourceIdentity.IdentityType }},
	{"sourceId", func(e synchronization.ProvisioningObjectSummary) string { return e.SourceIdentity.ID }},
	{"sourceDisplayName", func(e synchronization.ProvisioningObjectSummary) string { return e.SourceIdentity.DisplayName }},
	{"targetId", func(e synchronization.ProvisioningObjectSummary) string { return e.TargetIdentity.ID }},
	{"targetDisplayName", func(e synchronization.ProvisioningObjectSummary) string { return e.TargetIdentity.DisplayName }},
	{"servicePrincipal", func(e synchronization.ProvisioningObjectSummary) string { return e.ServicePrincipal.DisplayName }},
	{"durationInMilliseconds", func(e synchronization.ProvisioningObjectSummary) string {
		return strconv.Itoa(e.DurationInMilliseconds)
	}},
	{"jobId", func(e synchronization.ProvisioningObjectSummary) string { return e.JobID }},
	{"cycleId", func(e synchronization.ProvisioningObjectSummary) string { return e.CycleID }},
	{"changeId", func(e synchronization.ProvisioningObjectSummary) string { return e.ChangeID }},
	{"modifiedProperties", modifiedCell},
}

func information(e synchronization.ProvisioningObjectSummary) synchronization.ErrorInformation {
	if info := e.ProvisioningStatusInfo.ErrorInformation; info != nil {
		return *info
	}
	return synchronization.ErrorInformation{}
}

// modifiedCell is the changes as Graph's JSON: values may hold any separator.
func modifiedCell(e synchronization.ProvisioningObjectSummary) string {
	data, err := json.Marshal(e.ModifiedProperties)
	if err != nil {
		return ""
	}
	return string(data)
}

// WriteCSV writes entries of a provisioning log as CSV (RFC 4180) with a heading. A cell that a spreadsheet would take for a formula begins with
// an apostrophe: names come from people.
func WriteCSV(w io.Writer, log []synchronization.ProvisioningObjectSummary) error {
	out := csv.NewWriter(w)
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.name
	}
	if err := out.Write(row); err != nil {
		return fmt.Errorf("write provisioning log: %w", err)
	}
	for _, e := range log {
		for i, c := range columns {
			row[i] = c.cell(e)
			if row[i] != "" && strings.ContainsRune("=+-@\t\r", rune(row[i][0])) {
				row[i] = "'" + row[i]
			}
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("write provisioning log: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write provisioning log: %w", err)
	}
	return nil
}
