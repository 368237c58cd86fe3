package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/time/rate"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/replay"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// replayCommand sends recorded traffic again and compares the answers.
type replayCommand struct {
	File     string     `arg:"" help:"HTTP Archive (HAR) with SCIM traffic: exchanges.har of a report, or what a browser or a proxy saved."`
	Target   reachFlags `embed:"" group:"The endpoint:"`
	Existing bool       `help:"Also change and remove users and groups that the replay has not made itself."`
	Format   string     `help:"What is printed (${enum})." enum:"pretty,json" default:"pretty"`
	NoColor  bool       `help:"Print without colours (also: NO_COLOR)."`
}

// Help shows examples and the exit codes.
func (replayCommand) Help() string {
	return `Examples:

  rehearse scim --all-exchanges                                # writes rehearsal/exchanges.har
  rehearse replay rehearsal/exchanges.har --url http://127.0.0.1:8080/scim --token s3cret
  rehearse replay captured.har --url https://app.example/scim --token-file token.txt --yes

Ids are mapped: those the recording learnt from answers are learnt again. Compared are the status, the attributes and
their values; ids, times and addresses aside. What was made is removed again.

Exit codes: 0 answered as recorded, 1 differences, 2 wrong usage, 3 no usable answer or not authorised, 4 interrupt.`
}

// Run sends the traffic, prints what differs, and says by exit code whether anything does.
func (c replayCommand) Run(ctx context.Context, std streams) error {
	script, err := readScript(c.File)
	if err != nil {
		return usage("%v", err)
	}
	recorder := exchange.NewRecorder()
	config, err := c.Target.config(recorder, 1)
	if err != nil {
		return err
	}
	if c.Target.URL == "" {
		builtin, err := serveBuiltin(ctx, &config, c.Target.Fault)
		if err != nil {
			return err
		}
		defer builtin.close()
	}
	base, _, err := wire.ParseTenantURL(config.URL)
	if err != nil {
		return usage("%v", err)
	}
	if err := c.Target.consent(std, config.URL, func() []string { return c.writes(script) }); err != nil {
		return err
	}
	if err := c.Target.signIn(ctx, &config); err != nil {
		return err
	}
	recorder.AddSecret(config.Token)
	defer closeIdle(config.Transport)
	ran, err := replay.Run(ctx, script, replay.Config{
		URL: base, Token: config.Token, Header: config.Header, Session: recorder.Session("replay", config.Transport), Timeout: config.Timeout,
		Limiter: limiterFor(config), Existing: c.Existing,
	})
	told := replayed{script: script, url: redacted(base), result: ran, redact: recorder.Redact}
	if c.Format == "json" {
		if err := printJSON(std, told.forPrograms()); err != nil {
			return err
		}
	} else if err := told.print(std, terminalOptions(std, c.NoColor)); err != nil {
		return err
	}
	return replayExit(ctx, ran, err, recorder)
}

// writes are the lines of the plan of a replay.
func (c replayCommand) writes(script replay.Script) []string {
	verbs := map[string]int{}
	for _, step := range script.Steps {
		verbs[step.Method]++
	}
	kept := "users and groups that the replay has not made itself are not touched"
	if c.Existing {
		kept = "users and groups that are there already are changed and removed, too (--existing)"
	}
	return []string{fmt.Sprintf("%d recorded requests: %s", len(script.Steps), byVerb(verbs)), kept + "; what it makes is removed again"}
}

func replayExit(ctx context.Context, ran replay.Result, err error, recorder *exchange.Recorder) error {
	switch {
	case ctx.Err() != nil:
		return &endError{code: exitError, message: fmt.Sprintf("the replay was interrupted after %d exchanges", len(ran.Steps))}
	case errors.Is(err, replay.ErrUnreachable):
		why := "the credentials were refused"
		if last := ran.Steps[len(ran.Steps)-1]; last.Err != nil {
			why = recorder.Redact(last.Err.Error())
		}
		return &endError{code: exitUnreachable, message: "the first request got no usable answer: " + why}
	case err != nil:
		return err
	case ran.Differing > 0 || ran.Died:
		return &endError{code: exitNonConformant}
	default:
		return nil
	}
}

// readScript reads the SCIM traffic of a HAR file.
func readScript(name string) (replay.Script, error) {
	file, err := os.Open(name)
	if err != nil {
		return replay.Script{}, fmt.Errorf("read transcript: %w", err)
	}
	es, err := exchange.ReadHAR(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return replay.Script{}, fmt.Errorf("%s: %w", name, err)
	}
	script, err := replay.Write(es)
	if err != nil {
		return script, fmt.Errorf("%s: %w", name, err)
	}
	return script, nil
}

// limiterFor paces the requests as those of a rehearsal: Entra's pace off this machine.
func limiterFor(c endpoint.Config) *rate.Limiter {
	pace := c.Pace
	if pace == 0 && !isLoopback(c.URL) {
		pace = endpoint.DefaultPace
	}
	if pace <= 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(pace), max(1, int(pace)/5))
}

// closeIdle closes the connections of a transport that are not in use.
func closeIdle(transport any) {
	if t, ok := transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// replayed is what is told of a replay.
type replayed struct {
	script replay.Script
	url    string
	result replay.Result
	redact func(string) string
}

// sentence sums the replay up.
func (r replayed) sentence() string {
	compared := len(r.result.Steps) - r.result.Unsent
	said := []string{fmt.Sprintf("%d of %d exchanges were answered as recorded, %d differ", compared-r.result.Differing, len(r.script.Steps), r.result.Differing)}
	for _, part := range []struct {
		n    int
		text string
	}{
		{r.result.Unsent, "%d were not sent, since they would change what the replay has not made (--existing), their body was recorded in part, or they were refused for their credentials or had others than the rest"},
		{len(r.script.Steps) - len(r.result.Steps), "%d were not reached"},
		{r.script.Skipped, "%d in the file are no SCIM traffic with this endpoint"},
		{r.result.Removed, "%d things were made and removed again"},
	} {
		if part.n > 0 {
			said = append(said, fmt.Sprintf(part.text, part.n))
		}
	}
	return strings.Join(said, "; ") + "."
}

// clean is text fit for a terminal, without secrets.
func (r replayed) clean(text string) string { return exchange.Visible(r.redact(text)) }

func lines(text string) []string { return strings.Split(strings.TrimRight(text, "\n"), "\n") }
