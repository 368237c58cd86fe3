package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

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
		n.variables = impersonate.Environment(server.ProxyURL, n.CAFile, n.BundleFile)
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
		return usage("--ready-file: %v", err)
	}
	return nil
}

// print tells people.
func (n *notice) print(std streams) error {
	heading := func(text string) string { return text }
	if isTerminal(std.out) && os.Getenv("NO_COLOR") == "" {
		heading = func(text string) string { return "\x1b[1m" + text + "\x1b[0m" }
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", heading(fmt.Sprintf("%s (%s), a fake tenant with %d users", n.Tenant, n.Domain, n.users)))
	for _, row := range [][2]string{
		{"Origin", n.URL}, {"Without TLS", n.PlainURL}, {"Authority", n.Authority}, {"Graph", n.GraphURL}, {"Admin page", n.AdminURL}, {"Proxy", n.ProxyURL},
		{"Tenant ID", n.TenantID}, {"Client ID", n.ClientID}, {"Client secret", n.ClientSecret}, {"Administrator", n.Administrator}, {"Password", n.Password}, {"CA", n.CAFile},
	} {
		if row[1] != "" {
			fmt.Fprintf(&b, "%-15s%s\n", row[0], row[1])
		}
	}
	fmt.Fprintf(&b, "\n%s\n\n%s\n", heading("Sign in and list users:"), n.curl())
	if len(n.variables) > 0 {
		shell := impersonate.Shell(n.variables)
		fmt.Fprintf(&b, "\n%s\n\n%s", heading("For unmodified clients, which go to login.microsoftonline.com and graph.microsoft.com, copy what fits into their shell:"), shell)
	}
	fmt.Fprintf(&b, "\nStop with Ctrl-C.\n")
	_, err := io.WriteString(std.out, b.String())
	return err
}

// curl is a line for a POSIX shell that works as it stands.
func (n *notice) curl() string {
	ca := shellQuoted(n.CAFile)
	return `curl -s --cacert ` + ca + ` -H "Authorization: Bearer $(curl -s --cacert ` + ca + ` -d grant_type=client_credentials -d client_id=` + n.ClientID +
		` --data-urlencode client_secret=` + shellQuoted(n.ClientSecret) + ` -d scope=https://graph.microsoft.com/.default ` + n.Authority +
		`/oauth2/v2.0/token | sed 's/.*"access_token":"\([^"]*\)".*/\1/')" '` + n.GraphURL + `/users?$select=displayName,userPrincipalName'`
}
