package refconnector

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Create makes an account or group and returns its object id. Graph needs a display name, a mail nickname and a password: what the
// attributes lack is made from the name and taken from the configuration. When an id and an error are returned, the object is there and
// what the error names (manager, licences) is missing.
func (c *Connector) Create(ctx context.Context, class Class, attributes Attributes) (id string, err error) {
	o := &operation{name: "create", class: class, attributes: attributes}
	err = c.run(ctx, o, c.create)
	return o.made, err
}

func (c *Connector) create(ctx context.Context, o *operation) error {
	w, err := c.read(o.class, o.attributes)
	if err != nil {
		return err
	}
	if err := c.complete(w); err != nil {
		return err
	}
	o.wanted = w
	c.bendAsked(o, w)
	steps := []step{{"post", func(ctx context.Context) error { return c.post(ctx, o) }}}
	if w.manager != nil && *w.manager != "" {
		steps = append(steps, step{"manager", func(ctx context.Context) error { return c.writeManager(ctx, o, o.made) }})
	}
	if w.licences != nil && len(*w.licences) > 0 {
		steps = append(steps, step{"licences", func(ctx context.Context) error {
			return c.assign(ctx, o, &assignment{id: o.made, add: *w.licences, location: w.text("usageLocation")})
		}})
	}
	return c.walk(ctx, o, steps)
}

// complete adds what Graph needs and was not given, and refuses what would fail halfway.
// Source: learn.microsoft.com/graph/api/user-post-users and …/group-post-groups.
func (c *Connector) complete(w *wanted) error {
	naming, _ := propertyOf(w.class, nameAttribute)
	name := w.text(naming.attribute)
	if name == "" {
		return invalid(nameAttribute, "a new object needs a name")
	}
	local, _, _ := strings.Cut(name, "@")
	defaults := map[string]any{"displayName": local, "mailNickname": nickname(local)}
	if w.class == Group {
		defaults["mailEnabled"], defaults["securityEnabled"] = false, true
	} else {
		defaults[enableAttribute] = true
		if w.licences != nil && len(*w.licences) > 0 && w.text("usageLocation") == "" {
			if c.config.UsageLocation == "" {
				return errNoLocation(name)
			}
			defaults["usageLocation"] = c.config.UsageLocation
		}
	}
	for attribute, value := range defaults {
		if _, given := w.properties[attribute]; !given {
			w.properties[attribute] = value
		}
	}
	return nil
}

// nickname makes a mail nickname of a name: the characters Graph takes, 64 at most.
func nickname(name string) string {
	short := strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune(`@()/[]';:<>,\"`, r) {
			return -1
		}
		return r
	}, name)
	if short == "" {
		return "unnamed"
	}
	return short[:min(len(short), 64)]
}

// post makes the object.
func (c *Connector) post(ctx context.Context, o *operation) error {
	body := o.wanted.body()
	if o.class == Group {
		body["groupTypes"] = append([]string{}, strs(o.wanted.properties["groupTypes"])...)
	} else {
		body["passwordProfile"] = c.passwordProfile(o.wanted.password)
	}
	c.bendWritten(o, body)
	since := c.now()
	a, err := c.do(ctx, &call{
		o: o, purpose: "create " + noun(o.class), method: http.MethodPost, path: "/" + o.class.set(), body: body,
		there: func(ctx context.Context) (*answer, error) { return c.created(ctx, o, body, since) },
	})
	if err != nil {
		return err
	}
	var made struct {
		ID string `json:"id"`
	}
	if err := a.decode(&made); err != nil {
		return err
	}
	if made.ID == "" {
		return &Error{Code: Other, Status: a.status, Message: fmt.Sprintf("create %s: Graph's answer has no id", noun(o.class))}
	}
	o.made = made.ID
	c.recent.made(c.now(), o.made)
	c.recent.wrote(c.now(), o.made, values(o.class, body))
	return nil
}

// passwordProfile is a given password, or the base password, which its owner must change.
func (c *Connector) passwordProfile(password string) map[string]any {
	if password == "" {
		return map[string]any{"password": c.config.BasePassword, "forceChangePasswordNextSignIn": true}
	}
	return map[string]any{"password": password, "forceChangePasswordNextSignIn": false}
}

// skew is how far the clocks of tenant and connector may differ.
const skew = 5 * time.Minute

// created asks whether a POST whose answer was lost made the object: one of its name that is no older than the POST. Nothing is unique in a
// group, so its display name and nickname are asked for. nil: it did not, as far as the replica that answers knows.
func (c *Connector) created(ctx context.Context, o *operation, body map[string]any, since time.Time) (*answer, error) {
	filter := "userPrincipalName eq " + quote(body["userPrincipalName"])
	if o.class == Group {
		filter = "displayName eq " + quote(body["displayName"]) + " and mailNickname eq " + quote(body["mailNickname"])
	}
	a, err := c.do(ctx, &call{
		o: o, purpose: "look for " + noun(o.class), method: http.MethodGet, path: "/" + o.class.set(),
		query: query{{"$filter", filter}, {"$select", "id,createdDateTime"}},
	})
	if err != nil {
		return nil, err
	}
	var found struct {
		Value []struct {
			ID      string    `json:"id"`
			Created time.Time `json:"createdDateTime"`
		} `json:"value"`
	}
	if err := a.decode(&found); err != nil {
		return nil, err
	}
	for _, one := range found.Value {
		if !one.Created.Before(since.Add(-skew)) {
			return &answer{status: http.StatusCreated, header: http.Header{}, body: fmt.Appendf(nil, `{"id":%q}`, one.ID)}, nil
		}
	}
	return nil, nil //nolint:nilnil // not there, and no error
}

// quote is a string literal of a filter. Source: OData 4.01 URL conventions, section 5.1.1.14.1; learn.microsoft.com/graph/query-parameters.
func quote(value any) string {
	s, _ := value.(string)
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

func noun(class Class) string {
	if class == Group {
		return "group"
	}
	return "account"
}
