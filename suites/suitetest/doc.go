// Package suitetest runs the conformance suites from a vendor's own _test.go, with nothing but "go test":
//
//	func TestProvisioning(t *testing.T) {
//		server := httptest.NewServer(myapp.SCIM())
//		defer server.Close()
//		suitetest.SCIM(t, endpoint.Config{URL: server.URL + "/scim", Token: "secret"})
//	}
//
// A Graph connector is judged by [RunConnector]:
//
//	func TestConnector(t *testing.T) {
//		suitetest.RunConnector(t, myDriver{})
//	}
//
// Each check is a subtest named by its id, so "go test -run 'TestProvisioning/endpoint.disable'" shows one stage; to run only
// that, use [Only]. In two dialects of requests, which is the default of [SCIM], the dialect follows the id:
// endpoint.disable.string-false@default. Ginkgo is left alone, so Describes of the package's own go on as they are.
package suitetest
