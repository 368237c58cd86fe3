package wire

// GroupProbe is the form in which a test of the connection asks for a group.
type GroupProbe string

// The forms of the probe for groups. That there is one, implementers report (github.com/grokability/snipe-it/issues/11913);
// no request of it is published.
const (
	GroupProbeWithoutMembers GroupProbe = ""      // as groups are matched, with excludedAttributes=members
	GroupProbePlain          GroupProbe = "plain" // with the filter only
	GroupProbeNone           GroupProbe = "none"  // not sent
)

// placeholder is what is asked for while no attribute is mapped.
// Source: learn.microsoft.com/entra/identity/app-provisioning/on-premises-ecma-troubleshoot.
const placeholder = "PLACEHOLDER"

// ProbeUsers asks for a user that does not exist, by the first matching attribute and a random GUID: what begins every test of
// the connection and every cycle. Path "" is for a job without mappings.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
func (c *Composer) ProbeUsers(path, guid string) Request {
	return c.MatchUser(orPlaceholder(path), guid)
}

// ProbeGroups asks for a group that does not exist, as [Composer.ProbeUsers] does for a user. It is false when [Options]
// GroupProbe sends no such request.
func (c *Composer) ProbeGroups(path, guid string) (Request, bool) {
	switch c.options.GroupProbe {
	case GroupProbeNone:
		return Request{}, false
	case GroupProbePlain:
		return get(groups + query("", "", equals{orPlaceholder(path), guid})), true
	default:
		return c.MatchGroup(orPlaceholder(path), guid), true
	}
}

func orPlaceholder(path string) string {
	if path == "" {
		return placeholder
	}
	return path
}
