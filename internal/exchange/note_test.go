package exchange_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

func TestWhatTheServerRemarksStandsInItsExchangeRedactedAndBounded(t *testing.T) {
	t.Parallel()
	r := exchange.NewRecorder(exchange.WithSecrets("hunter22"))
	handler := r.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range 1000 {
			exchange.Annotate(r.Context(), exchange.Note{Text: "refused hunter22", Needed: []string{"A"}, Held: []string{"B"}})
		}
		w.WriteHeader(http.StatusForbidden)
	}), nil)
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	notes := r.All()[0].Notes
	if len(notes) == 0 || len(notes) > 20 {
		t.Fatalf("%d notes, want some and not all", len(notes))
	}
	if n := notes[0]; strings.Contains(n.Text, "hunter22") || !strings.HasPrefix(n.Text, "refused ") || !slices.Equal(n.Needed, []string{"A"}) || !slices.Equal(n.Held, []string{"B"}) {
		t.Errorf("noted %+v", n)
	}
}

func TestARemarkOnWhatNobodyRecordsIsForgotten(t *testing.T) {
	t.Parallel()
	exchange.Annotate(t.Context(), exchange.Note{Text: "heard by nobody"})
}
