package report

import (
	"regexp"
	"strings"
)

// link is a source as it is shown and where it leads, if it leads anywhere.
type link struct{ Text, URL string }

var (
	rfc = regexp.MustCompile(`RFC ?(\d{3,5})(?:,? ?§ ?([0-9A-Z](?:[0-9.]*[0-9])?))?`)
	web = regexp.MustCompile(`(?:https?://|\blearn\.microsoft\.com/|\bgithub\.com/|\bscimvalidator\.microsoft\.com\b)[^\s<>"'()]*`)
)

// linkOf finds the address of a source: one that it names, or that of the RFC section it names.
func linkOf(source string) link {
	if at := web.FindStringIndex(source); at != nil {
		address := strings.TrimRight(source[at[0]:at[1]], ".,;:")
		text := strings.Trim(source[:at[0]]+source[at[0]+len(address):], " .:,;()<>")
		if text == "" {
			text = strings.TrimPrefix(address, "https://")
		}
		if !strings.Contains(address, "://") {
			address = "https://" + address
		}
		return link{text, address}
	}
	if m := rfc.FindStringSubmatch(source); m != nil {
		address := "https://www.rfc-editor.org/rfc/rfc" + m[1]
		if m[2] != "" {
			address += "#section-" + m[2]
		}
		return link{source, address}
	}
	return link{Text: source}
}
