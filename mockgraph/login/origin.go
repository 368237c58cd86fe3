package login

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// A cloud is one of Microsoft's instances: the hosts its login service answers to and the names its documents carry.
// Source: learn.microsoft.com/entra/identity-platform/authentication-national-cloud; the metadata of instance discovery.
type cloud struct {
	hosts    []string // of the login service, the preferred network first
	sts      string   // host of issuers in the format of 1.0
	graph    string   // host of Microsoft Graph
	aadGraph string   // host of Azure AD Graph
	name     string   // cloud_instance_name
	pas      string   // rbac_url
}

var clouds = []cloud{
	{
		hosts: []string{"login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"},
		sts:   "sts.windows.net", graph: "graph.microsoft.com", aadGraph: "graph.windows.net", name: "microsoftonline.com", pas: "https://pas.windows.net",
	},
	{
		hosts: []string{"login.partner.microsoftonline.cn", "login.chinacloudapi.cn"},
		sts:   "sts.chinacloudapi.cn", graph: "microsoftgraph.chinacloudapi.cn", aadGraph: "graph.chinacloudapi.cn", name: "partner.microsoftonline.cn", pas: "https://pas.chinacloudapi.cn",
	},
	{
		hosts: []string{"login.microsoftonline.us", "login.usgovcloudapi.net"},
		sts:   "sts.windows.net", graph: "graph.microsoft.us", aadGraph: "graph.microsoftazure.us", name: "microsoftonline.us", pas: "https://pasff.usgovcloudapi.net",
	},
}

// cloudOf finds the instance a host name belongs to, regional names ({region}.login.microsoft.com) included.
func cloudOf(host string) (cloud, bool) {
	host = strings.ToLower(host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	for _, c := range clouds {
		if slices.Contains(c.hosts, host) {
			return c, true
		}
	}
	if strings.HasSuffix(host, ".login.microsoft.com") || host == "microsoft.com" || host == "www.microsoft.com" || host == "graph.microsoft.com" {
		return clouds[0], true
	}
	return cloud{}, false
}

// origin is where a request believes it is.
type origin struct {
	base  string // scheme and host of the login service, without a slash at the end
	graph string // the same of Graph
	v1    string // base of issuers in the format of 1.0
	v2    string // base of issuers in the format of 2.0
	cloud cloud
	real  bool // addressed by one of Microsoft's names
}

// at returns the origin of a host name and port.
func (s *Server) at(host string) origin {
	if c, ok := cloudOf(host); ok {
		name := strings.ToLower(host)
		if h, port, err := net.SplitHostPort(name); err == nil && (port == "443" || port == "80") {
			name = h
		}
		if !strings.HasPrefix(name, "login.") && !strings.HasPrefix(name, "sts.") { // regional and other names answer with the preferred one
			name = c.hosts[0]
		}
		return origin{base: "https://" + name, graph: "https://" + c.graph, v1: "https://" + c.sts, v2: "https://" + c.hosts[0], cloud: c, real: true}
	}
	base := "https://" + host
	if s.options.base != "" {
		base = s.options.base
	}
	graph := base
	if s.options.graph != "" {
		graph = s.options.graph
	}
	return origin{base: base, graph: graph, v1: base, v2: base, cloud: clouds[0]}
}

func (s *Server) originOf(r *http.Request) origin {
	host := r.Host
	if !plausibleHost(host) {
		host = "localhost"
	}
	return s.at(host)
}

// plausibleHost keeps what is no host name out of documents.
func plausibleHost(host string) bool {
	if host == "" || len(host) > 255 {
		return false
	}
	for _, c := range host {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune(".-_:[]", c) {
			return false
		}
	}
	return true
}

// issuer returns the iss of a tenant in the format of a token version.
// Source: learn.microsoft.com/entra/identity-platform/access-token-claims-reference, iss.
func (o origin) issuer(tenant string, version int) string {
	if version == 1 {
		return o.v1 + "/" + tenant + "/"
	}
	return o.v2 + "/" + tenant + "/v2.0"
}

// graphHost returns the host name of Graph as metadata names it.
func (o origin) graphHost() string {
	_, host, _ := strings.Cut(o.graph, "://")
	return host
}
