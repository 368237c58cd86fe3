package directory

import (
	"errors"
	"testing"
)

func TestGivenAWriteThatFailsHalfWayThenNothingOfItStays(t *testing.T) {
	d := New()
	ada, err := d.Create(User, Properties{"userPrincipalName": "ada@contoso.example", "mailNickname": "ada", "displayName": "Ada", "accountEnabled": true})
	if err != nil {
		t.Fatal(err)
	}
	before, failure := d.Snapshot(), errors.New("half way")
	err = d.write(func(x *tx) error {
		x.record(Change{Operation: Deleted, Type: User, ObjectID: ada.ID()})
		x.dropLive(ada)
		x.putLink(&link{relation: Manager, from: ada.ID(), to: ada.ID()})
		return failure
	})
	if !errors.Is(err, failure) || d.Snapshot() != before {
		t.Fatalf("got %v and a new state: %v", err, d.Snapshot() != before)
	}
	if _, err := d.Update(ada.ID(), Properties{"displayName": "Ada L."}); err != nil {
		t.Fatalf("the failed write shows in the next one: %v", err)
	}
	s := d.Snapshot()
	if _, managed := s.Manager(ada.ID()); managed || s.Sequence() != 2 {
		t.Errorf("managed %v, sequence %d", managed, s.Sequence())
	}
}

func FuzzCreateUser(f *testing.F) {
	for _, seed := range [][3]string{
		{"ada@contoso.example", "ada", "Ada"}, {"a'b.c_d!#^~-e@x.y", "a+b", "\u202eAda"}, {"@", "", ""}, {"a@b@c", "a b", "\xff"}, {"a@-b.c", "ä", "e\u0301"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, name, nickname, display string) {
		d := New()
		p := Properties{"userPrincipalName": name, "mailNickname": nickname, "displayName": display, "accountEnabled": true}
		o, err := d.Create(User, p)
		if err != nil {
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Code != CodeBadRequest || refusal.Target == "" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		for property, want := range p {
			if o.Property(property) != want {
				t.Errorf("%s is %v, was created with %v", property, o.Property(property), want)
			}
		}
		if _, err := d.Create(User, p); err == nil {
			t.Error("the same user is created twice")
		}
		if found, ok := d.Snapshot().Lookup(User, "userPrincipalName", name); !ok || found.ID() != o.ID() {
			t.Error("she is not found by her name")
		}
	})
}
