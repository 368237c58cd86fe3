package scim

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func standard(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestValuesAreWrittenAsTheStandardLibraryDoes(t *testing.T) {
	for _, v := range []any{
		nil, true, false, "", "plain", `quote " and \`, "tab\tand\x00\x7f", "Zoë \u2028 😀", "broken \xff", "a<b>&c", json.Number("1.50"), json.Number(""),
		map[string]any(nil), []any(nil), Resource(nil), map[string]any{}, []any{}, []string{"x"}, 7, 1.5,
		Resource{"b": []any{"x", nil, map[string]any{"z": json.Number("1"), "a": true}}, "a": "1", "é": "2", "A": "3"},
	} {
		got, err := AppendJSON([]byte("before "), v)
		if err != nil || string(got) != "before "+standard(t, v) {
			t.Errorf("%#v: got %s %v, want %s", v, got, err, standard(t, v))
		}
	}
}

func TestValuesThatAreNoJSONAreRefused(t *testing.T) {
	for _, v := range []any{math.NaN(), []any{func() {}}, Resource{"x": json.Number("one")}} {
		if text, err := AppendJSON(nil, v); err == nil {
			t.Errorf("%#v was written as %s", v, text)
		}
	}
}

// What the plain reader takes on, it reads as encoding/json does; what it writes, reads as the same.
func FuzzDecodePlain(f *testing.F) {
	for _, text := range []string{
		ada, `{"id":"1","a":{"a":[1,{"b":-1,"c":"\u0041"}],"B":null,"b":1},"x":[{"y":1},2,"\q"],"z":{"é":"é"}}`, `{"x":[1,2],"y":{"z":true},"Id":2}`, `{"a":1,"A":2}`, `{"a":1,"a":2}`, `{"é":1,"É":2}`, `[]`, `[1,-0,0.5,1e9,01,+1,1.]`, `"\ud800\u0041\n"`, "\"\xff\"", "\"\x01\"", `{"a":[{},[],null,true,false]}`,
		`{"a":1,}`, `[1,]`, `[,1]`, `{} x`, ` { "a" : "b" } `, `nulll`, `tru`, strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1), `{"a" 1}`, `{a:1}`, "",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := decodePlain(data)
		if !ok {
			return
		}
		want, err := decodeAny(data)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("%q: %v %s", data, err, diff)
		}
		if object, isObject := want.(map[string]any); isObject {
			few, err := DecodeMembers(data, "ID", "a")
			for name := range object {
				if !strings.EqualFold(name, "id") && !strings.EqualFold(name, "a") {
					delete(object, name)
				}
			}
			if diff := cmp.Diff(Resource(object), few); err != nil || diff != "" {
				t.Fatalf("%q: %v %s", data, err, diff)
			}
		}
		text, err := AppendJSON(nil, got)
		if err != nil || string(text) != standard(t, got) {
			t.Fatalf("%#v was written as %s, %v", got, text, err)
		}
	})
}

func TestOrdinaryBodiesAreReadPlainly(t *testing.T) {
	for _, text := range []string{ada, `{"totalResults":0,"Resources":[]}`, `{"Operations":[{"op":"Add","value":"\u00e9\n"}]}`} {
		if _, ok := decodePlain([]byte(text)); !ok {
			t.Errorf("the plain reader gave up on %s", text)
		}
	}
}
