package mockgraph

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// profile lists which properties of a body SharePoint keeps, in order of their names.
func profile(p directory.Properties) []string {
	var held []string
	for name := range p {
		if row, ok := directory.PropertyOf(directory.User, name); ok && row.Held == "SharePoint" {
			held = append(held, name)
		}
	}
	slices.Sort(held)
	return held
}

// judgeProfile sees to the properties SharePoint keeps: of users that exist, in a request of their own, by a signed-in user.
// Source: learn.microsoft.com/graph/api/user-update, notes. What applications are answered is not documented; microsoft-graph-docs#5569
// once saw a status 500, which nobody should have to retry here.
func (c *call) judgeProfile(before *directory.Object, p directory.Properties) error {
	held := profile(p)
	switch {
	case len(held) == 0:
		return nil
	case before == nil || len(held) < len(p):
		return refuse(http.StatusBadRequest, codeBadRequest, textEntitySet)
	case c.claims.AppOnly && !c.t.options.groups.appProfiles:
		return insufficient(held[0])
	}
	return nil
}

// cloudOwned are the properties of a synchronized user that are written in the cloud all the same.
// Source: learn.microsoft.com/entra/identity/hybrid/connect/reference-connect-sync-attributes-synchronized.
var cloudOwned = map[string]bool{
	"usageLocation": true, "passwordProfile": true, "passwordPolicies": true, "preferredDataLocation": true, "otherMails": true, "ageGroup": true,
	"consentProvidedForMinor": true, "employeeLeaveDateTime": true, "customSecurityAttributes": true, "authorizationInfo": true, "mailboxSettings": true,
}

// judgeSynced refuses writes of what an on-premises directory says about a user.
func judgeSynced(before *directory.Object, p directory.Properties) error {
	if !before.Bool("onPremisesSyncEnabled") {
		return nil
	}
	for name := range p {
		row, known := directory.PropertyOf(directory.User, name)
		if known && !cloudOwned[row.Name] && row.Held == "" {
			return badRequest(row.Name, textSynced)
		}
	}
	return nil
}

// stampPassword says when a password was set and that older sessions are over.
// Source: learn.microsoft.com/graph/api/resources/user, lastPasswordChangeDateTime and signInSessionsValidFromDateTime.
func (c *call) stampPassword(p directory.Properties) {
	if profile, ok := p["passwordProfile"].(directory.PasswordProfile); ok && profile.Password != "" {
		at := c.second()
		p["lastPasswordChangeDateTime"], p["signInSessionsValidFromDateTime"] = at, at
	}
}

// addressMail lets proxyAddresses follow a mail that is written: it becomes the primary address, the one before it a further one. An
// address another object has refuses the request. Source: microsoft-graph-docs-contrib#8421; learn.microsoft.com/graph/api/resources/user,
// proxyAddresses: "Changes to the mail property update this collection to include the value as an SMTP address."
func addressMail(before *directory.Object, p directory.Properties) {
	mail, _ := p["mail"].(string)
	if mail == "" {
		return
	}
	addresses := []string{"SMTP:" + mail}
	if before != nil {
		for _, address := range before.Strings("proxyAddresses") {
			if rest, primary := strings.CutPrefix(address, "SMTP:"); primary {
				address = "smtp:" + rest
			}
			if !strings.EqualFold(address, addresses[0]) {
				addresses = append(addresses, address)
			}
		}
	}
	p["proxyAddresses"] = addresses
}
