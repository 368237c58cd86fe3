package directory

import "time"

// chunkSize is the number of changes that are allocated at once.
const chunkSize = 256

// record is a [Change] in half the memory: a seeded tenant keeps two for each user.
type record struct {
	nanoseconds      int64 // since 1970
	objectID, target string
	more             *moreOfRecord
	operation        Operation
	number           uint8 // of the type
	relation         Relation
}

// moreOfRecord is what few changes have.
type moreOfRecord struct {
	properties []string
	role       string
}

// log is an append-only list of changes. Copies share their chunks: a copy sees what was there when it was made, and the one
// writer adds behind that, so reading needs no lock.
type log struct {
	chunks []*[chunkSize]record
	length uint64 // also the sequence of the last change
}

// add appends a change and numbers it.
func (l *log) add(c Change) uint64 {
	if l.length%chunkSize == 0 {
		l.chunks = append(l.chunks, new([chunkSize]record))
	}
	number, _ := numberOf(c.Type)
	r := record{nanoseconds: c.Time.UnixNano(), objectID: c.ObjectID, target: c.TargetID, operation: c.Operation, number: number, relation: c.Relation}
	if len(c.Properties) > 0 || c.Role != "" {
		r.more = &moreOfRecord{c.Properties, c.Role}
	}
	l.chunks[l.length/chunkSize][l.length%chunkSize] = r
	l.length++
	return l.length
}

// since calls yield for the changes after the sequence.
func (l *log) since(sequence uint64, yield func(Change) bool) {
	for i := sequence; i < l.length; i++ {
		r := &l.chunks[i/chunkSize][i%chunkSize]
		c := Change{
			Sequence: i + 1, Time: time.Unix(0, r.nanoseconds).UTC(), Operation: r.operation, Type: schema[r.number].typ, ObjectID: r.objectID,
			Relation: r.relation, TargetID: r.target,
		}
		if r.more != nil {
			c.Properties, c.Role = r.more.properties, r.more.role
		}
		if !yield(c) {
			return
		}
	}
}
