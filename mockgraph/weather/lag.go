package weather

import "time"

// Reading is how a request reads the directory.
type Reading int

// The ways to read the directory.
const (
	ByKey    Reading = iota // one object by its key, and references to it
	Listing                 // a list
	Advanced                // a list with ConsistencyLevel: eventual
)

// phase is how many reads the two replicas of [Lag.Flapping] keep their turns.
const phase = 8

// Age returns how old the directory is that a read sees, counted back from now; 0 is the present. number is [Outcome.Number] of the
// request. It changes nothing: the same number has the same age as long as the forecast stays.
func (w *Weather) Age(how Reading, number uint64) time.Duration {
	s := w.current.Load()
	if s == nil {
		return 0
	}
	lag := s.forecast.Lag
	age := lag.age(how)
	if age == 0 {
		return 0
	}
	seed := s.forecast.Seed
	if lag.Flapping {
		turn := number
		if draw(seed, number/phase, drawPhase) < 0.5 {
			turn++
		}
		if turn%2 == 0 {
			return 0
		}
	}
	if lag.Probability > 0 && draw(seed, number, drawLag) >= lag.Probability {
		return 0
	}
	return age
}

func (l Lag) age(how Reading) time.Duration {
	switch how {
	case Listing:
		return l.List
	case Advanced:
		return l.Advanced
	default:
		return l.ReadAfterWrite
	}
}
