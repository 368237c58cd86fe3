package sample

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Options are what a directory needs so that a sample tenant is the same each time: ids ([IDs]) and the salts of its passwords follow from the
// seed. So do the client secrets made in it later: they guard nothing. The clock is for the caller to give.
func Options(seed uint64) []directory.Option {
	return []directory.Option{directory.WithIDs(IDs(seed)), directory.WithRandom(stream(seed, saltStream))}
}

// IDs returns a source of ids for [directory.WithIDs]: GUIDs of version 4 in lower case, the same ones for the same seed, and none
// twice. A directory that is read from a file rather than filled needs a source with another seed, or it begins with ids that are
// taken. It is not safe for concurrent use; the directory calls it from one writer at a time.
func IDs(seed uint64) func() string {
	start := scramble(seed)
	spread := rand.NewPCG(seed, idStream)
	var n uint64
	return func() string {
		// The last 62 bits are a number that does not come twice, the others as they fall.
		var b [16]byte
		binary.BigEndian.PutUint64(b[:8], spread.Uint64()&^0xf000|0x4000)
		binary.BigEndian.PutUint64(b[8:], scramble(start+n)|1<<63)
		n++

		var text [36]byte
		hex.Encode(text[0:8], b[0:4])
		hex.Encode(text[9:13], b[4:6])
		hex.Encode(text[14:18], b[6:8])
		hex.Encode(text[19:23], b[8:10])
		hex.Encode(text[24:36], b[10:16])
		text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
		return string(text[:])
	}
}

// scramble maps the numbers below 2^62 onto themselves, one to one, so that neighbours end up far apart: the finalizer of splitmix64, two
// bits narrower.
func scramble(x uint64) uint64 {
	const mask = 1<<62 - 1
	x &= mask
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9 & mask
	x = (x ^ x>>27) * 0x94d049bb133111eb & mask
	return x ^ x>>31
}

// The streams of randomness that one seed gives.
const (
	idStream = iota + 1
	saltStream
	peopleStream
)

// stream returns randomness that can be read as bytes.
func stream(seed, number uint64) *rand.ChaCha8 {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	binary.LittleEndian.PutUint64(key[8:], number)
	return rand.NewChaCha8(key)
}
