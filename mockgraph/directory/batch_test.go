package directory_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestGivenAnObjectThatAnotherWriterChangedThenItIsNotUnchanged(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	id := d.user("ada")
	read, _ := d.Snapshot().Object(id)
	unchanged := func() error {
		return d.Batch(func(b *directory.Batch) error { return b.Unchanged(read) })
	}
	d.must(unchanged())
	_, err := d.Update(read.ID(), directory.Properties{"jobTitle": "Analyst"})
	d.must(err)
	refused(t, unchanged(), directory.CodeConcurrency, "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.")
	d.must(d.Delete(read.ID()))
	var refusal *directory.Error
	if err := unchanged(); !errors.As(err, &refusal) || refusal.Code != directory.CodeNotFound {
		t.Errorf("a deleted object: %v", err)
	}
}

// writes are those that a directory takes one by one and a batch as one.
type writes interface {
	Create(t directory.Type, p directory.Properties) (*directory.Object, error)
	Update(id string, p directory.Properties) (*directory.Object, error)
	Delete(id string) error
	AddMember(group, member string) error
	AddOwner(object, owner string) error
	SetManager(user, manager string) error
	AssignLicenses(user string, add []directory.AssignedLicense, remove []string) (*directory.Object, error)
}

// furnish makes people of all kinds, changes some, and is refused now and then.
func furnish(w writes, sku string) error {
	g, err := w.Create(directory.Group, security("team"))
	if err != nil {
		return err
	}
	var problems []error
	expect := func(err error, refused bool) {
		if (err != nil) != refused {
			problems = append(problems, fmt.Errorf("refused %v: %w", refused, err))
		}
	}
	boss := ""
	for i := range 80 { // more than a node of the trees
		name := fmt.Sprint("user", i)
		u, err := w.Create(directory.User, user(name, directory.Properties{"usageLocation": "DE", "jobTitle": "Engineer", "otherMails": []string{name + "@home.example"}}))
		if err != nil {
			return err
		}
		expect(w.AddMember(g.ID(), u.ID()), false)
		expect(w.AddMember(g.ID(), u.ID()), true)
		if boss != "" {
			expect(w.SetManager(u.ID(), boss), false)
		}
		if i%7 == 0 {
			boss = u.ID()
			expect(w.AddOwner(g.ID(), boss), false)
			_, err := w.Update(boss, directory.Properties{"jobTitle": nil, "displayName": "Boss " + name, "accountEnabled": false})
			expect(err, false)
		}
		_, err = w.AssignLicenses(u.ID(), []directory.AssignedLicense{{SkuID: sku}}, nil)
		expect(err, i >= 60) // no seat is left: four of those before were free again
		_, err = w.Create(directory.User, user(strings.ToUpper(name), nil))
		expect(err, true)
		if i%11 == 10 && i%7 != 0 {
			expect(w.Delete(u.ID()), false)
			expect(w.AddMember(g.ID(), u.ID()), true)
		}
	}
	return errors.Join(problems...)
}

func TestGivenTheSameWritesOneByOneAndAsABatchThenTheSavedBytesAreTheSame(t *testing.T) {
	t.Parallel()
	save := func(write func(d *directory.Directory, sku string) error) []byte {
		d := newTenant(t).Directory
		sku, err := d.Subscribe("TEAMS_EXPLORATORY", 56)
		if err != nil {
			t.Fatal(err)
		}
		if err := write(d, sku.String("skuId")); err != nil {
			t.Fatal(err)
		}
		if err := d.Snapshot().Check(); err != nil {
			t.Error(err)
		}
		var b bytes.Buffer
		if err := d.Save(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	single := save(func(d *directory.Directory, sku string) error { return furnish(d, sku) })
	batch := save(func(d *directory.Directory, sku string) error {
		return d.Batch(func(b *directory.Batch) error { return furnish(b, sku) })
	})
	if !bytes.Equal(single, batch) {
		t.Errorf("%d bytes one by one, %d as a batch", len(single), len(batch))
	}
}
