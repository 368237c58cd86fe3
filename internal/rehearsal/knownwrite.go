package rehearsal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
)

// maxReason is how many bytes of a rule a known failure gives as its reason.
const maxReason = 300

// KnownDraft says what the entries [Plan.WriteKnownFailures] writes have in common.
type KnownDraft struct {
	Name    string    // the file's name, for messages only
	Text    []byte    // what the file holds already, nil when there is none
	Owner   string    // of new entries
	Expires time.Time // of new entries; only the day counts
}

// KnownWritten is a file of known failures that has been brought up to date.
type KnownWritten struct {
	Text   []byte
	Added  []KnownFailure // what was added
	Kept   int            // entries that were there
	Stale  []string       // kept entries whose checks pass now, by id
	Lapsed []string       // kept entries whose day has come and which still fail, by id
}

// WriteKnownFailures adds the failures of a run of the plan to a list of known failures, which is left as it is otherwise, comments too:
// entries are appended only. What is blocked is not listed, since it goes with its cause. A check that fails in all dialects there are gets
// one entry, otherwise each dialect has its own. Failures excused by another list keep their reason, owner and day.
//
// The error is a [*UsageError]: the file holds something else, or is written in a form to which nothing can be appended.
func (p Plan) WriteKnownFailures(d KnownDraft, checks []result.Check) (KnownWritten, error) {
	there, err := LoadKnownFailures(d.Name, d.Text)
	if err != nil {
		return KnownWritten{}, err
	}
	bound, err := there.bind(p)
	if err != nil {
		return KnownWritten{}, err
	}
	w := KnownWritten{Kept: len(there.entries)}
	w.Stale, w.Lapsed = bound.told(checks)
	w.Added = p.unlisted(bound, d, checks)
	if w.Text = d.Text; len(w.Added) == 0 {
		return w, nil
	}
	w.Text = appended(d, there.entries, w.Added)
	again, err := LoadKnownFailures(d.Name, w.Text)
	if err != nil || !slices.EqualFunc(again.entries, slices.Concat(there.entries, w.Added), sameEntry) {
		return KnownWritten{}, usage("%s: nothing can be added to a list in this form: write each entry on lines of its own, the first beginning with \"- id: \"", d.Name)
	}
	return w, nil
}

// sameEntry compares entries wherever they stand.
func sameEntry(a, b KnownFailure) bool {
	a.Line, b.Line = 0, 0
	a.Expires, b.Expires = a.Expires.UTC().Truncate(24*time.Hour), b.Expires.UTC().Truncate(24*time.Hour)
	return a == b
}

// told names the entries that pass now, and those that fail although their day has come: failures that count, of listed checks.
func (in *knownIn) told(checks []result.Check) (stale, lapsed []string) {
	passes, fails := map[int]bool{}, map[int]bool{}
	for _, c := range checks {
		i, ok := in.byCheck[checkKey{c.ID, c.Dialect}]
		if !ok {
			continue
		}
		passes[i] = passes[i] || c.Status == result.Passed || c.Status == result.UnexpectedPass
		fails[i] = fails[i] || c.Status == result.Failed || c.Status == result.Blocked || c.Status == result.KnownFailure
		if c.Status == result.Failed && c.Expires != "" && !slices.Contains(lapsed, in.entries[i].ID) {
			lapsed = append(lapsed, in.entries[i].ID)
		}
	}
	for i, entry := range in.entries {
		if passes[i] && !fails[i] {
			stale = append(stale, entry.ID)
		}
	}
	return stale, lapsed
}

// unlisted makes the entries of the failures that the list does not have.
func (p Plan) unlisted(in *knownIn, d KnownDraft, checks []result.Check) []KnownFailure {
	var entries []KnownFailure
	at := map[string][]int{} // entries by id
	for _, c := range checks {
		if _, listed := in.byCheck[checkKey{c.ID, c.Dialect}]; listed || !isRoot(c) {
			continue
		}
		at[c.ID] = append(at[c.ID], len(entries))
		entries = append(entries, draftOf(c, d))
	}
	all := p.allDialects()
	var folded []KnownFailure
	for i, entry := range entries {
		same := at[entry.ID]
		if len(same) == len(all) && len(all) > 1 || entry.Dialect == "" {
			if i != same[0] {
				continue
			}
			entry.Dialect = ""
		}
		folded = append(folded, entry)
	}
	return folded
}

// isRoot says whether a check failed itself, whether or not that is known already.
func isRoot(c result.Check) bool {
	return c.Status == result.Failed || c.Status == result.KnownFailure && len(c.Findings) > 0
}

func (p Plan) allDialects() []string {
	dialects := slices.Clone(p.Dialects)
	for _, r := range p.Runnables {
		if !slices.Contains(dialects, r.Dialect) {
			dialects = append(dialects, r.Dialect)
		}
	}
	return dialects
}

func draftOf(c result.Check, d KnownDraft) KnownFailure {
	entry := KnownFailure{ID: c.ID, Dialect: c.Dialect, Reason: c.Title, Owner: d.Owner, Expires: d.Expires}
	if len(c.Findings) > 0 && strings.TrimSpace(c.Findings[0].Rule) != "" {
		entry.Reason = c.Findings[0].Rule
	}
	if c.Owner != "" {
		entry.Owner = c.Owner
	}
	if day, err := time.Parse(time.DateOnly, c.Expires); err == nil && c.Status == result.KnownFailure {
		entry.Reason, entry.Expires = c.Reason, day
	}
	entry.Reason = strings.Join(strings.Fields(strings.ToValidUTF8(entry.Reason, "\uFFFD")), " ")
	if len(entry.Reason) > maxReason {
		entry.Reason = strings.ToValidUTF8(entry.Reason[:maxReason], "") + " …"
	}
	return entry
}

// appended is the text with the entries behind it, as far in as the entries that are there.
func appended(d KnownDraft, there, added []KnownFailure) []byte {
	var b bytes.Buffer
	switch {
	case len(bytes.TrimSpace(d.Text)) == 0:
		b.WriteString("# Checks that are known to fail. They still run; from the day they expire they count again.\n")
	case len(there) == 0: // only comments, and perhaps a sign for an empty list
		for line := range strings.Lines(string(d.Text)) {
			if text := strings.TrimSpace(line); text == "" || text[0] == '#' {
				b.WriteString(strings.TrimRight(line, "\r\n") + "\n")
			}
		}
	default:
		b.Write(d.Text)
		if !bytes.HasSuffix(d.Text, []byte("\n")) {
			b.WriteString("\n")
		}
	}
	margin := ""
	if len(there) > 0 {
		lines := strings.Split(string(d.Text), "\n")
		if n := there[0].Line - 1; n >= 0 && n < len(lines) {
			margin = lines[n][:len(lines[n])-len(strings.TrimLeft(lines[n], " "))]
		}
	}
	for _, entry := range added {
		fmt.Fprintf(&b, "%s- id: %s\n", margin, yamlText(entry.ID))
		if entry.Dialect != "" {
			fmt.Fprintf(&b, "%s  dialect: %s\n", margin, yamlText(entry.Dialect))
		}
		fmt.Fprintf(&b, "%s  reason: %s\n%s  owner: %s\n%s  expires: %s\n", margin, yamlText(entry.Reason), margin, yamlText(entry.Owner), margin, entry.Expires.Format(time.DateOnly))
	}
	return b.Bytes()
}

var plainYAML = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.,()/@-]*( [A-Za-z0-9_.,()/@-]+)*$`)

// yamlText writes text as one YAML scalar: plain where nobody can misread it, otherwise in double quotes, whose escapes are those of JSON
// (YAML 1.2.2 §5.7).
func yamlText(text string) string {
	if plainYAML.MatchString(text) && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(text)) {
		return text
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil { // a string always has a form in JSON
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}
