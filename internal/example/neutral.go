package example

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// What differs between any two runs and means nothing by itself.
var (
	uuids   = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	moments = regexp.MustCompile(`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})`)
	tags    = regexp.MustCompile(`W/\\?"[^"\\]*\\?"`)
	hosts   = regexp.MustCompile(`https?://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?`)
)

// unsaid are the headers of an answer that tell nothing of how it was made.
var unsaid = []string{"Date", "Content-Length", "Connection", "Keep-Alive"}

// neutral reads the texts of one run so that they can be compared with those of another: what is the same id in both is the same text.
type neutral struct {
	numbers map[string]string // of ids, in the order in which the run met them; of moments and tags too when they count
	exactly bool
}

// newNeutral reads all exchanges of a run. exactly says whether moments and entity tags count as ids do; else they are left out.
func newNeutral(run []*exchange.Exchange, exactly bool) neutral {
	n := neutral{numbers: map[string]string{}, exactly: exactly}
	for _, e := range run {
		for _, text := range []string{e.Request.URL, string(e.Request.Body.Bytes), strings.Join(headers(e), "\n"), string(e.Response.Body.Bytes)} {
			n.meet(uuids, "id", text)
			if exactly {
				n.meet(moments, "moment", text)
				n.meet(tags, "tag", text)
			}
		}
	}
	return n
}

func (n neutral) meet(what *regexp.Regexp, name, text string) {
	for _, found := range what.FindAllString(text, -1) {
		key := strings.ToLower(found)
		if _, known := n.numbers[key]; !known {
			n.numbers[key] = fmt.Sprintf("{%s %d}", name, len(n.numbers)+1)
		}
	}
}

// text is a text as it is compared.
func (n neutral) text(s string) string {
	s = hosts.ReplaceAllString(s, "{host}")
	named := func(found string) string {
		if known, ok := n.numbers[strings.ToLower(found)]; ok {
			return known
		}
		return "{…}"
	}
	for _, what := range []*regexp.Regexp{uuids, moments, tags} {
		s = what.ReplaceAllStringFunc(s, named)
	}
	return s
}

// answer is what came, in lines to compare.
func (n neutral) answer(e *exchange.Exchange) []string {
	lines := []string{strconv.Itoa(e.Response.Status), failure(e)}
	for _, h := range headers(e) {
		lines = append(lines, n.text(h))
	}
	for _, line := range body(e.Response.Body) {
		lines = append(lines, n.line(line))
	}
	return lines
}

// line is a line of a body as it is compared: a comma at its end only says that more follows.
func (n neutral) line(line string) string { return n.text(strings.TrimSuffix(line, ",")) }

// headers are the headers of an answer that tell something, a line each.
func headers(e *exchange.Exchange) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(e.Response.Header)) {
		for _, value := range e.Response.Header[name] {
			if !slices.Contains(unsaid, name) {
				lines = append(lines, name+": "+exchange.Visible(value))
			}
		}
	}
	return lines
}

// failure says that no whole answer came; the words differ from one system to the next.
func failure(e *exchange.Exchange) string {
	if e.Err == "" {
		return ""
	}
	return "no whole answer"
}

// body are the lines of a body as they are shown: the members of JSON in the order of their names, since theirs means nothing and would look like a difference.
func body(b exchange.Body) []string {
	if b.Size == 0 && len(b.Bytes) == 0 {
		return nil
	}
	if sorted, ok := inOrder(b); ok {
		b.Bytes = sorted
	}
	return strings.Split(b.Text(), "\n")
}

// inOrder is a body of JSON with its members in order.
func inOrder(b exchange.Body) ([]byte, bool) {
	if b.Truncated || !json.Valid(b.Bytes) { // which also bounds how deep it nests
		return nil, false
	}
	reader := json.NewDecoder(bytes.NewReader(b.Bytes))
	reader.UseNumber()
	var value any
	if err := reader.Decode(&value); err != nil {
		return nil, false
	}
	var out bytes.Buffer
	writer := json.NewEncoder(&out)
	writer.SetEscapeHTML(false)
	if err := writer.Encode(value); err != nil {
		return nil, false
	}
	return out.Bytes(), true
}
