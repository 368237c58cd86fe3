package impersonate_test

import (
	"io"
	"net/http"
	"os"
	"runtime"
	"slices"
	"testing"
)

// TestUntouchedClient is the program that [TestGoProgramNeedsTheEnvironmentOnly] starts: http.DefaultClient and no option.
func TestUntouchedClient(t *testing.T) {
	if !slices.Contains(os.Args, "untouched") {
		t.Skip("a part of TestGoProgramNeedsTheEnvironmentOnly")
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("Go asks the system's store here")
	}
	response, err := http.Get("https://graph.microsoft.com/v1.0/organization")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", body)
}
