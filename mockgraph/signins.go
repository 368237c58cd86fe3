package mockgraph

import (
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// codeNotPremium is the refusal of tenants without Entra ID P1. Source: learn.microsoft.com/graph/api/signin-list; the text as seen.
const codeNotPremium = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"

// riskLevels are the members of riskLevel. Source: learn.microsoft.com/graph/api/resources/signin, riskLevelAggregated.
func riskLevels() []string { return []string{"none", "low", "medium", "high", "hidden"} }

// signInSchemas list the properties of signIn by version of the API.
// Source: learn.microsoft.com/graph/api/resources/signin.
var signInSchemas = sync.OnceValue(func() map[string]*odata.Schema {
	rows := []directory.Property{
		field("id", directory.String), field("createdDateTime", directory.DateTime), field("userDisplayName", directory.String),
		field("userPrincipalName", directory.String), field("userId", directory.String), field("appId", directory.String), field("appDisplayName", directory.String),
		field("ipAddress", directory.String), field("clientAppUsed", directory.String), field("correlationId", directory.String),
		enum("conditionalAccessStatus", "success", "failure", "notApplied"), field("isInteractive", directory.Boolean), field("riskDetail", directory.String),
		enum("riskLevelAggregated", riskLevels()...), enum("riskLevelDuringSignIn", riskLevels()...), enum("riskState", "none", "confirmedSafe", "remediated", "dismissed", "atRisk", "confirmedCompromised"),
		many(field("riskEventTypes", directory.Strings)), many(field("riskEventTypes_v2", directory.Strings)),
		field("resourceDisplayName", directory.String), field("resourceId", directory.String), field("resourceTenantId", directory.String), field("homeTenantId", directory.String),
		field("servicePrincipalId", directory.String), field("servicePrincipalName", directory.String), field("userAgent", directory.String),
		field("authenticationAppDeviceDetails", directory.Complex),
		field("status", directory.Complex, append(named("failureReason", "additionalDetails"), field("errorCode", directory.Integer))...),
		field("deviceDetail", directory.Complex, named("deviceId", "displayName", "operatingSystem", "browser", "trustType")...),
		field("location", directory.Complex, named("city", "state", "countryOrRegion")...),
		many(field("appliedConditionalAccessPolicies", directory.Complexes)),
	}
	beta := append(slices.Clone(rows), many(field("signInEventTypes", directory.Strings)))
	return map[string]*odata.Schema{"v1.0": odata.NewSchema("signIn", true, rows...), "beta": odata.NewSchema("signIn", true, beta...)}
})

// signIn is an entry of the sign-in log as Graph writes it.
type signIn struct {
	login.SignIn

	tenant string
}

// ID returns the id.
func (s signIn) ID() string { return s.SignIn.ID }

// signInStatus is a sign-in's status.
type signInStatus struct {
	ErrorCode         int      `json:"errorCode"`
	FailureReason     nullable `json:"failureReason"`
	AdditionalDetails nullable `json:"additionalDetails"`
}

// deviceDetail is what is known of the device: nothing.
type deviceDetail struct {
	DeviceID        string   `json:"deviceId"`
	DisplayName     nullable `json:"displayName"`
	OperatingSystem nullable `json:"operatingSystem"`
	Browser         nullable `json:"browser"`
	IsCompliant     *bool    `json:"isCompliant"`
	IsManaged       *bool    `json:"isManaged"`
	TrustType       nullable `json:"trustType"`
}

// signInLocation is where it was: nobody asks here.
type signInLocation struct {
	City            nullable  `json:"city"`
	State           nullable  `json:"state"`
	CountryOrRegion nullable  `json:"countryOrRegion"`
	GeoCoordinates  *struct{} `json:"geoCoordinates"`
}

// nobody stands for a user that could not be found.
const nobody = "00000000-0000-0000-0000-000000000000"

// Property returns a member by Graph's name.
func (s signIn) Property(name string) any {
	if text, known := s.text(name); known {
		if text == "" {
			return nil
		}
		return text
	}
	switch name {
	case "createdDateTime":
		return s.Time
	case "isInteractive":
		return s.Kind == login.InteractiveUser
	case "signInEventTypes":
		return []string{s.Kind}
	case "status":
		return signInStatus{ErrorCode: s.ErrorCode, FailureReason: nullable(s.FailureReason)}
	case "deviceDetail":
		return deviceDetail{}
	case "location":
		return signInLocation{}
	}
	return nil
}

// text returns the members that are strings.
func (s signIn) text(name string) (string, bool) {
	switch name {
	case "userDisplayName":
		return s.UserDisplayName, true
	case "userPrincipalName":
		return s.UserPrincipalName, true
	case "userId":
		if s.UserID == "" {
			return nobody, true
		}
		return s.UserID, true
	case "appId":
		return s.AppID, true
	case "appDisplayName":
		return s.AppName, true
	case "ipAddress":
		return s.IPAddress, true
	case "clientAppUsed":
		return s.Client, true
	case "correlationId":
		return s.CorrelationID, true
	case "conditionalAccessStatus":
		return "notApplied", true
	case "riskDetail", "riskLevelAggregated", "riskLevelDuringSignIn", "riskState":
		return "none", true
	case "resourceDisplayName":
		return s.Resource, true
	case "resourceId":
		return s.ResourceID, true
	case "resourceTenantId", "homeTenantId":
		return s.tenant, true
	case "servicePrincipalId":
		return s.ServicePrincipalID, true
	case "servicePrincipalName":
		if s.ServicePrincipalID == "" {
			return "", true
		}
		return s.AppName, true
	case "userAgent":
		return s.UserAgent, true
	}
	return "", false
}

// signIns are the entries a request may see: those of users who signed in themselves, and the others where the beta version asks
// for them by signInEventTypes.
// Source: learn.microsoft.com/graph/api/signin-list.
func (c *call) signIns(everyKind bool) iter.Seq[odata.Record] {
	tenant := c.t.ID()
	return func(yield func(odata.Record) bool) {
		for _, e := range slices.Backward(c.t.login.SignIns()) {
			if (everyKind || e.Kind == login.InteractiveUser) && c.kept(e.Time) && !yield(signIn{e, tenant}) {
				return
			}
		}
	}
}

const signInSet = "auditLogs/signIns"

func (c *call) premium() error {
	if c.t.dir.Plan() == directory.PlanFree {
		return refuse(http.StatusForbidden, codeNotPremium, "Neither tenant is B2C or tenant doesn't have premium license")
	}
	return nil
}

func listSignIns(c *call) error {
	if err := c.premium(); err != nil {
		return err
	}
	_, filter, _ := c.option("filter")
	every := strings.Contains(strings.ToLower(filter), "signineventtypes")
	return c.listOver(logCollection(signInSchemas()[c.address.version], "createdDateTime"), signInSet, c.signIns(every))
}

func getSignIn(c *call) error {
	if err := c.premium(); err != nil {
		return err
	}
	return c.entityAmong(odata.Collection{Schema: signInSchemas()[c.address.version]}, signInSet, c.vars["id"], c.signIns(true))
}
