package mockgraph_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// fidelity writes the page from what the ledger noted, and returns the routes that no test got a good answer from.
func fidelity(tenant *mockgraph.Tenant) (page []byte, idle []string, err error) {
	var b bytes.Buffer
	b.WriteString(fidelityHead)
	rows := tenant.Rows()
	slices.SortFunc(rows, func(x, y mockgraph.Row) int { return strings.Compare(sortable(x), sortable(y)) })
	plain := notes.routes("")
	under := map[string]map[string]*seen{}
	for _, option := range notes.options() {
		under[option] = notes.routes(option)
	}
	family := ""
	for _, row := range rows {
		if !row.Built {
			continue
		}
		name := row.Method + " " + row.Template
		if !anyWorked(name, plain, under) && onlyRefused[name] == "" {
			idle = append(idle, name)
		}
		if first, _, _ := strings.Cut(row.Template[1:], "/"); first != family {
			family = first
			fmt.Fprintf(&b, "\n### /%s\n\n| Route | Fidelity | Answers seen | Asked by | Proved by |\n|---|---|---|---|---|\n", family)
		}
		fmt.Fprintf(&b, "| `%s`%s | %s | %s |\n", name, map[bool]string{true: " (beta)"}[row.BetaOnly], grade(row), describe(plain[name]))
	}
	writeBefore(&b, plain[" "])
	writeLogin(&b)
	writeOptions(&b, under, plain)
	err = writeRefused(&b, tenant)
	return b.Bytes(), idle, err
}

// onlyRefused are routes that exist to refuse in Graph's words, and why.
var onlyRefused = map[string]string{
	"POST /groups/{id}/members":   "forgetting $ref",
	"POST /groups/{id}/owners":    "forgetting $ref",
	"GET /directory/deletedItems": "a type cast is missing",
	"POST /users/{id}/restore":    "a deleted user is restored behind /directory/deletedItems",
}

const fidelityHead = `# What the fake tenant does as Graph does, emulates, or refuses

<!-- Written by ` + "`make docs`" + ` from the exchanges the tests of mockgraph executed. Do not edit. -->

- **real**: answered as Microsoft documents or as was recorded, from the tenant's own state.
- **emulated**: the answer has the right shape, and part of what stands behind it in Entra is played; the cell says which.
- **refused**: not built. The answer is 501 and names the route, never a plausible lie. So is every path that stands nowhere on this page.

Everything seen here was seen in a test, of a tenant without options and in fair weather unless a section says otherwise. Proofs are tests of package
mockgraph, the most particular first.

## Routes
`

// sortable keeps the routes of a path together, and reading before writing.
func sortable(r mockgraph.Row) string {
	return r.Template + " " + strconv.Itoa(slices.Index([]string{"GET", "POST", "PATCH", "PUT", "DELETE"}, r.Method))
}

func grade(r mockgraph.Row) string {
	if why := onlyRefused[r.Method+" "+r.Template]; why != "" {
		return "real, always a refusal: " + why
	}
	if r.Emulated != "" {
		return "emulated: " + r.Emulated
	}
	return "real"
}

func anyWorked(name string, plain map[string]*seen, under map[string]map[string]*seen) bool {
	if s := plain[name]; s != nil && s.worked() {
		return true
	}
	for _, option := range under {
		if s := option[name]; s != nil && s.worked() {
			return true
		}
	}
	return false
}

// describe returns three cells.
func describe(s *seen) string {
	if s == nil {
		return "under an option only, see below |  | "
	}
	slices.Sort(s.callers)
	return answers(s.statuses) + " | " + strings.Join(s.callers, ", ") + " | " + proofs(s.tests)
}

func answers(statuses map[int][]string) string {
	all := make([]string, 0, len(statuses))
	for _, status := range slices.Sorted(maps.Keys(statuses)) {
		codes := slices.Sorted(slices.Values(statuses[status]))
		all = append(all, strings.TrimSpace(strconv.Itoa(status)+" "+strings.Join(codes, ", ")))
	}
	return strings.Join(all, "; ")
}

// maxProofs is how many tests a row names.
const maxProofs = 3

func proofs(tests []string) string {
	all := make([]string, 0, maxProofs)
	for _, name := range tests[:min(len(tests), maxProofs)] {
		all = append(all, spoken(name))
	}
	return strings.Join(all, "; ")
}

// spoken reads the name of a test as a sentence.
func spoken(name string) string {
	test, rest, _ := strings.Cut(strings.TrimPrefix(name, "Test"), "/")
	var words strings.Builder
	letters := []rune(test)
	for i, r := range letters {
		starts := unicode.IsUpper(r) && i > 0 && (unicode.IsLower(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1]) && unicode.IsUpper(letters[i-1]))
		switch {
		case r == '_':
			words.WriteString(": ")
			continue
		case starts && letters[i-1] != '_':
			words.WriteByte(' ')
		}
		article := starts && i+2 < len(letters) && unicode.IsUpper(letters[i+1]) && unicode.IsLower(letters[i+2])
		if article || i > 0 && i+1 < len(letters) && unicode.IsLower(letters[i+1]) && letters[i-1] != '_' {
			r = unicode.ToLower(r)
		}
		words.WriteRune(r)
	}
	if rest != "" {
		words.WriteString(" (" + strings.ReplaceAll(rest, "_", " ") + ")")
	}
	return strings.ReplaceAll(words.String(), "|", "\\|")
}

// writeBefore writes what is refused before a route is found.
func writeBefore(b *bytes.Buffer, s *seen) {
	if s == nil {
		return
	}
	fmt.Fprintf(b, "\n## Before a route is found\n\nWithout a valid token, with a path no route has, an unknown version or an unreadable request: %s.\n", answers(s.statuses))
}

// writeLogin writes what was heard of the login host.
func writeLogin(b *bytes.Buffer) {
	b.WriteString("\n## The login host\n\nAs seen through the whole tenant; package login has tests of every grant and refusal. Sign-in and consent pages are plain ones of the fake's own.\n\n| Address | Answers seen | Proved by |\n|---|---|---|\n")
	all := hearsay.routes("")
	names := slices.SortedFunc(maps.Keys(all), func(x, y string) int {
		_, one, _ := strings.Cut(x, " ")
		_, two, _ := strings.Cut(y, " ")
		return cmp.Or(strings.Compare(one, two), strings.Compare(x, y))
	})
	for _, name := range names {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, answers(all[name].statuses), proofs(all[name].tests))
	}
}

// writeOptions writes what was seen under options and in bad weather and never without.
func writeOptions(b *bytes.Buffer, under map[string]map[string]*seen, plain map[string]*seen) {
	b.WriteString("\n## Emulated by option\n\nWhat Graph's documentation leaves open or contradicts, and faults. The answers are those seen under the option and never without it.\n\n| Option | Routes asked | Answers of its own | Proved by |\n|---|---:|---|---|\n")
	for _, option := range slices.Sorted(maps.Keys(under)) {
		own, tests := map[int][]string{}, []string{}
		for name, s := range under[option] {
			for status, codes := range s.statuses {
				for _, code := range unseen(codes, status, plain[name]) {
					own[status] = with(own[status], strings.TrimSpace(code+" on `"+name+"`"))
				}
			}
			for _, test := range s.tests {
				tests = with(tests, test)
			}
		}
		slices.Sort(tests)
		fmt.Fprintf(b, "| `%s` | %d | %s | %s |\n", option, len(under[option]), answers(own), proofs(tests))
	}
}

// unseen returns the codes of a status that were not seen by default; one empty code when the status has none.
func unseen(codes []string, status int, byDefault *seen) []string {
	if byDefault == nil {
		return append([]string{}, cmp.Or(strings.Join(codes, ", "), ""))
	}
	known, there := byDefault.statuses[status]
	if !there && len(codes) == 0 {
		return []string{""}
	}
	return slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return slices.Contains(known, code) })
}

var variables = regexp.MustCompile(`\{[^}]*\}`)

// writeRefused asks one by one for what is known and not built, the routes of the table and the calls of Microsoft's table of
// permissions, and writes them down.
func writeRefused(b *bytes.Buffer, tenant *mockgraph.Tenant) error {
	token, err := mintFor(tenant)
	if err != nil {
		return err
	}
	built, refused := map[string]bool{}, map[string]string{} // by method and folded template; of the second, as it is written
	for _, row := range tenant.Rows() {
		key := row.Method + " " + permission.Canonical(row.Template)
		if built[key] = built[key] || row.Built; !row.Built {
			refused[key] = row.Template
		}
	}
	for _, rule := range permission.Rules() {
		key := rule.Method() + " " + permission.Canonical(rule.Template())
		watched := key == "POST "+rule.Template() && strings.HasPrefix(rule.Template(), "/subscriptions/") // the right to watch, no path
		if refused[key] == "" && len(rule.Template()) > 1 && !strings.HasPrefix(rule.Template(), "/me") && !watched {
			refused[key] = rule.Template()
		}
	}
	b.WriteString("\n## Refused\n\nWhat is known and not built, by the table of routes and by Microsoft's table of permissions: each was asked for and answered with 501 NotImplemented.\n\n")
	for _, key := range slices.Sorted(maps.Keys(refused)) {
		method, _, _ := strings.Cut(key, " ")
		path := variables.ReplaceAllString(refused[key], nobody)
		if built[key] || tenant.Serves(method, path) {
			continue
		}
		r := httptest.NewRequest(method, "https://graph.microsoft.com/beta"+path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		if tenant.ServeHTTP(w, r); w.Code != http.StatusNotImplemented || !bytes.Contains(w.Body.Bytes(), []byte(`"code":"NotImplemented"`)) {
			return fmt.Errorf("%s %s is not built and answers %d: %s", method, path, w.Code, w.Body)
		}
		fmt.Fprintf(b, "- `%s %s`\n", method, refused[key])
	}
	return nil
}
