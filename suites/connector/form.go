package connector

import (
	"io"
	"net/url"
)

// maxForm bounds what is looked at of a form.
const maxForm = 64 << 10

// formReader keeps the beginning of a form as it passes by.
type formReader struct {
	io.ReadCloser

	kept []byte
}

func (f *formReader) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if room := maxForm - len(f.kept); room > 0 {
		f.kept = append(f.kept, p[:min(n, room)]...)
	}
	return n, err //nolint:wrapcheck // a reader in between
}

// value is that of a field of the form, "" when it has none.
func (f *formReader) value(name string) string {
	values, err := url.ParseQuery(string(f.kept))
	if err != nil {
		return ""
	}
	return values.Get(name)
}
