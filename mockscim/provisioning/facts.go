package provisioning

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// run is what all entries of one cycle have in common, as long as the application keeps its name. It never changes.
type run struct {
	cycle, job, tenant, source, target string
	app, appName, appID                string
	words                              []string // what entries say over and over: types, actions, codes, target attributes
	known                              map[string]int
}

// about is the run as it is now.
func (c *cycle) about() *run {
	app, appID := c.application()
	if r := c.lastRun; r != nil && r.appName == app && r.appID == appID {
		return r
	}
	r := &run{
		cycle: c.id, job: c.Job.id, tenant: c.tenant, source: c.sourceID, target: c.targetID, app: c.app, appName: app, appID: appID,
		known: map[string]int{},
	}
	if c.lastRun != nil {
		r.words, r.known = c.lastRun.words, c.lastRun.known
	} else {
		r.learn()
		for _, k := range c.kinds {
			r.learn(k.label, k.rules.TargetObjectName)
			for _, row := range k.rules.AttributeMappings {
				r.learn(row.TargetAttributeName)
			}
		}
	}
	c.lastRun = r
	return r
}

// learn adds words, and those every run has.
func (r *run) learn(more ...string) {
	if len(r.words) == 0 {
		for action := range words {
			more = append(more, string(action))
		}
		more = append(more, string(synchronization.StepProcessing), string(synchronization.StepMatching),
			CodeSynchronizationSkipped, CodeImportSkipped, CodeTooManyDeletes, SkipRedundantExport, SkipNotEffectivelyEntitled)
	}
	for _, word := range more {
		if _, ok := r.known[word]; !ok {
			r.known[word] = len(r.words)
			r.words = append(r.words, word)
		}
	}
}

// factFlags are what is true of an entry.
type factFlags byte

const (
	factFailed    factFlags = 1 << iota
	factReference           // it is about a reference alone
	factScoped              // the object is there, so that its scope was looked at; the rest is what that gave
	factInScope
	factActive
	factAssigned
	factEntitled
)

// facts are what an entry of the log is told from, when somebody reads it.
type facts struct {
	run               *run
	at                time.Time
	duration          int // milliseconds
	flags             factFlags
	id, change        string
	label, targetName string // of the kind
	action            synchronization.ProvisioningAction
	step              synchronization.StepType // where it failed
	object, anchor    string
	name, identifier  string
	skip, reason      string // of a skip
	code, message     string // of a failure
	unmet, verdicts   string // what the scoping filter says
	modified          []synchronization.ModifiedProperty
}

func (f *facts) is(flag factFlags) bool { return f.flags&flag != 0 }

func (f *facts) set(flag factFlags, on bool) {
	if on {
		f.flags |= flag
	}
}

// facts takes down what there is to tell of an entry, and gives it its ids.
func (c *cycle) facts(e entry) facts {
	now := c.clock.Now().UTC()
	f := facts{
		run: c.about(), at: now, duration: int(now.Sub(e.began).Milliseconds()), label: e.kind.label, targetName: e.kind.rules.TargetObjectName,
		action: e.action, step: e.at, object: e.object, anchor: e.anchor, name: e.name, identifier: e.identifier(),
		skip: e.skip, reason: e.reason, modified: e.modified,
	}
	f.id = c.newID()
	f.change = c.newID()
	f.set(factReference, e.reference)
	if e.err != nil {
		info := asError(e.err)
		f.code, f.message = info.Code, info.Message
		f.set(factFailed, true)
	}
	c.scoped(e, &f)
	return f
}

// packed are facts in as few bytes as can be had at once: tens of thousands of entries are kept, few are read.
type packed struct {
	run  *run
	at   time.Time
	text string
}

// pack writes the facts into one text, which shares memory with nothing. It gives back the memory it was given to write in, or more.
func (f *facts) pack(memory []byte) (packed, []byte) {
	w := packer{run: f.run, to: memory[:0]}
	w.to = binary.AppendVarint(append(w.to, byte(f.flags)), int64(f.duration))
	for _, word := range [...]string{f.label, f.targetName, string(f.action), string(f.step), f.skip, f.reason} {
		w.word(word)
	}
	for _, text := range [...]string{f.id, f.change, f.object, f.anchor, f.name, f.identifier, f.code, f.message, f.unmet, f.verdicts} {
		w.text(text)
	}
	w.to = binary.AppendUvarint(w.to, uint64(len(f.modified)))
	for _, m := range f.modified {
		w.word(m.DisplayName)
		w.text(string(m.OldValue))
		w.text(string(m.NewValue))
	}
	return packed{run: f.run, at: f.at, text: string(w.to)}, w.to
}

// unpack reads the facts again.
func (p packed) unpack() facts {
	r := unpacker{run: p.run, text: p.text}
	f := facts{run: p.run, at: p.at, flags: factFlags(r.byte()), duration: int(r.varint())}
	var action, step string
	for _, field := range [...]*string{
		&f.label, &f.targetName, &action, &step, &f.skip, &f.reason,
		&f.id, &f.change, &f.object, &f.anchor, &f.name, &f.identifier, &f.code, &f.message, &f.unmet, &f.verdicts,
	} {
		*field = r.string()
	}
	f.action, f.step = synchronization.ProvisioningAction(action), synchronization.StepType(step)
	for range r.uvarint() {
		f.modified = append(f.modified, synchronization.ModifiedProperty{
			DisplayName: r.string(), OldValue: synchronization.Text(r.string()), NewValue: synchronization.Text(r.string()),
		})
	}
	return f
}

// encode is the entry as Graph's JSON.
func (p packed) encode() json.RawMessage {
	body, err := json.Marshal(p.unpack().summary())
	if err != nil {
		return nil // all members are plain
	}
	return body
}

// How a string is packed: the two lowest bits of a number say how to go on, the others what with.
const (
	asText = 0 // so many bytes follow
	asWord = 1 // of the run, the one of this number
	asGUID = 2 // 16 bytes follow: a GUID in lower case
	forms  = 4
)

type packer struct {
	run *run
	to  []byte
}

func (w *packer) word(s string) {
	if i, ok := w.run.known[s]; ok {
		w.to = binary.AppendUvarint(w.to, uint64(i*forms+asWord)) //nolint:gosec // a place in a list
		return
	}
	w.text(s)
}

func (w *packer) text(s string) {
	if guid, ok := guidOf(s); ok {
		w.to = append(append(w.to, asGUID), guid[:]...)
		return
	}
	w.to = append(binary.AppendUvarint(w.to, uint64(len(s)*forms+asText)), s...)
}

// dashes are the places of a GUID that hold one.
var dashes = [...]int{8, 13, 18, 23}

// guidOf is the number a GUID is, if the text is one as ids are usually written.
func guidOf(s string) (guid [16]byte, ok bool) {
	if len(s) != 36 {
		return guid, false
	}
	var digits [32]byte
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case i == dashes[0] || i == dashes[1] || i == dashes[2] || i == dashes[3]:
			if c != '-' {
				return guid, false
			}
		case '0' <= c && c <= '9' || 'a' <= c && c <= 'f':
			digits[n] = c
			n++
		default:
			return guid, false
		}
	}
	_, err := hex.Decode(guid[:], digits[:])
	return guid, err == nil
}

func guidText(guid string) string {
	digits := hex.EncodeToString([]byte(guid))
	return strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")
}

// unpacker reads what a packer wrote and nothing else.
type unpacker struct {
	run  *run
	text string
	at   int
}

func (r *unpacker) byte() byte {
	b := r.text[r.at]
	r.at++
	return b
}

func (r *unpacker) uvarint() uint64 {
	var n uint64
	for shift := 0; ; shift += 7 {
		b := r.byte()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
}

// varint is encoding/binary's: the sign in the lowest bit.
func (r *unpacker) varint() int64 {
	n := r.uvarint()
	v := int64(n >> 1)
	if n&1 != 0 {
		return ^v
	}
	return v
}

func (r *unpacker) string() string {
	n := r.uvarint()
	switch n % forms {
	case asWord:
		return r.run.words[n/forms]
	case asGUID:
		r.at += 16
		return guidText(r.text[r.at-16 : r.at])
	default:
		begin := r.at
		r.at += int(n / forms) //nolint:gosec // a length
		return r.text[begin:r.at]
	}
}
