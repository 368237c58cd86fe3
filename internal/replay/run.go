package replay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// ErrUnreachable says that the endpoint gave no usable answer to the first request, or refused the credentials.
var ErrUnreachable = errors.New("the endpoint gave no usable answer")

// maxSilent is after how many requests in a row without an answer the endpoint is taken to have died.
const maxSilent = 3

// Config says where the script is sent.
type Config struct {
	URL      string             // base address, with the path up to the collections
	Token    string             // bearer token; "" sends no Authorization header
	Header   http.Header        // sent with every request
	Session  *exchange.Session  // sends and records; necessary
	Timeout  time.Duration      // of one request; 0 means none
	Limiter  *rate.Limiter      // nil means no limit
	Existing bool               // also change and remove what the replay has not made itself
	Progress func(one Replayed) // told after each step; nil means nobody listens
}

// Replayed is what became of a step.
type Replayed struct {
	Step        int    // from 1
	Recorded    string // id of the recorded exchange
	Method      string
	Path        string             // as sent, with the query
	Differences []Difference       // nil for none, or when no answer was recorded
	Shown       *exchange.Exchange // the exchange of now; nil when nothing could be sent
	Err         error              // why there was no answer, nil when there was
	Unsent      string             // why it was not sent, "" when it was
}

// Result is what became of a script.
type Result struct {
	Steps     []Replayed
	Differing int
	Unsent    int
	Died      bool     // the endpoint stopped answering and the rest was not sent
	Left      []string // addresses of what was made and could not be removed, each with the reason
	Removed   int
}

// player sends a script.
type player struct {
	config Config
	client *http.Client
	ids    *ids
	made   []string        // addresses of what was made, oldest first
	own    map[string]bool // ids of what was made, also when it was removed
}

// Run sends the script and removes what it made, also when ctx ends. The error is [ErrUnreachable], or that of ctx; the result is valid
// all the same.
func Run(ctx context.Context, s Script, c Config) (Result, error) {
	c.URL = strings.TrimRight(c.URL, "/")
	p := &player{
		config: c, ids: &ids{now: map[string]string{}, versions: map[version]string{}, oldBase: s.Base, newBase: c.URL}, own: map[string]bool{},
		client: &http.Client{
			Transport: c.Session, Timeout: c.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	var r Result
	err := p.play(ctx, s, &r)
	p.cleanUp(context.WithoutCancel(ctx), &r)
	return r, err
}

func (p *player) play(ctx context.Context, s Script, r *Result) error {
	silent, first := 0, true
	for i, step := range s.Steps {
		one := p.step(ctx, step)
		if ctx.Err() != nil {
			return fmt.Errorf("replay: %w", context.Cause(ctx))
		}
		one.Step = i + 1
		if first && unusable(step, one) {
			r.Steps = append(r.Steps, one)
			return ErrUnreachable
		}
		first = first && one.Unsent != ""
		switch {
		case one.Unsent != "":
			r.Unsent++
		case one.Err != nil:
			silent++
		default:
			silent = 0
		}
		if len(one.Differences) > 0 {
			r.Differing++
		}
		r.Steps = append(r.Steps, one)
		if p.config.Progress != nil {
			p.config.Progress(one)
		}
		if silent == maxSilent {
			r.Died = true
			return nil
		}
	}
	return nil
}

// unusable says whether the first answer shows that nothing can be compared.
func unusable(s Step, one Replayed) bool {
	switch {
	case one.Unsent != "":
		return false
	case one.Err != nil || one.Shown == nil:
		return true
	}
	status := one.Shown.Response.Status
	return (status == http.StatusUnauthorized || status == http.StatusForbidden) && s.Status != status
}

// step sends one recorded request and compares the answer.
func (p *player) step(ctx context.Context, s Step) Replayed {
	one := Replayed{Recorded: s.ID, Method: s.Method, Path: p.ids.path(s.Path)}
	if s.Query != "" {
		one.Path += "?" + p.ids.query(s.Query)
	}
	content := p.ids.body(s.Body)
	if one.Unsent = p.foreign(s, content); one.Unsent != "" {
		return one
	}
	now, err := p.send(ctx, s.Method, p.config.URL+one.Path, p.ids.header(s), content)
	one.Shown, one.Err = p.config.Session.Last(), err
	if err != nil {
		if s.Status != 0 {
			one.Differences = []Difference{{"answer", strconv.Itoa(s.Status), "none"}}
		}
		return one
	}
	p.keep(s, now)
	if s.Status != 0 {
		p.ids.learn(s.Answer, now.body)
		p.ids.tagged(s, now)
		one.Differences = p.ids.compare(s, now)
	}
	return one
}

// foreign says why a step is not sent: it would change what the replay has not made, or was sent with credentials that were refused and that
// no recording keeps, or with others than the rest, or with a body of which the recording has a part. What was not there when the traffic was recorded may be asked for all the same.
func (p *player) foreign(s Step, content []byte) string {
	const reason = "it would change what this replay has not made"
	switch {
	case s.Status == http.StatusUnauthorized:
		return "it was refused for its credentials"
	case s.other:
		return "it was sent with other credentials than the rest"
	case s.cut:
		return "only a part of its body was recorded"
	case p.config.Existing || s.Method == http.MethodGet || s.Method == http.MethodHead || s.Status == http.StatusNotFound:
		return ""
	case strings.EqualFold(s.Path[0], "bulk"):
		operations, _ := member(decode(content), "Operations").([]any)
		for _, o := range operations {
			id := last(text(member(o, "path")))
			if !strings.EqualFold(text(member(o, "method")), http.MethodPost) && !p.own[id] && !strings.HasPrefix(id, "bulkId:") {
				return reason
			}
		}
		return ""
	case s.Method == http.MethodPost && (len(s.Path) == 1 || strings.EqualFold(s.Path[len(s.Path)-1], ".search")):
		return ""
	case len(s.Path) > 1 && p.own[p.ids.id(s.Path[1])]:
		return ""
	default:
		return reason
	}
}

func (p *player) send(ctx context.Context, method, address string, header http.Header, body []byte) (answer, error) {
	if p.config.Limiter != nil {
		if err := p.config.Limiter.Wait(ctx); err != nil {
			return answer{}, err
		}
	}
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, reader)
	if err != nil {
		return answer{}, err
	}
	for _, h := range []http.Header{header, p.config.Header} {
		maps.Copy(req.Header, h)
	}
	if p.config.Token != "" {
		req.Header.Set("Authorization", "Bearer "+p.config.Token)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body) // the session bounds it
	return answer{status: resp.StatusCode, header: resp.Header, body: decode(data)}, err
}

// keep notes what was made and what was removed.
func (p *player) keep(s Step, now answer) {
	switch {
	case now.status/100 != 2 && now.status != http.StatusNotFound:
	case s.Method == http.MethodDelete:
		address := p.config.URL + p.ids.path(s.Path)
		p.made = slices.DeleteFunc(p.made, func(made string) bool { return made == address })
	case s.Method == http.MethodPost && strings.EqualFold(s.Path[0], "bulk"):
		operations, _ := member(now.body, "Operations").([]any)
		for _, o := range operations {
			if strings.EqualFold(text(member(o, "method")), http.MethodPost) {
				p.add(text(member(o, "location")))
			}
		}
	case s.Method == http.MethodPost && len(s.Path) == 1 && now.status/100 == 2:
		if id := text(member(now.body, "id")); id != "" && !strings.EqualFold(s.Path[0], ".search") {
			p.add(p.config.URL + p.ids.path([]string{s.Path[0], id}))
		} else {
			p.add(now.header.Get("Location"))
		}
		if s.Answer != nil {
			p.ids.located(text(member(member(s.Answer, "meta"), "location")), now.header.Get("Location"))
		}
	}
}

// add notes an address below that of the endpoint, which alone gets the credentials.
func (p *player) add(address string) {
	base, err := url.Parse(p.config.URL + "/")
	if err != nil || address == "" {
		return
	}
	u, err := base.Parse(address)
	if err == nil && strings.HasPrefix(u.String(), p.config.URL+"/") && !slices.Contains(p.made, u.String()) {
		p.made = append(p.made, u.String())
		p.own[last(u.String())] = true
	}
}

// cleanUpTime is how long the clean-up may take.
const cleanUpTime = 2 * time.Minute

// cleanUp removes what was made, newest first.
func (p *player) cleanUp(ctx context.Context, r *Result) {
	ctx, cancel := context.WithTimeout(ctx, cleanUpTime)
	defer cancel()
	for _, address := range slices.Backward(p.made) {
		gone, err := p.send(ctx, http.MethodDelete, address, nil, nil)
		switch {
		case err != nil:
			r.Left = append(r.Left, fmt.Sprintf("%s: %v", address, err))
		case gone.status/100 != 2 && gone.status != http.StatusNotFound:
			r.Left = append(r.Left, fmt.Sprintf("%s: DELETE was answered %d", address, gone.status))
		default:
			r.Removed++
		}
	}
}
