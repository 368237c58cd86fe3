package driver

import (
	"path/filepath"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// Environment is what to set in a POSIX shell before a connector is started there, so that it reaches the tenant of a configuration under Microsoft's
// names, and what to fill in for it, as comments. Those who read the variables of the Azure SDKs need nothing else.
// Source: learn.microsoft.com/dotnet/api/azure.identity.environmentcredential.
func Environment(c connector.Configuration) string {
	rows := [][2]string{
		{"tenant id", c.TenantID}, {"tenant domain", c.TenantDomain}, {"client id", c.ClientID}, {"client secret", c.ClientSecret},
		{"authority", c.Authority}, {"resource URI", c.ResourceURI}, {"redirect URI", c.RedirectURI}, {"base password", c.BasePassword}, {"base user name", c.BaseUserName},
	}
	if c.Origin != "" {
		rows = append(rows, [2]string{"without the proxy", c.Origin})
	}
	var b strings.Builder
	b.WriteString("# The connector's configuration:\n")
	for _, r := range rows {
		b.WriteString("#   " + r[0] + strings.Repeat(" ", max(20-len(r[0]), 1)) + r[1] + "\n")
	}
	variables := []impersonate.Variable{
		{Name: "AZURE_TENANT_ID", Value: c.TenantID, Client: "the Azure SDKs"},
		{Name: "AZURE_CLIENT_ID", Value: c.ClientID, Client: "the Azure SDKs"},
		{Name: "AZURE_CLIENT_SECRET", Value: c.ClientSecret, Client: "the Azure SDKs"},
	}
	if c.Proxy != "" {
		variables = append(variables, impersonate.Environment(c.Proxy, c.CAFile, filepath.Join(filepath.Dir(c.CAFile), impersonate.BundleFile))...)
	}
	b.WriteString(impersonate.Shell(variables))
	return b.String()
}
