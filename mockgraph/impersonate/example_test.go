package impersonate_test

import (
	"fmt"
	"io"
	"net/http"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func ExampleTransport() {
	tenant := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s of %s", r.URL.Path, r.Host) })
	client := &http.Client{Transport: impersonate.Transport(tenant)}

	response, err := client.Get("https://graph.microsoft.com/v1.0/me")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Println(response.Status, string(body))

	_, err = client.Get("https://example.com/")
	fmt.Println(err)
	// Output:
	// 200 OK /v1.0/me of graph.microsoft.com
	// Get "https://example.com/": call "example.com": not one of the impersonated host names, and nothing is forwarded
}
