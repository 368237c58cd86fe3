package endpoint

import (
	"fmt"
	"strings"
)

// Requirement is what a standard asks of a service provider, and who judges it.
type Requirement struct {
	ID      string   // stable: the RFC, the section and a word
	Section string   // such as "RFC 7644 §3.3"
	Level   string   // "MUST", "SHOULD" or "MAY"
	Text    string   // one sentence
	Checks  []string // ids of the checks that judge it; none when Reason says why
	Reason  string   // why no check judges it, "" when one does
}

// Requirements is the catalogue of RFC 7643, RFC 7644 and RFC 9865, as far as they speak to service providers.
func Requirements() []Requirement {
	judged := func(id, section, level, text string, checks ...string) Requirement {
		for i, c := range checks {
			checks[i] = "endpoint." + c
		}
		return Requirement{ID: id, Section: section, Level: level, Text: text, Checks: checks}
	}
	unjudged := func(id, section, level, text, reason string) Requirement {
		return Requirement{ID: id, Section: section, Level: level, Text: text, Reason: reason}
	}
	return []Requirement{
		judged("7643-2.1-case", "RFC 7643 §2.1", "MUST", "Attribute names are not case-sensitive.", "rfc.names-case", "create.filter-names-case", "sync.path-case"),
		judged("7643-2.2-required", "RFC 7643 §2.2", "MUST", "A required attribute has a value.", "rfc.required-attribute", "rfc.put-required", "rfc.patch-remove-required"),
		judged("7643-2.3-types", "RFC 7643 §2.3", "MUST", "A value has the type its attribute has.", "rfc.wrong-type", "rfc.patch-wrong-type", "create.active-boolean"),
		judged("7643-2.3.5-dates", "RFC 7643 §2.3.5", "MUST", "A date is an xsd:dateTime.", "create.meta"),
		judged("7643-2.4-primary", "RFC 7643 §2.4", "MUST", "primary is true of one value at most.", "rfc.patch-one-primary"),
		unjudged("7643-2.4-canonical", "RFC 7643 §2.4", "SHOULD", "The same type and value stand in a list once.", "servers canonicalise in ways the standard leaves open; for members endpoint.group.add-twice asks it"),
		judged("7643-2.5-null", "RFC 7643 §2.5", "MUST", "null, no value and the empty list mean the same.", "rfc.null-is-unassigned"),
		judged("7643-3-schemas", "RFC 7643 §3", "MUST", "A resource names its schemas.", "create.schemas"),
		judged("7643-3.1-id", "RFC 7643 §3.1", "MUST", "The id is assigned by the service provider.", "rfc.id-assigned", "rfc.put-read-only", "rfc.patch-read-only"),
		unjudged("7643-3.1-id-unique", "RFC 7643 §3.1", "MUST", "An id is never used again.", "not observable in a run: it would have to be watched for ever"),
		unjudged("7643-3.1-id-bulk", "RFC 7643 §3.1", "MUST", "The word bulkId is no id.", "a run would have to make as many resources as a server has ids"),
		judged("7643-3.1-external", "RFC 7643 §3.1", "MUST", "externalId is kept as the client wrote it.", "create.filter-external-id", "group.external-id"),
		judged("7643-3.1-meta", "RFC 7643 §3.1", "MUST", "meta is assigned by the service provider.", "rfc.meta-assigned", "create.meta"),
		judged("7643-3.1-created", "RFC 7643 §3.1", "MUST", "meta.created is when the resource was added, lastModified when it changed.", "rfc.created-kept", "sync.last-modified"),
		judged("7643-3.1-location", "RFC 7643 §3.1, RFC 7644 §3.3", "MUST", "meta.location is the URI of the resource.", "rfc.meta-location", "create.location"),
		judged("7643-3.1-version", "RFC 7643 §3.1", "MUST", "meta.version is the entity tag of the ETag header.", "rfc.etag-is-version"),
		judged("7643-3.3-extensions", "RFC 7643 §3.3", "MUST", "Attributes of an extension stand under its URN.", "create.enterprise", "sync.enterprise-kept", "rfc.schema-tells-all"),
		judged("7643-4.1.1-username", "RFC 7643 §4.1.1", "MUST", "userName is unique.", "create.duplicate", "create.duplicate-case", "rfc.put-unique"),
		judged("7643-4.1.1-password", "RFC 7643 §4.1.1", "MUST", "password is never returned.", "rfc.password-hidden"),
		unjudged("7643-4.1.1-password-stored", "RFC 7643 §9.2", "MUST", "A password is not stored in clear text.", "not observable from outside"),
		judged("7643-4.1.2-groups", "RFC 7643 §4.1.2", "MUST", "groups of a user is read-only.", "rfc.groups-read-only", "rfc.groups-of-user"),
		judged("7643-4.1.2-active", "RFC 7643 §4.1.1", "MAY", "active says whether a user can use the service.", "disable.boolean-false", "disable.readable", "disable.filterable"),
		judged("7643-4.2-members", "RFC 7643 §4.2", "MAY", "members of a group are resources, named by their id.", "group.add-member", "group.add-keeps", "group.remove-member"),
		judged("7643-4.3-manager", "RFC 7643 §4.3", "SHOULD", "manager is a complex attribute.", "sync.manager-shape"),
		judged("7643-5-config", "RFC 7643 §5", "MUST", "ServiceProviderConfig says of each feature whether it is supported.", "rfc.config-members", "rfc.config-limits", "rfc.config-schemes", "connect.service-provider-config"),
		judged("7643-5-so", "RFC 7643 §5", "MUST", "What works is advertised.", "rfc.filter-advertised", "rfc.sort-advertised", "rfc.etag-advertised", "rfc.bulk-advertised", "rfc.cursor-advertised"),
		judged("7643-6-types", "RFC 7643 §6", "MUST", "ResourceTypes names endpoint, schema and extensions.", "connect.resource-types", "rfc.types-have-schemas"),
		judged("7643-7-schemas", "RFC 7643 §7", "MUST", "A schema describes its attributes.", "rfc.schema-characteristics", "rfc.schema-tells-all", "connect.schemas"),
		judged("7644-2-auth", "RFC 7644 §2", "MUST", "A caller is authenticated, and told how by a challenge.", "quarantine.missing-token", "quarantine.wrong-token", "quarantine.challenge"),
		unjudged("7644-2-anonymous", "RFC 7644 §2.2", "MAY", "A user can be made without authentication.", "Entra always has a token, and endpoint.quarantine.missing-token asks for a refusal"),
		unjudged("7644-2-tls", "RFC 7644 §2", "MUST", "Tokens are sent over TLS only.", "belongs to the pack security: a target on loopback has no TLS"),
		judged("7644-3.1-media", "RFC 7644 §3.1", "MUST", "Bodies are application/scim+json.", "rfc.media-type", "rfc.error-media-type", "connect.content-type", "create.content-type"),
		judged("7644-3.2-methods", "RFC 7644 §3.2", "MUST", "An endpoint takes the methods it has.", "rfc.read-only-endpoints", "rfc.unknown-path"),
		judged("7644-3.3-create", "RFC 7644 §3.3", "MUST", "POST is answered 201 with Location and the resource.", "rfc.created", "create.location", "create.user"),
		judged("7644-3.3-conflict", "RFC 7644 §3.3", "MUST", "A duplicate is 409 with scimType uniqueness.", "create.duplicate", "create.duplicate-error"),
		judged("7644-3.4.2-list", "RFC 7644 §3.4.2", "MUST", "A query is answered with a ListResponse.", "connect.list-response", "connect.probe", "connect.probe-groups"),
		judged("7644-3.4.2.2-operators", "RFC 7644 §3.4.2.2", "MUST", "The operators of a filter mean what the table says.", "create.filter-exact", "rfc.filter-ne", "rfc.filter-co", "rfc.filter-sw", "rfc.filter-ew",
			"rfc.filter-pr", "rfc.filter-gt", "rfc.filter-ge", "rfc.filter-lt", "rfc.filter-le", "rfc.filter-dates", "rfc.filter-boolean", "rfc.filter-id"),
		judged("7644-3.4.2.2-logic", "RFC 7644 §3.4.2.2", "MUST", "and, or, not and parentheses bind as the grammar says.", "rfc.filter-and", "rfc.filter-or", "rfc.filter-not", "rfc.filter-precedence", "rfc.filter-grouping"),
		judged("7644-3.4.2.2-complex", "RFC 7644 §3.4.2.2", "MUST", "Complex and multi-valued attributes are filtered by part and by brackets.", "rfc.filter-sub-attribute", "rfc.filter-multi-valued", "rfc.filter-value-path", "create.filter-work-email"),
		judged("7644-3.4.2.2-text", "RFC 7644 §3.4.2.2", "MUST", "Text is JSON text, compared by caseExact.", "rfc.filter-case-insensitive", "rfc.filter-escapes", "create.filter-case"),
		judged("7644-3.4.2.2-invalid", "RFC 7644 §3.4.2.2", "MUST", "A filter that cannot be read is 400 invalidFilter.", "rfc.filter-incomplete", "rfc.filter-parentheses", "rfc.filter-operator", "rfc.filter-scim-type"),
		judged("7644-3.4.2.3-sort", "RFC 7644 §3.4.2.3", "MAY", "Lists are sorted by sortBy and sortOrder.", "rfc.sort", "rfc.sort-descending", "rfc.sort-case"),
		judged("7644-3.4.2.4-page", "RFC 7644 §3.4.2.4", "MUST", "startIndex begins at 1; count bounds a page.", "connect.count", "connect.start-index", "rfc.page-start-below-1", "rfc.page-count-zero", "rfc.page-count-negative", "rfc.page-past-the-end"),
		judged("7644-3.4.3-search", "RFC 7644 §3.4.3", "MAY", "A query can be sent by POST to .search.", "rfc.search", "rfc.search-attributes", "rfc.search-all"),
		judged("7644-3.5.1-put", "RFC 7644 §3.5.1", "MUST", "PUT replaces a resource and creates none.", "rfc.put", "rfc.put-answer", "rfc.put-read-only", "rfc.put-creates-nothing", "rfc.put-required"),
		judged("7644-3.5.1-omitted", "RFC 7644 §3.5.1", "MAY", "What a PUT leaves out is cleared, or set to a default.", "rfc.put-clears"),
		judged("7644-3.5.2-atomic", "RFC 7644 §3.5.2", "MUST", "A PATCH is applied as a whole or not at all, in order.", "sync.atomic", "rfc.patch-order", "sync.many-operations"),
		judged("7644-3.5.2-answer", "RFC 7644 §3.5.2", "MUST", "A PATCH is answered 200 with the resource, or 204.", "sync.patch-answer", "sync.patch-unknown-id"),
		judged("7644-3.5.2.1-add", "RFC 7644 §3.5.2.1", "MUST", "add adds and keeps what is there.", "rfc.patch-add-complex", "rfc.patch-add-value", "sync.add", "group.add-twice"),
		judged("7644-3.5.2.2-remove", "RFC 7644 §3.5.2.2", "MUST", "remove removes what the path names; without a path it is noTarget.", "rfc.patch-remove-attribute", "rfc.patch-remove-part", "rfc.patch-remove-element", "rfc.patch-remove-list", "rfc.patch-remove-without-path"),
		judged("7644-3.5.2.3-replace", "RFC 7644 §3.5.2.3", "MUST", "replace replaces what the path names.", "sync.replace", "rfc.patch-replace-complex", "rfc.patch-replace-list"),
		unjudged("7644-3.5.2.3-no-target", "RFC 7644 §3.5.2.3", "MUST", "replace with a filter that matches nothing is 400 noTarget.", "Entra needs the opposite: endpoint.sync.phone-absent-replace asks for the value to be created"),
		judged("7644-3.5.2-errors", "RFC 7644 §3.5.2", "MUST", "An operation that cannot be done is 400.", "rfc.patch-bad-path", "rfc.patch-bad-operation", "rfc.patch-scim-types"),
		judged("7644-3.6-delete", "RFC 7644 §3.6", "MUST", "A deleted resource is 404, and DELETE is 204.", "rfc.deleted", "disable.delete", "disable.delete-twice"),
		judged("7644-3.7-bulk", "RFC 7644 §3.7", "MAY", "Many operations come in one request.", "rfc.bulk", "rfc.bulk-location", "rfc.bulk-error-response", "rfc.bulk-goes-on", "rfc.bulk-fail-on-errors", "rfc.bulk-references"),
		unjudged("7644-3.7.4-limits", "RFC 7644 §3.7.4", "MUST", "A bulk request over the limits is 413.", "would send megabytes to a real system; belongs to the packs load and security"),
		judged("7644-3.8-json", "RFC 7644 §3.8", "SHOULD", "application/json is understood too.", "rfc.accept-json", "rfc.send-json"),
		judged("7644-3.9-attributes", "RFC 7644 §3.9", "MUST", "attributes and excludedAttributes shape every answer.", "rfc.return-attributes", "rfc.return-attributes-always", "rfc.return-attributes-schemas", "rfc.return-attributes-part", "rfc.return-attributes-list", "rfc.return-excluded",
			"rfc.return-excluded-always", "rfc.return-excluded-list", "rfc.return-on-write", "group.excluded-members"),
		judged("7644-3.10-urn", "RFC 7644 §3.10", "MUST", "Attributes may be named with the URN of their schema.", "rfc.filter-urn", "rfc.return-attributes-urn", "rfc.patch-core-urn", "sync.enterprise"),
		judged("7644-3.11-me", "RFC 7644 §3.11", "SHOULD", "/Me is the caller or 501.", "rfc.me"),
		judged("7644-3.12-errors", "RFC 7644 §3.12", "MUST", "An error names its schema and has its status as text.", "rfc.error-schema", "rfc.error-status", "quarantine.error-body"),
		unjudged("7644-3.13-version", "RFC 7644 §3.13", "MAY", "The version of the protocol stands in the path.", "the tenant URL is taken as it is given"),
		judged("7644-3.14-etag", "RFC 7644 §3.14", "MAY", "Resources have versions that guard reads and writes.", "rfc.etag-header", "rfc.etag-is-version", "rfc.etag-shown", "rfc.etag-changes", "rfc.etag-if-none-match", "rfc.etag-if-match", "rfc.etag-if-match-right"),
		judged("7644-4-discovery", "RFC 7644 §4", "MUST", "Discovery documents can be read by id and not filtered.", "rfc.resource-type-by-id", "rfc.schema-by-id", "rfc.schema-unknown", "rfc.discovery-filter"),
		unjudged("7644-6-multi", "RFC 7644 §6", "MAY", "One service provider serves many tenants.", "one tenant is all that a run is given"),
		unjudged("7644-7-client", "RFC 7644 §7", "MUST", "Clients keep credentials safe.", "on the client"),
		judged("9865-2-cursor", "RFC 9865 §2", "MAY", "A list is read by cursor from nextCursor to nextCursor.", "rfc.cursor", "rfc.cursor-stable"),
		judged("9865-2-end", "RFC 9865 §2", "MUST", "The last page has no nextCursor.", "rfc.cursor-ends"),
		judged("9865-2-total", "RFC 9865 §2", "SHOULD", "totalResults, where it is told, counts the list.", "rfc.cursor-total"),
		unjudged("9865-2-previous", "RFC 9865 §2", "MAY", "previousCursor leads back.", "a server that reads forwards only gives none, and a wrong one shows when somebody reads backwards, which no client of a directory does"),
		judged("9865-2.1-invalid", "RFC 9865 §2.1", "SHOULD", "A cursor that was never given is refused with 400.", "rfc.cursor-invalid"),
		unjudged("9865-3-search", "RFC 9865 §3", "MAY", "cursor can be sent by POST to .search as well.", "the same parameters as by GET, where they are judged; endpoint.rfc.search-attributes judges that .search heeds its parameters"),
		judged("9865-4-config", "RFC 9865 §4", "SHOULD", "ServiceProviderConfig says in pagination which methods there are.", "rfc.cursor-advertised"),
		unjudged("9865-2-timeout", "RFC 9865 §2.1", "MAY", "A cursor expires.", "would make a run wait for as long as a cursor lives"),
	}
}

// RequirementsMarkdown writes the catalogue as a page.
func RequirementsMarkdown() string {
	var b strings.Builder
	b.WriteString("# What the standards ask, and which check judges it\n\n<!-- Written by `make docs` from the catalogue in suites/endpoint. Do not edit. -->\n\n")
	b.WriteString("| Requirement | Level | What is asked of a service provider | Judged by |\n|---|---|---|---|\n")
	for _, r := range Requirements() {
		by := "none: " + r.Reason
		if len(r.Checks) > 0 {
			by = "`" + strings.Join(r.Checks, "` `") + "`"
		}
		fmt.Fprintf(&b, "| %s `%s` | %s | %s | %s |\n", r.Section, r.ID, r.Level, r.Text, by)
	}
	return b.String()
}
