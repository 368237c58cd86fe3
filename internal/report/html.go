package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

//go:embed assets
var assets embed.FS

// The bounds of what the page holds of one thing; exchanges.har has the rest.
const (
	pageExchanges = 4       // exchanges of one cause
	pageBody      = 12_000  // bytes of one message
	pageValue     = 6_000   // bytes of one expected or actual
	pageBudget    = 4 << 20 // bytes of all messages together; later exchanges are only named
)

// WriteHTML writes report.html: one file that loads nothing, for screens of any width, dark or light, and for paper. It works
// without scripts; with them it can be filtered. A content security policy allows its own style and script only.
func WriteHTML(w io.Writer, r result.Report, o Options) error {
	t, err := template.New("report.html.tmpl").Funcs(helpers).ParseFS(assets, "assets/report.html.tmpl")
	if err != nil {
		return fmt.Errorf("read page template: %w", err)
	}
	p, err := newPage(r, o)
	if err != nil {
		return err
	}
	var page strings.Builder
	if err := t.Execute(&page, p); err != nil {
		return fmt.Errorf("draw page: %w", err)
	}
	if _, err := io.WriteString(w, exchange.Visible(page.String())); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// policy allows nothing but the page's own style and script, known by their hashes.
func policy(css, js []byte) string {
	hash := func(b []byte) string {
		sum := sha256.Sum256(b)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; img-src data:; style-src " + hash(css) + "; script-src " + hash(js) +
		"; base-uri 'none'; form-action 'none'"
}

var helpers = template.FuncMap{
	"act":     stageTitle,
	"elapsed": elapsed,
	"cite": func(anchor string) string {
		if kind, n, _ := strings.Cut(anchor, "-"); kind == "cause" {
			return "cause " + n
		}
		return "details"
	},
	"dialects": func(names []string) string {
		if len(names) == 2 {
			return "both dialects"
		}
		return strings.Join(names, ", ")
	},
	"plural":  plural,
	"show":    homeless,
	"status":  func(s result.Status) string { return strings.ReplaceAll(string(s), "-", " ") },
	"percent": func(f float64) string { return fmt.Sprintf("%.3f", f) },
	"breaks":  breakTitle,
}

var breakTitles = map[result.Break]string{
	result.BreaksEntra: "Entra", result.BreaksGallery: "Gallery", result.BreaksValidator: "Validator", result.BreaksRFC: "RFC",
}

func breakTitle(b result.Break) string {
	if t, ok := breakTitles[b]; ok {
		return t
	}
	return string(b)
}
