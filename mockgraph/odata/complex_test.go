package odata_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

func TestComplexValuesAreWrittenAsGraphDoes(t *testing.T) {
	t.Parallel()
	d := directory.New()
	app, err := d.Create(directory.Application, directory.Properties{
		"displayName": "Payroll", "web": directory.WebApplication{RedirectURIs: []string{"https://a.example/cb"}}, "info": map[string]any{"supportUrl": "https://a.example"},
		"keyCredentials": []directory.KeyCredential{{KeyID: "11111111-1111-4111-8111-111111111111", Type: "AsymmetricX509Cert", Usage: "Verify", Key: []byte("key"), EndDateTime: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const key = `"keyId":"11111111-1111-4111-8111-111111111111","type":"AsymmetricX509Cert","usage":"Verify","displayName":null,"customKeyIdentifier":null,"key":`
	for _, test := range []struct {
		name, selected, want string
		single               bool
	}{
		{"text without a value is null, a collection without elements []", "web", `{"web":{"homePageUrl":null,"logoutUrl":null,"redirectUris":["https://a.example/cb"],"implicitGrantSettings":{"enableIdTokenIssuance":false,"enableAccessTokenIssuance":false},"redirectUriSettings":[]}}`, true},
		{"a value nobody set is there", "spa", `{"spa":{"redirectUris":[]}}`, true},
		{"members nobody set are there", "info", `{"info":{"logoUrl":null,"marketingUrl":null,"privacyStatementUrl":null,"supportUrl":"https://a.example","termsOfServiceUrl":null}}`, true},
		{"a certificate is shown of one object", "keyCredentials", `{"keyCredentials":[{` + key + `"a2V5","startDateTime":null,"endDateTime":"2027-01-02T03:04:05Z"}]}`, true},
		{"a certificate is not shown in a list", "keyCredentials", `{"keyCredentials":[{` + key + `null,"startDateTime":null,"endDateTime":"2027-01-02T03:04:05Z"}]}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			q, err := odata.New().Parse(odata.Collection{Type: directory.Application, Single: test.single}, url.Values{"$select": {test.selected}}, false)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(q.Append(nil, d.Snapshot(), app)); got != test.want {
				t.Errorf("wrote %s\nwant  %s", got, test.want)
			}
		})
	}
}

func TestRawJSONStaysRawJSON(t *testing.T) {
	t.Parallel()
	p, _ := directory.PropertyOf(directory.Application, "optionalClaims")
	if got := string(odata.AppendValue(nil, p, map[string]any{"idToken": []any{nil, "", 1.5}})); got != `{"idToken":[null,"",1.5]}` {
		t.Errorf("wrote %s", got)
	}
}
