package directory_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func (d *tenant) photo(id, want string) {
	d.t.Helper()
	got, ok := d.Photo(id)
	if ok != (want != "") || ok && (string(got.Bytes) != want || got.ContentType != "image/png") {
		d.t.Errorf("the photo of %s is %q of type %q, want %q", id, got.Bytes, got.ContentType, want)
	}
}

func TestGivenAPhotoThenItIsKeptReplacedAndRemoved(t *testing.T) {
	d := newTenant(t)
	ada, team := d.user("ada"), d.group("team")
	picture := []byte("one")
	before := d.Snapshot().Sequence()
	d.must(d.SetPhoto(strings.ToUpper(ada), "image/png", picture))
	copy(picture, "xxx")
	d.photo(strings.ToUpper(ada), "one")
	d.must(d.SetPhoto(ada, "image/png", []byte("two")))
	d.photo(ada, "two")
	d.photo(team, "")
	d.must(d.SetPhoto(team, "image/png", bytes.Repeat([]byte("x"), directory.MaxPhoto)))
	d.must(d.RemovePhoto(ada))
	d.photo(ada, "")
	refused(t, d.RemovePhoto(ada), directory.CodeImageNotFound, "The photo wasn't found.")
	if after := d.Snapshot().Sequence(); after != before {
		t.Errorf("%d changes are logged", after-before)
	}
}

func TestGivenTheLogoOfAnApplicationThenAFileKeepsIt(t *testing.T) {
	d := newTenant(t)
	app := d.application(nil).ID()
	d.must(d.SetPhoto(app, "image/png", []byte("logo")))
	d.photo(app, "logo")
	other := newTenant(t)
	d.must(other.Load(strings.NewReader(saved(t, d.Directory))))
	other.photo(app, "logo")
}

func TestGivenPhotosThatCannotBeThenTheyAreRefused(t *testing.T) {
	d := newTenant(t)
	ada, principal := d.user("ada"), d.app()
	for name, err := range map[string]error{
		"too large": d.SetPhoto(ada, "image/png", make([]byte, directory.MaxPhoto+1)), "empty": d.SetPhoto(ada, "image/png", nil), "no image": d.SetPhoto(ada, "text/html", []byte("x")),
	} {
		if err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	refused(t, d.SetPhoto(principal, "image/png", []byte("x")), directory.CodeNotFound, missing(principal))
	refused(t, d.SetPhoto("nobody", "image/png", []byte("x")), directory.CodeNotFound, missing("nobody"))
	d.photo(ada, "")
}

func TestGivenADeletedUserThenHerPhotoIsHiddenComesBackAndGoesWithHer(t *testing.T) {
	d := newTenant(t)
	ada := d.user("ada")
	d.must(d.SetPhoto(ada, "image/png", []byte("one")))
	d.must(d.Delete(ada))
	d.photo(ada, "")
	_, err := d.Restore(ada)
	d.must(err)
	d.photo(ada, "one")
	d.must(d.Delete(ada))
	d.must(d.Purge(ada))
	if strings.Contains(saved(t, d.Directory), "photo") {
		t.Error("the photo of a purged user is in the file")
	}
}

func TestGivenAWriteThatFailsThenPhotosStay(t *testing.T) {
	d := newTenant(t, directory.WithoutSecurityGroupRecycling())
	team := d.group("team")
	d.must(d.SetPhoto(team, "image/png", []byte("one")))
	err := d.Batch(func(b *directory.Batch) error {
		d.must(b.Delete(team))
		return b.Delete("nobody")
	})
	refused(t, err, directory.CodeNotFound, missing("nobody"))
	d.photo(team, "one")
}
