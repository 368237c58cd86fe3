package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheTableIsFoldedSortedAndWithoutWhatIsNotServed(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "permissions.txt")
	if err := run([]string{"testdata/permissions.json", out}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/permissions.txt")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != header+string(want) {
		t.Errorf("the table is\n%s\nwant\n%s", got, want)
	}
}

func TestTheTableIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("testdata/permissions.json")
	if err != nil {
		t.Fatal(err)
	}
	first, err := compact(source)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, _ := compact(source); string(again) != string(first) {
			t.Fatalf("the table changes:\n%s\n%s", first, again)
		}
	}
}

func TestBadInputIsNamed(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte(`{"/users": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, each := range []struct {
		args []string
		want string
	}{
		{nil, "want two files"}, {[]string{"", "x"}, "want two files"}, {[]string{"testdata/nothing.json", "x"}, "nothing.json"}, {[]string{bad, "x"}, "bad.json"},
		{[]string{"testdata/permissions.json", filepath.Join(bad, "below")}, "write table"},
	} {
		if err := run(each.args); err == nil || !strings.Contains(err.Error(), each.want) {
			t.Errorf("%q: %v, want %q", each.args, err, each.want)
		}
	}
}
