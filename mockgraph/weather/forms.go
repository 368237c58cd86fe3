package weather

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Form is a word of [Parse] as the command line explains it.
type Form struct {
	Word    string
	Usage   string // its arguments, in any order
	Example string
}

// Forms lists the words [Parse] takes besides the names of presets.
func Forms() []Form {
	all := make([]Form, 0, len(forms))
	for _, f := range forms {
		all = append(all, Form{f.word, f.usage(), f.example})
	}
	return all
}

// form is a word and its arguments.
type form struct {
	word, example string
	rule          bool           // it adds a rule; others replace a setting
	begin         func(d *draft) // makes the effect, clears the setting
	slots         []slot
	bare          bool // it may stand without arguments
	end           func(d *draft, used []bool)
}

// slot is one argument; take tells whether the text is one.
type slot struct {
	name string
	take func(d *draft, text string) bool
}

func (f form) usage() string {
	names := make([]string, 0, len(f.slots))
	for _, s := range f.slots {
		names = append(names, s.name)
	}
	return strings.Join(names, ", ")
}

// matching are the arguments of every rule.
var matching = []slot{
	{"a share of the requests above 0 up to 1", func(d *draft, t string) bool { return share(t, &d.rule.Match.Share) }},
	{"a path pattern such as /users/**", func(d *draft, t string) bool {
		if !strings.HasPrefix(t, "/") {
			return false
		}
		d.rule.Match.Path = t
		return true
	}},
	{"methods such as POST or POST+PATCH", func(d *draft, t string) bool {
		all := strings.Split(t, "+")
		if slices.ContainsFunc(all, func(m string) bool { return !slices.Contains(methods, m) }) {
			return false
		}
		d.rule.Match.Methods = all
		return true
	}},
	{"batched or outer", func(d *draft, t string) bool { return word(t, &d.rule.Match.Only, Batched, Outer) }},
	{"skip=N", func(d *draft, t string) bool { return number(t, "skip=", &d.rule.Match.Skip) }},
	{"times=N", func(d *draft, t string) bool { return number(t, "times=", &d.rule.Match.Count) }},
}

func with(slots ...slot) []slot { return append(slots, matching...) }

var forms = []form{
	{
		word: "throttle", example: "throttle:0.1:decimal", rule: true, bare: true,
		begin: func(d *draft) { d.rule.Effect.Throttle = &Throttle{} },
		slots: with(
			slot{"a wait such as 2s", func(d *draft, t string) bool { return span(t, &d.rule.Effect.Throttle.RetryAfter) }},
			slot{"seconds, decimal, date or missing", func(d *draft, t string) bool {
				return word(t, &d.rule.Effect.Throttle.Style, Seconds, Decimal, Date, Missing)
			}},
			slot{"TooManyRequests, activityLimitReached or ApplicationThrottled", func(d *draft, t string) bool {
				return word(t, &d.rule.Effect.Throttle.Code, codeTooMany, codeActivity, codeAppThrottled)
			}},
		),
	},
	{
		word: "outage", example: "outage:503:0.05", rule: true, bare: true,
		begin: func(d *draft) { d.rule.Effect.Fail = &Failure{Status: 503} },
		slots: with(
			slot{"one of the statuses 409, 423, 500, 502, 503, 504, 509", func(d *draft, t string) bool {
				status, err := strconv.Atoi(t)
				if err != nil || statusCodes[status] == "" {
					return false
				}
				d.rule.Effect.Fail.Status = status
				return true
			}},
			slot{"a wait such as 30s", func(d *draft, t string) bool { return span(t, &d.rule.Effect.Fail.RetryAfter) }},
			slot{"before or after the request is carried out", func(d *draft, t string) bool { return moment(t, &d.rule.Effect.Fail.After) }},
		),
	},
	{
		word: "latency", example: "latency:50ms:200ms", rule: true,
		begin: func(d *draft) { d.rule.Effect.Latency = &Latency{} },
		slots: with(
			slot{"a duration such as 50ms", func(d *draft, t string) bool { return span(t, &d.rule.Effect.Latency.Fixed) }},
			slot{"a random one on top", func(d *draft, t string) bool { return span(t, &d.rule.Effect.Latency.Jitter) }},
		),
	},
	{
		word: "drop", example: "drop:after:POST:/users:times=1", rule: true, bare: true,
		begin: func(d *draft) { d.rule.Effect.Drop = &Drop{} },
		slots: with(slot{"before or after the request is carried out", func(d *draft, t string) bool { return moment(t, &d.rule.Effect.Drop.After) }}),
	},
	{
		word: "truncate", example: "truncate:0.02", rule: true, bare: true,
		begin: func(d *draft) { d.rule.Effect.Truncate = &Truncate{} },
		slots: with(),
	},
	{
		word: "lag", example: "lag:2s:4s:6s:flapping",
		begin: func(d *draft) { d.forecast.Lag = Lag{} },
		slots: []slot{
			{"a duration by key", func(d *draft, t string) bool { return span(t, &d.forecast.Lag.ReadAfterWrite) }},
			{"one in lists, else the same", func(d *draft, t string) bool { return span(t, &d.forecast.Lag.List) }},
			{"one in advanced queries, else the same", func(d *draft, t string) bool { return span(t, &d.forecast.Lag.Advanced) }},
			{"flapping", func(d *draft, t string) bool {
				if t != "flapping" {
					return false
				}
				d.forecast.Lag.Flapping = true
				return true
			}},
			{"a share of the reads above 0 up to 1", func(d *draft, t string) bool { return share(t, &d.forecast.Lag.Probability) }},
		},
		end: func(d *draft, used []bool) {
			lag := &d.forecast.Lag
			if used[0] && !used[1] {
				lag.List = lag.ReadAfterWrite
			}
			if used[0] && !used[2] {
				lag.Advanced = lag.List
			}
		},
	},
	{
		word: "quota", example: "quota:S:0.01", bare: true,
		begin: func(d *draft) { d.forecast.Quota = &Quota{} },
		slots: []slot{
			{"S, M or L", func(d *draft, t string) bool { return word(t, &d.forecast.Quota.Size, Small, Medium, Large) }},
			{"a factor such as 0.01", func(d *draft, t string) bool {
				v, ok := decimal(t)
				if ok && v > 0 {
					d.forecast.Quota.Factor = v
				}
				return ok && v > 0
			}},
		},
	},
	{
		word: "delta", example: "delta:badRequest400:1h",
		begin: func(d *draft) { d.forecast.Delta = Delta{} },
		slots: []slot{
			{"gone410 or badRequest400", func(d *draft, t string) bool { return word(t, &d.forecast.Delta.Expired, Gone410, BadRequest400) }},
			{"a lifetime such as 1h", func(d *draft, t string) bool { return span(t, &d.forecast.Delta.Lifetime) }},
		},
	},
	{
		word: "pages", example: "pages:7",
		begin: func(d *draft) { d.forecast.PageSeed = 0 },
		slots: []slot{{"a seed from 1, by which pages become shorter", func(d *draft, t string) bool { return seed(t, &d.forecast.PageSeed, 1) }}},
	},
	{
		word: "skew", example: "skew:-3m",
		begin: func(d *draft) { d.forecast.Skew = 0 },
		slots: []slot{{"a duration such as 3m or -3m", func(d *draft, t string) bool {
			v, err := time.ParseDuration(t)
			if err == nil {
				d.forecast.Skew = v
			}
			return err == nil
		}}},
	},
	{
		word: "seed", example: "seed:7",
		begin: func(d *draft) { d.forecast.Seed = 0 },
		slots: []slot{{"a whole number from 0", func(d *draft, t string) bool { return seed(t, &d.forecast.Seed, 0) }}},
	},
}

// decimal reads a plain number of digits and a point.
func decimal(text string) (float64, bool) {
	if strings.Trim(text, "0123456789.") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

func share(text string, into *float64) bool {
	v, ok := decimal(text)
	if !ok || v <= 0 || v > 1 {
		return false
	}
	*into = v
	return true
}

func span(text string, into *time.Duration) bool {
	v, err := time.ParseDuration(text)
	if err != nil || v <= 0 {
		return false
	}
	*into = v
	return true
}

func seed(text string, into *uint64, least uint64) bool {
	v, err := strconv.ParseUint(text, 10, 64)
	if err != nil || v < least {
		return false
	}
	*into = v
	return true
}

func number(text, prefix string, into *int) bool {
	digits, found := strings.CutPrefix(text, prefix)
	v, err := strconv.Atoi(digits)
	if !found || err != nil || v < 1 {
		return false
	}
	*into = v
	return true
}

// word takes one of the words allowed, in any case.
func word[T ~string](text string, into *T, allowed ...T) bool {
	for _, w := range allowed {
		if strings.EqualFold(text, string(w)) {
			*into = w
			return true
		}
	}
	return false
}

func moment(text string, after *bool) bool {
	if text != "before" && text != "after" {
		return false
	}
	*after = text == "after"
	return true
}
