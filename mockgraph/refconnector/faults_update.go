package refconnector

import (
	"strings"
)

// updateFaults are about changes of accounts, and reading them.
func updateFaults() []Fault {
	return []Fault{
		{
			Name: "update-always-writes", CaughtBy: "connector.sync.no-needless-writes",
			Summary: "PATCH /users/{id} is sent with the asked values also when none of them differs from what was read",
			hooks: bends(writing("update", Account, func(_ *Connector, o *operation, body map[string]any) {
				if len(body) == 0 {
					writeAll(o, body)
				}
			})),
		},
		{
			Name: "update-sends-everything", CaughtBy: "connector.sync.only-changes",
			Summary: "When one property differs, PATCH carries every property of the update, the unchanged too",
			hooks: bends(writing("update", Account, func(_ *Connector, o *operation, body map[string]any) {
				if len(body) > 0 {
					writeAll(o, body)
				}
			})),
		},
		{
			Name: "update-merges-arrays", CaughtBy: "connector.sync.arrays-replaced", SeenIn: "Evolveum/connector-microsoft-graph-api",
			Summary: "PATCH carries the union of the otherMails that are there and those asked for; nothing is ever taken out",
			hooks: bends(writing("update", Account, func(_ *Connector, o *operation, body map[string]any) {
				if mails, ok := body["otherMails"]; ok {
					body["otherMails"] = union(strs(o.current["otherMails"]), strs(mails))
				}
			})),
		},
		{
			Name: "array-first-value-only", CaughtBy: "connector.sync.arrays-whole",
			Summary: "PATCH carries the first value of otherMails only",
			hooks: bends(writing("create update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				if mails := strs(body["otherMails"]); len(mails) > 1 {
					body["otherMails"] = mails[:1]
				}
			})),
		},
		{
			Name: "array-clear-sends-null", CaughtBy: "connector.sync.arrays-cleared",
			Summary: "A cleared collection (otherMails, businessPhones) is sent as null, not as []",
			hooks: bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				for name, value := range body {
					if list, ok := value.([]string); ok && len(list) == 0 {
						body[name] = nil
					}
				}
			})),
		},
		{
			Name: "create-sends-phones-as-text", CaughtBy: "connector.sync.business-phones-set",
			Summary: "POST /users carries businessPhones as a text, not as a list; Graph answers 400",
			hooks: bends(writing("create", Account, func(_ *Connector, _ *operation, body map[string]any) {
				if phones := strs(body["businessPhones"]); len(phones) > 0 {
					body["businessPhones"] = phones[0]
				}
			})),
		},
	}
}

// touchFaults are about what a change leaves out, and what it touches besides.
func touchFaults() []Fault {
	return []Fault{
		{
			Name: "clear-sends-empty-string", CaughtBy: "connector.sync.cleared-as-null",
			Summary: "A cleared property is sent as \"\" and not as null; Graph answers 400",
			hooks: bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				for _, p := range properties(Account) {
					if p.in(body) && p.of(body) == nil {
						p.put(body, "")
					}
				}
			})),
		},
		{
			Name: "clear-ignored", CaughtBy: "connector.sync.cleared",
			Summary: "A cleared property is left out of PATCH: the value stays",
			hooks: bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				for _, p := range properties(Account) {
					if p.in(body) && empty(p.of(body)) {
						p.drop(body)
					}
				}
			})),
		},
		{
			Name: "case-change-ignored", CaughtBy: "connector.sync.case-change",
			Summary: "Values are compared without regard to case: a change of letters' case alone is not sent",
			hooks: bends(hooks{same: func(_ string, current, wanted any, same bool) bool {
				a, _ := current.(string)
				b, _ := wanted.(string)
				return same || a != "" && strings.EqualFold(a, b)
			}}),
		},
		{
			Name: "password-reset-on-every-update", CaughtBy: "connector.sync.password-untouched",
			Summary: "Every PATCH /users/{id} also carries passwordProfile with the base password",
			hooks: bends(writing("update", Account, func(c *Connector, _ *operation, body map[string]any) {
				if len(body) > 0 && body["passwordProfile"] == nil {
					body["passwordProfile"] = c.passwordProfile("")
				}
			})),
		},
		{
			Name: "password-change-ignored", CaughtBy: "connector.sync.password-set",
			Summary: "A password in an update is not sent",
			hooks:   bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) { delete(body, "passwordProfile") })),
		},
		{
			Name: "update-touches-enabled", CaughtBy: "connector.sync.enabled-untouched",
			Summary: "Every PATCH /users/{id} also carries accountEnabled true, so that a blocked account is open again",
			hooks: bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				if _, asked := body["accountEnabled"]; len(body) > 0 && !asked {
					body["accountEnabled"] = true
				}
			})),
		},
		{
			Name: "extension-attributes-wiped", CaughtBy: "connector.sync.extension-attributes-kept",
			Summary: "PATCH of one onPremisesExtensionAttributes member carries all fifteen, the others as null",
			hooks: bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				if _, ok := body[extensions]; !ok {
					return
				}
				for _, p := range properties(Account) {
					if p.member != "" && !p.in(body) {
						p.put(body, nil)
					}
				}
			})),
		},
	}
}
