package impersonate

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Target is the host and port a client wants to reach.
type Target struct {
	Host string // lower case, without brackets and without the dot of an absolute name
	Port int    // 1 to 65535; 443 if the client named none
}

// String returns host:port, an IPv6 address in brackets.
func (t Target) String() string { return net.JoinHostPort(t.Host, strconv.Itoa(t.Port)) }

var errNoHost = errors.New("not a host name or an IP address")

// ParseTarget reads the target of CONNECT. The port may be missing, though RFC 9110 section 9.3.6 wants one: msal-node 3.x
// sends none. An IPv6 address stands in brackets or bare.
func ParseTarget(text string) (Target, error) {
	const longest = 253 + len(":65535") // RFC 1035 section 2.3.4, as text
	if len(text) > longest {
		return Target{}, fmt.Errorf("parse target of %d bytes: longer than any host name", len(text))
	}
	host, port := text, "443"
	if address, err := netip.ParseAddr(text); err == nil && address.Is6() && address.Zone() == "" {
		return Target{Host: address.String(), Port: 443}, nil
	}
	if at := strings.LastIndexByte(text, ':'); at > strings.LastIndexByte(text, ']') {
		host, port = text[:at], text[at+1:]
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return Target{}, fmt.Errorf("parse target %q: port is not a number from 1 to 65535", text)
	}
	name, err := parseHost(host)
	if err != nil {
		return Target{}, fmt.Errorf("parse target %q: %w", text, err)
	}
	return Target{Host: name, Port: int(number)}, nil
}

// parseHost reads a name or an address. An address in brackets must be IPv6 (RFC 3986 section 3.2.2).
func parseHost(host string) (string, error) {
	if inner, bracketed := strings.CutPrefix(host, "["); bracketed {
		inner, closed := strings.CutSuffix(inner, "]")
		address, err := netip.ParseAddr(inner)
		if !closed || err != nil || !address.Is6() || address.Zone() != "" {
			return "", errNoHost
		}
		return address.String(), nil
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if len(host) > 253 {
		return "", errNoHost
	}
	for label := range strings.SplitSeq(host, ".") {
		if !isLabel(label) {
			return "", errNoHost
		}
	}
	return host, nil
}

// isLabel tells whether a lower-case label may stand in a host name; underscores occur in practice.
func isLabel(label string) bool {
	if label == "" || len(label) > 63 {
		return false
	}
	for _, c := range []byte(label) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
