package result

// Load is what was measured while a target was sent Entra's mix of requests at a steady rate. Its times are those from sending a request to the
// end of its answer, in milliseconds.
type Load struct {
	Rate     float64 `json:"rate"`     // requests per second that were sent
	Wanted   float64 `json:"wanted"`   // requests per second that were to be sent
	Seconds  float64 `json:"seconds"`  // from the first request to the last
	Requests int     `json:"requests"` // that were sent
	InFlight int     `json:"inFlight"` // the most that waited for an answer at once
	Refused  int     `json:"refused"`  // answered 429
	Failed   int     `json:"failed"`   // answered with another error
	Lost     int     `json:"lost"`     // not answered

	BoundsMs []float64     `json:"boundsMs"` // upper bounds of the buckets, ascending; the last bucket, of what is slower, has none
	Kinds    []LoadLatency `json:"kinds"`    // by kind of request, in the order of the mix
}

// LoadLatency is how long the answers to one kind of request took.
type LoadLatency struct {
	Name    string  `json:"name"` // such as "find a user"
	Count   int     `json:"count"`
	P50Ms   float64 `json:"p50Ms"` // the time within which half of them came
	P90Ms   float64 `json:"p90Ms"`
	P95Ms   float64 `json:"p95Ms"`
	P99Ms   float64 `json:"p99Ms"`
	MaxMs   float64 `json:"maxMs"`
	Buckets []int   `json:"buckets"` // how many answers fell under each bound, and above the last one
}
