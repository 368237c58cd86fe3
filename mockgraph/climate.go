package mockgraph

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// WithWeather sets the faults and moods the tenant begins with; fair weather by default. A forecast that cannot be is left out;
// [weather.Forecast.Validate] tells before.
func WithWeather(f weather.Forecast) Option { return func(o *options) { o.forecast = f } }

// WithWeatherClock sets the clock by which quotas refill and dates in Retry-After are reckoned. The real one by default, as clients outside
// the process wait in real time whatever the tenant's clock does; one that waits on the tenant's clock wants [WithClock]'s here too.
func WithWeatherClock(clock clockwork.Clock) Option {
	return func(o *options) { o.weatherClock = clock }
}

// Weather returns the tenant's weather, which may be changed at any time.
func (t *Tenant) Weather() *weather.Weather { return t.weather }

func (t *Tenant) openSky() {
	opts := []weather.Option{weather.WithTenant(t.ID()), weather.WithUsers(func() int { return t.dir.Snapshot().Count(directory.User) })}
	if t.options.weatherClock != nil {
		opts = append(opts, weather.WithClock(t.options.weatherClock))
	}
	t.weather = weather.New(opts...)
	_ = t.weather.Set(t.options.forecast) // see WithWeather
}

// errHungUp ends a call that gets no answer: the weather dropped it, or its client went while it waited.
var errHungUp = errors.New("the connection is closed without an answer")

// meet lets the weather judge a call that was routed and whose caller is known. An error refuses it.
func (c *call) meet(r route) error {
	units, sky := r.units, c.t.weather
	if units > 0 {
		c.units = weather.Adjust(units, c.asks("select"), c.asks("expand"), c.top())
	}
	if sky.Calm() {
		return nil
	}
	o := sky.Judge(weather.Request{
		Method: c.r.Method, Template: c.template, Path: c.address.path(), Application: c.application(), Batched: c.batched,
		Write: writes(c.r.Method), HasSelect: c.asks("select"), HasExpand: c.asks("expand"), Top: c.top(),
	})
	c.outcome = &o
	if err := delay(c.r.Context(), o.Delay); err != nil {
		o.Drop = true
		return err
	}
	switch {
	case o.Runs():
		return nil
	case o.Drop:
		return errHungUp
	default:
		return struck(&o)
	}
}

// struck is the refusal of an outcome that has a status.
func struck(o *weather.Outcome) *refusal {
	return &refusal{status: o.Status, code: o.Code, message: o.Message, inner: o.Inner}
}

// weathered gives a reply what the weather adds to it.
func (c *call) weathered() {
	o := c.outcome
	if o.After && o.Status != 0 {
		c.fail(struck(o))
	}
	for name, value := range o.Header {
		c.setHeader(name, value)
	}
}

// inherit lets what breaks an item's connection break that of its batch, which is the same.
func (c *call) inherit(item *call) {
	if item.outcome == nil || !item.outcome.Drop && item.outcome.Cut == 0 {
		return
	}
	both := weather.Outcome{}
	if c.outcome != nil {
		both = *c.outcome
	}
	both.Drop = both.Drop || item.outcome.Drop
	if both.Cut == 0 {
		both.Cut = item.outcome.Cut
	}
	c.outcome = &both
}

// breakOff ends the connection in the middle of the answer, or before it, as the weather says.
func (c *call) breakOff(w http.ResponseWriter) {
	if c.outcome.Drop {
		panic(http.ErrAbortHandler)
	}
	if keep := int(float64(len(c.reply.body)) * c.outcome.Cut); c.outcome.Cut > 0 && len(c.reply.body) > 0 {
		w.WriteHeader(c.reply.status)
		_, _ = w.Write(c.reply.body[:keep]) // the connection ends anyway
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// delay waits in real time, or until nobody waits for the answer.
func delay(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errHungUp
	}
}

// asks says whether a query option was sent, in any letter case and with or without its $.
func (c *call) asks(option string) bool {
	if len(c.query) == 0 {
		return false
	}
	_, sent := optionOf(c.query, option)
	return sent
}

// top is $top, 0 when it was not sent or is none.
func (c *call) top() int {
	if len(c.query) == 0 {
		return 0
	}
	text, _ := optionOf(c.query, "top")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return max(n, 0)
}

func (c *call) application() string {
	if c.claims == nil {
		return ""
	}
	return c.claims.ClientID
}

func writes(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// read returns the state a read of a kind sees: the present one, or in bad weather that of a replica that lags behind. No replica
// is older than the tenant's start or than what the directory keeps.
func (c *call) read(how weather.Reading) *directory.Snapshot {
	now := c.t.dir.Snapshot()
	if c.outcome == nil {
		return now
	}
	age := c.t.weather.Age(how, c.outcome.Number)
	if age <= 0 {
		return now
	}
	then, _ := c.t.dir.AsOf(c.now.Add(-age)) // the oldest there is when none is so old
	if start := c.t.start.Load(); start != nil && then.Sequence() < start.Sequence() {
		return start
	}
	return then
}

// readList turns the call to what lists show, from the index behind advanced queries when the request asks for eventual consistency.
func (c *call) readList() {
	if c.outcome == nil {
		return
	}
	how := weather.Listing
	if c.eventual {
		how = weather.Advanced
	}
	c.view = c.read(how)
}

// met refuses a reference to an object that the replica a write meets does not know yet.
// Source: observed; learn.microsoft.com/graph/api/group-post-members does not tell.
func (c *call) met(id string) error {
	if c.outcome == nil {
		return nil
	}
	if _, ok := c.view.Object(id); ok {
		return nil
	}
	if _, ok := c.t.dir.Snapshot().Object(id); !ok {
		return nil // nobody knows it: that refusal has words of its own
	}
	return missing(id)
}

// skewed is the time as clients meet it.
func (c *call) skewed() time.Time { return c.now.Add(c.t.weather.Skew()) }

// resourceUnits are the values of x-ms-resource-unit. They are never written.
// Source: learn.microsoft.com/graph/throttling-limits, additional headers.
var resourceUnits = [...][]string{{"0"}, {"1"}, {"2"}, {"3"}, {"4"}, {"5"}, {"6"}, {"7"}}

func (c *call) unitsHeader() []string {
	if c.units <= 0 || c.units >= len(resourceUnits) {
		return nil
	}
	return resourceUnits[c.units]
}

// innerOf is innerError with the members the weather adds.
func innerOf(standard innerError, more map[string]string) any {
	if len(more) == 0 {
		return standard
	}
	all := map[string]string{"date": standard.Date, "request-id": standard.RequestID, "client-request-id": standard.ClientRequestID}
	maps.Copy(all, more)
	return all
}
