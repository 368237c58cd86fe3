package mockgraph

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

func getSchema(c synchronizationCall) error {
	schema, err := c.service.Schema(c.r.Context(), c.principal, c.job)
	return shown(c, http.StatusOK, c.ofJob("schema/$entity"), schema, err)
}

func putSchema(c synchronizationCall) error {
	var body synchronization.Schema
	if err := c.decode(&body, false); err != nil {
		return err
	}
	return c.done(c.service.SetSchema(c.r.Context(), c.principal, c.job, body))
}

func resetSchema(c synchronizationCall) error {
	return c.done(c.service.ResetSchema(c.r.Context(), c.principal, c.job))
}

func listFilterOperators(c synchronizationCall) error {
	all, err := c.service.FilterOperators(c.r.Context(), c.principal, c.job)
	return listed(c, "filterOperators", all, err)
}

func listFunctions(c synchronizationCall) error {
	all, err := c.service.Functions(c.r.Context(), c.principal, c.job)
	return listed(c, "functions", all, err)
}

func parseExpression(c synchronizationCall) error {
	var body synchronization.ExpressionRequest
	if err := c.decode(&body, false); err != nil {
		return err
	}
	parsed, err := c.service.ParseExpression(c.r.Context(), c.principal, c.job, body)
	return shown(c, http.StatusOK, "microsoft.graph.parseExpressionResponse", parsed, err)
}

// listDirectories answers with the two sides of a job's schema.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationschema, relationship directories.
func listDirectories(c synchronizationCall) error {
	schema, err := c.service.Schema(c.r.Context(), c.principal, c.job)
	return listed(c, c.ofJob("schema/directories"), schema.Directories, err)
}

// getDirectory answers with one of them. Source: learn.microsoft.com/graph/api/synchronization-directorydefinition-get.
func getDirectory(c synchronizationCall) error {
	schema, err := c.service.Schema(c.r.Context(), c.principal, c.job)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(schema.Directories, func(d synchronization.DirectoryDefinition) bool {
		return strings.EqualFold(d.ID, c.vars["directory"])
	})
	if at < 0 {
		return missing(c.vars["directory"])
	}
	return shown(c, http.StatusOK, c.ofJob("schema/directories/$entity"), schema.Directories[at], nil)
}

func discover(c synchronizationCall) error {
	found, err := c.service.Discover(c.r.Context(), c.principal, c.job, c.vars["directory"])
	return shown(c, http.StatusOK, "microsoft.graph.directoryDefinition", found, err)
}

func getSecrets(c synchronizationCall) error {
	kept, err := c.service.Secrets(c.r.Context(), c.principal)
	return listed(c, c.set("secrets"), kept, err)
}

// putSecrets replaces all secrets by those in the body.
func putSecrets(c synchronizationCall) error {
	var body struct {
		Value []synchronization.Secret `json:"value"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	if body.Value == nil || !knownSecrets(body.Value) {
		return badValue("value")
	}
	return c.done(c.service.SetSecrets(c.r.Context(), c.principal, body.Value))
}

func acquireAccessToken(c synchronizationCall) error {
	var body struct {
		Credentials []synchronization.Secret `json:"credentials"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	if !knownSecrets(body.Credentials) {
		return badValue("credentials")
	}
	return c.done(c.service.AcquireAccessToken(c.r.Context(), c.principal, body.Credentials))
}

// ofTemplate serves for the schema of a template what the schema of a job has too.
func ofTemplate(serve func(c synchronizationCall) error) func(c synchronizationCall) error {
	return func(c synchronizationCall) error {
		if _, err := c.service.Template(c.r.Context(), c.principal, c.vars["template"]); err != nil {
			return err
		}
		return serve(c)
	}
}

// patchConnectivity changes some of the credentials, under names of their own (beta).
// Source: the validation workflows of github.com/AzureAD/SCIMReferenceCode.
func patchConnectivity(c synchronizationCall) error {
	members, err := c.members()
	if err != nil {
		return err
	}
	var parameters []synchronization.Setting
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if strings.Contains(name, "@odata.") {
			continue
		}
		var value string
		if !synchronization.IsConnectivityParameter(name) || json.Unmarshal(members[name], &value) != nil {
			return badValue(name)
		}
		parameters = append(parameters, synchronization.Setting{Name: name, Value: value})
	}
	return c.done(c.service.SetConnectivity(c.r.Context(), c.principal, parameters))
}

func knownSecrets(secrets []synchronization.Secret) bool {
	return !slices.ContainsFunc(secrets, func(s synchronization.Secret) bool { return !synchronization.IsSecretKey(s.Key) })
}
