package serviceprovider

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// createFaults break how a POST is stored and answered.
func createFaults() []Fault {
	return []Fault{
		{
			Name:     "post-without-id",
			Summary:  "the answer to a POST of a user does not carry her id",
			CaughtBy: "endpoint.create.user",
			hooks:    bends(hooks{answering: onBody("User", http.StatusCreated, without("id"), verbCreate)}),
		},
		{
			Name:     "post-drops-preferred-language",
			Summary:  "preferredLanguage in a POST is lost",
			CaughtBy: "endpoint.create.core-values",
			hooks:    bends(hooks{storing: onCreate("User", without("preferredLanguage"))}),
		},
		{
			Name:     "name-formatted-rebuilt",
			Summary:  "name.formatted in a POST is replaced by \"family, given\"",
			CaughtBy: "endpoint.create.core-values",
			hooks:    bends(hooks{storing: onCreate("User", rebuildFormatted)}),
		},
		{
			Name:     "post-drops-email-type",
			Summary:  "the type of e-mail addresses in a POST is lost",
			CaughtBy: "endpoint.create.emails",
			hooks:    bends(hooks{storing: onCreate("User", eachElement("emails", drop("type")))}),
		},
		{
			Name:     "post-drops-email-primary",
			Summary:  "primary of e-mail addresses in a POST is lost",
			CaughtBy: "endpoint.create.emails",
			hooks:    bends(hooks{storing: onCreate("User", eachElement("emails", drop("primary")))}),
		},
		{
			Name:     "phone-digits-only",
			Summary:  "blanks and punctuation are taken out of phone numbers",
			CaughtBy: "endpoint.create.phones",
			hooks: bends(hooks{storing: onStore("User", func(_ *request, _, after scim.Resource) {
				eachElement("phoneNumbers", func(phone map[string]any) {
					if value, ok := phone["value"].(string); ok {
						phone["value"] = strings.Map(dialable, value)
					}
				})(after)
			})}),
		},
		{
			Name:     "address-country-dropped",
			Summary:  "the country of addresses is lost",
			CaughtBy: "endpoint.create.address",
			hooks:    bends(hooks{storing: onCreate("User", eachElement("addresses", drop("country")))}),
		},
		{
			Name:     "enterprise-extension-dropped",
			Summary:  "the enterprise extension in a POST is lost",
			CaughtBy: "endpoint.create.enterprise",
			hooks:    bends(hooks{storing: onCreate("User", without(scim.EnterpriseURN))}),
		},
		{
			Name:     "resource-schemas-missing",
			Summary:  "the schemas of a user never name the enterprise extension",
			CaughtBy: "endpoint.create.schemas",
			hooks: bends(hooks{rendering: onShow("User", func(r scim.Resource) {
				r["schemas"] = []any{scim.UserURN}
			})}),
		},
		{
			Name:     "active-as-string",
			Summary:  "active of a created user comes back as the string \"True\" until a PATCH writes it",
			SeenIn:   "grokability/snipe-it#13948",
			CaughtBy: "endpoint.create.active-boolean",
			hooks: bends(hooks{storing: onCreate("User", func(after scim.Resource) {
				after["active"] = map[bool]string{true: "True", false: "False"}[isActive(after)]
			})}),
		},
		{
			Name:     "post-string-true-refused",
			Summary:  "active as the string \"True\" in a POST is refused",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.create.active-string",
			hooks: bends(hooks{incoming: refusing("User", func(r scim.Resource) bool {
				_, isText := r["active"].(string)
				return isText
			}, "active must be a boolean")}),
		},
		{
			Name:     "location-missing",
			Summary:  "201 has no Location header",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.create.location",
			hooks: bends(hooks{answering: onStatus("User", http.StatusCreated, func(_ *request, a *answer) {
				a.header.Del("Location")
			}, verbCreate)}),
		},
		{
			Name:     "location-leads-nowhere",
			Summary:  "the Location header of a 201 has a path under which nothing is served",
			CaughtBy: "endpoint.create.location",
			hooks: bends(hooks{answering: onStatus("User", http.StatusCreated, func(q *request, a *answer) {
				a.header.Set("Location", q.base()+"/internal"+q.kind.path+"/"+url.PathEscape(q.id))
			}, verbCreate)}),
		},
		{
			Name:     "meta-missing",
			Summary:  "resources have no meta",
			CaughtBy: "endpoint.create.meta",
			hooks:    bends(hooks{rendering: onShow("User", without("meta"))}),
		},
		{
			Name:     "charset-refused",
			Summary:  "a POST whose content type has a charset is 415",
			CaughtBy: "endpoint.create.content-type",
			hooks:    bends(hooks{before: refuseCharset}),
		},
		{
			Name:     "name-required",
			Summary:  "a user without name.familyName is refused",
			CaughtBy: "endpoint.create.minimal",
			hooks: bends(hooks{incoming: refusing("User", func(r scim.Resource) bool {
				return r.String("name.familyName") == ""
			}, "name.familyName is required")}),
		},
		{
			Name:     "non-ascii-question-marks",
			Summary:  "characters outside ASCII are stored as question marks",
			CaughtBy: "endpoint.create.unicode",
			hooks: bends(hooks{storing: onStore("User", func(_ *request, _, after scim.Resource) {
				eachString(map[string]any(after), func(s string) string { return strings.Map(asciiOnly, s) })
			})}),
		},
		{
			Name:     "duplicate-accepted",
			Summary:  "a second user with the same userName is created",
			CaughtBy: "endpoint.create.duplicate",
			hooks: bends(hooks{conflict: func(q *request, _ *state, _ scim.Resource, owner *record) *record {
				if q.on("User", verbCreate) {
					return nil
				}
				return owner
			}}),
		},
		{
			Name:     "duplicate-400",
			Summary:  "a second user with the same userName is refused with 400 instead of 409",
			CaughtBy: "endpoint.create.duplicate",
			hooks: bends(hooks{answering: onStatus("User", http.StatusConflict, func(_ *request, a *answer) {
				*a = *refuse(scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "userName must be unique"))
			}, verbCreate)}),
		},
		{
			Name:     "duplicate-other-case-accepted",
			Summary:  "a second user whose userName differs only in case is created",
			CaughtBy: "endpoint.create.duplicate-case",
			hooks: bends(hooks{conflict: func(q *request, _ *state, candidate scim.Resource, owner *record) *record {
				if owner != nil && q.on("User") && owner.resource()["userName"] != candidate["userName"] {
					return nil
				}
				return owner
			}}),
		},
		{
			Name:     "error-not-scim",
			Summary:  "409 carries the web framework's error instead of a SCIM error",
			CaughtBy: "endpoint.create.duplicate-error",
			hooks: bends(hooks{answering: onStatus("User", http.StatusConflict, func(_ *request, a *answer) {
				a.body = map[string]any{"error": "Conflict", "status": http.StatusConflict}
			}, verbCreate)}),
		},
		{
			Name:     "list-items-without-id",
			Summary:  "users found by userName are listed without their id",
			CaughtBy: "endpoint.create.match-existing",
			hooks: bends(hooks{rendering: func(q *request, r scim.Resource) {
				if _, ok := equality(q.filter, "userName"); ok && q.on("User", verbList) {
					delete(r, "id")
				}
			}}),
		},
		{
			Name:     "department-not-listed",
			Summary:  "lists leave out the department of users that GET by id shows",
			CaughtBy: "endpoint.create.second-cycle",
			hooks: bends(hooks{rendering: onShow("User", func(r scim.Resource) {
				if extension, ok := r[scim.EnterpriseURN].(map[string]any); ok {
					delete(extension, "department")
				}
			}, verbList)}),
		},
		{
			Name:     "filter-lags-behind-writes",
			Summary:  "a filter that found nobody is remembered: the same filter does not find a user created after it",
			CaughtBy: "endpoint.create.visible-at-once",
			hooks:    staleMisses,
		},
	}
}

func rebuildFormatted(r scim.Resource) {
	name, ok := r["name"].(map[string]any)
	if !ok || name["formatted"] == nil {
		return
	}
	name["formatted"] = r.String("name.familyName") + ", " + r.String("name.givenName")
}

func dialable(r rune) rune {
	if r == '+' || unicode.IsDigit(r) {
		return r
	}
	return -1
}

func asciiOnly(r rune) rune {
	if r > unicode.MaxASCII {
		return '?'
	}
	return r
}

func refuseCharset(q *request) *answer {
	if !q.on("User", verbCreate) || !strings.Contains(strings.ToLower(q.Header.Get("Content-Type")), "charset") {
		return nil
	}
	return refuse(scim.Errorf(http.StatusUnsupportedMediaType, "", "content type %q is not supported", q.Header.Get("Content-Type")))
}
