package wire

import (
	"errors"
	"net/http"
	"testing"
)

// A page in the place of an answer is no success, though its status says so; what RFC 7644 allows is.
func TestAPageIsNoAnswerToAWrite(t *testing.T) {
	t.Parallel()
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for _, tt := range []struct {
		method string
		status int
		header http.Header
		body   string
		fails  bool
	}{
		{http.MethodPatch, 200, nil, "<html>Sign in</html>", true},
		{http.MethodPatch, 200, html, "Sign in", true},
		{http.MethodPatch, 200, nil, "\ufeff \n<!DOCTYPE html>", true},
		{http.MethodDelete, 200, nil, "<html>Sign in</html>", true},
		{http.MethodDelete, 404, html, "<html>Not found</html>", false}, // gone is gone
		{http.MethodPatch, 200, nil, "", false},
		{http.MethodPatch, 200, nil, `{"id":"1"}`, false},
		{http.MethodPatch, 204, html, "", false},
		{http.MethodDelete, 204, nil, "", false},
	} {
		err := Check(Response{Status: tt.status, Method: tt.method, URL: "https://scim.example/Users/1", Header: tt.header, Body: []byte(tt.body)})
		known, is := errors.AsType[*Error](err)
		if (err != nil) != tt.fails || is && (known.Code != CodeServiceIncompatible || known.Status != tt.status) {
			t.Errorf("%s %d %q: %v", tt.method, tt.status, tt.body, err)
		}
	}
}
