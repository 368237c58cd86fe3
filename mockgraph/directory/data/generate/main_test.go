package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGivenAListThenTheCatalogueIsSortedNumberedAndWithoutStrayWhiteSpace(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/skus.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	if err := run([]string{"testdata/catalogue.json"}, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestGivenAListThatCannotBeReadThenItSaysWhich(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no JSON": "skuId,name", "another shape": `{"skuId":"x"}`, "a product twice": `[{"skuId":"a"},{"skuId":"A "}]`,
	} {
		if err := generate(strings.NewReader(text), &strings.Builder{}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	for _, args := range [][]string{nil, {"a", "b"}, {"testdata/missing.json"}} {
		if err := run(args, &strings.Builder{}); err == nil {
			t.Errorf("%q: taken", args)
		}
	}
}

// The embedded catalogue is in the form the command writes.
func TestTheEmbeddedCatalogueHasTheFormOfTheCommand(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../skus.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), header) {
		t.Error("another header")
	}
	last := ""
	for line := range strings.Lines(strings.TrimPrefix(string(text), header)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for _, f := range fields {
			if f != field(f) {
				t.Errorf("white space around %q", f)
			}
		}
		if key := strings.Join(fields[:2], " "); key <= last || len(fields[1]) != 36 || fields[1] != id(fields[1]) {
			t.Errorf("%s after %s", key, last)
		} else {
			last = key
		}
	}
}
