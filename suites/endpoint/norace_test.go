//go:build !race

package endpoint_test

const underRace = false
