package weather

import "math/rand/v2"

// What numbers are drawn for. Each purpose of each rule has its own series, so that no choice moves another.
const (
	drawStrike = iota
	drawEffect
	drawPurposes
)

const (
	drawLag   = 1 << 15
	drawPhase = drawLag + 1
)

// draw returns the number in [0, 1) that the seed has for a request and a purpose.
func draw(seed, number, purpose uint64) float64 {
	return rand.New(rand.NewPCG(seed, number<<16|purpose)).Float64()
}

// purpose is what a rule draws a number for.
func purpose(rule, what int) uint64 { return uint64(rule*drawPurposes + what) } //nolint:gosec // small and not negative
