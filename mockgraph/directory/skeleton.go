package directory

import (
	"iter"
	"time"

	"github.com/jonboulle/clockwork"
)

type table struct{ resource string }
type Option func(*Directory)

func WithClock(clockwork.Clock) Option { return nil }
func WithIDs(func() string) Option     { return nil }
func WithHistory(n int) Option         { return nil }

type Directory struct{}
type Snapshot struct{}
type Object struct{}

func New(opts ...Option) *Directory                                  { return &Directory{} }
func (d *Directory) Create(t Type, p Properties) (*Object, error)    { return nil, nil }
func (d *Directory) Update(id string, p Properties) (*Object, error) { return nil, nil }
func (d *Directory) Delete(id string) error                          { return nil }
func (d *Directory) Restore(id string) (*Object, error)              { return nil, nil }
func (d *Directory) Purge(id string) error                           { return nil }
func (d *Directory) Expire() int                                     { return 0 }
func (d *Directory) AddMember(group, member string) error            { return nil }
func (d *Directory) RemoveMember(group, member string) error         { return nil }
func (d *Directory) SetManager(user, manager string) error           { return nil }
func (d *Directory) Assign(principal, resource, appRole string) (Assignment, error) {
	return Assignment{}, nil
}
func (d *Directory) Unassign(assignment string) error                     { return nil }
func (d *Directory) Snapshot() *Snapshot                                  { return &Snapshot{} }
func (d *Directory) At(sequence uint64) (*Snapshot, bool)                 { return nil, false }
func (d *Directory) Changes(since uint64) []Change                        { return nil }
func (o *Object) ID() string                                              { return "" }
func (o *Object) Type() Type                                              { return "" }
func (o *Object) Property(name string) any                                { return nil }
func (o *Object) String(name string) string                               { return "" }
func (o *Object) Bool(name string) bool                                   { return false }
func (o *Object) Strings(name string) []string                            { return nil }
func (o *Object) DeletedAt() (time.Time, bool)                            { return time.Time{}, false }
func (o *Object) Sequence() uint64                                        { return 0 }
func (s *Snapshot) Sequence() uint64                                      { return 0 }
func (s *Snapshot) Time() time.Time                                       { return time.Time{} }
func (s *Snapshot) Object(id string) (*Object, bool)                      { return nil, false }
func (s *Snapshot) Deleted(id string) (*Object, bool)                     { return nil, false }
func (s *Snapshot) Objects(t Type) iter.Seq[*Object]                      { return func(func(*Object) bool) {} }
func (s *Snapshot) DeletedObjects(t Type) iter.Seq[*Object]               { return func(func(*Object) bool) {} }
func (s *Snapshot) Lookup(t Type, property, value string) (*Object, bool) { return nil, false }
func (s *Snapshot) Members(group string) iter.Seq[string]                 { return func(func(string) bool) {} }
func (s *Snapshot) MemberOf(id string) iter.Seq[string]                   { return func(func(string) bool) {} }
func (s *Snapshot) Manager(user string) (string, bool)                    { return "", false }
func (s *Snapshot) DirectReports(user string) iter.Seq[string]            { return func(func(string) bool) {} }
func (s *Snapshot) AssignedTo(resource string) iter.Seq[Assignment] {
	return func(func(Assignment) bool) {}
}
func (s *Snapshot) Assignments(principal string) iter.Seq[Assignment] {
	return func(func(Assignment) bool) {}
}
func (s *Snapshot) Changes(since uint64) iter.Seq[Change] { return func(func(Change) bool) {} }
