//go:build race

package connector_test

// underRace says that the tests are built with the race detector, with which the matrix takes minutes and shows nothing more.
const underRace = true
