package endpoint

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// View is a resource as the target showed it.
type View struct {
	scim.Resource

	Shown *exchange.Exchange // the evidence
}

// words tells the value of one attribute.
func (v View) words(path string) string {
	have, ok := v.Get(path)
	if !ok || have == nil {
		return "no " + path
	}
	return path + " is " + jsonText(have)
}

func jsonText(v any) string {
	if s, ok := v.(string); ok {
		return plain(s)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// common are the attributes that a change of something else must not disturb.
var common = []string{
	"userName", "displayName", "title", "preferredLanguage", "externalId", "name.givenName", "name.familyName", "name.formatted",
	`emails[type eq "work"].value`, `phoneNumbers[type eq "work"].value`, `phoneNumbers[type eq "mobile"].value`,
	`addresses[type eq "work"].locality`, `addresses[type eq "work"].streetAddress`, department, employeeNumber,
}

// keeps matches a [View] in which the attributes are what they were, leaving out some. What was not there before is not asked.
func keeps(before View, except ...string) types.GomegaMatcher {
	var paths []string
	for _, p := range common {
		if have, ok := before.Get(p); ok && have != nil && !slices.Contains(except, p) {
			paths = append(paths, p)
		}
	}
	lost := func(after View) (was, is []string) {
		for _, p := range paths {
			old, _ := before.Get(p)
			if now, ok := after.Get(p); !ok || !wire.Same(old, now, false) {
				was, is = append(was, before.words(p)), append(is, after.words(p))
			}
		}
		return was, is
	}
	return keeping{lost}
}

// keeping is the matcher of keeps; its expectation depends on what was lost.
type keeping struct {
	lost func(View) (was, is []string)
}

func (k keeping) Match(actual any) (bool, error) {
	v, ok := actual.(View)
	if !ok {
		return false, fmt.Errorf("judge %T: want a view", actual)
	}
	was, _ := k.lost(v)
	return len(was) == 0, nil
}

func (k keeping) Words(actual any) (expected, got string) {
	v, _ := actual.(View)
	was, is := k.lost(v)
	return strings.Join(was, ", "), strings.Join(is, ", ")
}

func (k keeping) FailureMessage(actual any) string {
	expected, got := k.Words(actual)
	return "Expected\n    " + got + "\nto be\n    " + expected
}

func (k keeping) NegatedFailureMessage(actual any) string { return "not " + k.FailureMessage(actual) }
