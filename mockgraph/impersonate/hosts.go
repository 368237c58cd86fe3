package impersonate

import (
	"net/netip"
	"slices"
	"strings"
)

// Service is what Microsoft serves under a host name.
type Service string

// The services whose names are impersonated.
const (
	Login      Service = "login"      // the Microsoft identity platform
	Graph      Service = "graph"      // Microsoft Graph
	AADGraph   Service = "aadGraph"   // the retired Azure AD Graph
	Management Service = "management" // Azure Resource Manager: /metadata/endpoints and /subscriptions are what sign-in tools ask
	DevicePage Service = "devicePage" // the page on which a person types a device code
)

// Host is one impersonated name.
type Host struct {
	Name    string // lower case, without port; "*.login.microsoft.com" stands for exactly one label before the rest
	Service Service
	Cloud   string // as Azure's environments are named: AzureCloud, AzureUSGovernment, AzureChinaCloud, …
}

// Table is a list of impersonated names.
type Table []Host

// Hosts returns the names of the public cloud.
// Source: learn.microsoft.com/entra/identity-platform/authentication-national-cloud; the aliases instance discovery returns.
func Hosts() Table {
	return table("AzureCloud",
		Login, "login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "*.login.microsoft.com", "sts.windows.net",
		Graph, "graph.microsoft.com", "canary.graph.microsoft.com",
		AADGraph, "graph.windows.net",
		Management, "management.azure.com")
}

// NationalHosts returns the names of the other clouds, for [WithHosts] and [Transport].
// Source: learn.microsoft.com/graph/deployments; learn.microsoft.com/entra/identity-platform/authentication-national-cloud.
func NationalHosts() Table {
	return slices.Concat(
		table("AzureUSGovernment",
			Login, "login.microsoftonline.us", "login.usgovcloudapi.net", "login-us.microsoftonline.com",
			Graph, "graph.microsoft.us", "dod-graph.microsoft.us"),
		table("AzureChinaCloud",
			Login, "login.partner.microsoftonline.cn", "login.chinacloudapi.cn",
			Graph, "microsoftgraph.chinacloudapi.cn"),
		table("AzureGermanCloud",
			Login, "login.microsoftonline.de",
			Graph, "graph.microsoft.de"),
		table("AzureSovereignCloud",
			Login, "login.sovcloud-identity.fr", "login.sovcloud-identity.de", "login.sovcloud-identity.sg"))
}

// DevicePageHosts returns the names of https://microsoft.com/devicelogin, for a browser that completes the device code flow
// through the proxy. They are not among [Hosts], because an authority that may vouch for microsoft.com may vouch for all below it.
func DevicePageHosts() Table {
	return table("AzureCloud", DevicePage, "microsoft.com", "www.microsoft.com")
}

// table reads a row of names, each after the service it belongs to.
func table(cloud string, words ...any) Table {
	var hosts Table
	var service Service
	for _, word := range words {
		switch word := word.(type) {
		case Service:
			service = word
		case string:
			hosts = append(hosts, Host{Name: word, Service: service, Cloud: cloud})
		}
	}
	return hosts
}

// Find returns the row a host name belongs to. A port is ignored, and so are case and the dot of an absolute name.
func (t Table) Find(hostport string) (Host, bool) {
	target, err := ParseTarget(hostport)
	if err != nil {
		return Host{}, false
	}
	return t.find(target.Host)
}

// find returns the row of a name that is in lower case and has neither port nor dot at its end.
func (t Table) find(name string) (Host, bool) {
	for _, host := range t {
		if covers(host.Name, name) {
			return host, true
		}
	}
	return Host{}, false
}

// covers tells whether a name of the table, perhaps with an asterisk for its first label, stands for a name.
func covers(pattern, name string) bool {
	parent, wild := strings.CutPrefix(pattern, "*.")
	if !wild {
		return pattern == name
	}
	label, rest, found := strings.Cut(name, ".")
	return found && label != "" && rest == parent
}

// localNames are the names of the fake's own origin, which the authority may vouch for besides the impersonated ones.
func localNames() []string { return []string{"localhost"} }

// localNetworks are the addresses the authority may vouch for without being told.
func localNetworks() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}
