package weather

import (
	"errors"
	"path"
	"strings"
)

// pattern is a compiled [Match.Path].
type pattern struct {
	any      bool
	rest     bool // ends in /**
	segments []string
}

// compile reads a path pattern; its error says what is wrong with it.
func compile(text string) (pattern, error) {
	if text == "" {
		return pattern{any: true}, nil
	}
	if !strings.HasPrefix(text, "/") {
		return pattern{}, errors.New("want a path that begins with /")
	}
	if len(text) > maxPath {
		return pattern{}, errors.New("want at most 1024 characters")
	}
	p := pattern{segments: strings.Split(strings.ToLower(strings.Trim(text, "/")), "/")}
	if last := len(p.segments) - 1; p.segments[last] == "**" {
		p.rest, p.segments = true, p.segments[:last]
	}
	for _, s := range p.segments {
		if strings.Contains(s, "**") {
			return pattern{}, errors.New("want ** only as the last segment, such as /groups/**")
		}
		if _, err := path.Match(s, ""); err != nil {
			return pattern{}, errors.New("want segments such as users, * or a?c; one has a bracket or backslash that does not end")
		}
	}
	return p, nil
}

// matches tells whether a request's path or its template fits.
func (p pattern) matches(r Request) bool { return p.any || p.fits(r.Path) || p.fits(r.Template) }

func (p pattern) fits(text string) bool {
	if text == "" {
		return false
	}
	text = strings.Trim(text, "/")
	for _, s := range p.segments {
		if text == "" && s != "" {
			return false
		}
		segment, rest, _ := strings.Cut(text, "/")
		if fits, err := path.Match(s, strings.ToLower(segment)); err != nil || !fits {
			return false
		}
		text = rest
	}
	return text == "" || p.rest
}
