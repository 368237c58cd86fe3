package serviceprovider_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// extensionTrials are tried on an endpoint with an extension of its own, by a test of their own.
func extensionTrials() []trial {
	code := serviceprovider.ExampleExtension().ID + ":costCode"
	after := func(ops ...string) func(*client) string {
		return func(c *client) string {
			c.user(bob)
			for _, one := range ops {
				c.patch("/Users/u1", one)
			}
			return c.get("/Users/u1").at(code)
		}
	}
	posted := func(c *client) string {
		c.user(bob + `,"` + serviceprovider.ExampleExtension().ID + `":{"costCode":"C1"}`)
		return c.get("/Users/u1").at(code)
	}
	return []trial{
		{"extension-post-dropped", posted, `"C1"`, ""},
		{"extension-patch-ignored", after(op("Add", code, `"C2"`)), `"C2"`, ""},
		{"extension-clear-ignored", func(c *client) string {
			posted(c)
			c.patch("/Users/u1", op("Replace", code, `""`))
			return c.get("/Users/u1").at(code)
		}, "", `"C1"`},
	}
}

func TestFaultsOfAnExtension(t *testing.T) {
	own := serviceprovider.WithExtension(serviceprovider.ExampleExtension())
	for _, trial := range extensionTrials() {
		t.Run(trial.fault, func(t *testing.T) {
			if got := trial.see(newClient(t, own)); got != trial.good {
				t.Errorf("without the fault: got %s, want %s", got, trial.good)
			}
			if got := trial.see(newClient(t, own, serviceprovider.WithFaults(trial.fault))); got != trial.bad {
				t.Errorf("with the fault: got %s, want %s", got, trial.bad)
			}
		})
	}
}
