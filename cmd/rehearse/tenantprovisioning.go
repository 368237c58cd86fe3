package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/mockscim"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// jobsFile is where a folder keeps how jobs are configured, and what they know of their targets.
const jobsFile = "provisioning.json"

// provision gives a tenant its provisioning service, with the jobs its folder has, and runs cycles as they fall due by the tenant's clock. It
// sends requests to nobody but the endpoints that jobs are configured for, and mails to nobody without a mailer. What it returns ends the cycles and waits for them.
func (r *raised) provision(ctx context.Context, f *folder, c tenantCommand, std streams) (stop func(), err error) {
	out := std.out
	show := &cycleLines{out: out, clock: r.clock, quarantines: map[string]string{}}
	watcher := mockscim.Watcher{Cycle: show.cycle}
	if isTerminal(out) && os.Getenv("TERM") != "dumb" {
		watcher.Progress, watcher.Begun = show.progress, show.begun
	}
	r.service = mockscim.New(r.Directory(), mockscim.WithClock(r.clock), mockscim.WithWatcher(watcher), mockscim.WithMailer(c.mailer()),
		mockscim.WithOverhear(r.overhear(c.Verbose, std.err)), mockscim.WithClients(func(config wire.Config) wire.Config {
			config.Timeout = c.SCIMTimeout
			return config
		}))
	jobs, err := os.Open(f.file(jobsFile))
	switch {
	case err == nil:
		err = r.service.Load(jobs)
		_ = jobs.Close() // only read
		if err != nil {
			return nil, unreadable(f, jobsFile, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, unreadable(f, jobsFile, err)
	}
	r.saved.jobs = r.service.Revision()
	r.Synchronize(r.service)
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.service.Run(ctx)
	}()
	r.halt = func() {
		cancel()
		<-done
	}
	return func() {
		r.halt()
		r.service.Forget() // closes connections
	}, nil
}

// saveJobs writes how jobs are configured, if that may have changed.
func (r *raised) saveJobs(f *folder) error {
	if r.service == nil || r.service.Revision() == r.saved.jobs {
		return nil
	}
	revision := r.service.Revision() // before, so that what comes between is saved again
	if err := replaceFile(f.file(jobsFile), r.service.Save); err != nil {
		return err
	}
	r.saved.jobs = revision
	return nil
}

// isMailServer says whether an address has a host and a port, or is none.
func isMailServer(address string) bool {
	host, port, err := net.SplitHostPort(address)
	return address == "" || err == nil && host != "" && port != ""
}

// mailer sends notifications, nil when nobody was named.
func (c tenantCommand) mailer() provisioning.Mailer {
	if c.SMTP == "" {
		return nil
	}
	return provisioning.SMTP{Addr: c.SMTP}
}

// cycleLines tell people of cycles: a line for each that did something, and on a terminal a line that shows how far one is.
type cycleLines struct {
	out   io.Writer
	clock *clock.Steered

	mu          sync.Mutex
	shown       time.Time         // real time of the line that is on the screen
	length      int               // of it
	quarantines map[string]string // by job: what was told
}

// often enough to look alive, seldom enough to cost nothing.
const refresh = 100 * time.Millisecond

// begun shows that a cycle waits for its endpoint: the first answer may take as long as --scim-timeout, and whoever turns the clock waits too.
func (l *cycleLines) begun(of mockscim.Application) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shown = time.Now()
	l.write(oneLine(of.Name) + ": a cycle begins and asks the endpoint")
}

func (l *cycleLines) progress(of mockscim.Application, p provisioning.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.shown) < refresh {
		return
	}
	l.shown = time.Now()
	line := fmt.Sprintf("%s: %s %d of %d", oneLine(of.Name), strings.ToLower(string(p.Phase)), p.Done, p.Total)
	if rest, known := p.Remaining(); known {
		line += fmt.Sprintf(", %s to go", rest.Round(time.Second))
	}
	l.write(line)
}

// write puts a line on the screen in the place of the one that is there.
func (l *cycleLines) write(line string) {
	l.wipe()
	l.length = len([]rune(line))
	_, _ = io.WriteString(l.out, line)
}

// wipe takes the line off the screen.
func (l *cycleLines) wipe() {
	if l.length > 0 {
		_, _ = io.WriteString(l.out, "\r"+strings.Repeat(" ", l.length)+"\r")
		l.length = 0
	}
}

func (l *cycleLines) cycle(of mockscim.Application, r provisioning.Report, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wipe()
	line, problem := summary(r), ""
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, provisioning.ErrStopped):
		line = "the cycle was interrupted; the next one does what it left"
	case err != nil:
		line = "the cycle ended: " + err.Error()
	case r.Error != nil:
		problem = "in quarantine: " + cause(r.Error)
		line = problem + " (told once; the job's status has all of it)"
	}
	idle := err == nil && !r.Initial && r == (provisioning.Report{Requests: r.Requests, Skipped: r.Skipped})
	told := l.quarantines[of.Job]
	if problem == told && (problem != "" || idle) {
		return // nothing new
	}
	l.quarantines[of.Job] = problem
	fmt.Fprintf(l.out, "%s %s\n", l.clock.Now().UTC().Format(time.RFC3339), oneLine(of.Name+": "+line))
}

// cause is why a job is in quarantine, in a few words that are the same with each attempt. Entra's text, with the whole answer in it, is in
// the job's status.
func cause(err error) string {
	known, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return err.Error()
	}
	if known.Status != 0 && strings.Contains(known.Message, "Received response from Web resource.") {
		return strings.TrimSpace(fmt.Sprintf("the endpoint answered %d %s", known.Status, http.StatusText(known.Status))) + " (" + known.Code + ")"
	}
	if _, sentence, found := strings.Cut(known.Message, ": "); found { // before it stands the request, with a value that is always another
		return sentence + " (" + known.Code + ")"
	}
	return known.Message + " (" + known.Code + ")"
}

// summary says what a cycle did.
func summary(r provisioning.Report) string {
	kind := "cycle"
	if r.Initial {
		kind = "initial cycle"
	}
	var parts []string
	for _, part := range []struct {
		count int
		what  string
	}{{r.Creates, "created"}, {r.Updates, "updated"}, {r.Disables, "disabled"}, {r.Deletes, "deleted"}, {r.MemberChanges, "memberships changed"}, {r.Skipped, "skipped"}, {r.Failures, "failed"}} {
		if part.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.count, part.what))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing to do"}
	}
	return kind + ": " + strings.Join(parts, ", ")
}

// oneLine bounds what an endpoint lets us print, and keeps it on one line.
func oneLine(text string) string {
	const most = 300
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
