package connector

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// DefaultTimeout is how long a connector may take for one operation.
const DefaultTimeout = 30 * time.Second

// Config says which connector is judged and how it reaches its tenants.
type Config struct {
	Driver  Driver
	Timeout time.Duration // of one operation; 0 is DefaultTimeout
	Seed    uint64        // of all names and ids; 0 takes a random one, see [Target.Seed]

	// Folder is where the files of the tenants' certificate authority are put, for connectors outside the process: each tenant then listens on
	// 127.0.0.1. "" for connectors within the process, which use [Configuration.Transport] and the tenant's clock.
	Folder string

	// Fixed lets all checks meet the same tenant id and application at the same addresses, for connectors that are configured once and by hand;
	// nil: each check has its own.
	Fixed *Fixed

	// Recorder keeps the exchanges; nil is a recorder of the target's own.
	Recorder *exchange.Recorder
}

// Target is a connector that is judged.
type Target struct {
	config      Config
	faced       bool // what the connector is asked is recorded, too
	description Description
	problem     error         // why it did not describe itself
	described   time.Duration // how long that took
	lanes       chan *lane
	all         []*lane
	ledger      *ledger
	heard       *archive
	voyage      *voyage

	mu     sync.Mutex
	broken map[Operation]breakdown
	proper map[Operation]bool // operations that were answered properly, be it with an error
	lapses map[Operation]int  // how often such an operation got no answer all the same
}

// breakdown is the first time that an operation got no proper answer, and the check that tells of it.
type breakdown struct {
	check string
	err   *BrokenError
}

// Open asks a connector what it can do. A connector that does not say it well is opened all the same: that is what the check
// connector.setup.describe finds. The error is a fault of the configuration or of this machine.
func Open(ctx context.Context, c Config) (*Target, error) {
	if c.Driver == nil {
		return nil, errors.New("open the connector: there is no driver")
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Seed == 0 {
		c.Seed = mathrand.Uint64N(1 << 32)
	}
	if c.Recorder == nil {
		c.Recorder = exchange.NewRecorder()
	}
	recording, faced := c.Driver.(Recording)
	if faced {
		recording.Record(c.Recorder)
	}
	if c.Fixed != nil {
		c.Fixed = c.Fixed.complete(c.Seed)
	}
	t := &Target{config: c, faced: faced, ledger: &ledger{}, heard: &archive{}, voyage: &voyage{}, broken: map[Operation]breakdown{}, proper: map[Operation]bool{}, lapses: map[Operation]int{}}
	if c.Fixed != nil { // the connector is told its tenant before it is asked anything
		if err := t.open(ctx); err != nil {
			return nil, err
		}
		if err := t.tell(ctx); err != nil {
			_ = t.Close() // the first error says more
			return nil, err
		}
	}
	began := time.Now()
	t.description, t.problem = t.describe(ctx)
	t.described = time.Since(began)
	if absent, ok := errors.AsType[*UnreachableError](t.problem); ok {
		_ = t.Close() // the first error says more
		return nil, absent
	}
	if t.problem == nil {
		t.problem = t.description.wrong()
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open the connector: %w", err)
	}
	if c.Fixed != nil {
		return t, nil
	}
	return t, t.open(ctx)
}

// open makes the lanes, one for each instance of the connector.
func (t *Target) open(ctx context.Context) error {
	lanes, err := newLanes(ctx, t.Instances(), t.config.Folder, t.config.Fixed)
	if err != nil {
		return err
	}
	t.all, t.lanes = lanes, make(chan *lane, len(lanes))
	for _, l := range lanes {
		t.lanes <- l
	}
	return nil
}

func (t *Target) describe(ctx context.Context) (Description, error) {
	return bounded(ctx, t.config.Timeout, "describe", func(ctx context.Context) (Description, error) { return t.config.Driver.Describe(ctx) })
}

// maxInstances bounds the instances of a connector that work side by side.
const maxInstances = 64

// Instances is how many instances of the connector may work side by side, at least 1.
func (t *Target) Instances() int {
	if t.config.Fixed != nil {
		return 1
	}
	return min(max(t.description.Instances, 1), maxInstances)
}

// Seed is what all names and ids follow from.
func (t *Target) Seed() uint64 { return t.config.Seed }

// Describe says what is judged.
func (t *Target) Describe() result.Target {
	d := result.Target{Kind: "connector", Software: t.description.Name, Adaptations: []string{}}
	if t.description.Version != "" {
		d.Software += " " + t.description.Version
	}
	d.Adaptations = append(d.Adaptations, t.description.lacking()...)
	return d
}

// Runnables returns all checks, bound to the connector. At most [Target.Instances] of them work at the same time; the others wait.
func (t *Target) Runnables() []suites.Runnable {
	return suites.Bind(seeing(Checks()), "", func(ctx context.Context, check *suites.T) (*Rig, error) { return newRig(ctx, check, t) }, suites.WithTimeout(t.patience()))
}

// Catalogue returns all checks without a connector, for what is said of them: none can be run.
func Catalogue() []suites.Runnable {
	return suites.Bind(Checks(), "", func(context.Context, *suites.T) (*Rig, error) { return nil, errors.New("there is no connector") })
}

// patience is the time of a whole check: some operations, each with its own limit.
func (t *Target) patience() time.Duration { return max(suites.DefaultTimeout, 3*t.config.Timeout) }

// Requests are the calls that the connector made, by method and path.
func (t *Target) Requests() []result.Request { return t.ledger.requests() }

// Permissions compares what was granted with what was used.
func (t *Target) Permissions() *result.Permissions { return t.ledger.permissions(t.permissions()) }

// permissions are what the application is granted. A description that is wrong grants nothing: its check must have a tenant all the same, to say so.
func (t *Target) permissions() []string {
	if t.description.Permissions == nil || t.problem != nil {
		return DefaultPermissions()
	}
	return t.description.Permissions
}

// Close ends the connector and its tenants.
func (t *Target) Close() error {
	err := t.config.Driver.Close()
	for _, l := range t.all {
		l.close()
	}
	if err != nil {
		return fmt.Errorf("end the connector: %w", err)
	}
	return nil
}

// bounded calls something of the driver's within a time and turns its panic into a [BrokenError]. What does not come back is left alone.
func bounded[T any](ctx context.Context, limit time.Duration, what string, call func(context.Context) (T, error)) (T, error) {
	type ending struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan ending, 1)
	go func() {
		var e ending
		defer func() {
			if v := recover(); v != nil {
				e.err = &BrokenError{Kind: Crashed, Detail: fmt.Sprintf("the connector panicked on %s: %v", what, v)}
			}
			done <- e
		}()
		e.value, e.err = call(ctx)
	}()
	late := func() error {
		return &BrokenError{Kind: Hung, Detail: fmt.Sprintf("the connector did not answer %s within %v", what, limit)}
	}
	select {
	case e := <-done:
		if e.err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) && errors.Is(e.err, context.DeadlineExceeded) {
			e.err = late()
		}
		return e.value, e.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace) // for drivers that have to end a process first, and then say more
	defer timer.Stop()
	select {
	case e := <-done:
		if _, broken := errors.AsType[*BrokenError](e.err); broken {
			return e.value, e.err
		}
	case <-timer.C:
	}
	var none T
	return none, late()
}

// grace is how long a driver may go on after its time is up.
const grace = 5 * time.Second
