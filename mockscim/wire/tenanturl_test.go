package wire

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

func TestParseTenantURL(t *testing.T) {
	for _, tt := range []struct {
		title, raw, base string
		dialect          Dialect
	}{
		{"no flag", "https://scim.example/v2", "https://scim.example/v2", Default},
		{"no path", "https://scim.example", "https://scim.example", Default},
		{"a slash at the end", " https://scim.example/v2/\n", "https://scim.example/v2", Default},
		{"a parameter", "https://scim.example/v2?aadOptscim062020", "https://scim.example/v2", AADOptSCIM},
		{"a parameter behind a slash", "https://scim.example/v2/?aadOptscim062020", "https://scim.example/v2", AADOptSCIM},
		{"a parameter of the host", "https://scim.example/?aadOptscim062020", "https://scim.example", AADOptSCIM},
		{"in another case", "https://scim.example/v2?AADOPTSCIM062020", "https://scim.example/v2", AADOptSCIM},
		{"with an empty value", "https://scim.example/v2?aadOptscim062020=", "https://scim.example/v2", AADOptSCIM},
		{"with a value", "https://scim.example/v2?aadOptscim062020=true", "https://scim.example/v2", AADOptSCIM},
		{"twice", "https://scim.example/v2?aadOptscim062020&aadOptscim062020", "https://scim.example/v2", AADOptSCIM},
		{"behind other parameters", "https://scim.example/v2?tenant=7&aadOptscim062020", "https://scim.example/v2?tenant=7", AADOptSCIM},
		{"before other parameters", "https://scim.example/v2?aadOptscim062020&tenant=%37&a=b", "https://scim.example/v2?tenant=%37&a=b", AADOptSCIM},
		{"bare, as a segment", "https://scim.example/v2/aadOptscim062020", "https://scim.example/v2", AADOptSCIM},
		{"bare, as a segment with a slash", "https://scim.example/aadOptscim062020/", "https://scim.example", AADOptSCIM},
		{"bare, appended", "https://scim.example/v2&aadOptscim062020", "https://scim.example/v2", AADOptSCIM},
		{"bare, appended to a slash", "https://scim.example/v2/&aadOptscim062020", "https://scim.example/v2", AADOptSCIM},
		{"escapes in the path stay", "https://scim.example/a%2Fb/?aadOptscim062020", "https://scim.example/a%2Fb", AADOptSCIM},
		{"the word inside another word", "https://scim.example/xaadOptscim062020?noaadOptscim062020=1", "https://scim.example/xaadOptscim062020?noaadOptscim062020=1", Default},
		{"the word as a value", "https://scim.example/v2?flag=aadOptscim062020", "https://scim.example/v2?flag=aadOptscim062020", Default},
		{"in the middle of the path", "https://scim.example/aadOptscim062020/v2", "https://scim.example/aadOptscim062020/v2", Default},
		{"the opt-out", "https://scim.example/v2?AzureAdScimPatch2017", "https://scim.example/v2", Default},
		{"a port and no TLS", "http://[::1]:8080/scim?aadOptscim062020", "http://[::1]:8080/scim", AADOptSCIM},
	} {
		t.Run(tt.title, func(t *testing.T) {
			base, dialect, err := ParseTenantURL(tt.raw)
			if err != nil || base != tt.base || dialect != tt.dialect {
				t.Errorf("got %s, %s, %v, want %s, %s", base, dialect, err, tt.base, tt.dialect)
			}
		})
	}
}

func TestParseTenantURLRefuses(t *testing.T) {
	for raw, want := range map[string]string{
		"":                                    "want https://host/path",
		"aadOptscim062020":                    "want https://host/path",
		"?aadOptscim062020":                   "want https://host/path",
		"ftp://scim.example":                  "want https://host/path",
		"https://me:hunter2@scim.example":     "credentials in the URL",
		"https://scim.example/#top":           "fragment",
		"https://scim.example/%zz?pw=hunter2": "it is not a URL",
		"https://x/?aadOptscim062020&AzureAdScimPatch2017": "it carries both aadOptscim062020 and AzureAdScimPatch2017",
		"https://x/AzureAdScimPatch2017/aadOptscim062020":  "it carries both",
	} {
		_, _, err := ParseTenantURL(raw)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: got %v, want %q", raw, err, want)
		}
	}
}

func TestWhatTheTenantURLLeavesOnTheWire(t *testing.T) {
	for _, tt := range []struct {
		title, raw string
		send       bool
		want       string
	}{
		{"the flag is not sent", "/scim/?aadOptscim062020", false, "/scim/Users/1"},
		{"other parameters are", "/scim?a=b&aadOptscim062020", false, "/scim/Users/1?a=b"},
		{"the flag is sent when asked", "/scim?aadOptscim062020", true, "/scim/Users/1?aadOptscim062020"},
		{"beside other parameters", "/scim/?a=b&aadOptscim062020", true, "/scim/Users/1?a=b&aadOptscim062020"},
		{"bare", "/scim/aadOptscim062020", true, "/scim/aadOptscim062020/Users/1"},
	} {
		t.Run(tt.title, func(t *testing.T) {
			got := make(chan string, 1)
			s := serve(t, func(_ http.ResponseWriter, r *http.Request) { got <- r.RequestURI })
			c := client(t, Config{TenantURL: s.URL + tt.raw, SendFlag: tt.send})
			if _, err := c.Do(context.Background(), get("/Users/1")); err != nil {
				t.Fatal(err)
			}
			if target := <-got; target != tt.want || c.Dialect() != AADOptSCIM {
				t.Errorf("got %s in %s, want %s", target, c.Dialect(), tt.want)
			}
		})
	}
}

func FuzzParseTenantURL(f *testing.F) {
	for _, seed := range []string{
		"https://scim.example/v2/?aadOptscim062020", "https://h/&aadOptscim062020/aadOptscim062020", "http://[::1]:8080?x=1&AADOPTSCIM062020=&y",
		"https://h/a%2Fb%20/aadOptscim062020", "https://h/?AzureAdScimPatch2017", "//h", "https://h/%2f/", "https://h//",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		base, _, err := ParseTenantURL(raw)
		if err != nil {
			return
		}
		again, dialect, err := ParseTenantURL(base)
		if err != nil || dialect != Default || strings.TrimRight(again, "/") != strings.TrimRight(base, "/") && !strings.Contains(base, "?") {
			t.Errorf("%q gives %q, which gives %q, %s, %v", raw, base, again, dialect, err)
		}
		if _, err := NewClient(Config{TenantURL: base}); err != nil {
			t.Errorf("%q gives %q: %v", raw, base, err)
		}
	})
}
