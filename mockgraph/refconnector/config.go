package refconnector

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// Config is what an administrator fills in, under the names identity-governance products have for it.
type Config struct {
	Authority    string // application authority: https://login.microsoftonline.com/<tenant>/oauth2/authorize; the token endpoint is derived from it
	ClientID     string // application (client) id
	ClientSecret string // its secret's value, not the secret's id
	Domain       string // verified domain of user principal names made from a bare name
	BasePassword string // of accounts created without one; their owners must change it at the first sign-in
	RedirectURI  string // of the application; client credentials never use it; may be ""
	ResourceURI  string // what is called: https://graph.microsoft.com; "" means that
	TenantID     string // id or domain of the tenant; "" is the one of Authority
	BaseUserName string // user whose reading "test configuration" tries besides the organization; may be ""

	// UsageLocation is the ISO 3166 country of accounts that get a licence and have no location, two letters. "" refuses the licence.
	UsageLocation string
}

const graph = "https://graph.microsoft.com"

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// Validate says in one sentence what is wrong first; nil when nothing is.
func (c Config) Validate() error {
	for _, must := range []struct{ name, value string }{
		{"Authority", c.Authority}, {"ClientID", c.ClientID}, {"ClientSecret", c.ClientSecret}, {"Domain", c.Domain}, {"BasePassword", c.BasePassword},
	} {
		if must.value == "" {
			return fmt.Errorf("validate configuration: %s is missing", must.name)
		}
	}
	if !guid.MatchString(c.ClientID) {
		return errors.New("validate configuration: ClientID must be an application id, a GUID")
	}
	if strings.ContainsAny(c.Domain, "@/ ") || !strings.Contains(c.Domain, ".") {
		return fmt.Errorf("validate configuration: Domain must be a domain such as contoso.onmicrosoft.com, not %q", c.Domain)
	}
	if c.UsageLocation != "" && !isCountry(c.UsageLocation) {
		return fmt.Errorf("validate configuration: UsageLocation must be a country of two letters such as DE, not %q", c.UsageLocation)
	}
	_, err := c.endpoints()
	return err
}

// endpoints are the addresses that follow from a configuration.
type endpoints struct {
	token    string // of the v2.0 token endpoint
	resource string // without a slash at the end
	host     string // of the resource, with its port if it names one
}

// endpoints derives the addresses. Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
func (c Config) endpoints() (endpoints, error) {
	authority, err := secureURL("Authority", c.Authority)
	if err != nil {
		return endpoints{}, err
	}
	tenant, rest, _ := strings.Cut(strings.Trim(authority.Path, "/"), "/")
	if rest != "" && rest != "oauth2/authorize" && rest != "oauth2/v2.0/authorize" && rest != "oauth2/token" && rest != "oauth2/v2.0/token" {
		return endpoints{}, fmt.Errorf("validate configuration: Authority must end in /<tenant>/oauth2/authorize, not %q", c.Authority)
	}
	if c.TenantID != "" && !strings.EqualFold(tenant, c.TenantID) {
		if guid.MatchString(tenant) && guid.MatchString(c.TenantID) {
			return endpoints{}, fmt.Errorf("validate configuration: Authority is of tenant %s, TenantID is %s", tenant, c.TenantID)
		}
		tenant = c.TenantID // Authority may name the tenant by a domain, or none at all
	}
	switch strings.ToLower(tenant) {
	case "", "common", "organizations", "consumers":
		return endpoints{}, errors.New("validate configuration: client credentials need a tenant of their own; name it in Authority or TenantID")
	}
	text := c.ResourceURI
	if text == "" {
		text = graph
	}
	resource, err := secureURL("ResourceURI", text)
	if err != nil {
		return endpoints{}, err
	}
	if strings.Trim(resource.Path, "/") != "" {
		return endpoints{}, fmt.Errorf("validate configuration: ResourceURI is a host alone, such as %s, not %q", graph, text)
	}
	return endpoints{
		token:    authority.Scheme + "://" + authority.Host + "/" + url.PathEscape(tenant) + "/oauth2/v2.0/token",
		resource: resource.Scheme + "://" + resource.Host, host: resource.Host,
	}, nil
}

// secureURL reads an address. Secrets and tokens go there, so it must be https unless it is of this machine.
func secureURL(name, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		return nil, fmt.Errorf("validate configuration: %s is no absolute URL", name)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("validate configuration: %s must have neither user, query nor fragment", name)
	case u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	default:
		return nil, fmt.Errorf("validate configuration: %s must begin with https://", name)
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
