package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/container"
	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// imageFlags say which image is started as the target.
type imageFlags struct {
	Image    string        `help:"Start this container image, judge it, and remove it again." placeholder:"REF"`
	Port     int           `help:"With --image: port it listens on." placeholder:"N"`
	Env      []string      `help:"With --image: variable of the container (repeatable)." sep:"none" placeholder:"K=V"`
	BasePath string        `help:"With --image: path of the SCIM endpoint." default:"/scim" placeholder:"PATH"`
	WaitPath string        `help:"With --image: path that answers with less than 500 when it is ready (default: ServiceProviderConfig under the base path)." placeholder:"PATH"`
	Startup  time.Duration `help:"With --image: time until it is ready." default:"2m"`
}

const maxPort = 1<<16 - 1

// check refuses what cannot be started, before anything is.
func (i imageFlags) check(url string, faults []string) error {
	switch {
	case i.Image == "" && (i.Port != 0 || len(i.Env) > 0 || i.WaitPath != ""):
		return usage("--port, --env and --wait-path are for --image: name the image they are of")
	case i.Image == "":
		return nil
	case url != "":
		return usage("--image and --url: give one of them")
	case len(faults) > 0:
		return usage("--fault is for the built-in endpoint: give it to the image with --env, or leave out --image")
	case i.Port < 1 || i.Port > maxPort:
		return usage("--image %s wants --port: the port it listens on, 1 to %d", i.Image, maxPort)
	case i.Startup <= 0:
		return usage("--startup %v: want more than 0", i.Startup)
	}
	for _, pair := range i.Env {
		if name, _, ok := strings.Cut(pair, "="); !ok || name == "" {
			return usage("--env %q: want NAME=VALUE", name)
		}
	}
	return nil
}

// variables are those of the container.
func (i imageFlags) variables() map[string]string {
	all := map[string]string{}
	for _, pair := range i.Env {
		name, value, _ := strings.Cut(pair, "=")
		all[name] = value
	}
	return all
}

// secretName matches the names of variables whose values nobody is to read in a report.
var secretName = regexp.MustCompile(`(?i)token|secret|password|passwd|pwd|key|credential`)

// start starts the image and tells a person that it takes a moment.
func (i imageFlags) start(ctx context.Context, std streams, recorder *exchange.Recorder) (*container.Container, error) {
	env := i.variables()
	for name, value := range env {
		if secretName.MatchString(name) {
			recorder.AddSecret(value)
		}
	}
	wait := i.WaitPath
	if wait == "" {
		wait = strings.TrimSuffix(i.BasePath, "/") + "/ServiceProviderConfig"
	}
	if isTerminal(std.in) {
		fmt.Fprintf(std.err, "Starting %s …\n", i.Image)
	}
	c, err := container.Start(ctx, container.Spec{Image: i.Image, Port: i.Port, Env: env, WaitPath: "/" + strings.TrimPrefix(wait, "/"), Startup: i.Startup})
	var start *container.StartError
	switch {
	case errors.As(err, &start) && start.Ran:
		return nil, &endError{code: exitUnreachable, message: recorder.Redact(start.Error())}
	case errors.As(err, &start):
		return nil, usage("%s", recorder.Redact(start.Error()))
	case err != nil:
		return nil, err
	}
	return c, nil
}

// remove ends the container, also after an interrupt, and says so when it stays.
func (i imageFlags) remove(ctx context.Context, std streams, c *container.Container) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	if err := c.Close(ctx); err != nil {
		fmt.Fprintf(std.err, "The container stays: %v. Remove it with docker rm --force.\n", err)
	}
}

// logLines is how many lines of its log stand under one finding.
const logLines = 8

// quote puts under each finding what the container wrote while it gave the first answer that the finding cites.
func quote(log container.Log, checks []result.Check, recorder *exchange.Recorder) {
	for i := range checks {
		for j := range checks[i].Findings {
			f := &checks[i].Findings[j]
			for _, e := range recorder.Get(f.Exchanges[:min(len(f.Exchanges), 1)]...) {
				path := ""
				if u, err := url.Parse(e.Request.URL); err == nil {
					path = u.EscapedPath()
				}
				for _, line := range log.Around(e.Started, e.Duration, e.Request.Method, path, logLines) {
					f.Log = append(f.Log, recorder.Redact(line))
				}
			}
		}
	}
}

// words are the flags of the image, for the command that runs the same again. Values of variables can be secrets.
func (i imageFlags) words() []string {
	if i.Image == "" {
		return nil
	}
	all := []string{"--image", shellQuoted(i.Image), "--port", strconv.Itoa(i.Port)}
	for _, pair := range i.Env {
		name, value, _ := strings.Cut(pair, "=")
		if secretName.MatchString(name) {
			value = "$" + name
		} else {
			value = shellQuoted(value)
		}
		all = append(all, "--env", name+"="+value)
	}
	if i.BasePath != "/scim" {
		all = append(all, "--base-path", shellQuoted(i.BasePath))
	}
	if i.WaitPath != "" {
		all = append(all, "--wait-path", shellQuoted(i.WaitPath))
	}
	return all
}
