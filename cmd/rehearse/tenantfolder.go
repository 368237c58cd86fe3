package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

// The files a tenant's folder has besides those of the authority.
const (
	stateFile    = "directory.jsonl"
	identityFile = "tenant.json"
)

// saveEvery is how often a tenant that changed is saved.
const saveEvery = 15 * time.Second

// folder is where a tenant's files are: one that was asked for, or a temporary one.
type folder struct {
	path      string
	temporary bool
	authority *impersonate.Authority // once ready
	made      chan error             // tells when the authority is
}

func openFolder(path string) (*folder, error) {
	f := &folder{path: path}
	var err error
	if path == "" {
		f.temporary = true
		if f.path, err = os.MkdirTemp("", "rehearse-tenant-"); err != nil {
			return nil, fmt.Errorf("make folder for certificates: %w", err)
		}
	} else if f.path, err = filepath.Abs(path); err == nil {
		err = os.MkdirAll(f.path, 0o700)
	}
	if err != nil {
		return nil, usage("--data: %v", err)
	}
	f.made = make(chan error, 1)
	go func() { // while the tenant is made
		var err error
		f.authority, err = authorityFor(f.path)
		f.made <- err
	}()
	return f, nil
}

// ready waits for the authority.
func (f *folder) ready() error {
	if f.made == nil {
		return nil
	}
	err := <-f.made
	f.made = nil
	return err
}

// close removes what nobody asked for.
func (f *folder) close() error {
	_ = f.ready() // whoever needs the authority has seen this
	if !f.temporary {
		return nil
	}
	if err := os.RemoveAll(f.path); err != nil {
		return fmt.Errorf("remove %s: %w", f.path, err)
	}
	return nil
}

func (f *folder) file(name string) string { return filepath.Join(f.path, name) }

// isReplaceable says whether an authority that cannot be read is to be replaced: there is none, or it is too old.
func isReplaceable(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, impersonate.ErrExpired)
}

// identity is what of a tenant is not in its directory.
type identity struct {
	Client        mockgraph.Client `json:"client"`
	Administrator string           `json:"administrator"`
	Password      string           `json:"password"`
	Frozen        *time.Time       `json:"frozen,omitempty"` // the clock stands still there
	Offset        string           `json:"offset,omitempty"` // or runs so far from the real one
}

// raised is a tenant ready to serve.
type raised struct {
	*mockgraph.Tenant

	client mockgraph.Client
	clock  *clock.Steered
	saved  uint64 // sequence up to which it is on disk
}

// raise makes the tenant the flags ask for, or the one the folder has.
func raise(p tenantPlan, f *folder) (*raised, error) {
	r := &raised{clock: p.clock}
	state, err := os.Open(f.file(stateFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.Tenant = mockgraph.New(append(p.options, p.sample)...)
		if r.client, err = r.Register("Rehearse", mockgraph.EveryPermission()...); err != nil {
			return nil, fmt.Errorf("prepare tenant: %w", err)
		}
		r.SetStart()
		return r, nil
	case err != nil:
		return nil, usage("--data: %v", err)
	}
	defer func() { _ = state.Close() }() // only read
	var who identity
	data, err := os.ReadFile(f.file(identityFile))
	if err == nil {
		err = json.Unmarshal(data, &who)
	}
	if err != nil {
		return nil, usage("--data: read %s: %v", f.file(identityFile), err)
	}
	if err := r.wind(who, p.frozen); err != nil {
		return nil, usage("--data: read %s: %v", f.file(identityFile), err)
	}
	r.Tenant, r.client = mockgraph.New(append(p.options, mockgraph.WithAdministrator(who.Administrator, who.Password))...), who.Client
	if err := r.Load(state); err != nil {
		return nil, usage("--data: read %s: %v", state.Name(), err)
	}
	r.SetStart()
	r.saved = r.Directory().Snapshot().Sequence()
	return r, nil
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
		r.clock.Advance(offset)
	}
	return nil
}

// keep serves until the context ends and saves the tenant meanwhile and at the end.
func (r *raised) keep(ctx context.Context, server *mockgraph.Server, f *folder) error {
	if f.temporary {
		select {
		case <-ctx.Done():
			return nil
		case err := <-server.Failed():
			return fmt.Errorf("serve tenant: %w", err)
		}
	}
	if err := r.save(f); err != nil {
		return err
	}
	ticker := time.NewTicker(saveEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			server.Close() // nothing changes behind the last save
			return r.save(f)
		case err := <-server.Failed():
			return errors.Join(fmt.Errorf("serve tenant: %w", err), r.save(f))
		case <-ticker.C:
			if r.Directory().Snapshot().Sequence() == r.saved {
				continue
			}
			if err := r.save(f); err != nil {
				return err
			}
		}
	}
}

// save writes the tenant into its folder; each file is replaced as a whole.
func (r *raised) save(f *folder) error {
	sequence := r.Directory().Snapshot().Sequence()
	who := identity{Client: r.client}
	who.Administrator, who.Password = r.Administrator()
	if now := r.clock.Now(); r.clock.Frozen() {
		who.Frozen = &now
	} else if offset := time.Until(now).Round(time.Second); offset != 0 {
		who.Offset = offset.String()
	}
	err := replaceFile(f.file(identityFile), func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(who) //nolint:gosec // the password of a tenant that is not real, in a file of mode 0600
	})
	if err == nil {
		err = replaceFile(f.file(stateFile), r.Save)
	}
	if err != nil {
		return fmt.Errorf("save tenant: %w", err)
	}
	r.saved = sequence
	return nil
}

// replaceFile writes a file that only its owner reads, so that there is always a whole one.
func replaceFile(path string, write func(w io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	err = write(file)
	if err == nil {
		err = file.Sync()
	}
	if problem := file.Close(); err == nil {
		err = problem
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // the first error says more
	}
	return err
}
