//go:build !race

package matrix_test

const underRace = false
