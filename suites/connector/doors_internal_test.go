package connector

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestGivenBriefTokensWhenTheirTimeIsOverThenGraphRefusesThem(t *testing.T) {
	t.Parallel()
	now := nine
	b := &briefTokens{life: 2 * time.Second, now: func() time.Time { return now }, born: map[string]time.Time{}}
	tenant := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isToken(r) {
			_, _ = io.WriteString(w, `{"access_token":"first","expires_in":3599,"ext_expires_in":3599,"token_type":"Bearer"}`)
			return
		}
		_, _ = io.WriteString(w, `{"value":[]}`)
	})
	ask := func(method, target, token string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(method, target, nil)
		r.Header.Set("Authorization", token)
		b.meet(w, r, tenant)
		return w
	}
	var answer map[string]any
	if err := json.Unmarshal(ask(http.MethodPost, "https://login.microsoftonline.com/t/oauth2/v2.0/token", "").Body.Bytes(), &answer); err != nil || answer["expires_in"] != 2.0 || answer["token_type"] != "Bearer" {
		t.Fatalf("the token's answer is %v, %v", answer, err)
	}
	for _, step := range []struct {
		after  time.Duration
		token  string
		status int
	}{
		{0, "Bearer first", http.StatusOK}, {time.Second, "Bearer first", http.StatusOK}, {time.Second, "Bearer first", http.StatusUnauthorized}, {0, "Bearer second", http.StatusOK},
	} {
		now = now.Add(step.after)
		if got := ask(http.MethodGet, v1+"/users", step.token).Code; got != step.status {
			t.Errorf("at %v %s was answered %d, want %d", now.Sub(nine), step.token, got, step.status)
		}
	}
}

func TestGivenVersionOneOfATokenWhenItIsShortenedThenNumbersStayTexts(t *testing.T) {
	t.Parallel()
	b := &briefTokens{life: 2 * time.Second, now: func() time.Time { return nine }, born: map[string]time.Time{}}
	var answer map[string]any
	if err := json.Unmarshal(b.shorten([]byte(`{"access_token":"t","expires_in":"3599","expires_on":"1"}`)), &answer); err != nil || answer["expires_in"] != "2" || answer["expires_on"] != "1772442002" {
		t.Errorf("the answer is %v, %v", answer, err)
	}
	for _, text := range []string{`{"error":"invalid_client"}`, `no JSON`, ``} {
		if got := string(b.shorten([]byte(text))); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestGivenAListWhenPagesAreShortThenLinksAreMarkedAndTheMarkNeverReachesTheTenant(t *testing.T) {
	t.Parallel()
	var seen []string
	tenant := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.URL.Query().Get("$top")+r.URL.Query().Get(marker))
		_, _ = io.WriteString(w, `{"@odata.context":"c","@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=a","value":[]}`)
	})
	s := &shortPages{mark: "m"}
	for _, target := range []string{v1 + "/users", v1 + "/users?$top=999", v1 + "/groups?$top=5", v1 + "/users?$skiptoken=a&page=m", v1 + "/users/1"} {
		w := httptest.NewRecorder()
		s.meet(w, httptest.NewRequest(http.MethodGet, target, nil), tenant)
		if want := `{"@odata.context":"c","@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=a&page=m","value":[]}`; w.Body.String() != want {
			t.Errorf("%s was answered %s", target, w.Body)
		}
	}
	for i, want := range []string{"25", "25", "5", "", ""} {
		if seen[i] != want {
			t.Errorf("request %d reached the tenant with %q, want %q", i, seen[i], want)
		}
	}
}
