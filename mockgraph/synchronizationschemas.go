package mockgraph

import (
	"net/http"
	"slices"

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

func knownSecrets(secrets []synchronization.Secret) bool {
	return !slices.ContainsFunc(secrets, func(s synchronization.Secret) bool { return !synchronization.IsSecretKey(s.Key) })
}
