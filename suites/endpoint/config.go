package endpoint

import (
	"net/http"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// The defaults of [Config].
const (
	DefaultTimeout    = 30 * time.Second
	DefaultPace       = 25 // requests per second towards a host that is not this machine
	DefaultUserDomain = "rehearsal.example"
)

// Config says which endpoint is judged and how it is reached.
type Config struct {
	URL       string // tenant URL as it stands in Entra, with the path up to /Users; http or https
	Token     string // bearer token; "" sends no Authorization header
	TokenFrom string // where the token came from, such as "--token-file t.txt", told when the target refuses it; "" is not told
	// Tokens hands out the token of each request where tokens do not live as long as a run; Token is then the first of them. Nil: Token.
	Tokens wire.TokenSource
	// ExpiredToken was good once and is no more; OtherToken is good for another tenant, in which users are made and removed with it. Without one of
	// them the check that needs it is skipped.
	ExpiredToken, OtherToken string

	Transport http.RoundTripper // below the recorder; nil is a fresh http.Transport with the usual proxy variables
	Header    http.Header       // sent with every request, besides what Entra sends
	Timeout   time.Duration     // of one request; 0 is DefaultTimeout

	// Pace is the most requests per second; 0 is DefaultPace for a host that is not this machine and no limit for one
	// that is, below 0 is no limit. A target that answers 429 is from then on sent no more than DefaultPace, unless there is no limit.
	Pace       float64
	UserDomain string        // domain of the user names, some targets take verified domains only; "" is DefaultUserDomain
	Patience   time.Duration // for filters that show a write late; 0 is DefaultPatience, below 0 is none: a second look at once
	Seed       uint64        // of all names and random values; 0 takes a random one, see [Target.Seed]
	Prefix     string        // begins every name made on the target; "" derives "rehearse-" and four letters from Seed

	// Match is the attribute by which people are found: userName, externalId or emails[type eq "work"].value (or emails); "" is what Schema says, or userName.
	Match string
	// Without are attributes of Entra's default mapping that the target lacks, such as title, addresses or the URN of the enterprise extension; they are
	// left out, and checks about them skipped. What /Schemas does not name, and the target does not take, is left out without being named here.
	Without []string
	// Schema is that of a provisioning job, as Graph exports it, whose mapping of users takes the place of the default one; nil is the default one.
	Schema *synchronization.Schema

	// Also are attributes in extensions of the target's own that are written besides what the mapping has, for the checks of them; those of Schema are found
	// without being named here.
	Also []Flow

	// ReadOnly holds back every request that writes; checks that would send one are skipped for it, and nothing is made.
	ReadOnly bool
	// Keep leaves everything the run makes on the target, so that what it found can be looked at and sent again; [Target.Close] names it.
	Keep bool
	// MaxRequests and MaxObjects end the run before it has sent more requests, or made more users and groups; 0 is no limit. Requests are kept
	// back for the clean-up. Checks that were not run then say so.
	MaxRequests, MaxObjects int

	// Load says how hard the checks of the pack load press the target; nil leaves these checks out, since nobody wants them by accident.
	Load *Load

	OAuth      *OAuth      // client credentials with which tokens for the target are had, for the checks of them; nil: there are none
	Federation *Federation // a federated identity with which tokens are had; nil: there is none

	// Recorder keeps the exchanges; nil is a recorder of the target's own. The token is added to its secrets.
	Recorder *exchange.Recorder
}
