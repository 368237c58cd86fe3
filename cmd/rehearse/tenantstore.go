package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockscim"
)

// identity is what of a tenant is not in its directory.
type identity struct {
	Client        mockgraph.Client `json:"client"`
	Administrator string           `json:"administrator"`
	Password      string           `json:"password"`
	Frozen        *time.Time       `json:"frozen,omitempty"` // the clock stands still there
	Offset        string           `json:"offset,omitempty"` // or runs so far from the real one
	Made          making           `json:"made"`             // by which flags
}

// raised is a tenant ready to serve.
type raised struct {
	*mockgraph.Tenant

	client  mockgraph.Client
	clock   *clock.Steered
	made    making
	saved   saved
	service *mockscim.Service // nil until it provisions
	halt    func()            // ends cycles and waits for them
}

// saved is what of a tenant is on disk.
type saved struct {
	any      bool
	revision int    // of the directory
	identity []byte // as it stands in its file
	jobs     uint64 // revision of the provisioning service
}

// raise makes the tenant the flags ask for, or the one the folder has.
func raise(p tenantPlan, f *folder) (*raised, error) {
	r := &raised{clock: p.clock, made: p.made}
	state, err := os.Open(f.file(stateFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.certify()
		r.Tenant = mockgraph.New(append(p.options, p.sample)...)
		if r.client, err = r.Register("Rehearse", mockgraph.EveryPermission()...); err != nil {
			return nil, fmt.Errorf("prepare tenant: %w", err)
		}
		r.KeepClient(r.client)
		r.SetStart()
		return r, nil
	case err != nil:
		return nil, usage("--data: %s cannot be read: %s", f.file(stateFile), plainError(err))
	}
	defer func() { _ = state.Close() }() // only read
	var who identity
	text, err := os.ReadFile(f.file(identityFile))
	if err == nil {
		err = json.Unmarshal(text, &who)
	}
	if err == nil {
		err = r.wind(who, p.frozen)
	}
	if err != nil {
		return nil, unreadable(f, identityFile, err)
	}
	if err := p.agrees(who.Made, f.path); err != nil {
		return nil, err
	}
	r.Tenant, r.client, r.made = mockgraph.New(append(p.options, mockgraph.WithAdministrator(who.Administrator, who.Password))...), who.Client, who.Made
	if err := r.Load(state); err != nil {
		return nil, unreadable(f, stateFile, err)
	}
	r.KeepClient(r.client)
	r.SetStart()
	r.saved = saved{any: true, revision: r.Directory().Revision(), identity: text}
	f.certify() // not before, so that nothing is written to a folder that cannot be used
	return r, nil
}

// unreadable refuses a folder. Its files stay as they are, for whoever can mend them.
func unreadable(f *folder, name string, err error) error {
	return usage("--data: the tenant in %s cannot be read: %s: %s; nothing was changed: mend or restore the file, or name another folder", f.path, name, plainError(err))
}

// wind turns the clock to where it was, unless a flag says otherwise.
func (r *raised) wind(who identity, frozen bool) error {
	switch {
	case frozen:
	case who.Frozen != nil:
		r.clock.Freeze()
		r.clock.Set(*who.Frozen)
	case who.Offset != "":
		offset, err := time.ParseDuration(who.Offset)
		if err != nil {
			return err
		}
		r.clock.Set(r.clock.Now().Add(offset))
	}
	return nil
}

// A tenant that changes is saved whole: a save costs what the tenant is large, so there is a pause behind each that is long in
// proportion. However many requests come, saving takes a quarter of one core at most. Tenants of some thousand users are on disk within
// a third of a second; one of 100,000 is 108 MB and takes many seconds. A journal of changes would be quicker for those alone, and would be a second
// format of every object, journal and photo that has to stay in step with the first.
const (
	lookEvery  = 250 * time.Millisecond // how often a change is looked for
	pauseTimes = 3                      // how many times as long as a save the pause behind it is
	retryAfter = 5 * time.Second        // a save that failed
)

// keep serves until the context ends and saves the tenant soon after each change and at the end.
func (r *raised) keep(ctx context.Context, server *mockgraph.Server, f *folder, problems io.Writer) error {
	var look <-chan time.Time
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	if !f.temporary {
		look = timer.C
	}
	failing := false
	for {
		select {
		case <-ctx.Done():
			server.Close() // nothing changes behind the last save
			r.halt()
			return r.save(f)
		case err := <-server.Failed():
			return errors.Join(fmt.Errorf("serve tenant: %w", err), r.save(f))
		case <-look:
			began := time.Now()
			err := r.save(f)
			pause := max(lookEvery, pauseTimes*time.Since(began))
			if err != nil {
				if !failing {
					fmt.Fprintf(problems, "rehearse: warning: %v; it is tried again until it succeeds, and what happens meanwhile would be lost\n", err)
				}
				pause = retryAfter
			}
			failing = err != nil
			timer.Reset(pause)
		}
	}
}

// save writes what changed into the tenant's folder; each file is replaced as a whole. The state is written last: without it a
// folder has no tenant.
func (r *raised) save(f *folder) error {
	if f.temporary {
		return nil
	}
	revision := r.Directory().Revision() // before, so that what comes between is saved again
	text, err := r.identity()
	if err == nil && !bytes.Equal(text, r.saved.identity) {
		err = replaceFile(f.file(identityFile), func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		})
	}
	if err == nil {
		err = r.saveJobs(f)
	}
	if err == nil && (!r.saved.any || revision != r.saved.revision) {
		err = replaceFile(f.file(stateFile), r.Save)
	}
	if err != nil {
		return fmt.Errorf("the tenant cannot be saved to %s: %s", f.path, plainError(err))
	}
	r.saved = saved{any: true, revision: revision, identity: text, jobs: r.saved.jobs}
	return nil
}

// identity is the content of the file of that name.
func (r *raised) identity() ([]byte, error) {
	who := identity{Client: r.client, Made: r.made}
	who.Administrator, who.Password = r.Administrator()
	if now := r.clock.Now(); r.clock.Frozen() {
		who.Frozen = &now
	} else if offset := time.Until(now).Round(time.Second); offset != 0 {
		who.Offset = offset.String()
	}
	text, err := json.MarshalIndent(who, "", "  ") //nolint:gosec // the password of a tenant that is not real, in a file of mode 0600
	return append(text, '\n'), err
}
