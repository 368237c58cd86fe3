package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"regexp"
	"strings"
)

// inWords is what an error says to people who do not know this program's libraries: of a file or an address its name and the reason, of
// text that is no JSON where, of a flag what it takes.
func inWords(err error) string {
	var (
		file    *fs.PathError
		address *net.OpError
		syntax  *json.SyntaxError
	)
	text := err.Error()
	switch {
	case errors.As(err, &file):
		text = strings.Replace(text, file.Error(), file.Path+": "+plainError(file), 1)
	case errors.As(err, &address):
		text = strings.Replace(text, address.Error(), plainError(address), 1)
	case errors.As(err, &syntax):
		text = strings.Replace(text, ": "+syntax.Error(), fmt.Sprintf(" at byte %d", syntax.Offset), 1)
	}
	for _, of := range parserWords {
		text = of.theirs.ReplaceAllString(text, of.ours)
	}
	return text
}

// parserWords are what the parser of the command line says of flags, and what is clearer.
var parserWords = []struct {
	theirs *regexp.Regexp
	ours   string
}{
	{regexp.MustCompile(`expected duration but got ("[^"]*"): time: (?:invalid duration|missing unit in duration|unknown unit .* in duration) "[^"]*"`), "$1 is no duration; want one such as 30s or 2m"},
	{regexp.MustCompile(`must be one of "",`), "must be one of "},
}
