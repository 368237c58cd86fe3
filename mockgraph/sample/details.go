package sample

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// day is what hire dates are counted in.
const day = 24 * time.Hour

// detail says of an employee what takes memory.
func (w *writer) detail(p person, at post, m *member) {
	u := w.user
	u["companyName"] = w.company
	u["employeeType"] = "Employee"
	u["employeeHireDate"] = w.now.Truncate(day).Add(-time.Duration(30+w.random.IntN(5_000)) * day)
	u["streetAddress"] = p.office.street
	u["postalCode"] = p.office.postalCode
	if p.office.state != "" {
		u["state"] = p.office.state
	}
	u["preferredLanguage"] = p.office.language
	w.telephones(p)
	if m.mailed {
		addresses := []string{"SMTP:" + p.local + "@" + w.domain}
		if w.domain != w.initial {
			addresses = append(addresses, "smtp:"+p.local+"@"+w.initial)
		}
		u["proxyAddresses"] = addresses
	} else {
		u["employeeType"] = "Contractor"
	}
	if turn(w.number-1, attributedEvery, firstAttributed) {
		centre, shift := "CC-"+strconv.Itoa(100+w.random.IntN(900)), "Day"
		u["onPremisesExtensionAttributes"] = directory.ExtensionAttributes{ExtensionAttribute1: &centre, ExtensionAttribute2: &shift}
		u["employeeOrgData"] = directory.EmployeeOrgData{CostCenter: &centre}
	}
	if m.synced {
		w.synchronize(p, at)
	}
}

// telephones gives numbers that nobody has: those a country keeps for fiction, or an extension at the head office.
func (w *writer) telephones(p person) {
	if p.office.phone == "" {
		w.user["businessPhones"] = []string{digits(w.random, "+1 206 555 0100 x4###")}
		return
	}
	w.user["businessPhones"] = []string{digits(w.random, p.office.phone)}
	if p.office.mobile != "" {
		w.user["mobilePhone"] = digits(w.random, p.office.mobile)
	}
}

// synchronize makes an employee one who comes from the company's own domain controllers.
// Source: learn.microsoft.com/entra/identity/hybrid/connect/reference-connect-sync-attributes-synchronized.
func (w *writer) synchronize(p person, at post) {
	anchor := make([]byte, 16)
	binary.LittleEndian.PutUint64(anchor, w.random.Uint64())
	binary.LittleEndian.PutUint64(anchor[8:], w.random.Uint64())
	account := p.nickname
	if len(account) > 20 { // the longest sAMAccountName
		account = account[:20]
	}
	u := w.user
	u["onPremisesSyncEnabled"] = true
	u["onPremisesLastSyncDateTime"] = w.now
	u["onPremisesImmutableId"] = base64.StdEncoding.EncodeToString(anchor)
	u["onPremisesSamAccountName"] = account
	u["onPremisesUserPrincipalName"] = p.local + "@" + w.domain
	u["onPremisesDomainName"] = w.domain
	u["onPremisesSecurityIdentifier"] = "S-1-5-21-1085031214-1563985344-725345543-" + strconv.Itoa(1_000+w.number)
	unit := "Executive"
	if at.unit != nil {
		unit = at.unit.name
	}
	u["onPremisesDistinguishedName"] = "CN=" + p.display + ",OU=" + unit + ",DC=" + strings.ReplaceAll(w.domain, ".", ",DC=")
}
