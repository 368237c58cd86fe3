package refconnector_test

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
)

// values are two values of attributes, the second different.
var values = map[string][2]any{
	"displayName": {"First", "Second"}, "mailNickname": {"first", "second"}, "usageLocation": {"DE", "FR"}, "mail": {"a@x.example", "b@x.example"},
	"preferredLanguage": {"en-GB", "de-DE"}, "employeeHireDate": {"2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"}, "ageGroup": {"Adult", "Minor"},
	"consentProvidedForMinor": {"Granted", "Denied"}, "businessPhones": {[]string{"+1"}, []string{"+2"}}, "otherMails": {[]string{"a@x.example"}, []string{"b@x.example"}},
}

// attributeTrials try the faults that each attribute has.
func attributeTrials() []trial {
	var all []trial
	for _, fault := range refconnector.Faults() {
		name, ok := strings.CutPrefix(fault.Name, "sync-")
		if !ok {
			continue
		}
		for _, kind := range []string{"-dropped", "-change-ignored", "-clear-ignored"} {
			if kebab, ok := strings.CutSuffix(name, kind); ok {
				all = append(all, attributeTrial(fault.Name, camel(kebab), kind))
			}
		}
	}
	return all
}

func attributeTrial(fault, name, kind string) trial {
	label := name
	if strings.HasPrefix(name, "extension") {
		name = "onPremisesExtensionAttributes." + name
	}
	v, ok := values[label]
	if !ok {
		v = [2]any{"first", "second"}
	}
	if label == "mailNickname" || label == "displayName" {
		v = [2]any{"first", "second"}
	}
	read := func(r *rig, id string) string {
		o, err := r.connect(r.config).Read(r.Context(), refconnector.Account, id)
		r.must(err)
		return words(o.Attributes[name])
	}
	to := any(nil)
	if kind != "-clear-ignored" {
		to = v[1]
	}
	good, bad := words(to), words(v[0])
	switch {
	case kind == "-dropped" && (label == "displayName" || label == "mailNickname"):
		bad = "ada"
	case kind == "-dropped":
		bad = "<nil>"
	}
	return trial{fault, func(r *rig) string {
		id, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada", name: v[0]})
		r.must(err)
		if kind == "-dropped" {
			good := read(r, id)
			r.must(r.Update(r.Context(), refconnector.Account, id, attributes{name: v[1]}))
			if read(r, id) == good {
				return good
			}
			return read(r, id)
		}
		r.must(r.Update(r.Context(), refconnector.Account, id, attributes{name: to}))
		return read(r, id)
	}, good, bad}
}

// camel writes given-name as givenName.
func camel(name string) string {
	parts := strings.Split(name, "-")
	for i := range parts[1:] {
		parts[i+1] = strings.ToUpper(parts[i+1][:1]) + parts[i+1][1:]
	}
	return strings.Join(parts, "")
}
