package mockgraph_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
)

// namedProperty is a property of a type in Graph v1.0.
type namedProperty struct {
	name       string
	collection bool
	required   bool // never null
}

// graphProperties reads the names of all properties by type: one type before a colon, a collection with [] behind its name, what is
// never null with an exclamation mark. Streams, which have addresses of their own, are not among them.
// Source: github.com/microsoftgraph/msgraph-metadata, clean_v10_metadata.
func graphProperties(t *testing.T) map[string][]namedProperty {
	t.Helper()
	text, err := os.ReadFile("testdata/property_names.txt")
	if err != nil {
		t.Fatal(err)
	}
	all, of := map[string][]namedProperty{}, ""
	for word := range strings.FieldsSeq(string(text)) {
		if name, found := strings.CutSuffix(word, ":"); found {
			of = name
			continue
		}
		bare, collection := strings.CutSuffix(word, "[]")
		bare, required := strings.CutSuffix(bare, "!")
		all[of] = append(all[of], namedProperty{bare, collection, required})
	}
	return all
}

func TestEveryPropertyOfGraphCanBeSelectedAndIsAnsweredWhenNobodySetIt(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	user, holders := s.belonging("ada")
	app := s.ask("POST", "/v1.0/applications", `{"displayName":"Payroll"}`).want(http.StatusCreated)
	principal := s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+app.str("appId")+`"}`).want(http.StatusCreated).str("id")
	s.buy(teamsExploratory, 5)
	for of, path := range map[string]string{
		"user": "/users/" + user, "group": "/groups/" + holders["group"], "directoryRole": "/directoryRoles/" + holders["directoryRole"],
		"administrativeUnit": "/directory/administrativeUnits/" + holders["administrativeUnit"], "application": "/applications/" + app.str("id"),
		"servicePrincipal": "/servicePrincipals/" + principal, "organization": "/organization/" + s.tenant.ID(), "domain": "/domains/contoso.onmicrosoft.com",
		"subscribedSku": "/subscribedSkus/" + s.tenant.ID() + "_" + teamsExploratory,
	} {
		properties := graphProperties(t)[of]
		if len(properties) == 0 {
			t.Fatalf("no properties of %s", of)
		}
		for _, p := range properties {
			one := s.ask("GET", "/v1.0"+path+"?$select="+p.name, "")
			value, shown := one.json[p.name]
			_, collection := value.([]any)
			switch {
			case one.status != http.StatusOK || !shown:
				t.Errorf("%s.%s: status %d: %s", of, p.name, one.status, one.body)
			case p.collection != collection:
				t.Errorf("%s.%s is a collection in Graph: %t; here it is %v", of, p.name, p.collection, value)
			case p.required && value == nil:
				t.Errorf("%s.%s is null, which it never is in Graph", of, p.name)
			}
		}
	}
}

func TestDatesThatCannotBeNullAreTheFirstDayOfTheCalendar(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	one := s.ask("GET", "/v1.0/users/"+s.user("ada", "")+"?$select=birthday,hireDate,employeeHireDate", "").want(http.StatusOK)
	if one.str("birthday") != "0001-01-01T00:00:00Z" || one.str("hireDate") != "0001-01-01T00:00:00Z" || one.at("employeeHireDate") != nil {
		t.Errorf("%s", one.body)
	}
}
