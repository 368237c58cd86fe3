package main

import (
	"fmt"
	"time"

	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// drivenFlags say which connector is judged, and how it is driven.
type drivenFlags struct {
	Fault   []string      `help:"Named fault of the built-in connector (repeatable; see: rehearse list --faults)." placeholder:"NAME"`
	Timeout time.Duration `help:"Longest time for one operation of the connector." default:"30s"`
}

// driven is how the connector of a run is driven.
type driven struct {
	address   string // how the report names it
	outside   bool   // the connector is not within this process
	introduce bool   // a person has to configure it
}

// open makes the driver.
func (f drivenFlags) open(config *connector.Config) (driven, error) {
	if f.Timeout <= 0 {
		return driven{}, usage("--timeout %v: want more than 0", f.Timeout)
	}
	driver, err := refdriver.New(f.Fault...)
	if err != nil {
		return driven{}, usage("%v", err)
	}
	config.Driver = driver
	return driven{address: "built-in"}, nil
}

// words are the flags, without secrets.
func (f drivenFlags) words() []string {
	var words []string
	for _, name := range f.Fault {
		words = append(words, "--fault", shellQuoted(name))
	}
	if f.Timeout != connector.DefaultTimeout {
		words = append(words, "--timeout", fmt.Sprint(f.Timeout))
	}
	return words
}
