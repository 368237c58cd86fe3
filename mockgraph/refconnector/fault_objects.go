package refconnector

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// What faults of objects do, where it takes more than a line.

// threeLetters are ISO 3166's codes of three letters for some of two.
func threeLetters(two string) string {
	for _, pair := range []string{"DE DEU", "FR FRA", "GB GBR", "IN IND", "NO NOR", "US USA"} {
		if short, long, _ := strings.Cut(pair, " "); short == two {
			return long
		}
	}
	return two + "X"
}

// ascii is a JSON value with question marks for all other letters.
func ascii(value any) any {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r > 0x7f {
				return '?'
			}
			return r
		}, s)
	}
	switch v := value.(type) {
	case string:
		return plain(v)
	case []string:
		all := make([]string, len(v))
		for i := range v {
			all[i] = plain(v[i])
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = ascii(v[i])
		}
		return all
	case map[string]any:
		all := map[string]any{}
		for name := range v {
			all[name] = ascii(v[name])
		}
		return all
	default:
		return value
	}
}

// writeAll puts everything an update asks for in its body.
func writeAll(o *operation, body map[string]any) {
	for _, p := range properties(o.class) {
		if want, ok := o.wanted.properties[p.attribute]; ok {
			p.put(body, want)
		}
	}
}

// namesake turns an operation to another object of the same display name, if there is one.
func namesake(ctx context.Context, c *Connector, o *operation) error {
	present, err := c.get(ctx, &operation{name: "read", class: o.class, id: o.id}, query{{"$select", "id,displayName"}})
	if err != nil {
		return err
	}
	name, _ := present["displayName"].(string)
	found, err := c.Search(ctx, o.class, Filter{Attribute: "displayName", Value: name})
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(found, func(one Object) bool { return one.ID != o.id }); i >= 0 {
		o.id = found[i].ID
	}
	return nil
}

// recreate deletes an account and makes it anew, with other values.
func recreate(ctx context.Context, c *Connector, id string, present, other Attributes) error {
	if err := c.Delete(ctx, Account, id); err != nil {
		return err
	}
	all := maps.Clone(present)
	if _, ok := given(&operation{attributes: other}, nameAttribute, "userPrincipalName"); ok {
		delete(all, nameAttribute)
		delete(all, "userPrincipalName")
	}
	maps.Copy(all, other)
	_, err := c.Create(ctx, Account, all)
	return err
}

// restoresAnew remembers what it deletes, and makes it anew.
func restoresAnew() hooks {
	var mu sync.Mutex
	deleted := map[string]Attributes{}
	return hooks{operation: func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
		switch {
		case o.name == "delete" && o.class == Account:
			if present, err := c.Read(ctx, Account, o.id); err == nil {
				mu.Lock()
				deleted[o.id] = present.Attributes
				mu.Unlock()
			}
		case o.name == "restore":
			mu.Lock()
			attributes, ok := deleted[o.id]
			mu.Unlock()
			if ok {
				_, err := c.Create(ctx, Account, attributes)
				return err
			}
		}
		return next(ctx)
	}}
}

// recreatesLagging makes a group again that Graph does not know yet.
func recreatesLagging() hooks {
	var mu sync.Mutex
	made := map[string]Attributes{}
	h := judging(answered(http.StatusNotFound), givesUp)
	h.operation = func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
		err := next(ctx)
		if o.class != Group {
			return err
		}
		mu.Lock()
		attributes, ours := made[o.id]
		if o.name == "create" && err == nil {
			made[o.made] = o.attributes
		}
		mu.Unlock()
		if !ours || !isGone(err) {
			return err
		}
		again, err := c.Create(ctx, Group, attributes)
		if err != nil {
			return err
		}
		o.id = again
		return next(ctx)
	}
	return h
}

// bindByName names the members of a PATCH by their user principal names.
func bindByName(ctx context.Context, c *Connector, k *call) {
	references, ok := k.body["members@odata.bind"].([]string)
	if !ok {
		return
	}
	var named []string
	for _, reference := range references {
		id := reference[strings.LastIndexByte(reference, '/')+1:]
		found, err := c.get(ctx, &operation{name: "read", class: Account, id: id}, query{{"$select", "userPrincipalName"}})
		if name, _ := found["userPrincipalName"].(string); err == nil && name != "" {
			reference = c.endpoints.resource + "/v1.0/users/" + name
		}
		named = append(named, reference)
	}
	k.body["members@odata.bind"] = named
}

// isAssign says whether a call changes licences.
func isAssign(k *call) bool { return strings.HasSuffix(k.path, "/assignLicense") }

// licencesFirst moves the licences before usageLocation: in an update before PATCH, at a creation before a PATCH of its own.
func licencesFirst(c *Connector, o *operation, steps []step) []step {
	i := slices.IndexFunc(steps, func(s step) bool { return s.name == "licences" })
	if i < 0 {
		return steps
	}
	if o.name == "create" {
		return append(steps, step{"location", func(ctx context.Context) error {
			return c.write(ctx, o, o.made, map[string]any{"usageLocation": o.wanted.text("usageLocation")})
		}})
	}
	licences := steps[i]
	return slices.Insert(slices.Delete(steps, i, i+1), slices.IndexFunc(steps, func(s step) bool { return s.name == "patch" }), licences)
}

// partNumbers names SKUs as the portal does.
func partNumbers(ctx context.Context, c *Connector, k *call) {
	add, _ := k.body["addLicenses"].([]any)
	if !isAssign(k) || len(add) == 0 {
		return
	}
	a, err := c.do(ctx, &call{o: k.o, purpose: "read subscriptions", method: http.MethodGet, path: "/subscribedSkus", query: query{{"$select", "skuId,skuPartNumber"}}})
	if err != nil {
		return
	}
	var found struct {
		Value []struct {
			ID     string `json:"skuId"`
			Number string `json:"skuPartNumber"`
		} `json:"value"`
	}
	if a.decode(&found) != nil {
		return
	}
	for _, one := range add {
		licence, _ := one.(map[string]any)
		for _, sku := range found.Value {
			if licence["skuId"] == sku.ID {
				licence["skuId"] = sku.Number
			}
		}
	}
}
