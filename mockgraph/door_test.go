package mockgraph_test

import (
	"bufio"
	"crypto"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/rehearse-id/rehearse/mockgraph"
)

// door is a tenant that listens, and a client that may use every grant.
type door struct {
	*testing.T

	tenant *mockgraph.Tenant
	server *mockgraph.Server
	http   *http.Client
	app    mockgraph.Client
	own    string // authority on the tenant's own origin
	real   string // authority under Microsoft's name, through the proxy
}

func newDoor(t *testing.T, opts ...mockgraph.Option) *door {
	t.Helper()
	tenant := mockgraph.New(opts...)
	app, err := tenant.Register("Connector", "User.Read.All", "User.Read", "openid", "profile", "offline_access")
	if err != nil {
		t.Fatal(err)
	}
	server := tenant.Start(t)
	d := &door{T: t, tenant: tenant, server: server, http: server.Client(), app: app, own: server.URL + "/" + tenant.ID(), real: "https://login.microsoftonline.com/" + tenant.ID()}
	d.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return d
}

// said is what the login host answered.
type said struct {
	status int
	text   string
	header http.Header
	json   map[string]any
}

func (s said) str(name string) string { text, _ := s.json[name].(string); return text }

func (d *door) do(method, address string, form url.Values, headers ...string) said {
	d.Helper()
	r, err := http.NewRequestWithContext(d.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		d.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := d.http.Do(r)
	if err != nil {
		d.Fatalf("%s %s: %v", method, address, err)
	}
	defer response.Body.Close()
	got := heard(d.T, response)
	hearsay.hear(d.Name(), r, got.status, got.json)
	return got
}

func heard(t *testing.T, response *http.Response) said {
	t.Helper()
	var text strings.Builder
	if _, err := bufio.NewReader(response.Body).WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	s := said{status: response.StatusCode, text: text.String(), header: response.Header}
	_ = json.Unmarshal([]byte(s.text), &s.json) // what is no JSON has no members
	return s
}

// form is a form of pairs.
func form(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

// machine is the form of the client credentials grant; pairs change it.
func (d *door) machine(pairs ...string) url.Values {
	values := form("grant_type", "client_credentials", "client_id", d.app.ID, "client_secret", d.app.Secret, "scope", "https://graph.microsoft.com/.default")
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

// person signs the administrator in with her password.
func (d *door) person(scope string, pairs ...string) said {
	d.Helper()
	name, password := d.tenant.Administrator()
	values := form(append([]string{"grant_type", "password", "client_id", d.app.ID, "username", name, "password", password, "scope", scope}, pairs...)...)
	return d.do("POST", d.own+"/oauth2/v2.0/token", values)
}

func (d *door) discovery(authority string) said {
	d.Helper()
	return d.do("GET", authority+"/v2.0/.well-known/openid-configuration", nil)
}

func (d *door) want(got said, status int) said {
	d.Helper()
	if got.status != status {
		d.Fatalf("status %d, want %d: %s", got.status, status, got.text)
	}
	return got
}

func signedBy(t *testing.T, key crypto.PrivateKey, algorithm jose.SignatureAlgorithm, header map[jose.HeaderKey]any, claims string) string {
	t.Helper()
	options := &jose.SignerOptions{ExtraHeaders: header}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign([]byte(claims))
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// tunnel opens a CONNECT tunnel through the proxy, and says no more.
func (d *door) tunnel(target string) net.Conn {
	d.Helper()
	conn, err := (&net.Dialer{}).DialContext(d.Context(), "tcp", strings.TrimPrefix(d.server.ProxyURL, "http://"))
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target); err != nil {
		d.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect}) // CONNECT has no body
	if err != nil || response.StatusCode != http.StatusOK {
		d.Fatalf("CONNECT %s: %v %v", target, response, err)
	}
	return conn
}
