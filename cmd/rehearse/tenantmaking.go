package main

import (
	"os"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

// making is by which flags a tenant was made. Given again for a tenant that is there already, they must say the same: it is what it is.
type making struct {
	TenantID string      `json:"tenantId,omitempty"`
	Name     string      `json:"name,omitempty"`
	Domain   string      `json:"domain,omitempty"`
	Plan     string      `json:"plan,omitempty"`
	Users    sample.Size `json:"users,omitempty"`
	Seed     uint64      `json:"seed,omitempty"`
}

// flags are the values of a making by flag, in the order of the help text.
func (m making) flags() [][2]string {
	return [][2]string{
		{"seed-tenant", strconv.Itoa(int(m.Users))}, {"seed", strconv.FormatUint(m.Seed, 10)}, {"plan", m.Plan},
		{"tenant-id", m.TenantID}, {"name", m.Name}, {"domain", m.Domain},
	}
}

// agrees refuses flags that were given and contradict those a tenant was made by. Whatever was not given, and tenants that do not tell,
// contradict nothing.
func (p tenantPlan) agrees(was making, path string) error {
	if was == (making{}) {
		return nil
	}
	before := was.flags()
	var differ, there []string
	for i, now := range p.made.flags() {
		if p.given[now[0]] && now[1] != before[i][1] {
			differ = append(differ, "--"+now[0])
			there = append(there, "--"+before[i][0]+" "+shellQuoted(before[i][1]))
		}
	}
	if len(differ) == 0 {
		return nil
	}
	return usage("--data: the folder %s holds a tenant that was made with %s; leave out %s to go on with it, or name another folder for a new tenant",
		path, strings.Join(there, " "), strings.Join(differ, " and "))
}

// givenFlags are the names of the flags that were given: on the command line, in the environment or in the configuration file.
func givenFlags(parsed *kong.Context) map[string]bool {
	given := map[string]bool{}
	for _, step := range parsed.Path {
		if step.Flag != nil {
			given[step.Flag.Name] = true
		}
	}
	for _, flag := range parsed.Flags() {
		for _, name := range flag.Envs {
			if _, set := os.LookupEnv(name); set {
				given[flag.Name] = true
			}
		}
	}
	return given
}
