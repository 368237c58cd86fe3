package odata_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// whole hides that a snapshot can be read in parts.
type whole struct{ odata.Source }

func TestGivenAScanThatIsSharedOutThenPagesAndCountsAreThoseOfOneReader(t *testing.T) {
	t.Parallel()
	const n = 40_000 // enough for several readers
	d := directory.New(directory.WithHistory(0))
	if err := d.Batch(func(b *directory.Batch) error {
		for i := range n {
			name := fmt.Sprint("user", i*7919%n)
			if _, err := b.Create(directory.User, directory.Properties{
				"userPrincipalName": name + "@contoso.example", "mailNickname": name, "displayName": name, "accountEnabled": i%3 != 0,
				"department": []string{"Engines", "Rivers", "Stars"}[i%3], "jobTitle": fmt.Sprint("Title ", i%50),
			}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s := d.Snapshot()
	ids := func(p *odata.Page) (all []string) {
		for _, each := range p.Items {
			all = append(all, each.ID())
		}
		return all
	}
	for _, query := range []string{
		"$count=true&$filter=accountEnabled eq false",
		"$count=true&$filter=department eq 'nowhere'",
		"$count=true&$top=999&$filter=department eq 'Stars' and accountEnabled eq true",
		"$count=true&$filter=jobTitle eq 'Title 7'&$orderby=displayName desc",
		"$count=true&$orderby=displayName desc&$top=7",
		"$count=true&$search=\"displayName:user3\"",
	} {
		q := parse(t, odata.New(), odata.Collection{Type: directory.User}, query, eventual)
		want, err := q.Run(whole{s})
		if err != nil {
			t.Fatal(err)
		}
		got, err := q.Run(s)
		if err != nil {
			t.Fatal(err)
		}
		if got.Count != want.Count || got.Counted != want.Counted || (got.Next == "") != (want.Next == "") || !slices.Equal(ids(got), ids(want)) {
			t.Errorf("%s: %d items of %d, want %d of %d, or others", query, len(got.Items), got.Count, len(want.Items), want.Count)
		}
		one, err := q.Total(whole{s})
		if err != nil {
			t.Fatal(err)
		}
		if all, err := q.Total(s); err != nil || all != one {
			t.Errorf("%s: %d in all, want %d: %v", query, all, one, err)
		}
	}
}
