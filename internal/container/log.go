package container

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

const (
	maxLines  = 50_000   // lines read of a log: its end
	maxLog    = 32 << 20 // bytes read of a log
	maxLine   = 2_000    // bytes kept of a line
	lastLines = 20       // lines shown of a container that did not start

	lag  = 25 * time.Millisecond // how long after its answer a server writes about a request
	late = 2 * time.Second       // how much later a line that names the request is still its own
)

// Line is a line of a container's log.
type Line struct {
	At   time.Time // when the engine received it
	Text string    // without its end; of a very long one its beginning
}

// Log is what a container wrote to its standard output and error, in the order of time.
type Log []Line

// Around gives lines, at most limit, that were written while a request was under way: first of all those that name it by its method and path, then those
// that came first, in the order of time. Lines of requests at the same time stand among them. A machine under load writes late: where no line in time
// names the request, the first one after it that does is given.
func (l Log) Around(started time.Time, took time.Duration, method, path string, limit int) []string {
	first, _ := slices.BinarySearchFunc(l, started, func(line Line, at time.Time) int { return line.At.Compare(at) })
	end := started.Add(took + lag)
	var named, others []int
	for i := first; i < len(l) && !l[i].At.After(end.Add(late)); i++ {
		names, inTime := path != "" && strings.Contains(l[i].Text, method) && strings.Contains(l[i].Text, path), !l[i].At.After(end)
		switch {
		case names && (inTime || len(named) == 0):
			named = append(named, i)
		case inTime:
			others = append(others, i)
		}
	}
	named = named[:min(len(named), limit)]
	shown := slices.Concat(named, others[:min(len(others), limit-len(named))])
	slices.Sort(shown)
	var found []string
	for _, i := range shown {
		found = append(found, l[i].Text)
	}
	return found
}

// Log reads what the container has written so far: at most its last 50,000 lines.
func (c *Container) Log(ctx context.Context) (Log, error) {
	engine, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return nil, fmt.Errorf("reach the container engine: %w", err)
	}
	defer func() { _ = engine.Close() }()
	stream, err := engine.ContainerLogs(ctx, c.running.GetContainerID(), client.ContainerLogsOptions{
		ShowStdout: true, ShowStderr: true, Timestamps: true, Tail: strconv.Itoa(maxLines),
	})
	if err != nil {
		return nil, fmt.Errorf("read the container's log: %w", err)
	}
	defer func() { _ = stream.Close() }()
	var text bytes.Buffer
	if _, err := stdcopy.StdCopy(&text, &text, io.LimitReader(stream, maxLog)); err != nil && text.Len() == 0 { // the bound can cut a frame
		return nil, fmt.Errorf("read the container's log: %w", err)
	}
	return parse(text.String()), nil
}

// parse reads lines as the engine writes them with their times: "2026-11-22T10:56:12.123456789Z text". Others are left out.
func parse(text string) Log {
	var all Log
	for row := range strings.Lines(text) {
		stamp, rest, found := strings.Cut(strings.TrimRight(row, "\r\n"), " ")
		at, err := time.Parse(time.RFC3339Nano, stamp)
		if err != nil || !found || rest == "" {
			continue
		}
		if len(rest) > maxLine {
			rest = strings.ToValidUTF8(rest[:maxLine], "") + "…"
		}
		all = append(all, Line{At: at, Text: rest})
	}
	slices.SortStableFunc(all, func(a, b Line) int { return a.At.Compare(b.At) })
	return all
}

// tail gives the last n lines.
func (l Log) tail(n int) []string {
	var found []string
	for _, line := range l[max(len(l)-n, 0):] {
		found = append(found, line.Text)
	}
	return found
}
