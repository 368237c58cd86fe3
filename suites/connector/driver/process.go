package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/suites/connector"
)

// process is a running program with its three streams. It is asked one thing at a time.
type process struct {
	command  *exec.Cmd
	in       io.WriteCloser
	out      *lines
	complain *tail
	mark     string // in the environment of the program and of all that it starts
	grace    time.Duration

	exited chan struct{} // closed once it has ended and its output is read
	status error         // valid then: nil when it ended with status 0

	ending sync.Once
	asked  int64
}

// waitDelay is how long the streams of a program that has ended may be held open by what it started.
const waitDelay = 250 * time.Millisecond

// killWait is how long a program that was killed is waited for.
const killWait = 3 * time.Second

// markVariable names the variable by which the children of a program are known.
const markVariable = "REHEARSE_CONNECTOR_PROCESS"

// startProcess starts a program.
func startProcess(command []string, environment map[string]string, s settings) (*process, error) {
	if len(command) == 0 || command[0] == "" {
		return nil, errors.New("there is no command")
	}
	p := &process{
		command: exec.Command(command[0], command[1:]...), //nolint:gosec,noctx // the command is what the user asks for; it is ended by end
		out:     newLines(s.maxLine, s.maxTotal), complain: &tail{limit: s.maxTotal}, mark: newMark(), grace: s.grace, exited: make(chan struct{}),
	}
	c := p.command
	c.Dir, c.Env, c.Stdout, c.Stderr, c.WaitDelay = s.folder, childEnvironment(os.Environ(), environment, p.mark), p.out, p.complain, waitDelay
	apart(c)
	in, err := c.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("open its input: %w", err)
	}
	p.in = in
	if err := c.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.status = c.Wait()
		close(p.exited)
	}()
	return p, nil
}

// childEnvironment is the environment of a program: that of its parent without what is meant for Rehearse, and what is set for it.
func childEnvironment(parent []string, set map[string]string, mark string) []string {
	var all []string
	for _, v := range parent {
		name, _, _ := strings.Cut(v, "=")
		if _, replaced := set[name]; !replaced && !strings.HasPrefix(strings.ToUpper(name), "REHEARSE_") {
			all = append(all, v)
		}
	}
	for name, value := range set {
		all = append(all, name+"="+value)
	}
	return append(all, markVariable+"="+mark)
}

// alive says whether the program still runs.
func (p *process) alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// ask sends a message, made with an id, and reads its answer into result. With any error but a [connector.Error] the process is of no use any more.
func (p *process) ask(ctx context.Context, o connector.Operation, message func(id int64) any, result any) error {
	if text, unasked := p.out.leftover(); unasked {
		return p.broken(connector.Garbage, "the connector wrote a line that nobody asked for before "+string(o)+": "+clip(text))
	}
	p.asked++
	id := p.asked
	data, err := line(message(id))
	if err != nil {
		return err
	}
	p.out.next()
	p.complain.next()
	written := make(chan error, 1)
	go func() { // ended by end, which closes the input
		_, err := p.in.Write(data)
		written <- err
	}()
	select {
	case l := <-p.out.whole:
		return p.withOutput(read(l, id, o, result))
	case <-p.out.flooded:
		return p.broken(connector.Flooded, fmt.Sprintf("the connector wrote more than is read in answer to %s: %s", o, p.out.excess()))
	case <-p.complain.full():
		return p.broken(connector.Flooded, fmt.Sprintf("the connector wrote more than %d MiB to standard error during %s", p.complain.limit>>20, o))
	case <-p.exited:
		return p.gone(id, o, result)
	case <-ctx.Done():
		return p.late(ctx, o)
	}
}

// gone is what came of a message whose answer did not come before the program ended, if it did not.
func (p *process) gone(id int64, o connector.Operation, result any) error {
	select {
	case l := <-p.out.whole: // the last thing it did was to answer
		return p.withOutput(read(l, id, o, result))
	default:
	}
	if half := p.out.partial(); half != "" {
		return p.broken(connector.Garbage, fmt.Sprintf("the connector ended (%s) in the middle of its answer to %s: %s", p.how(), o, half))
	}
	if id == 1 {
		return p.broken(connector.NoStart, fmt.Sprintf("the connector ended (%s) before it answered its first message, %s", p.how(), o))
	}
	return p.broken(connector.Crashed, fmt.Sprintf("the connector ended (%s) in the place of an answer to %s", p.how(), o))
}

// late is what came of a message that was not answered in time. A run that ends is nobody's fault.
func (p *process) late(ctx context.Context, o connector.Operation) error {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		p.end()
		return fmt.Errorf("%s: %w", o, ctx.Err())
	}
	detail := fmt.Sprintf("the connector did not answer %s in time", o)
	if half := p.out.partial(); half != "" {
		detail += "; it wrote half a line: " + half
	}
	if !p.out.silent() {
		return p.broken(connector.Hung, detail)
	}
	p.end()
	return &connector.BrokenError{Kind: connector.Hung, Detail: detail + "; it has written nothing to standard output", Output: p.complain.last(), Fix: flush}
}

// flush is the commonest reason why nothing comes of a program that works when it is started by hand.
const flush = "Flush standard output after each answer: where it is no terminal, it is kept in a buffer (Python: print(answer, flush=True); C: fflush(stdout); Go: Flush of a bufio.Writer). " +
	"If the program was still at work: bound every request to Graph in time, and answer each message, also with an error."

// how tells how the program ended.
func (p *process) how() string {
	if p.command.ProcessState == nil {
		return "in an unknown way"
	}
	return p.command.ProcessState.String()
}

// broken ends the program and says why, with its last output.
func (p *process) broken(kind connector.Breakage, detail string) error {
	p.end()
	return &connector.BrokenError{Kind: kind, Detail: detail, Output: p.complain.last()}
}

// withOutput adds the last output to an answer that is none, and ends the program.
func (p *process) withOutput(err error) error {
	broken, ok := errors.AsType[*connector.BrokenError](err)
	if !ok {
		return err
	}
	return p.broken(broken.Kind, broken.Detail)
}

// end ends the program and all that it started, within a bounded time: its input ends and it is asked to end; after a while it is killed.
func (p *process) end() {
	p.ending.Do(func() {
		_ = p.in.Close() // all it can say is that the program is gone
		p.out.stop()
		terminate(p.command)
		timer := time.NewTimer(p.grace)
		defer timer.Stop()
		select {
		case <-p.exited:
		case <-timer.C:
		}
		kill(p.command, p.mark)
		timer.Reset(killWait)
		select {
		case <-p.exited: // its streams are let go after waitDelay
		case <-timer.C: // the system does not let it go, for instance because of a disk
		}
	})
}

// refused says whether an error is the connector's own answer.
func refused(err error) bool {
	_, ok := errors.AsType[*connector.Error](err)
	return ok
}
