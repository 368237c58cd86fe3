package mockgraph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

// health is what a tenant is and holds.
type health struct {
	Status       string    `json:"status"` // ok
	TenantID     string    `json:"tenantId"`
	DisplayName  string    `json:"displayName"`
	Domain       string    `json:"domain"` // the default one
	Users        int       `json:"users"`
	Groups       int       `json:"groups"`
	Applications int       `json:"applications"`
	Sequence     uint64    `json:"sequence"` // number of the last change
	Now          time.Time `json:"now"`      // by the tenant's clock
	Frozen       bool      `json:"frozen"`
	FairWeather  bool      `json:"fairWeather"`
	Hits         []int     `json:"weatherHits,omitempty"` // requests each rule of the weather struck
	Exchanges    int       `json:"exchanges"`
}

func (t *Tenant) health() health {
	s := t.dir.Snapshot()
	h := health{
		Status: "ok", TenantID: t.ID(), Users: s.Count(directory.User), Groups: s.Count(directory.Group), Applications: s.Count(directory.Application),
		Sequence: s.Sequence(), Now: t.clock.Now().UTC(), FairWeather: t.weather.Calm(), Hits: t.weather.Hits(), Exchanges: len(t.Exchanges()),
	}
	if c, steered := t.clock.(steerable); steered {
		h.Frozen = c.Frozen()
	}
	if organization, found := s.Object(h.TenantID); found {
		h.DisplayName = organization.String("displayName")
	}
	for _, d := range s.VerifiedDomains() {
		if d.IsDefault {
			h.Domain = d.Name
		}
	}
	return h
}

func (t *Tenant) adminHealth(w http.ResponseWriter, _ *http.Request) error { return say(w, t.health()) }

func (t *Tenant) adminReset(w http.ResponseWriter, _ *http.Request) error {
	t.Reset()
	if err := t.weather.Set(t.options.forecast); err != nil {
		return fmt.Errorf("set the weather of the start: %w", err)
	}
	return say(w, t.health())
}

func (t *Tenant) adminSeed(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Size json.RawMessage `json:"size"` // a name or a number
		Seed uint64          `json:"seed"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	var text string
	if json.Unmarshal(body.Size, &text) != nil {
		text = string(body.Size)
	}
	size, err := sample.ParseSize(text)
	if err != nil {
		return wrong(http.StatusBadRequest, "%s.", err)
	}
	if err := t.Seed(size, body.Seed); err != nil {
		return wrong(http.StatusBadRequest, "%s.", err)
	}
	// The client the tenant printed when it was started is gone with the rest; scripts have read of it once.
	client, err := t.reinstateClient()
	if err != nil {
		return err
	}
	name, password := t.Administrator()
	return say(w, struct {
		health

		Administrator string `json:"administrator"`
		Password      string `json:"password"`
		ClientID      string `json:"clientId"`
		ClientSecret  string `json:"clientSecret"`
	}{t.health(), name, password, client.ID, client.Secret})
}

func (t *Tenant) adminSave(w http.ResponseWriter, _ *http.Request) error {
	var b bytes.Buffer
	if err := t.Save(&b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = w.Write(b.Bytes()) // a client that has gone needs no answer
	return nil
}

func (t *Tenant) adminLoad(w http.ResponseWriter, r *http.Request) error {
	if err := t.Load(http.MaxBytesReader(w, r.Body, maxSnapshot)); err != nil {
		return wrong(http.StatusBadRequest, "The snapshot cannot be loaded: %s.", err)
	}
	return say(w, t.health())
}

func (t *Tenant) adminProcess(w http.ResponseWriter, _ *http.Request) error {
	return say(w, map[string]int{"changed": t.Process()})
}
