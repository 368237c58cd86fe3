//go:build race

package endpoint_test

// underRace says that the tests are built with the race detector, with which a whole run takes five times as long and shows nothing more on a
// second kind of server.
const underRace = true
