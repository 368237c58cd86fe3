package serviceprovider

import (
	"encoding/json"
	"net/http"
	"slices"
)

// onDiscovery edits the members of a successful answer to a discovery document.
func onDiscovery(path string, edit func(document map[string]any)) func(*request, *answer) {
	return func(q *request, a *answer) {
		if !q.servesPath(path) || a.status != http.StatusOK {
			return
		}
		var document map[string]any
		if data, err := json.Marshal(a.body); err == nil && json.Unmarshal(data, &document) == nil {
			edit(document)
			a.body = document
		}
	}
}

// withoutResource leaves resources with an id out of a list.
func withoutResource(id string) func(document map[string]any) {
	return func(document map[string]any) {
		all, _ := document["Resources"].([]any)
		left := slices.DeleteFunc(slices.Clone(all), func(one any) bool {
			r, _ := one.(map[string]any)
			return r["id"] == id
		})
		document["Resources"], document["totalResults"], document["itemsPerPage"] = left, len(left), len(left)
	}
}

// withoutMember deletes every member of a name, however deep.
func withoutMember(name string) func(document map[string]any) {
	var walk func(v any)
	walk = func(v any) {
		switch in := v.(type) {
		case map[string]any:
			delete(in, name)
			for _, one := range in {
				walk(one)
			}
		case []any:
			for _, one := range in {
				walk(one)
			}
		}
	}
	return func(document map[string]any) { walk(document) }
}
