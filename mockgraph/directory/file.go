package directory

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"
)

// A file is JSON lines: one header, then each object, photo, link, change and journal entry in a fixed order, then how many lines there
// were. The same state always makes the same bytes.

const (
	fileFormat  = "rehearse-directory"
	fileVersion = 1
	maxFileLine = 16 << 20
)

// line is one line of a file; exactly one field is set.
type line struct {
	Header *fileHeader         `json:"header,omitempty"`
	Object *fileObject         `json:"object,omitempty"`
	Photo  *filePhoto          `json:"photo,omitempty"`
	Link   *fileLink           `json:"link,omitempty"`
	Change *fileChange         `json:"change,omitempty"`
	Audit  *DirectoryAudit     `json:"audit,omitempty"`
	Record *ProvisioningRecord `json:"record,omitempty"`
	Lines  int                 `json:"lines,omitempty"`
}

type fileHeader struct {
	Format   string    `json:"format"`
	Version  int       `json:"version"`
	Time     time.Time `json:"time"`
	Licences uint64    `json:"licences"` // the marks
	Dynamic  uint64    `json:"dynamic"`
}

type fileObject struct {
	Type       Type                       `json:"type"`
	ID         string                     `json:"id"`
	Sequence   uint64                     `json:"sequence"`
	Deleted    int64                      `json:"deleted,omitempty"`
	Properties map[string]json.RawMessage `json:"properties"`
}

type fileLink struct {
	Relation   Relation `json:"relation"`
	From       string   `json:"from"`
	To         string   `json:"to"`
	FromType   Type     `json:"fromType"`
	ToType     Type     `json:"toType"`
	Role       string   `json:"role,omitempty"`
	Assignment string   `json:"assignment,omitempty"`
	Created    string   `json:"created,omitempty"`
}

type fileChange struct {
	Time       time.Time `json:"time"`
	Operation  Operation `json:"operation"`
	Type       Type      `json:"type"`
	ObjectID   string    `json:"objectId"`
	Properties []string  `json:"properties,omitempty"`
	Relation   Relation  `json:"relation,omitempty"`
	TargetID   string    `json:"targetId,omitempty"`
	Role       string    `json:"role,omitempty"`
}

// storedPassword is a client secret with its hash.
type storedPassword struct {
	PasswordCredential

	Hash []byte `json:"hash"`
}

// Save writes the whole state, with the recycle bin, the change log and the journals, without past snapshots. Secrets are in it as
// salted hashes only.
func (d *Directory) Save(w io.Writer) error {
	s := d.Snapshot()
	out := &fileWriter{w: bufio.NewWriter(w)}
	out.put(line{Header: &fileHeader{fileFormat, fileVersion, s.time.UTC(), s.marks.licences, s.marks.dynamic}})
	for _, table := range schema {
		for o := range s.Objects(table.typ) {
			out.object(o)
		}
		for o := range s.DeletedObjects(table.typ) {
			out.object(o)
		}
	}
	out.photos(s, d.photos.copy())
	s.forward.items.Scan(func(l *link) bool {
		f := fileLink{Relation: l.relation, From: l.from, To: l.to, FromType: schema[l.fromType].typ, ToType: schema[l.toType].typ, Role: l.role}
		if l.assignment != nil {
			f.Assignment, f.Created = l.assignment.ID, l.assignment.Created.Format(time.RFC3339Nano)
		}
		out.put(line{Link: &f})
		return out.err == nil
	})
	for c := range s.Changes(0) {
		out.put(line{Change: &fileChange{c.Time, c.Operation, c.Type, c.ObjectID, c.Properties, c.Relation, c.TargetID, c.Role}})
	}
	for _, e := range d.Audits() {
		out.put(line{Audit: &e})
	}
	for _, e := range d.ProvisioningRecords() {
		out.put(line{Record: &e})
	}
	out.put(line{Lines: out.lines})
	if out.err == nil {
		out.err = out.w.Flush()
	}
	if out.err != nil {
		return fmt.Errorf("save directory: %w", out.err)
	}
	return nil
}

type fileWriter struct {
	w     *bufio.Writer
	lines int
	err   error
}

func (f *fileWriter) put(l line) {
	if f.err != nil {
		return
	}
	b, err := json.Marshal(l)
	if err == nil {
		_, err = f.w.Write(append(b, '\n'))
	}
	f.lines++
	f.err = err
}

func (f *fileWriter) object(o *Object) {
	p := map[string]json.RawMessage{}
	for i, row := range o.table.properties {
		v := o.value(i)
		if v == nil || f.err != nil {
			continue
		}
		if credentials, ok := v.([]PasswordCredential); ok {
			stored := make([]storedPassword, 0, len(credentials))
			for _, c := range credentials {
				stored = append(stored, storedPassword{c, c.hash})
			}
			v = stored
		}
		p[row.Name], f.err = json.Marshal(v)
	}
	f.put(line{Object: &fileObject{o.table.typ, o.id, o.sequence, o.deleted, p}})
}

// Load replaces the whole state by a saved one: nobody sees a mixture, past snapshots are gone, and a file that is broken or whose
// state does not hold together ([Snapshot.Check]) changes nothing. Options stay as they are.
func (d *Directory) Load(r io.Reader) error {
	fresh := New(WithHistory(0))
	f := &fileReader{d: fresh, changes: log{}}
	if err := f.read(r); err != nil {
		return fmt.Errorf("load directory: line %d: %w", f.line, err)
	}
	s := *fresh.current.Load()
	fresh.w.commit(&s)
	s.log, s.time, s.marks = f.changes, f.header.Time, marks{f.header.Licences, f.header.Dynamic}
	if err := s.Check(); err != nil {
		return fmt.Errorf("load directory: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s.version = d.current.Load().version + 1
	for i := range d.past {
		d.past[i].Store(nil)
	}
	d.w = fresh.w
	d.founding = nil
	d.audits.replace(f.audits)
	d.records.replace(f.records)
	d.photos.replace(fresh.photos.all)
	d.publish(&s)
	return nil
}

type fileReader struct {
	d       *Directory
	line    int
	header  *fileHeader
	changes log
	audits  []DirectoryAudit
	records []ProvisioningRecord
}

func (f *fileReader) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxFileLine)
	done := false
	for lines.Scan() {
		f.line++
		var l line
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&l); err != nil {
			return err
		}
		if f.line == 1 && (l.Header == nil || l.Header.Format != fileFormat || l.Header.Version != fileVersion) {
			return fmt.Errorf("it is no %s of version %d", fileFormat, fileVersion)
		}
		if done {
			return errors.New("there is more after the end")
		}
		if l.Lines != 0 {
			if l.Lines != f.line-1 {
				return fmt.Errorf("%d lines are missing", l.Lines-f.line+1)
			}
			done = true
			continue
		}
		if err := f.take(l); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if !done {
		return errors.New("it ends too early")
	}
	return nil
}

func (f *fileReader) take(l line) error {
	switch {
	case l.Header != nil:
		f.header = l.Header
	case l.Object != nil:
		return f.object(l.Object)
	case l.Photo != nil:
		return f.photo(l.Photo)
	case l.Link != nil:
		return f.link(l.Link)
	case l.Change != nil:
		c := l.Change
		n, ok := numberOf(c.Type)
		if !ok {
			return fmt.Errorf("type %q is unknown", c.Type)
		}
		for i, name := range c.Properties { // share the table's strings
			if ordinal, ok := schema[n].ordinal(name); ok {
				c.Properties[i] = schema[n].properties[ordinal].Name
			}
		}
		f.changes.add(Change{Time: c.Time.UTC(), Operation: c.Operation, Type: schema[n].typ, ObjectID: c.ObjectID, Properties: c.Properties, Relation: c.Relation, TargetID: c.TargetID, Role: c.Role})
	case l.Audit != nil:
		f.audits = append(f.audits, *l.Audit)
	case l.Record != nil:
		f.records = append(f.records, *l.Record)
	}
	return nil
}

func (f *fileReader) object(l *fileObject) error {
	n, ok := numberOf(l.Type)
	if !ok {
		return fmt.Errorf("type %q is unknown", l.Type)
	}
	t := schema[n]
	values := &draft{}
	for name, raw := range l.Properties {
		i, ok := t.ordinal(name)
		if !ok || t.properties[i].derived != nil {
			return fmt.Errorf("property %q of %s is unknown", name, l.Type)
		}
		v, err := t.properties[i].decode(raw)
		if err != nil {
			return fmt.Errorf("property %q of %s: %w", name, l.Type, err)
		}
		values.put(i, v)
	}
	o := (&Object{id: l.ID, table: t, sequence: l.Sequence, deleted: l.Deleted}).with(values)
	if o.deleted != 0 {
		f.d.w.recycled[n].put(o)
		return nil
	}
	f.d.w.live[n].put(o)
	for e := range o.entries(nil) {
		f.d.w.index.put(e)
	}
	return nil
}

// decode reads a value as [Directory.Save] writes it.
func (p *Property) decode(raw json.RawMessage) (any, error) {
	if p.value == reflect.TypeFor[[]PasswordCredential]() {
		var stored []storedPassword
		if err := json.Unmarshal(raw, &stored); err != nil {
			return nil, err
		}
		all := make([]PasswordCredential, 0, len(stored))
		for _, s := range stored {
			s.hash = s.Hash
			all = append(all, s.PasswordCredential)
		}
		return all, nil
	}
	v := reflect.New(p.GoType())
	if err := json.Unmarshal(raw, v.Interface()); err != nil {
		return nil, err
	}
	return v.Elem().Interface(), nil
}

func (f *fileReader) link(l *fileLink) error {
	from, okFrom := numberOf(l.FromType)
	to, okTo := numberOf(l.ToType)
	if !okFrom || !okTo || !slices.Contains(relations[:], l.Relation) {
		return fmt.Errorf("link from %q to %q is of an unknown kind", l.FromType, l.ToType)
	}
	made := &link{relation: l.Relation, from: l.From, to: l.To, fromType: from, toType: to, role: l.Role}
	if l.Relation == AppRoleAssignment {
		created, err := time.Parse(time.RFC3339Nano, l.Created)
		if err != nil {
			return err
		}
		made.assignment = &Assignment{ID: l.Assignment, PrincipalID: l.From, PrincipalType: schema[from].typ, ResourceID: l.To, AppRoleID: l.Role, Created: created.UTC()}
		f.d.w.assignments.put(made.assignment)
	}
	f.d.w.forward.put(made)
	f.d.w.backward.put(made)
	return nil
}
