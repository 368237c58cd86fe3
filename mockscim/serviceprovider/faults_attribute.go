package serviceprovider

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// attributeFault is an attribute of Entra's default mapping, and which families of faults are made of it.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, default user attribute mapping.
type attributeFault struct {
	name string // in the names of its faults, and in the ids of the checks that catch them
	path string // as the mapping writes it

	change bool                // a change is ignored
	tidy   func(string) string // what PATCH makes of a value; nil leaves it
	tidied string              // the summary of tidy
	clear  bool                // an empty value is ignored
	long   bool                // POST cuts it

	folded string // check that catches an ignored change in requests with the flag, where it is another one
}

const cutEmoji = "is cut at the first character outside the basic multilingual plane"

func attributeTable() []attributeFault {
	const work, mail, phones = `addresses[type eq "work"].`, `emails[type eq "work"].value`, `phoneNumbers[type eq "`
	const signs = "loses brackets, slashes, apostrophes and ampersands"
	return []attributeFault{
		{name: "display-name", path: "displayName", long: true},
		{name: "title", path: "title", change: true, tidy: basicPlane, tidied: cutEmoji, clear: true, long: true},
		{name: "preferred-language", path: "preferredLanguage", change: true, tidy: withoutScript, tidied: "loses the script between language and region", clear: true},
		{name: "external-id", path: "externalId", change: true, tidy: withoutSigns, tidied: signs},
		{name: "given-name", path: "name.givenName", tidy: basicPlane, tidied: cutEmoji, clear: true, long: true},
		{name: "family-name", path: "name.familyName", change: true, tidy: basicPlane, tidied: cutEmoji, clear: true, long: true, folded: "endpoint.sync.many-operations"},
		{name: "formatted-name", path: "name.formatted", change: true, tidy: basicPlane, tidied: cutEmoji, clear: true, long: true},
		{name: "work-email", path: mail, tidy: withoutSigns, tidied: signs, clear: true},
		{name: "work-phone", path: phones + `work"].value`, change: true, tidy: withoutSigns, tidied: signs, clear: true},
		{name: "mobile-phone", path: phones + `mobile"].value`, tidy: withoutSigns, tidied: signs, clear: true},
		{name: "fax", path: phones + `fax"].value`, change: true, tidy: withoutSigns, tidied: signs, clear: true},
		{name: "office", path: work + "formatted", change: true, tidy: basicPlane, tidied: cutEmoji, clear: true, long: true},
		{name: "street", path: work + "streetAddress", change: true, tidy: basicPlane, tidied: cutEmoji, clear: true, long: true},
		{name: "city", path: work + "locality", tidy: basicPlane, tidied: cutEmoji, clear: true, long: true},
		{name: "region", path: work + "region", change: true, tidy: basicPlane, tidied: cutEmoji, clear: true, long: true},
		{name: "postal-code", path: work + "postalCode", change: true, tidy: withoutSigns, tidied: signs, clear: true},
		{name: "country", path: work + "country", change: true, clear: true},
		{name: "employee-number", path: scim.EnterpriseURN + ":employeeNumber", change: true, tidy: withoutSigns, tidied: signs, clear: true},
		{name: "department", path: scim.EnterpriseURN + ":department", tidy: basicPlane, tidied: cutEmoji, clear: true, long: true},
	}
}

// attributeFaults are the same few mistakes with each attribute, and those with all of them.
func attributeFaults() []Fault {
	all := []Fault{
		{
			Name:     "phone-path-replaces-array",
			Summary:  "replace of phoneNumbers[type eq \"mobile\"].value drops the other numbers",
			CaughtBy: "endpoint.sync.phone-typed",
			hooks:    bends(hooks{storing: onPatched("User", all(isOp("replace"), isFiltered("phoneNumbers")), keepSelected("phoneNumbers"))}),
		},
		{
			Name:     "address-path-replaces-array",
			Summary:  "replace of a part of addresses[type eq \"work\"] drops the other addresses",
			CaughtBy: "endpoint.sync.address-typed",
			hooks:    bends(hooks{storing: onPatched("User", all(isOp("replace"), isFiltered("addresses")), keepSelected("addresses"))}),
		},
		{
			Name:     "filtered-path-ends-patch",
			Summary:  "operations after one whose path has a filter are passed over",
			CaughtBy: "endpoint.sync.mixed-operations",
			hooks: bends(hooks{written: func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
				one := slices.IndexFunc(ops, func(op scim.Operation) bool { return readOperation(current, op).path.Filter != nil })
				if q.on("User", verbPatch) && one >= 0 {
					return ops[:one+1], nil
				}
				return ops, nil
			}}),
		},
		{
			Name:     "pathless-beside-path-ignored",
			Summary:  "an operation without a path is passed over when another of the same PATCH has one with a filter",
			CaughtBy: "endpoint.sync.mixed-operations",
			Dialect:  withFlag,
			hooks: bends(hooks{written: func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
				if !slices.ContainsFunc(ops, func(op scim.Operation) bool { return readOperation(current, op).path.Filter != nil }) {
					return ops, nil
				}
				return ignoring("User", isPathless)(q, current, ops)
			}}),
		},
		{
			Name:     "enterprise-add-without-extension-ignored",
			Summary:  "add of an enterprise attribute succeeds and stores nothing when the user has none of them yet",
			CaughtBy: "endpoint.sync.enterprise-add",
			hooks: bends(hooks{operations: ignoring("User", all(isOp("add"), isEnterprise, func(o operation) bool {
				return o.current[scim.EnterpriseURN] == nil
			}))}),
		},
		{
			Name:     "clear-ignored",
			Summary:  "replace by an empty text or null succeeds and changes nothing",
			CaughtBy: "endpoint.sync.clear",
			hooks:    bends(hooks{operations: ignoring("User", all(isOp("replace"), isEmpty, func(o operation) bool { return !o.names("manager") }))}),
		},
		{
			Name:     "values-cut-at-255",
			Summary:  "text in a POST is cut at 255 bytes",
			CaughtBy: "endpoint.sync.long-values",
			hooks: bends(hooks{storing: onCreate("User", func(after scim.Resource) {
				eachString(map[string]any(after), cutText)
			})}),
		},
		{
			Name:     "repeated-body-ignored",
			Summary:  "a PATCH of a user with a body that was seen before succeeds and changes nothing",
			CaughtBy: "endpoint.sync.changed-back",
			hooks:    repeatedBodies,
		},
		{
			Name:     "email-clear-drops-list",
			Summary:  "an empty work address takes all e-mail addresses away",
			CaughtBy: "endpoint.sync.attribute.emails.clear-keeps",
			hooks:    bends(hooks{storing: onPatched("User", all(isEmpty, isFiltered("emails")), func(_ operation, after scim.Resource) { delete(after, "emails") })}),
		},
		{
			Name:     "address-clear-drops-list",
			Summary:  "an empty part of the work address takes all addresses away",
			CaughtBy: "endpoint.sync.attribute.addresses.clear-keeps",
			hooks:    bends(hooks{storing: onPatched("User", all(isEmpty, isFiltered("addresses")), func(_ operation, after scim.Resource) { delete(after, "addresses") })}),
		},
	}
	for _, a := range attributeTable() {
		all = append(all, a.faults()...)
	}
	return all
}

// faults are those of one attribute.
func (a attributeFault) faults() []Fault {
	var list []Fault
	add := func(name, summary, act string, h hooks) {
		list = append(list, Fault{Name: a.name + "-" + name, Summary: summary, CaughtBy: "endpoint.sync.attribute." + a.name + "." + act, hooks: bends(h)})
	}
	at := func(o operation) bool { return o.does("replace") && strings.EqualFold(o.Path, a.path) }
	if a.change {
		add("change-ignored", "PATCH of "+a.path+" succeeds and changes nothing", "change", hooks{operations: ignoring("User", all(at, not(isEmpty), func(o operation) bool {
			_, had := o.current.Get(a.path)
			return had
		}))})
		list[len(list)-1].CaughtWithFlag = a.folded
	}
	if a.tidy != nil {
		act := "exact"
		if a.tidied == cutEmoji {
			act = "unicode"
		}
		add("tidied", "the value of a PATCH of "+a.path+" "+a.tidied, act, hooks{operations: rewriting("User", all(at, not(isEmpty)), withValue(func(o operation) any {
			if text, ok := o.Value.(string); ok {
				return a.tidy(text)
			}
			return o.Value
		}))})
	}
	if a.clear {
		add("clear-ignored", "an empty text or null for "+a.path+" succeeds and changes nothing", "clear", hooks{operations: ignoring("User", all(at, isEmpty))})
	}
	if a.long {
		add("cut-at-255", a.path+" in a POST is cut at 255 bytes", "long", hooks{incoming: func(q *request, document scim.Resource) error {
			if q.on("User", verbCreate) {
				a.cut(document)
			}
			return nil
		}})
	}
	return list
}

// cut shortens the attribute where a document has it.
func (a attributeFault) cut(document scim.Resource) {
	path, err := scim.ParsePath(a.path)
	if err != nil {
		return
	}
	holders := []map[string]any{document}
	name := path.Name
	switch extension, _ := document[path.URN].(map[string]any); {
	case path.Filter != nil:
		holders, name = elements(document, path.Name), path.FilterSub
	case path.Sub != "":
		parent, _ := document[path.Name].(map[string]any)
		holders, name = []map[string]any{parent}, path.Sub
	case extension != nil:
		holders = []map[string]any{extension}
	}
	for _, holder := range holders {
		if text, ok := holder[name].(string); ok {
			holder[name] = cutText(text)
		}
	}
}

func cutText(s string) string { return s[:min(len(s), 255)] }

func not(test operationTest) operationTest { return func(o operation) bool { return !test(o) } }

// isEmpty holds for an operation whose value is an empty text or null.
func isEmpty(o operation) bool { return o.Value == nil || o.Value == "" }

// keepSelected leaves the elements of a list the operation selects.
func keepSelected(list string) func(o operation, after scim.Resource) {
	return func(o operation, after scim.Resource) {
		var left []any
		for _, element := range o.selected(after) {
			left = append(left, maps.Clone(element))
		}
		if after[list] = left; left == nil {
			delete(after, list)
		}
	}
}

// basicPlane is a column that holds three bytes of UTF-8 for a character, and drops what comes after the first that needs four.
func basicPlane(s string) string {
	if i := strings.IndexFunc(s, func(r rune) bool { return r > 0xffff }); i >= 0 {
		return s[:i]
	}
	return s
}

func withoutSigns(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("()/'&", r) {
			return -1
		}
		return r
	}, s)
}

// withoutScript keeps language and region of a language tag.
func withoutScript(s string) string {
	parts := strings.Split(s, "-")
	if len(parts) < 3 {
		return s
	}
	return parts[0] + "-" + parts[len(parts)-1]
}

// repeatedBodies answers a PATCH from what it knows of the same one before.
func repeatedBodies() hooks {
	var seen memory[string, bool]
	key := func(q *request, ops []scim.Operation) string {
		body, err := json.Marshal(ops)
		if err != nil || !q.on("User", verbPatch) {
			return ""
		}
		return q.id + string(body)
	}
	return hooks{
		operations: func(q *request, _ scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
			if seen.has(key(q, ops)) {
				return nil, nil
			}
			return ops, nil
		},
		stored: func(q *request, _ *tx) {
			if k := key(q, q.ops); k != "" && len(q.ops) > 0 {
				seen.store(k, true)
			}
		},
	}
}
