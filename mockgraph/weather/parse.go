package weather

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/nearest"
)

// maxText is how long a forecast as text may be.
const maxText = 4096

// Parse reads a forecast from a line of text: items with commas between them, each a preset's name or a word with arguments behind colons,
// in any order.
//
//	throttle:0.1,lag:2s,outage:503:0.05
//	stormy,seed:7
//	drop:after:POST:/users:times=1
//
// [Forms] lists the words. Rules gather in the order written; settings replace those of a preset before them. The empty text is
// fair weather. An error names the item and its place, what is wrong, and what the word takes.
func Parse(text string) (Forecast, error) {
	var f Forecast
	if len(text) > maxText {
		return f, fmt.Errorf("parse weather: want at most %d bytes, got %d", maxText, len(text))
	}
	if strings.TrimSpace(text) == "" {
		return f, nil
	}
	d := &draft{forecast: &f}
	at := 0
	for i, item := range strings.Split(text, ",") {
		if err := d.item(i, strings.TrimSpace(item)); err != nil {
			return Forecast{}, fmt.Errorf("parse weather: item %d %q at byte %d: %w", i+1, excerpt(strings.TrimSpace(item)), at, err)
		}
		at += len(item) + 1
	}
	if err := f.Validate(); err != nil {
		return Forecast{}, fmt.Errorf("parse weather %q: %w", excerpt(text), err)
	}
	return f, nil
}

// draft is a forecast while its text is read.
type draft struct {
	forecast *Forecast
	rule     Rule
	given    []string // words so far
}

func (d *draft) item(index int, text string) error {
	parts := strings.Split(text, ":")
	word := strings.ToLower(strings.TrimSpace(parts[0]))
	if word == "" {
		return fmt.Errorf("it has no word; write one of %s", strings.Join(vocabulary(), ", "))
	}
	if len(parts) == 1 {
		if p := slices.IndexFunc(Presets(), func(p Preset) bool { return p.Name == word }); p >= 0 {
			if index > 0 {
				return fmt.Errorf("the preset %s has to stand first", word)
			}
			*d.forecast = Presets()[p].Forecast
			return nil
		}
	}
	i := slices.IndexFunc(forms, func(f form) bool { return f.word == word })
	if i < 0 {
		return unknown(word, len(parts) > 1)
	}
	return d.read(forms[i], parts[1:])
}

// read hands the arguments of one word to the first of its slots that is free and takes them.
func (d *draft) read(f form, arguments []string) error {
	if !f.rule && slices.Contains(d.given, f.word) {
		return fmt.Errorf("%s is given twice; write it once", f.word)
	}
	d.given = append(d.given, f.word)
	d.rule = Rule{}
	f.begin(d)
	used := make([]bool, len(f.slots))
	for _, a := range arguments {
		a = strings.TrimSpace(a)
		taken := false
		for i, s := range f.slots {
			if !used[i] && s.take(d, a) {
				used[i], taken = true, true
				break
			}
		}
		if !taken {
			return fmt.Errorf("%q fits nothing that is left to say; %s takes %s, such as %s", excerpt(a), f.word, f.usage(), f.example)
		}
	}
	if !f.bare && !slices.Contains(used, true) {
		return fmt.Errorf("it says too little; %s takes %s, such as %s", f.word, f.usage(), f.example)
	}
	if f.end != nil {
		f.end(d, used)
	}
	if f.rule {
		d.forecast.Rules = append(d.forecast.Rules, d.rule)
	}
	return nil
}

// unknown refuses a word and names the nearest.
func unknown(word string, arguments bool) error {
	if arguments && slices.ContainsFunc(Presets(), func(p Preset) bool { return p.Name == word }) {
		return fmt.Errorf("the preset %s takes no arguments; write %s", word, word)
	}
	all := vocabulary()
	if suggestion := nearest.DidYouMean(word, all, 1); suggestion != "" {
		return fmt.Errorf("unknown word %q%s", excerpt(word), suggestion)
	}
	return fmt.Errorf("unknown word %q; write one of %s", excerpt(word), strings.Join(all, ", "))
}

// vocabulary returns all words and presets.
func vocabulary() []string {
	var all []string
	for _, p := range Presets() {
		all = append(all, p.Name)
	}
	for _, f := range forms {
		if !slices.Contains(all, f.word) {
			all = append(all, f.word)
		}
	}
	return all
}
