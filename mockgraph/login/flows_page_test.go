package login_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestSinglePageApplications(t *testing.T) {
	r := newRig(t)
	plain := strings.Repeat("p", 43)
	page := r.authorize("redirect_uri", "https://spa.contoso.example/")
	if _, answer := page.location(); !strings.Contains(answer.Get("error_description"), "AADSTS9002325") {
		t.Errorf("without proof of key: %v", answer)
	}
	code := r.code("redirect_uri", "https://spa.contoso.example/", "code_challenge", plain)
	body := form("grant_type", "authorization_code", "client_id", r.appID(), "code", code, "redirect_uri", "https://spa.contoso.example/", "code_verifier", plain)
	path := "/" + tenantID + "/oauth2/v2.0/token"
	if got := r.do(http.MethodPost, path, body); got.code() != 9002327 {
		t.Errorf("without origin: %s", got.body)
	}
	got := r.do(http.MethodPost, path, body, origins("https://spa.contoso.example"))
	if got.status != 200 || got.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Fatalf("with origin: %s", got.body)
	}
	refresh := form("grant_type", "refresh_token", "client_id", r.appID(), "refresh_token", got.text("refresh_token"))
	r.clock.Advance(23 * time.Hour)
	next := r.do(http.MethodPost, path, refresh, origins("https://spa.contoso.example"))
	if next.status != 200 {
		t.Fatalf("refresh: %s", next.body)
	}
	refresh.Set("refresh_token", next.text("refresh_token"))
	r.clock.Advance(2 * time.Hour)
	if got := r.do(http.MethodPost, path, refresh, origins("https://spa.contoso.example")); got.code() != 700084 {
		t.Errorf("the 24 hours are carried over: %s", got.body)
	}
	native := r.code("prompt", "login")
	if got := r.do(http.MethodPost, path, form("grant_type", "authorization_code", "client_id", r.appID(), "code", native, "redirect_uri", "http://localhost:4711"), origins("https://evil.example")); got.code() != 9002326 {
		t.Errorf("origin on another platform: %s", got.body)
	}
}

func TestAuthorizeErrorsStayOnThePageOrGoBack(t *testing.T) {
	r := newRig(t)
	for name, each := range map[string]struct {
		pairs []string
		code  string
	}{
		"redirect": {[]string{"redirect_uri", "https://evil.example/"}, "AADSTS50011"}, "client": {[]string{"client_id", role("0")}, "AADSTS700016"},
		"no client": {[]string{"client_id", ""}, "AADSTS900144"}, "path of localhost": {[]string{"redirect_uri", "http://localhost:1/other"}, "AADSTS50011"},
	} {
		got := r.authorize(each.pairs...)
		if got.status != 400 || !strings.Contains(got.body, each.code) || got.header.Get("Location") != "" {
			t.Errorf("%s: %d %.600s", name, got.status, got.body)
		}
	}
	for name, each := range map[string]struct {
		pairs []string
		oauth string
		code  string
	}{
		"response type": {[]string{"response_type", "banana"}, "unsupported_response_type", "AADSTS7000110"},
		"implicit":      {[]string{"response_type", "id_token", "nonce", "n", "response_mode", "form_post"}, "", "AADSTS700054"},
		"nobody":        {[]string{"prompt", "none"}, "login_required", "AADSTS50058"},
		"scope":         {[]string{"scope", "api://nowhere/x"}, "invalid_resource", "AADSTS500011"},
		"no scope":      {[]string{"scope", ""}, "invalid_request", "AADSTS900144"},
	} {
		got := r.authorize(each.pairs...)
		if each.oauth == "" {
			if !strings.Contains(got.body, each.code) {
				t.Errorf("%s: %.300s", name, got.body)
			}
			continue
		}
		_, answer := got.location()
		if answer.Get("error") != each.oauth || !strings.Contains(answer.Get("error_description"), each.code) || answer.Get("state") != "xyz" {
			t.Errorf("%s: %v", name, answer)
		}
	}
	_, answer := r.submit(r.authorize(), "cancel", "1").location()
	if answer.Get("error") != "access_denied" || answer.Get("error_subcode") != "cancel" {
		t.Errorf("cancel: %v", answer)
	}
}

func TestPagesAreClosedToScriptsAndFrames(t *testing.T) {
	r := newRig(t)
	page := r.authorize("login_hint", `"><script>alert(1)</script>`)
	policy := page.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self' http://localhost:4711"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%s is missing in %s", want, policy)
		}
	}
	if strings.Contains(page.body, "<script") {
		t.Error("the page has a script")
	}
	for _, want := range []string{`<html lang="en">`, `<label for="i0116">`, `<label for="i0118">`, `autocomplete="current-password"`, "<h1>"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestFormPostAnswers(t *testing.T) {
	r := newRig(t)
	r.consent()
	page := r.signIn(r.authorize("response_mode", "form_post"), "ada")
	if page.status != 200 || !strings.Contains(page.body, `action="http://localhost:4711"`) || !strings.Contains(page.body, `name="code"`) || !strings.Contains(page.body, `name="state" value="xyz"`) {
		t.Errorf("got %d %.900s", page.status, page.body)
	}
}
