package refconnector

// valueFaults are about how values are written: collections, and what is cleared.
func valueFaults() []Fault {
	return []Fault{
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
	}
}
