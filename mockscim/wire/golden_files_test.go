package wire

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// render writes requests as the golden files have them.
func render(requests []Request) string {
	var parts []string
	for _, r := range requests {
		s := r.Method + " " + r.Target + "\n"
		if r.ContentType != "" {
			s += "Content-Type: " + r.ContentType + "\n"
		}
		if r.Body != nil {
			s += "\n" + string(r.Body) + "\n"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "###\n")
}

// goldenPath is where the golden file of a request in a dialect stands.
func goldenPath(file string, s spoken, d Dialect) string {
	if s == apart && d != Default {
		return filepath.Join("testdata", string(d), file+".http")
	}
	return filepath.Join("testdata", file+".http")
}

// readGolden returns a golden file without its comment, which has to name a source.
func readGolden(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	body, comment := string(data), ""
	for strings.HasPrefix(body, "# ") {
		line, rest, _ := strings.Cut(body, "\n")
		comment, body = comment+line, rest
	}
	if !source.MatchString(comment) {
		t.Fatalf("%s does not begin with a comment that names its source", path)
	}
	return body
}

var source = regexp.MustCompile(`learn\.microsoft\.com/|github\.com/|scimvalidator\.microsoft\.com|RFC \d{4}|azure-docs`)

func TestRequestsAreByteForByteWhatTheSourcesShow(t *testing.T) {
	for _, tt := range golden {
		for _, d := range Dialects() {
			t.Run(tt.file+"/"+string(d), func(t *testing.T) {
				o := tt.options
				o.Dialect = d
				if got, want := render(tt.compose(compose(t, o))), readGolden(t, goldenPath(tt.file, tt.dialects, d)); got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

func TestEveryGoldenFileIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, tt := range golden {
		for _, d := range Dialects() {
			used[goldenPath(tt.file, tt.dialects, d)] = true
		}
	}
	var files []string
	for _, pattern := range []string{"testdata/*.http", "testdata/*/*.http"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	if len(files) != len(used) {
		t.Errorf("%d files, %d used", len(files), len(used))
	}
	for _, f := range files {
		if !used[f] {
			t.Errorf("%s is not used", f)
		}
	}
}

func TestEveryBodyIsValidJSON(t *testing.T) {
	for _, tt := range golden {
		for _, d := range Dialects() {
			o := tt.options
			o.Dialect = d
			for _, r := range tt.compose(compose(t, o)) {
				if r.Body != nil && (!json.Valid(r.Body) || bytes.HasSuffix(r.Body, []byte("\n"))) {
					t.Errorf("%s: %q", tt.file, r.Body)
				}
			}
		}
	}
}

func TestNoTestWritesGoldenFiles(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d tests, %v", len(files), err)
	}
	writes := regexp.MustCompile(`os\.(Write|Create|OpenFile|Rename)|flag\.Bool`)
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if writes.MatchString(line) && !strings.Contains(line, "MustCompile") {
				t.Errorf("%s writes files or has a switch for it; golden files are typed from their sources: %s", f, line)
			}
		}
	}
}
