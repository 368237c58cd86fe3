package endpoint_test

import (
	"context"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// TestConformance is the suite as plain Ginkgo specs, for "go test" and for the ginkgo command with its label filters. It judges the endpoint
// that REHEARSE_URL and REHEARSE_TOKEN name; without them it judges the reference endpoint in this process. With "go test", add -count=1, or an
// earlier result may be shown for a target that has changed meanwhile.
//
//	REHEARSE_URL=https://app.example/scim REHEARSE_TOKEN=… ginkgo --label-filter=disable ./suites/endpoint
func TestConformance(t *testing.T) {
	if !ginkgoMayRun() {
		t.Skip("Ginkgo ends the process when go test is given -count or -parallel")
	}
	config := endpoint.Config{URL: os.Getenv("REHEARSE_URL"), Token: os.Getenv("REHEARSE_TOKEN")}
	if config.URL == "" {
		config = endpoint.Config{URL: "http://127.0.0.1", Token: token, Transport: inProcess{reference(t)}}
	}
	target, err := endpoint.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		for _, left := range target.Close(ctx) {
			t.Logf("left on the target: %s %s", left.URL, left.Reason)
		}
	}()
	runnables := target.Runnables(endpoint.Dialects(config.URL)...)
	suites.Register(runnables, suites.Sequential(runnables))
	gomega.RegisterFailHandler(ginkgo.Fail)
	ginkgo.RunSpecs(t, "SCIM endpoint")
}

func ginkgoMayRun() bool {
	may := true
	flag.Visit(func(f *flag.Flag) {
		may = may && f.Name != "test.parallel" && (f.Name != "test.count" || f.Value.String() == "1")
	})
	return may
}
