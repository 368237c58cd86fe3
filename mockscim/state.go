package mockscim

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// savedState is what [Service.Save] writes.
type savedState struct {
	Version int                                 `json:"version"`
	Secrets map[string][]synchronization.Secret `json:"secrets"` // by service principal
	Jobs    []savedJob                          `json:"jobs"`
}

type savedJob struct {
	ID               string                    `json:"id"`
	ServicePrincipal string                    `json:"servicePrincipalId"`
	Template         string                    `json:"templateId"`
	Started          bool                      `json:"started"`
	Paused           bool                      `json:"paused"`
	Disabled         bool                      `json:"disabled,omitempty"` // paused, and shown as disabled
	Interval         time.Duration             `json:"interval"`           // nanoseconds; 0: that of the service
	Expires          time.Time                 `json:"expires,omitzero"`   // zero: never
	Settings         []synchronization.Setting `json:"settings"`
	Schema           synchronization.Schema    `json:"schema"`
}

const stateVersion = 1

// maxState bounds what [Service.Load] reads: about 250 bytes for each object that is linked.
const maxState = 1 << 30

// savedPart is a line behind the state: a part of what a job knows of its target.
type savedPart struct {
	provisioning.Remembered

	Of string `json:"of"` // id of the job
}

// Revision grows whenever what [Service.Save] writes may have changed.
func (s *Service) Revision() uint64 { return s.revision.Load() }

// Save writes how the jobs made through Graph are configured, secrets included in the clear, and what they know: links, watermark, failures, creates
// nobody knows the outcome of, quarantine. Loaded again, a job goes on where it was. The configuration is one JSON object; a line of JSON
// follows for each link, in an order that is always the same.
func (s *Service) Save(w io.Writer) error {
	jobs := []*job{}
	state := savedState{Version: stateVersion, Secrets: map[string][]synchronization.Secret{}, Jobs: []savedJob{}}
	for _, j := range s.all() {
		if j.connected {
			continue
		}
		jobs = append(jobs, j)
		paused, disabled := j.Halted()
		j.mu.Lock()
		state.Jobs = append(state.Jobs, savedJob{
			ID: j.ID(), ServicePrincipal: j.principal, Template: j.template, Started: j.started, Paused: paused, Interval: j.interval, Expires: j.expires, Disabled: disabled, Settings: j.settings, Schema: j.schema,
		})
		j.mu.Unlock()
	}
	s.mu.Lock()
	maps.Copy(state.Secrets, s.secrets)
	s.mu.Unlock()
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(state); err != nil {
		return fmt.Errorf("save provisioning: %w", err)
	}
	lines := bufio.NewWriter(w)
	encoder = json.NewEncoder(lines)
	for _, j := range jobs {
		for _, part := range j.Remember() {
			if err := encoder.Encode(savedPart{part, j.ID()}); err != nil {
				return fmt.Errorf("save job %s: %w", j.ID(), err)
			}
		}
	}
	if err := lines.Flush(); err != nil {
		return fmt.Errorf("save provisioning: %w", err)
	}
	return nil
}

// Load replaces the jobs made through Graph by saved ones. A file that is broken, or a configuration that cannot be, changes nothing. Jobs of
// applications that are not in the directory are left out. Load the directory first: a job goes on from the change that its watermark names, and
// looks at everything again when the directory has no such change. A file without what jobs know has them begin with an initial cycle.
func (s *Service) Load(r io.Reader) error {
	var state savedState
	decoder := json.NewDecoder(io.LimitReader(r, maxState))
	if err := decoder.Decode(&state); err != nil {
		return fmt.Errorf("load provisioning: %w", err)
	}
	if state.Version != stateVersion {
		return fmt.Errorf("load provisioning: version %d is not known, only %d", state.Version, stateVersion)
	}
	var jobs []*job
	for _, one := range state.Jobs {
		if !s.exists(one.ServicePrincipal) {
			continue
		}
		j, err := s.revived(one, state.Secrets[one.ServicePrincipal])
		if err != nil {
			return fmt.Errorf("load job %s: %w", shortened(one.ID), err)
		}
		jobs = append(jobs, j)
	}
	if err := recall(decoder, jobs); err != nil {
		return fmt.Errorf("load provisioning: %w", err)
	}
	s.Forget()
	s.mu.Lock()
	maps.Copy(s.secrets, state.Secrets)
	s.mu.Unlock()
	for _, j := range jobs {
		s.add(j)
	}
	return nil
}

// recall gives jobs what they knew.
func recall(decoder *json.Decoder, jobs []*job) error {
	byID := make(map[string]*job, len(jobs))
	for _, j := range jobs {
		if byID[j.ID()] != nil {
			return fmt.Errorf("the job %s stands twice", shortened(j.ID()))
		}
		byID[j.ID()] = j
	}
	for {
		var part savedPart
		if err := decoder.Decode(&part); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read what jobs know: %w", err)
		}
		if j := byID[part.Of]; j != nil {
			if err := j.Recall(part.Remembered); err != nil {
				return fmt.Errorf("job %s: %w", shortened(part.Of), err)
			}
		}
	}
}

// revived makes a job anew, under its id.
func (s *Service) revived(one savedJob, secrets []synchronization.Secret) (*job, error) {
	c := configuration{schema: one.Schema, settings: one.Settings, interval: one.Interval, expires: one.Expires, secrets: secrets}
	engine, err := s.engine(one.ServicePrincipal, c, provisioning.WithID(one.ID))
	if err != nil {
		return nil, err
	}
	switch {
	case one.Disabled:
		engine.Disable()
	case one.Paused:
		engine.Pause()
	}
	return &job{
		Job: engine, principal: one.ServicePrincipal, template: one.Template, busy: make(chan struct{}, 1), started: one.Started,
		schema: one.Schema, settings: one.Settings, interval: one.Interval, expires: one.Expires,
	}, nil
}
