// Package impersonate lets unmodified clients that hard-code Microsoft's host names (login.microsoftonline.com,
// graph.microsoft.com and their kin) reach a local [http.Handler] instead: by a CONNECT proxy that ends their TLS with
// certificates of a local authority, or inside one process by a transport that needs no socket.
//
// It does not know what answers behind the names, it never changes what is asked (host, path and body arrive as the client
// wrote them), and it forwards nothing to the internet unless [WithPassThrough] says so.
//
//	authority, err := impersonate.NewAuthority()
//	…
//	proxy := impersonate.NewProxy(tenant, authority)
//	listener, err := net.Listen("tcp", "127.0.0.1:8899")
//	…
//	go proxy.Serve(listener)
//	err = authority.SaveTo("state")
//	fmt.Print(impersonate.Shell(impersonate.Environment("http://127.0.0.1:8899", "state/ca.pem", "state/bundle.pem")))
//
// A Go test needs none of that:
//
//	client := &http.Client{Transport: impersonate.Transport(tenant)}
//
// The authority's key can vouch for the names it was made for and no others (RFC 5280 section 4.2.1.10), so that somebody
// who trusted it by mistake trusts it for the fake only.
package impersonate
