package suites

import "net/http"

// Watch returns a line over next that notes with t when a request gets no answer; see [T.LostContact]. Breaks of the line that
// a check makes on purpose belong above it.
func (t *T) Watch(next http.RoundTripper) http.RoundTripper { return watch{t, next} }

type watch struct {
	t    *T
	next http.RoundTripper
}

func (w watch) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(req)
	if err != nil {
		w.t.LostContact()
	}
	return resp, err
}
