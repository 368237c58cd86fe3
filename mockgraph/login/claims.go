package login

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// payload holds the claims of a token, in either format. Empty ones are left out.
// Source: learn.microsoft.com/entra/identity-platform/access-token-claims-reference; …/id-token-claims-reference.
type payload struct {
	Audience    string            `json:"aud"`
	Issuer      string            `json:"iss"`
	IssuedAt    int64             `json:"iat"`
	NotBefore   int64             `json:"nbf"`
	Expires     int64             `json:"exp"`
	Account     *int              `json:"acct,omitempty"`
	ACR         string            `json:"acr,omitempty"`
	AIO         string            `json:"aio,omitempty"`
	AtHash      string            `json:"at_hash,omitempty"`
	CodeHash    string            `json:"c_hash,omitempty"`
	Methods     []string          `json:"amr,omitempty"`
	AppName     string            `json:"app_displayname,omitempty"`
	AppID       string            `json:"appid,omitempty"`
	AppIDACR    string            `json:"appidacr,omitempty"`
	AZP         string            `json:"azp,omitempty"`
	AZPACR      string            `json:"azpacr,omitempty"`
	Email       string            `json:"email,omitempty"`
	FamilyName  string            `json:"family_name,omitempty"`
	GivenName   string            `json:"given_name,omitempty"`
	Groups      []string          `json:"groups,omitempty"`
	ClaimNames  map[string]string `json:"_claim_names,omitempty"`
	ClaimSource map[string]any    `json:"_claim_sources,omitempty"`
	IDP         string            `json:"idp,omitempty"`
	IDType      string            `json:"idtyp,omitempty"`
	IPAddress   string            `json:"ipaddr,omitempty"`
	Name        string            `json:"name,omitempty"`
	Nonce       string            `json:"nonce,omitempty"`
	ObjectID    string            `json:"oid,omitempty"`
	Preferred   string            `json:"preferred_username,omitempty"`
	RH          string            `json:"rh,omitempty"`
	Roles       []string          `json:"roles,omitempty"`
	Scopes      string            `json:"scp,omitempty"`
	Subject     string            `json:"sub"`
	Region      string            `json:"tenant_region_scope,omitempty"`
	Tenant      string            `json:"tid,omitempty"`
	UniqueName  string            `json:"unique_name,omitempty"`
	UPN         string            `json:"upn,omitempty"`
	ID          string            `json:"uti,omitempty"`
	Version     string            `json:"ver"`
	RoleIDs     []string          `json:"wids,omitempty"`
	Capability  []string          `json:"xms_cc,omitempty"`
	Subjects    map[string]string `json:"xms_st,omitempty"`
	Created     int64             `json:"xms_tcdt,omitempty"`
}

// Directory roles that stand in tokens without being assigned.
const (
	roleOfUsers = "b79fbf4d-3ef9-4689-8143-76b194e85509"
	roleOfApps  = "0997a1d0-0d1d-4acb-b408-d5ca73121e90"
)

// backdated is how long before its issue a token says it was issued, as recorded tokens do.
const backdated = 5 * time.Minute

// mint is what goes into a token.
type mint struct {
	client   *client
	proof    string
	user     *directory.Object // nil for an application of its own
	consent  consentState
	resource *resource
	scopes   []string // granted, delegated
	roles    []string
	nonce    string
	cae      bool
	lifetime time.Duration
}

// pairwise is a subject that differs from application to application.
func pairwise(tenant, user, app string) string {
	sum := sha256.Sum256([]byte(lower(tenant + "|" + user + "|" + app)))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// accessToken composes the claims of an access token in the format its resource asks for.
func (x *exchange) accessToken(m mint) payload {
	now := x.now()
	p := payload{
		Issuer: x.origin.issuer(x.tenant.id, m.resource.version), IssuedAt: now.Add(-backdated).Unix(), NotBefore: now.Add(-backdated).Unix(),
		Expires: now.Add(m.lifetime).Unix(), AIO: x.filler(m.client.appID, 33), RH: "1." + x.filler(m.resource.appID, 30) + ".", Tenant: x.tenant.id,
		ID: x.filler(x.trace.id, 16), Roles: m.roles,
	}
	if m.cae {
		p.Capability = []string{"CP1"}
	}
	if m.user == nil {
		p.ObjectID = m.client.objectID()
		p.Subject = p.ObjectID
	} else {
		p.ObjectID = m.user.ID()
		p.Subject = pairwise(x.tenant.id, m.user.ID(), m.resource.appID)
		p.Scopes = strings.Join(m.scopes, " ")
		p.Name = m.user.String("displayName")
		x.addGroups(&p, m.resource.app, m.user)
	}
	if m.resource.version == 2 {
		p.Version, p.Audience, p.AZP, p.AZPACR = "2.0", m.resource.appID, m.client.appID, m.proof
		if m.user != nil {
			p.Preferred = m.user.String("userPrincipalName")
		}
		return p
	}
	p.Version, p.Audience, p.AppID, p.AppIDACR, p.AppName = "1.0", m.resource.asked, m.client.appID, m.proof, m.client.name
	p.Region = x.tenant.region
	if m.user == nil {
		p.IDType, p.IDP, p.RoleIDs = "app", p.Issuer, []string{roleOfApps}
		return p
	}
	account := 0
	if m.user.String("userType") == "Guest" {
		account = 1
	}
	p.IDType, p.Account, p.ACR, p.Methods, p.IPAddress = "user", &account, "1", m.consent.methods, "127.0.0.1"
	p.UPN, p.UniqueName = m.user.String("userPrincipalName"), m.user.String("userPrincipalName")
	p.FamilyName, p.GivenName = m.user.String("surname"), m.user.String("givenName")
	p.RoleIDs = append(x.server.directoryRoles(x.snap, m.user.ID()), roleOfUsers)
	p.Subjects = map[string]string{"sub": pairwise(x.tenant.id, m.user.ID(), m.client.appID)}
	return p
}

// objectID is the id of the client's service principal.
func (c *client) objectID() string {
	if c.principal != nil {
		return c.principal.ID()
	}
	return c.appID
}

// idToken composes the claims of an id token in the format of the endpoint.
func (x *exchange) idToken(m mint, a asked, version int) payload {
	now := x.now()
	p := payload{
		Audience: m.client.appID, Issuer: x.origin.issuer(x.tenant.id, version), IssuedAt: now.Add(-backdated).Unix(), NotBefore: now.Add(-backdated).Unix(),
		Expires: now.Add(x.server.options.lifetimes.IDToken).Unix(), AIO: x.filler(m.client.appID, 33), RH: "1." + x.filler(m.client.appID, 30) + ".",
		Subject: pairwise(x.tenant.id, m.user.ID(), m.client.appID), Nonce: m.nonce, ID: x.filler(x.trace.id, 16), Version: "2.0",
	}
	if self, refused := x.resource(m.client.appID); refused == nil {
		p.Roles = x.roles(self, x.withGroups(m.user.ID())...)
	}
	x.addGroups(&p, m.client.app, m.user)
	upn := m.user.String("userPrincipalName")
	if version == 1 {
		p.Version, p.Methods, p.IPAddress = "1.0", m.consent.methods, "127.0.0.1"
		p.UPN, p.UniqueName, p.FamilyName, p.GivenName = upn, upn, m.user.String("surname"), m.user.String("givenName")
	}
	if version == 1 || a.wants("profile") {
		p.Name, p.ObjectID, p.Tenant = m.user.String("displayName"), m.user.ID(), x.tenant.id
		if version == 2 {
			p.Preferred = upn
		}
	}
	if a.wants("email") {
		p.Email = m.user.String("mail")
	}
	return p
}

// filler is an opaque value that means nothing, stable for its seed and this request.
func (x *exchange) filler(seed string, bytes int) string {
	sum := sha256.Sum256([]byte(seed + x.trace.id))
	long := append(sum[:], sum[:]...)
	return base64.RawURLEncoding.EncodeToString(long[:bytes])
}

// maxGroups is how many groups stand in a token before it only says where to ask.
// Source: learn.microsoft.com/entra/identity-platform/access-token-claims-reference, groups overage claim.
const maxGroups = 200

// addGroups adds the groups claim an application is configured for.
func (x *exchange) addGroups(p *payload, app, user *directory.Object) {
	if app == nil {
		return
	}
	kind := app.String("groupMembershipClaims")
	if kind == "" || kind == "None" {
		return
	}
	security := !slices.Contains(strings.Split(strings.ReplaceAll(kind, " ", ""), ","), "All")
	for group := range x.snap.TransitiveMemberOf(user.ID()) {
		if o, ok := x.snap.Object(group); ok && o.Type() == directory.Group && (!security || o.Bool("securityEnabled")) {
			p.Groups = append(p.Groups, group)
		}
	}
	slices.Sort(p.Groups)
	if len(p.Groups) > maxGroups {
		p.Groups = nil
		p.ClaimNames = map[string]string{"groups": "src1"}
		p.ClaimSource = map[string]any{"src1": map[string]string{
			"endpoint": "https://" + x.origin.cloud.aadGraph + "/" + x.tenant.id + "/users/" + user.ID() + "/getMemberObjects",
		}}
	}
}
