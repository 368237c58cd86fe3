package container

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func at(ms int) time.Time { return time.Unix(0, 0).UTC().Add(time.Duration(ms) * time.Millisecond) }

func row(ms int, text string) string { return at(ms).Format(time.RFC3339Nano) + " " + text + "\r\n" }

func TestTheLogGivesTheLinesOfARequest(t *testing.T) {
	log := parse(row(0, "start") + row(2000, "late") + row(1000, "GET /a") + row(1001, "") + "no time at all\n" + row(1010, "GET /b") + row(1020, "GET /c"))
	for _, c := range []struct {
		from, took, limit int
		path              string
		want              []string
	}{
		{1000, 10, 8, "", []string{"GET /a", "GET /b", "GET /c"}}, // and what came within the lag
		{1000, 10, 1, "", []string{"GET /a"}},
		{1000, 10, 1, "/c", []string{"GET /c"}}, // which names it
		{1000, 10, 2, "/c", []string{"GET /a", "GET /c"}},
		{1000, 10, 2, "/d", []string{"GET /a", "GET /b"}},
		{0, 1, 8, "", []string{"start"}},
		{0, 1, 8, "/a", []string{"start", "GET /a"}}, // late, but its own
		{0, 1, 1, "/a", []string{"GET /a"}},
		{0, 1, 8, "/late", []string{"start"}}, // of another method
		{1500, 10, 8, "", nil},
		{2001, 10, 8, "/a", nil},
	} {
		if got := log.Around(at(c.from), time.Duration(c.took)*time.Millisecond, "GET", c.path, c.limit); !slices.Equal(got, c.want) {
			t.Errorf("from %d for %d, %d at most, of %s: %q, want %q", c.from, c.took, c.limit, c.path, got, c.want)
		}
	}
	if got := log.tail(2); !slices.Equal(got, []string{"GET /c", "late"}) {
		t.Errorf("tail %q", got)
	}
}

func TestALongLineIsCut(t *testing.T) {
	if got := parse(row(0, strings.Repeat("é", maxLine)))[0].Text; len(got) > maxLine+len("…") || !strings.HasSuffix(got, "é…") {
		t.Errorf("%d bytes of a line are kept", len(got))
	}
}

func FuzzParse(f *testing.F) {
	f.Add(row(0, "a") + row(1, "b"))
	f.Add("2026-11-22T10:56:12Z\n2026-11-22T10:56:12Z \x00\xff\n\n ")
	f.Fuzz(func(t *testing.T, text string) {
		for i, line := range parse(text) {
			if line.Text == "" || strings.ContainsAny(line.Text, "\n") {
				t.Error(fmt.Sprint(i, line))
			}
		}
	})
}
