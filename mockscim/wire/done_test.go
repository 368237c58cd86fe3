package wire

import (
	"net/http"
	"slices"
	"testing"
)

// What each verb may be answered with, typed from the documentation; every other status is a failure.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
func TestNoOtherStatusIsASuccess(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method, url string
		done        []int
	}{
		{http.MethodGet, "/Users?filter=a", []int{200}},
		{http.MethodGet, "/Users/1", []int{200}},
		{http.MethodPost, "/Users", []int{200, 201}},
		{http.MethodPatch, "/Users/1", []int{200, 204}},
		{http.MethodDelete, "/Users/1", []int{200, 204, 404}},
	} {
		for status := 100; status < 600; status++ {
			err := Check(Response{Status: status, Method: tt.method, URL: "https://scim.example" + tt.url})
			if (err == nil) != slices.Contains(tt.done, status) {
				t.Errorf("%s %s %d: %v", tt.method, tt.url, status, err)
			}
		}
	}
}
