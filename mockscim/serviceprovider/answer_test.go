package serviceprovider

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

func TestAnswersAreWrittenAsTheStandardLibraryDoes(t *testing.T) {
	ada := scim.Resource{"id": "1", "userName": "ada<&>", "emails": []any{map[string]any{"value": "a", "primary": true}}}
	for _, body := range []any{
		ada, scim.Resource(nil), &list{}, &list{Schemas: []string{"a", "b\""}, TotalResults: 2, StartIndex: 1, ItemsPerPage: 2, Resources: []scim.Resource{ada, nil}},
		&list{Resources: []scim.Resource{}},
		&list{Resources: []scim.Resource{}, NextCursor: "n"}, &list{NextCursor: "n\"", PreviousCursor: "p"},
	} {
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(body); err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := reply(200, body).encode(&got); err != nil || got.String() != want.String() {
			t.Errorf("got %s %v, want %s", got.String(), err, want.String())
		}
	}
}
