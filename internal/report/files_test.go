package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/internal/result"
)

func TestReportJSON(t *testing.T) {
	var out bytes.Buffer
	if err := WriteJSON(&out, fixture()); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.json", out.Bytes())
	back, err := ReadJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole(fixture()), back); diff != "" {
		t.Errorf("the report changes on its way through the file (-wrote +read)\n%s", diff)
	}
}

func TestReportJSONHasNoNull(t *testing.T) {
	var out bytes.Buffer
	r := result.Report{Checks: []result.Check{{Findings: []result.Finding{{}}}, {}}}
	if err := WriteJSON(&out, r); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "null") || !strings.Contains(out.String(), `"schemaVersion": 1`) {
		t.Errorf("got\n%s", out.String())
	}
	if r.Checks[0].Packs != nil || r.Checks[0].Findings[0].Sources != nil {
		t.Error("the report was changed")
	}
}

func TestReadJSONRefusesWhatItCannotKnow(t *testing.T) {
	for text, want := range map[string]string{
		`{`:                               "not JSON",
		``:                                "not JSON",
		`[]`:                              "not JSON",
		`{"verdict":"conformant"}`:        "no schemaVersion",
		`{"schemaVersion":null}`:          "no schemaVersion",
		`{"schemaVersion":2}`:             "schema version 2, but this program reads up to 1",
		`{"schemaVersion":0}`:             "schema version 0",
		`{"schemaVersion":"1"}`:           "not JSON",
		`{"schemaVersion":1} x`:           "not JSON",
		`{"schemaVersion":1,"checks":{}}`: "cannot unmarshal",
	} {
		if _, err := ReadJSON(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "read report: ") {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
	if _, err := ReadJSON(io.MultiReader(strings.NewReader("{"), torn{})); !errors.Is(err, os.ErrClosed) {
		t.Errorf("error %v", err)
	}
	if _, err := ReadJSON(io.LimitReader(zeros{}, maxReport+5)); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("error %v", err)
	}
}

func TestReadJSONIgnoresMembersOfLaterPrograms(t *testing.T) {
	r, err := ReadJSON(strings.NewReader(`{"schemaVersion":1,"verdict":"empty","weather":"fine"}`))
	if err != nil || r.Verdict != result.Empty {
		t.Errorf("got %+v, %v", r, err)
	}
}

func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(`{"schemaVersion":1,"checks":[{"id":"a","findings":[{"rule":"r"}]}],"verdicts":{"d":"conformant"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ReadJSON(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, file := range writers {
			if err := file.write(io.Discard, r, Options{}); err != nil && !errors.As(err, new(*json.MarshalerError)) {
				t.Errorf("%s: %v", file.name, err)
			}
		}
	})
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestWriteAllCreatesTheFolderAndReplacesItsFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := WriteAll(dir, clean(3), options()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteAll(dir, fixture(), options()); err != nil {
		t.Fatal(err)
	}
	want := []string{HARFile, JUnitFile, "notes.txt", HTMLFile, JSONFile, SummaryFile, SARIFFile}
	slices.Sort(want)
	if diff := cmp.Diff(want, files(t, dir)); diff != "" {
		t.Error(diff)
	}
	har, err := os.ReadFile(filepath.Join(dir, HARFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"x-00017", "x-00018", "x-00031", "x-00032", "x-00040"} {
		if n := bytes.Count(har, []byte(`"_id": "`+id+`"`)); n != 1 {
			t.Errorf("exchange %s stands %d times in the HAR", id, n)
		}
	}
}

func TestWriteAllTakesEveryExchangeWhenTold(t *testing.T) {
	dir := t.TempDir()
	if err := WriteAll(dir, clean(1), Options{All: log("x-00017")}); err != nil {
		t.Fatal(err)
	}
	har, _ := os.ReadFile(filepath.Join(dir, HARFile))
	if !bytes.Contains(har, []byte("x-00017")) {
		t.Errorf("got %s", har)
	}
}

func TestWriteAllSaysWhereItCannotWrite(t *testing.T) {
	parent := t.TempDir()
	file := filepath.Join(parent, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteAll(filepath.Join(file, "sub"), clean(1), Options{}); err == nil || !strings.HasPrefix(err.Error(), "create report folder: ") || !strings.Contains(err.Error(), file) {
		t.Errorf("error %v", err)
	}
}

func TestWriteAllLeavesNothingBehindWhenAFileCannotBeReplaced(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, JSONFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteAll(dir, clean(1), Options{}); err == nil || !strings.Contains(err.Error(), JSONFile) {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]string{JSONFile}, files(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestEveryWriterTellsThatItCannotWrite(t *testing.T) {
	for _, file := range writers {
		if err := file.write(refusing{}, fixture(), options()); !errors.Is(err, os.ErrClosed) || !strings.HasPrefix(err.Error(), "write ") {
			t.Errorf("%s: error %v", file.name, err)
		}
	}
}

type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, os.ErrClosed }

type torn struct{}

func (torn) Read([]byte) (int, error) { return 0, os.ErrClosed }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
