package mockgraph

import (
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// dnsRecord is one of the records that prove whose a domain is.
// Source: learn.microsoft.com/graph/api/resources/domaindnstxtrecord, …/domaindnsmxrecord.
type dnsRecord struct {
	id     string
	values map[string]any
}

// ID returns the id.
func (r dnsRecord) ID() string { return r.id }

// Property returns a member by Graph's name.
func (r dnsRecord) Property(name string) any { return r.values[name] }

// verificationText is the content of the TXT record of a domain: the same whenever it is asked for.
func verificationText(domain string) string { return "MS=" + verificationNumber(domain) }

func verificationNumber(domain string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(domain)) // never fails
	return "ms" + strconv.Itoa(10_000_000+int(h.Sum32()%90_000_000))
}

func verificationRecords(domain string) []odata.Record {
	number := verificationNumber(domain)
	common := func(kind, label string, more map[string]any) odata.Record {
		values := map[string]any{
			"@odata.type": "#microsoft.graph.domainDns" + kind + "Record", "isOptional": false, "label": label, "recordType": kind, "supportedService": "Email", "ttl": 3600,
		}
		maps.Copy(values, more)
		return dnsRecord{uuid.NewSHA1(uuid.NameSpaceDNS, []byte(kind+" "+domain)).String(), values}
	}
	return []odata.Record{
		common("Txt", domain, map[string]any{"text": "MS=" + number}),
		common("Mx", domain, map[string]any{"mailExchange": number + ".msv1.invalid", "preference": 32767}),
	}
}

// dnsSchema lists the members of a kind of record.
func dnsSchema(own ...directory.Property) *odata.Schema {
	rows := []directory.Property{
		{Name: "@odata.type", DefaultSelect: true},
		{Name: "id", DefaultSelect: true},
		{Name: "isOptional", Kind: directory.Boolean, DefaultSelect: true},
		{Name: "label", DefaultSelect: true},
		{Name: "recordType", DefaultSelect: true},
		{Name: "supportedService", DefaultSelect: true},
		{Name: "ttl", Kind: directory.Integer, DefaultSelect: true},
	}
	return odata.NewSchema("domainDnsRecord", true, append(rows, own...)...)
}

var dnsSchemas = sync.OnceValue(func() map[string]*odata.Schema {
	return map[string]*odata.Schema{
		"Txt": dnsSchema(directory.Property{Name: "text", DefaultSelect: true}),
		"Mx": dnsSchema(directory.Property{Name: "mailExchange", DefaultSelect: true},
			directory.Property{Name: "preference", Kind: directory.Integer, DefaultSelect: true}),
	}
})

// listVerificationRecords answers with records of two kinds, each with members of its own.
func listVerificationRecords(c *call) error {
	o, err := c.find(directory.Domain, c.vars["id"])
	if err != nil {
		return err
	}
	body := append(c.open("domains('"+o.ID()+"')/verificationDnsRecords"), `,"value":[`...)
	for i, record := range verificationRecords(o.ID()) {
		kind, _ := record.Property("recordType").(string)
		q, err := c.t.odata.Parse(odata.Collection{Schema: dnsSchemas()[kind], Unpaged: true}, c.query, c.eventual)
		if err != nil {
			return err
		}
		page, err := q.Over(c.view, slices.Values([]odata.Record{record}))
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			if i > 0 && body[len(body)-1] != '[' {
				body = append(body, ',')
			}
			body = q.Append(body, c.view, item)
		}
	}
	return c.respond(200, append(body, "]}"...))
}
