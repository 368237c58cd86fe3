package main

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"syscall"

	"github.com/rehearse-id/rehearse/mockgraph"
)

// checkAddresses refuses what is no address before anything is done.
func (c tenantCommand) checkAddresses() error {
	for _, a := range []struct{ flag, value, none string }{{"--listen", c.Listen, "-"}, {"--http", c.HTTP, ""}, {"--proxy", c.Proxy, "none"}} {
		if a.value == a.none {
			continue
		}
		_, port, err := net.SplitHostPort(a.value)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil {
			return usage("%s %q is no address; want a host and a port from 0 to 65535, such as 127.0.0.1:0 for a free port", a.flag, a.value)
		}
	}
	return nil
}

// listenFlags are the flags of the members of mockgraph.Listening.
var listenFlags = map[string]string{"Address": "--listen", "Plain": "--http", "Proxy": "--proxy"}

// cannotListen says which address cannot be had, why, and what to do.
func cannotListen(err error) error {
	var refused *mockgraph.ListenError
	if !errors.As(err, &refused) {
		return err
	}
	flag := listenFlags[refused.Member]
	host, port, _ := net.SplitHostPort(refused.Address)
	var unknown *net.DNSError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return usage("%s: port %s of %s is taken, perhaps by another rehearse tenant; stop that, or take a free port with %s %s", flag, port, host, flag, net.JoinHostPort(host, "0"))
	case errors.Is(err, syscall.EADDRNOTAVAIL) || errors.As(err, &unknown):
		return usage("%s: this machine has no address %s; take one it has, such as %s 127.0.0.1:%s", flag, host, flag, port)
	case errors.Is(err, syscall.EACCES):
		return usage("%s: port %s is not for everybody (%s); take one above 1023, or a free one with %s %s", flag, port, strings.ToLower(plainError(err)), flag, net.JoinHostPort(host, "0"))
	}
	return usage("%s: nothing can listen on %s: %s; take another address, such as %s 127.0.0.1:0", flag, refused.Address, plainError(err), flag)
}

// isLoopbackAddress says whether only this machine reaches a listening address. An address without a host is all of them.
func isLoopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address == "none"
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
