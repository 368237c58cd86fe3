package endpoint_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// attributeChecks are the checks of attributes and acts.
func attributeChecks() []suites.Spec {
	var specs []suites.Spec
	for _, c := range endpoint.Checks() {
		if c.Shares {
			specs = append(specs, c.Spec)
		}
	}
	return specs
}

// Each attribute that Entra maps by default is named by a check, and each act has one for nearly every attribute.
func TestEveryMappedAttributeHasChecks(t *testing.T) {
	t.Parallel()
	var fixes strings.Builder
	acts := map[string]int{}
	for _, s := range attributeChecks() {
		fixes.WriteString(s.Fix + "\n")
		acts[s.ID[strings.LastIndexByte(s.ID, '.')+1:]]++
	}
	for _, m := range mapping.DefaultUsers().AttributeMappings {
		apart := []string{"userName", "active", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"}
		if path := m.TargetAttributeName; !slices.Contains(apart, path) && !strings.Contains(fixes.String(), path) {
			t.Errorf("no check of the table is about %s", path)
		}
	}
	for act, least := range map[string]int{"change": 13, "unicode": 9, "exact": 7, "clear": 16, "long": 10} {
		if acts[act] < least {
			t.Errorf("%d checks are about the act %q, want %d", acts[act], act, least)
		}
	}
}

// A hundred checks of one dialect need about as many requests as a handful.
func TestTheSceneIsPlayedOnce(t *testing.T) {
	t.Parallel()
	target := open(t, reference(t))
	defer target.Close(t.Context())
	runnables := target.Runnables(string(wire.Default), string(wire.AADOptSCIM))
	for _, r := range runnables {
		if !r.Shares {
			continue
		}
		if o := r.Run(t.Context()); o.Status != result.Passed {
			t.Errorf("%s in %s: %s %s %s", r.ID, r.Dialect, o.Status, o.Reason, told(o))
		}
	}
	const most = 120 // with the two of opening and both dialects
	if n := len(target.Recorder().All()); n > most {
		t.Errorf("%d requests, want at most %d", n, most)
	}
}

// A server that drops an attribute is told so by the check of creation, once: nothing is said of changes, of scripts or of clearing.
func TestADroppedAttributeIsToldOnce(t *testing.T) {
	t.Parallel()
	for i, tt := range []struct{ attribute, check string }{
		{"phoneNumbers", "endpoint.create.phones"},
		{"addresses", "endpoint.create.address"},
		{"title", "endpoint.create.core-values"},
		{"emails", "endpoint.create.emails"},
	} {
		t.Run(tt.attribute, func(t *testing.T) {
			t.Parallel()
			sampled(t, i, 2)
			target := open(t, shown(func(o map[string]any) { delete(o, tt.attribute) })(t, reference(t)))
			defer target.Close(t.Context())
			var failed []string
			outcomes := rehearse(t.Context(), target)
			for id, o := range outcomes {
				rooted(t, outcomes, id)
				if o.Status == result.Failed {
					failed = append(failed, id+" "+told(o))
				}
			}
			if len(failed) != 1 || !strings.HasPrefix(failed[0], tt.check+" ") {
				t.Errorf("failed are\n%s\nwant %s alone", strings.Join(failed, "\n"), tt.check)
			}
		})
	}
}

// A target that refuses a whole PATCH because of one attribute is judged by each attribute alone.
func TestARefusedPatchIsTriedByAttribute(t *testing.T) {
	t.Parallel()
	h := refusing(t, `postalCode`)
	target := open(t, h)
	defer target.Close(t.Context())
	var failed []string
	for id, o := range rehearse(t.Context(), target) {
		if o.Status == result.Failed {
			failed = append(failed, strings.TrimPrefix(id, "endpoint.sync.attribute."))
		}
	}
	slices.Sort(failed)
	if want := []string{"postal-code.change"}; !slices.Equal(failed, want) {
		t.Errorf("failed are %q, want %q", failed, want)
	}
}

// What a search index shows seconds late is not accused of never being there.
func TestALaggingIndexIsARecommendation(t *testing.T) {
	t.Parallel()
	target := open(t, reference(t, "search-index-lags"))
	defer target.Close(t.Context())
	for id, o := range rehearse(t.Context(), target) {
		if lags := id == "endpoint.create.read-your-writes"; (o.Status == result.Failed) != lags {
			t.Errorf("%s is %s: %s %s", id, o.Status, o.Reason, told(o))
		}
	}
	for _, c := range endpoint.Checks() {
		if c.ID == "endpoint.create.read-your-writes" && c.Level != result.Recommended {
			t.Errorf("it is %s", c.Level)
		}
	}
}

// refusing is the reference endpoint that answers 400 to a PATCH whose body has a word in it.
func refusing(t *testing.T, word string) http.Handler {
	h := reference(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			if strings.Contains(string(body), word) {
				refuse(w, http.StatusBadRequest, "invalidPath")
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		h.ServeHTTP(w, r)
	})
}
