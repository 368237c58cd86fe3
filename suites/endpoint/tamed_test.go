package endpoint_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/suites/endpoint"
)

func TestTamedTakesOutWhatReadersChokeOn(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 10_000) + "0" + strings.Repeat("]", 10_000)
	for _, c := range []struct{ name, body, want string }{
		{"plain JSON stays", `{"id":"4", "n":[1e9,-2.5,true,null]}`, `{"id":"4", "n":[1e9,-2.5,true,null]}`},
		{"infinity", `{"n":Infinity,"m":-Infinity,"id":"4"}`, `{"n":null,"m":null,"id":"4"}`},
		{"no number", `[NaN,{"id":"4"}]`, `[null,{"id":"4"}]`},
		{"a string with such a word", `{"a":"Infinity \" NaN"}`, `{"a":"Infinity \" NaN"}`},
		{"what is nested too deep", `{"n":` + deep + `,"id":"4"}`, `{"n":` + strings.Repeat("[", 31) + "null" + strings.Repeat("]", 31) + `,"id":"4"}`},
		{"a string without an end", `{"a":"x\`, `{"a":"x\`},
		{"more ends than beginnings", `}]`, `}]`},
	} {
		if got := string(endpoint.Tamed([]byte(c.body))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func FuzzTamed(f *testing.F) {
	for _, seed := range []string{`{"id":"4","n":Infinity}`, `[NaN,{"a":"\"]"}]`, `"\`, strings.Repeat("[", 40), `}}{`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		tame := endpoint.Tamed(body)
		if json.Valid(body) && !json.Valid(tame) {
			t.Errorf("%q was valid, %q is not", body, tame)
		}
	})
}
