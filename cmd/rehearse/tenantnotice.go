package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

// notice is where everything of a running tenant is: what --ready-file holds, and people are told.
type notice struct {
	Tenant        string            `json:"tenant"` // display name
	TenantID      string            `json:"tenantId"`
	Domain        string            `json:"domain"`
	URL           string            `json:"url"` // origin of login and Graph
	Authority     string            `json:"authority"`
	GraphURL      string            `json:"graphUrl"` // with the version
	AdminURL      string            `json:"adminUrl"`
	PlainURL      string            `json:"plainUrl,omitempty"` // the origin without TLS
	ProxyURL      string            `json:"proxyUrl,omitempty"`
	ClientID      string            `json:"clientId"`
	ClientSecret  string            `json:"clientSecret"`
	Administrator string            `json:"administrator"`
	Password      string            `json:"password"`
	CAFile        string            `json:"caFile"`
	BundleFile    string            `json:"bundleFile"`            // the machine's own roots too
	Environment   map[string]string `json:"environment,omitempty"` // for clients that insist on Microsoft's names
	ProcessID     int               `json:"pid"`

	users     int
	variables []impersonate.Variable
}

func newNotice(t *mockgraph.Tenant, c mockgraph.Client, server *mockgraph.Server, f *folder) *notice {
	s := t.Directory().Snapshot()
	n := &notice{
		TenantID: t.ID(), URL: server.URL, Authority: server.URL + "/" + t.ID(), GraphURL: server.URL + "/v1.0", AdminURL: server.URL + "/_rehearse/",
		PlainURL: server.PlainURL, ProxyURL: server.ProxyURL, ClientID: c.ID, ClientSecret: c.Secret,
		CAFile: f.file(impersonate.CertificateFile), BundleFile: f.file(impersonate.BundleFile), ProcessID: os.Getpid(), users: s.Count(directory.User),
	}
	n.Administrator, n.Password = t.Administrator()
	if o, found := s.Object(n.TenantID); found {
		n.Tenant = o.String("displayName")
	}
	for _, d := range s.VerifiedDomains() {
		if d.IsInitial {
			n.Domain = d.Name
		}
	}
	if server.ProxyURL != "" {
		n.variables = append(impersonate.Environment(server.ProxyURL, n.CAFile, n.BundleFile), n.credentials()...)
		n.Environment = map[string]string{}
		for _, v := range n.variables {
			if v.Value != "" {
				n.Environment[v.Name] = v.Value
			}
		}
	}
	return n
}

// save writes the notice for programs.
func (n *notice) save(path string) error {
	err := replaceFile(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(n) //nolint:gosec // the secret of a tenant that is not real, in a file of mode 0600
	})
	if err != nil {
		return cannotWriteReadyFile(path, err)
	}
	return nil
}

// present is what else a person should know of this run, in rows of a name and a text: whatever is not as usual.
func (c tenantCommand) present(t *raised, f *folder) [][2]string {
	var rows [][2]string
	now := t.clock.Now()
	switch offset := time.Until(now).Round(time.Second); {
	case t.clock.Frozen():
		rows = append(rows, [2]string{"Clock", "stands still at " + now.Format(time.RFC3339)})
	case offset != 0:
		rows = append(rows, [2]string{"Clock", "runs, and shows " + now.Format(time.RFC3339)})
	}
	if !t.Weather().Calm() {
		rows = append(rows, [2]string{"Weather", c.Weather})
	}
	if !f.temporary {
		rows = append(rows, [2]string{"Kept in", f.path})
	}
	if c.ReadyFile != "" {
		rows = append(rows, [2]string{"Ready file", c.ReadyFile})
	}
	return rows
}

// print tells people.
func (n *notice) print(std streams, present [][2]string) error {
	heading := func(text string) string { return text }
	if isTerminal(std.out) && os.Getenv("NO_COLOR") == "" {
		heading = func(text string) string { return "\x1b[1m" + text + "\x1b[0m" }
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", heading(fmt.Sprintf("%s (%s), a fake tenant with %d users", n.Tenant, n.Domain, n.users)))
	for _, row := range append([][2]string{
		{"Graph", n.GraphURL}, {"Authority", n.Authority}, {"Without TLS", n.PlainURL}, {"Admin page", n.AdminURL}, {"Proxy", n.ProxyURL}, {"CA", n.CAFile},
		{"Client ID", n.ClientID}, {"Client secret", n.ClientSecret}, {"Administrator", n.Administrator}, {"Password", n.Password},
	}, present...) {
		if row[1] != "" {
			fmt.Fprintf(&b, "%-15s%s\n", row[0], row[1])
		}
	}
	fmt.Fprintf(&b, "\n%s\n\n%s\n", heading("Sign in and list users:"), n.curl())
	if len(n.variables) > 0 {
		fmt.Fprintf(&b, "\n%s\n\n%s", heading("For unmodified clients, which go to Microsoft's own names, in their shell (who heeds what: rehearse tenant --help):"), n.exports())
	}
	fmt.Fprintf(&b, "\nStop with Ctrl-C.\n")
	_, err := io.WriteString(std.out, b.String())
	return err
}

// exports sets the variables in a POSIX shell, those of one value in one line. Java's, which is longer than all the others together and makes
// every Java program say so, is left to the ready file.
func (n *notice) exports() string {
	var values []string
	names := map[string][]string{}
	for _, v := range n.variables {
		if v.Value == "" || v.Name == "JAVA_TOOL_OPTIONS" {
			continue
		}
		if names[v.Value] == nil {
			values = append(values, v.Value)
		}
		names[v.Value] = append(names[v.Value], v.Name)
	}
	var b strings.Builder
	for _, value := range values {
		b.WriteString("export")
		for _, name := range names[value] {
			b.WriteString(" " + name + "=" + shellQuoted(value))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// credentials are what the Azure SDKs' EnvironmentCredential reads.
// Source: learn.microsoft.com/python/api/azure-identity/azure.identity.environmentcredential.
func (n *notice) credentials() []impersonate.Variable {
	const client = "the Azure SDKs: EnvironmentCredential, DefaultAzureCredential"
	return []impersonate.Variable{
		{Name: "AZURE_TENANT_ID", Value: n.TenantID, Client: client}, {Name: "AZURE_CLIENT_ID", Value: n.ClientID, Client: client},
		{Name: "AZURE_CLIENT_SECRET", Value: n.ClientSecret, Client: client},
	}
}

// heeded says of each variable who heeds it and what else there is to know, for the help text, which is not wrapped.
func heeded() string {
	const width = 76
	var b strings.Builder
	for _, v := range impersonate.Environment("http://127.0.0.1:8899", "ca.pem", "bundle.pem") {
		text := v.Name + ": " + v.Client
		if v.Note != "" {
			text += "; " + v.Note
		}
		line := " "
		for word := range strings.FieldsSeq(text) {
			if len(line)+1+len(word) > width && line != " " {
				b.WriteString(line + "\n")
				line = "     "
			}
			line += " " + word
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// curl is a line for a POSIX shell that works as it stands.
func (n *notice) curl() string {
	ca := shellQuoted(n.CAFile)
	return `curl -s --cacert ` + ca + ` -H "Authorization: Bearer $(curl -s --cacert ` + ca + ` -d grant_type=client_credentials -d client_id=` + n.ClientID +
		` --data-urlencode client_secret=` + shellQuoted(n.ClientSecret) + ` -d scope=https://graph.microsoft.com/.default ` + n.Authority +
		`/oauth2/v2.0/token | sed 's/.*"access_token":"\([^"]*\)".*/\1/')" '` + n.GraphURL + `/users?$select=displayName,userPrincipalName'`
}
