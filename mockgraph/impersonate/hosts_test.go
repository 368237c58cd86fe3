package impersonate_test

import (
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func TestFindKnowsTheNamesOfTheTable(t *testing.T) {
	t.Parallel()
	all := slices.Concat(impersonate.Hosts(), impersonate.NationalHosts(), impersonate.DevicePageHosts())
	for _, c := range []struct {
		asked   string
		service impersonate.Service
		cloud   string
	}{
		{"login.microsoftonline.com", impersonate.Login, "AzureCloud"},
		{"login.windows.net:443", impersonate.Login, "AzureCloud"},
		{"STS.windows.net.", impersonate.Login, "AzureCloud"},
		{"login.microsoft.com", impersonate.Login, "AzureCloud"},
		{"westeurope.login.microsoft.com", impersonate.Login, "AzureCloud"},
		{"graph.microsoft.com:8443", impersonate.Graph, "AzureCloud"},
		{"graph.windows.net", impersonate.AADGraph, "AzureCloud"},
		{"management.azure.com", impersonate.Management, "AzureCloud"},
		{"dod-graph.microsoft.us", impersonate.Graph, "AzureUSGovernment"},
		{"login.partner.microsoftonline.cn", impersonate.Login, "AzureChinaCloud"},
		{"microsoft.com", impersonate.DevicePage, "AzureCloud"},
		{"a.b.login.microsoft.com", "", ""},
		{".login.microsoft.com", "", ""},
		{"evilgraph.microsoft.com", "", ""},
		{"graph.microsoft.com.evil.example", "", ""},
		{"", "", ""},
	} {
		got, ok := all.Find(c.asked)
		if ok != (c.service != "") || got.Service != c.service || got.Cloud != c.cloud {
			t.Errorf("%q: %+v, %v; want %s of %s", c.asked, got, ok, c.service, c.cloud)
		}
	}
	if _, ok := impersonate.Hosts().Find("login.microsoftonline.us"); ok {
		t.Error("a national cloud is impersonated without being asked for")
	}
}

func TestParseTarget(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"graph.microsoft.com": "graph.microsoft.com:443", "Graph.Microsoft.com.:80": "graph.microsoft.com:80", "[2001:DB8::1]:8443": "[2001:db8::1]:8443",
		"2001:db8::1": "[2001:db8::1]:443", "192.0.2.1": "192.0.2.1:443", "a_b": "a_b:443",
		"": "", ":443": "", "a:": "", "a:0": "", "a:65536": "", "a:-1": "", "a b": "", "a@b": "", "[a]:1": "", "[::1": "", "a/b": "", "fe80::1%eth0": "",
	} {
		got, err := impersonate.ParseTarget(text)
		if want == "" && err == nil || want != "" && (err != nil || got.String() != want) {
			t.Errorf("ParseTarget(%q) = %v, %v; want %q", text, got, err, want)
		}
	}
}
