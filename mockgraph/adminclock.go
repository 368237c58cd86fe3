package mockgraph

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// The bounds of what a clock may be set to and advanced by.
const maxAdvance = 100 * 365 * 24 * time.Hour

var (
	earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// clockFace is the clock as the admin API shows it.
type clockFace struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

func (t *Tenant) adminClock(w http.ResponseWriter, _ *http.Request) error {
	face := clockFace{Now: t.clock.Now().UTC()}
	if c, steered := t.clock.(steerable); steered {
		face.Frozen = c.Frozen()
	}
	return say(w, face)
}

// turn is what to do with the clock, in this order: freeze, set, advance, resume.
type turn struct {
	Now     *time.Time `json:"now"`
	Advance string     `json:"advance"` // such as 40m or P28D
	Frozen  *bool      `json:"frozen"`
}

func (t *Tenant) adminTurnClock(w http.ResponseWriter, r *http.Request) error {
	var to turn
	if err := readJSON(r, &to); err != nil {
		return err
	}
	var by time.Duration
	if to.Advance != "" {
		var err error
		if by, err = parseDuration(to.Advance); err != nil {
			return wrong(http.StatusBadRequest, "advance is %.50q; it takes a duration such as 40m or P28D.", to.Advance)
		}
	}
	if to.Now == nil && to.Frozen == nil && by == 0 {
		return wrong(http.StatusBadRequest, "Say what to do with the clock: now, advance or frozen.")
	}
	if err := t.turnClock(r.Context(), to, by); err != nil {
		return err
	}
	return t.adminClock(w, r)
}

func (t *Tenant) turnClock(ctx context.Context, to turn, by time.Duration) error {
	then := t.clock.Now()
	if to.Now != nil {
		then = *to.Now
	}
	switch then = then.Add(by); {
	case by < 0 || by > maxAdvance:
		return wrong(http.StatusBadRequest, "The clock is advanced by 0 to 100 years; set now to go back.")
	case then.Before(earliest) || then.After(latest):
		return wrong(http.StatusBadRequest, "The clock shows times from 1990 to 2200.")
	}
	c, steered := t.clock.(steerable)
	if !steered {
		if only, advances := t.clock.(interface{ Advance(d time.Duration) }); advances && to.Now == nil && to.Frozen == nil {
			return t.advance(ctx, only, by)
		}
		return wrong(http.StatusConflict, "The tenant was given a clock that cannot be steered.")
	}
	if to.Frozen != nil && *to.Frozen {
		c.Freeze()
	}
	if to.Now != nil {
		if ahead := to.Now.Sub(t.clock.Now()); ahead > 0 {
			by += ahead
		} else {
			c.Set(*to.Now)
		}
	}
	if to.Frozen != nil && !*to.Frozen {
		defer c.Resume()
	}
	return t.advance(ctx, c, by)
}

// parseDuration reads a duration as Go or as ISO 8601 writes it.
func parseDuration(text string) (time.Duration, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "P") {
		quoted, err := json.Marshal(text)
		if err != nil {
			return 0, err
		}
		var d synchronization.Duration
		err = json.Unmarshal(quoted, &d)
		return time.Duration(d), err
	}
	return time.ParseDuration(text)
}
