package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// loadChart is a load as the page draws it: without a script, in the page's own colours.
type loadChart struct {
	Sentence string
	Rows     []loadRow
}

// loadRow is one kind of request.
type loadRow struct {
	Name                    string
	Count                   int
	P50, P90, P95, P99, Max string
	Bars                    []loadBar
}

// loadBar is one bucket of answer times, in the units of the drawing.
type loadBar struct {
	X, Y, W, H, At float64
	Tick           string // below it, "" for none
}

// The drawing of one kind of request.
const (
	chartWidth  = 260.0
	chartHeight = 70.0 // of the highest bar
	chartFoot   = 76.0
	chartGap    = 3.0
	chartTicks  = 3 // every so many buckets have their bound written below
)

func chartOf(l *result.Load) *loadChart {
	if l == nil {
		return nil
	}
	c := &loadChart{Sentence: loadSentence(l)}
	for _, k := range l.Kinds {
		c.Rows = append(c.Rows, loadRow{
			Name: k.Name, Count: k.Count, P50: millis(k.P50Ms), P90: millis(k.P90Ms), P95: millis(k.P95Ms), P99: millis(k.P99Ms), Max: millis(k.MaxMs),
			Bars: bars(l.BoundsMs, k.Buckets),
		})
	}
	return c
}

func bars(bounds []float64, buckets []int) []loadBar {
	if len(buckets) == 0 {
		return nil
	}
	highest := float64(max(1, slices.Max(buckets)))
	step := chartWidth / float64(len(buckets))
	all := make([]loadBar, 0, len(buckets))
	for i, n := range buckets {
		b := loadBar{X: float64(i)*step + chartGap/2, W: step - chartGap, H: chartHeight * float64(max(n, 0)) / highest}
		b.Y, b.At = chartFoot-b.H, float64(i+1)*step
		if i < len(bounds) && i%chartTicks == chartTicks-1 {
			b.Tick = millis(bounds[i])
		}
		all = append(all, b)
	}
	return all
}

// Words tells the drawing to who cannot see it.
func (r loadRow) Words() string {
	return fmt.Sprintf("half of %s within %s, 99 in 100 within %s, the slowest after %s", plural(r.Count, "answer", "answers"), r.P50, r.P99, r.Max)
}

// loadSentence sums a load up.
func loadSentence(l *result.Load) string {
	text := fmt.Sprintf("%s in %s, %.1f a second of the %g that were to be sent, up to %d on the way at once: ",
		plural(l.Requests, "request", "requests"), elapsed(1000*l.Seconds), l.Rate, l.Wanted, l.InFlight)
	if l.Refused+l.Failed+l.Lost == 0 {
		return text + "none was refused, failed or lost."
	}
	return text + fmt.Sprintf("%d refused with 429, %d answered with another error, %d not answered.", l.Refused, l.Failed, l.Lost)
}

// millis is a time in milliseconds for people.
func millis(ms float64) string {
	switch {
	case ms >= 1000:
		return fmt.Sprintf("%.3g s", ms/1000)
	case ms >= 10:
		return fmt.Sprintf("%.0f ms", ms)
	default:
		return fmt.Sprintf("%.2g ms", ms)
	}
}

// loadTable are the rows of a load as text, the names of the columns first.
func loadTable(l *result.Load) [][]string {
	rows := [][]string{{"request", "answers", "p50", "p90", "p95", "p99", "slowest"}}
	for _, k := range l.Kinds {
		rows = append(rows, []string{k.Name, strconv.Itoa(k.Count), millis(k.P50Ms), millis(k.P90Ms), millis(k.P95Ms), millis(k.P99Ms), millis(k.MaxMs)})
	}
	return rows
}

// load writes a load for a terminal.
func (v *view) load(l *result.Load) {
	if l == nil {
		return
	}
	v.linef("%s", v.in(v.text("Under load"), bold))
	v.block("  ", 2, loadSentence(l), 0)
	for i, row := range loadTable(l) {
		var cells strings.Builder
		for _, cell := range row[1:] {
			fmt.Fprintf(&cells, " %8s", cell)
		}
		line := "  " + v.fit(v.text(fmt.Sprintf("%-14s", row[0])), 14) + cells.String()
		if i == 0 {
			line = v.in(line, dim)
		}
		v.linef("%s", line)
	}
	v.linef("")
}

// writeLoad writes a load as Markdown.
func writeLoad(b *strings.Builder, l *result.Load) {
	if l == nil {
		return
	}
	fmt.Fprintf(b, "### Under load\n\n%s\n\n", md(loadSentence(l)))
	for i, row := range loadTable(l) {
		for j, cell := range row {
			row[j] = md(cell)
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			b.WriteString("|:--|--:|--:|--:|--:|--:|--:|\n")
		}
	}
	b.WriteString("\n")
}
