package mockgraph

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	pages "html/template"
	"net/http"
	"slices"
	"strconv"
	"time"
)

//go:embed pages/admin.html
var adminHTML string

//go:embed pages/admin.css
var adminCSS string

// adminCall is one line of the page's list.
type adminCall struct{ Request, Link, Does string }

// adminCalls are what the admin API does, for people.
var adminCalls = []adminCall{
	{"GET health", "health", "what the tenant is and holds"},
	{"POST reset", "", "back to the state and the weather at start, whatever was seeded or loaded; the clock and issued tokens stay"},
	{"POST seed", "", `replace everything by a sample, but the client you were given and the administrator's password: {"size": "small" | "contoso" | N, "seed": N}`},
	{"GET snapshot", "", "the whole state as a file; the same state gives the same bytes"},
	{"PUT snapshot", "", "replace everything by such a file"},
	{"GET clock", "clock", "what time it is in the tenant"},
	{"PUT clock", "", `steer it: {"now": TIME, "advance": "40m" | "P28D", "frozen": true | false}`},
	{"GET weather", "weather", "the forecast that is set"},
	{"PUT weather", "", "a forecast in JSON, or a line of text such as stormy,seed:7"},
	{"DELETE weather", "", "fair weather"},
	{"GET exchanges", "exchanges", "what was asked and answered, by provisioning jobs too: ?service=scim job= method= path= status= host= since= limit= format=har"},
	{"DELETE exchanges", "", "forget them"},
	{"POST tokens", "", `an access token for tests: {"clientId": ID, "userId": ID, "resource": URI, "scopes": […], "roles": […], "lifetime": "5m"}`},
	{"POST licenses/purchases", "", `buy seats: {"sku": "TEAMS_EXPLORATORY", "seats": 25}`},
	{"GET provisioning", "provisioning", "every provisioning job: its status, how far a cycle is, deletions that wait, mails"},
	{"POST provisioning/run", "", "run the cycles that are due, or with ?job=ID one of that job now; the answer comes when they have ended"},
	{"GET provisioning/log", "provisioning/log", "the provisioning log as a file: ?format=json or csv"},
	{"POST process", "", "let dynamic groups, group-based licences and the recycle bin follow now"},
}

// adminPage shows people the tenant's state and what the admin API does. It needs no scripts and loads nothing.
func (t *Tenant) adminPage(w http.ResponseWriter, r *http.Request) error {
	page, err := pages.New("admin").Funcs(pages.FuncMap{
		"style": func() pages.CSS { return pages.CSS(adminCSS) }, //nolint:gosec // G203: the embedded style sheet, nobody's input
	}).Parse(adminHTML)
	if err != nil {
		return err
	}
	h := t.health()
	name, _ := t.Administrator()
	var proxy string
	if p := t.proxy.Load(); p != nil {
		proxy = *p
	}
	var b bytes.Buffer
	err = page.Execute(&b, struct {
		Health                            health
		Administrator, Origin, Now, Proxy string
		Calls                             []adminCall
		Refused                           []shownExchange
		Jobs                              []shownJob
	}{h, name, scheme(r) + r.Host, h.Now.Format(time.RFC3339), proxy, adminCalls, t.refusedLately(), t.shownJobs(r.Context())})
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(adminCSS))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = w.Write(b.Bytes()) // a client that has gone needs no answer
	return nil
}

// maxRefused is how many refused requests the page shows.
const maxRefused = 10

// refusedLately are the last exchanges there is something to say about, the latest first.
func (t *Tenant) refusedLately() []shownExchange {
	var found []shownExchange
	for _, e := range slices.Backward(t.Exchanges()) {
		if len(found) == maxRefused {
			break
		}
		if len(notesOf(e)) > 0 {
			found = append(found, show(e))
		}
	}
	return found
}
