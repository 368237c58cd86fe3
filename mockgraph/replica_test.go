package mockgraph_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// replica is what a client knows that reads a delta query and merges what it tells, as the documentation asks of it.
// Source: learn.microsoft.com/graph/delta-query-overview, state tokens, resource representation and replays.
type replica struct {
	objects map[string]map[string]any  // by id
	links   map[string]map[string]bool // by id and relation
}

func newReplica() *replica {
	return &replica{objects: map[string]map[string]any{}, links: map[string]map[string]bool{}}
}

// merge applies the items of a page in order. Applying a page twice changes nothing.
func (r *replica) merge(items []any) error {
	for _, each := range items {
		item, _ := each.(map[string]any)
		id, _ := item["id"].(string)
		if id == "" {
			return fmt.Errorf("an item has no id: %v", item)
		}
		if removed, gone := item["@removed"].(map[string]any); gone {
			if reason := removed["reason"]; reason != "changed" && reason != "deleted" {
				return fmt.Errorf("%s is removed because of %v", id, reason)
			}
			r.forget(id)
			continue
		}
		if r.objects[id] == nil {
			r.objects[id] = map[string]any{}
		}
		for name, value := range item {
			relation, linked := strings.CutSuffix(name, "@delta")
			switch targets, list := value.([]any); {
			case linked && list:
				r.link(id+" "+relation, targets)
			case linked:
				return fmt.Errorf("%s of %s is no list: %v", name, id, value)
			case !strings.HasPrefix(name, "@"):
				r.objects[id][name] = value
			}
		}
	}
	return nil
}

// forget drops an object and its relations: what it was related to is told again when it comes back.
func (r *replica) forget(id string) {
	delete(r.objects, id)
	maps.DeleteFunc(r.links, func(key string, _ map[string]bool) bool { return strings.HasPrefix(key, id+" ") })
}

func (r *replica) link(key string, targets []any) {
	if r.links[key] == nil {
		r.links[key] = map[string]bool{}
	}
	for _, each := range targets {
		target, _ := each.(map[string]any)
		id, _ := target["id"].(string)
		if target["@removed"] != nil {
			delete(r.links[key], id)
		} else {
			r.links[key][id] = true
		}
	}
}

// linked returns the sorted ids an object is related to.
func (r *replica) linked(id, relation string) []string {
	return slices.Sorted(maps.Keys(r.links[id+" "+relation]))
}

// differences holds the replica against objects as a list shows them: what has no value may be missing from a delta.
func (r *replica) differences(objects map[string]map[string]any) (all []string) {
	for id, want := range objects {
		got, known := r.objects[id]
		if !known {
			all = append(all, id+" is missing")
			continue
		}
		for name, value := range want {
			if _, told := got[name]; !strings.HasPrefix(name, "@") && !reflect.DeepEqual(got[name], value) && (told || !blank(value)) {
				all = append(all, fmt.Sprintf("%s: %s is %v, want %v", id, name, got[name], value))
			}
		}
	}
	for id := range r.objects {
		if objects[id] == nil {
			all = append(all, id+" is there still")
		}
	}
	slices.Sort(all)
	return all[:min(len(all), 10)]
}

// blank says whether a value is what a list shows of something that was never set: null, or a complex value of nothing but defaults.
func blank(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for _, member := range v {
			if !blank(member) {
				return false
			}
		}
		return true
	case []any:
		return len(v) == 0
	}
	return value == nil || value == false || value == "Allow" // of parentalControlSettings.legalAgeGroupRule
}
