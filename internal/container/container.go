// Package container starts a vendor's image as the target of a run: it waits until the endpoint answers, keeps what it writes to its log, and
// removes it again. Whatever container engine the Docker client library finds serves it: a local daemon, DOCKER_HOST, or a context.
package container

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
)

// DefaultStartup is how long an image may take from its start to its first answer.
const DefaultStartup = 2 * time.Minute

// removal is how long a container may take to end before it is killed.
const removal = 5 * time.Second

// Spec says which image is started and when it is ready.
type Spec struct {
	Image    string            // reference of the image, such as "registry.example/app:1.2"
	Port     int               // port the endpoint listens on inside the container, from 1
	Env      map[string]string // variables of the container; nil means none
	WaitPath string            // path that answers with less than 500 when the endpoint is ready, such as "/scim/ServiceProviderConfig"
	Startup  time.Duration     // time until the first answer; 0 means [DefaultStartup]
}

// Container is a running target. Its methods are safe to use at the same time.
type Container struct {
	running *testcontainers.DockerContainer
	host    string
}

// Start starts the image and waits until it answers. The error says in one sentence what to do; a container that ended or did not answer is
// removed, and the end of its log stands in the error.
func Start(ctx context.Context, spec Spec) (*Container, error) {
	startup := spec.Startup
	if startup <= 0 {
		startup = DefaultStartup
	}
	c := &Container{}
	log.SetDefault(log.NewNoopLogger()) // the library greets on standard error, and has one logger for all
	port := strconv.Itoa(spec.Port) + "/tcp"
	running, err := testcontainers.Run(ctx, spec.Image,
		testcontainers.WithLogger(log.NewNoopLogger()),
		testcontainers.WithExposedPorts(port),
		testcontainers.WithEnv(spec.Env),
		testcontainers.WithWaitStrategyAndDeadline(startup, wait.ForHTTP(spec.WaitPath).WithPort(port).WithStartupTimeout(startup).
			WithStatusCodeMatcher(func(status int) bool { return status < http.StatusInternalServerError })),
	)
	c.running = running
	if err == nil {
		c.host, err = c.address(ctx, port)
	}
	if err == nil {
		return c, nil
	}
	aside := context.WithoutCancel(ctx)
	last := c.written(aside)
	if closing := c.Close(aside); closing != nil {
		err = errors.Join(err, closing)
	}
	return nil, explain(ctx, spec, startup, err, last)
}

func (c *Container) address(ctx context.Context, port string) (string, error) {
	host, err := c.running.Host(ctx)
	if err != nil {
		return "", fmt.Errorf("find the container's host: %w", err)
	}
	mapped, err := c.running.MappedPort(ctx, port)
	if err != nil {
		return "", fmt.Errorf("find the container's port: %w", err)
	}
	if host == "localhost" { // one address instead of two, of which the engine may serve one only
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, strconv.Itoa(int(mapped.Num()))), nil
}

// written gives the last lines of a container that did not become ready, as its engine has them.
func (c *Container) written(ctx context.Context) []string {
	if c.running == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, removal)
	defer cancel()
	all, err := c.Log(ctx)
	if err != nil {
		return nil // what went wrong before is the news
	}
	return all.tail(lastLines)
}

// URL is the address of a path in the container, such as "http://127.0.0.1:32768/scim".
func (c *Container) URL(path string) string {
	return (&url.URL{Scheme: "http", Host: c.host, Path: "/" + strings.TrimPrefix(path, "/")}).String()
}

// Close ends the container and removes it with its anonymous volumes.
func (c *Container) Close(ctx context.Context) error {
	if c.running == nil {
		return nil
	}
	if err := c.running.Terminate(ctx, testcontainers.StopTimeout(removal)); err != nil {
		return fmt.Errorf("remove container %s: %w", c.running.GetContainerID(), err)
	}
	return nil
}
