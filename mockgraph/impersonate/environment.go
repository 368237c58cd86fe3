package impersonate

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// Variable is one setting that points a kind of client at the proxy and makes it trust the local authority.
type Variable struct {
	Name   string
	Value  string // "" for what cannot be set as a variable: the note says what to do
	Client string // who heeds it
	Note   string // what else to know; "" for nothing
}

// Environment returns what to set so that clients reach a proxy (http://127.0.0.1:8899) and trust its authority. The file names
// should be absolute: caFile holds the authority alone, with [TrustStoreFile] beside it, and bundleFile holds [Authority.Bundle].
// [Authority.SaveTo] writes all three.
//
// A client reads them once, when it starts. They are for the shell the client is started from, never for a whole machine.
//
// Sources: the documentation of each client (pkg.go.dev/net/http#ProxyFromEnvironment and crypto/x509#SystemCertPool,
// nodejs.org/api/cli.html, requests.readthedocs.io, curl.se/docs/manpage.html,
// learn.microsoft.com/dotnet/standard/security/cross-platform-cryptography, docs.oracle.com/en/java/javase/17/core/java-networking.html).
func Environment(proxyURL, caFile, bundleFile string) []Variable {
	const (
		local = "localhost,127.0.0.1,::1"
		most  = "Go, .NET, Python, curl, @azure/identity, the Azure SDKs"
	)
	return []Variable{
		{"HTTPS_PROXY", proxyURL, most, "Go never sends localhost and 127.0.0.1 through a proxy; all hosts but Microsoft's are refused by this one unless it passes them through"},
		{"https_proxy", proxyURL, "curl and others that read the lower case", ""},
		{"NO_PROXY", local, most, "the tenant's own origin is reached directly"},
		{"no_proxy", local, "curl and others that read the lower case", ""},
		{"SSL_CERT_FILE", bundleFile, "Go and .NET on Linux, OpenSSL, Python's ssl, Ruby", "replaces the file of roots, hence the bundle; on macOS and Windows, Go and .NET ask the system's store instead: add " + caFile + " there"},
		{"SSL_CERT_DIR", filepath.Dir(bundleFile), "Go and .NET on Linux, OpenSSL", "Go reads it besides SSL_CERT_FILE, so that a preset one would count, too"},
		{"NODE_EXTRA_CA_CERTS", caFile, "Node.js", "adds to the built-in roots"},
		{"NODE_USE_ENV_PROXY", "1", "Node.js from 22.21 and 24.5", "makes fetch and https heed HTTPS_PROXY, without which @azure/msal-node ignores it"},
		{"NODE_OPTIONS", "", "Node.js before 22.21: fetch, @azure/msal-node",
			"install undici and preload a file with: const { setGlobalDispatcher, EnvHttpProxyAgent } = require('undici'); setGlobalDispatcher(new EnvHttpProxyAgent()) - by --require ./file.cjs"},
		{"REQUESTS_CA_BUNDLE", bundleFile, "Python's requests: MSAL Python, Azure CLI", "wins over SSL_CERT_FILE"},
		{"CURL_CA_BUNDLE", bundleFile, "curl, Python's requests", "wins over SSL_CERT_FILE"},
		javaOptions(proxyURL, filepath.Join(filepath.Dir(caFile), TrustStoreFile)),
		{"Invoke-RestMethod", "", "PowerShell on Windows", "trusts the user's store: Import-Certificate -FilePath " + powerShellQuote(caFile) + ` -CertStoreLocation Cert:\CurrentUser\Root; remove it afterwards; HTTPS_PROXY is heeded from PowerShell 7 on, before that pass -Proxy ` + powerShellQuote(proxyURL)},
	}
}

// javaOptions are system properties, because a JVM heeds no proxy variable.
func javaOptions(proxyURL, trustStore string) Variable {
	v := Variable{Name: "JAVA_TOOL_OPTIONS", Client: "any JVM: MSAL4J, the Azure SDK for Java", Note: "replaces the trusted roots of the JVM; every JVM says on standard error that it picked the options up"}
	proxy, err := url.Parse(proxyURL)
	if err != nil || proxy.Hostname() == "" || proxy.Port() == "" || strings.ContainsAny(trustStore, `"`) {
		v.Note = "set -Dhttps.proxyHost, -Dhttps.proxyPort and -Djavax.net.ssl.trustStore by hand"
		return v
	}
	options := []string{
		"-Dhttps.proxyHost=" + proxy.Hostname(), "-Dhttps.proxyPort=" + proxy.Port(),
		"-Djavax.net.ssl.trustStore=" + trustStore, "-Djavax.net.ssl.trustStoreType=JKS", "-Djavax.net.ssl.trustStorePassword=" + TrustStorePassword,
	}
	for i, option := range options {
		if strings.ContainsAny(option, " \t'") { // the JVM splits at blanks and knows quotes
			options[i] = `"` + option + `"`
		}
	}
	v.Value = strings.Join(options, " ")
	return v
}

// Shell renders variables for a POSIX shell: a comment, then an export, each.
func Shell(variables []Variable) string {
	return render(variables, func(v Variable) string { return fmt.Sprintf("export %s=%s", v.Name, shellQuote(v.Value)) })
}

// PowerShell renders variables for PowerShell.
func PowerShell(variables []Variable) string {
	return render(variables, func(v Variable) string { return fmt.Sprintf("$env:%s = %s", v.Name, powerShellQuote(v.Value)) })
}

// render writes the comment, which is a number sign in both, before the line that sets.
func render(variables []Variable, set func(Variable) string) string {
	var text strings.Builder
	for _, v := range variables {
		comment := v.Client
		if v.Value == "" {
			comment += " (" + v.Name + ")"
		}
		if v.Note != "" {
			comment += ": " + v.Note
		}
		text.WriteString("# " + strings.Join(strings.Fields(comment), " ") + "\n")
		if v.Value != "" {
			text.WriteString(set(v) + "\n")
		}
	}
	return text.String()
}

// shellQuote quotes a value for a POSIX shell (POSIX.1-2017, Shell Command Language, section 2.2.2).
func shellQuote(value string) string {
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// powerShellQuote quotes a value for PowerShell, which takes typographic quotation marks for apostrophes, too.
// Source: learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules.
func powerShellQuote(value string) string {
	const apostrophes = "'\u2018\u2019\u201a\u201b"
	var quoted strings.Builder
	for _, r := range value {
		if strings.ContainsRune(apostrophes, r) {
			quoted.WriteRune(r)
		}
		quoted.WriteRune(r)
	}
	return "'" + quoted.String() + "'"
}
