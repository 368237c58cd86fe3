package provisioning

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// match asks the target for each matching attribute in turn until one answers. asked is false when none of them has a value.
// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes, matching precedence.
func (c *cycle) match(ctx context.Context, k *kind, flows []mapping.Flow) (found scim.Resource, asked bool, err error) {
	for _, target := range k.mapping.Matching() {
		value := ""
		if i := slices.IndexFunc(flows, func(f mapping.Flow) bool { return f.Target == target }); i >= 0 {
			value = plain(flows[i].Value)
		}
		if value == "" {
			continue
		}
		asked = true
		response, err := c.read(ctx, k.match(target, value))
		if err != nil {
			return nil, true, err
		}
		list, err := wire.ReadList(response)
		if err != nil {
			return nil, true, err
		}
		n := max(len(list.Resources), list.TotalResults)
		if n > 1 && slices.ContainsFunc(list.Resources, func(r scim.Resource) bool { return differs(r, target, value) }) {
			return nil, true, fail(wire.CodeMultipleEntries, "%d objects came, not only those with %s %q: the filter is not applied", n, target, value)
		}
		if n > 1 {
			return nil, true, fail(CodeDuplicateTargetEntries, "%d objects of the target have %s %q", n, target, value)
		}
		if len(list.Resources) == 1 {
			return list.Resources[0], true, nil
		}
	}
	return nil, asked, nil
}

// differs says whether an object of the target shows another value than the one it was asked for by.
func differs(r scim.Resource, target, value string) bool {
	have, ok := wire.Current(r, target)
	return ok && !wire.Same(value, have, false)
}

// current reads an object of the target by its anchor. One that is gone is an InvalidAnchor: only a restart matches its
// source again.
// Source: learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs, InvalidAnchor.
func (c *cycle) current(ctx context.Context, k *kind, anchor string) (scim.Resource, error) {
	response, err := c.read(ctx, k.get(anchor))
	if err != nil {
		return nil, err
	}
	return wire.ReadResource(response)
}

// isExact says whether letter case counts.
func (c *cycle) isExact(f mapping.Flow) bool {
	return f.Definition != nil && f.Definition.CaseExact || c.exact[strings.ToLower(f.Target)]
}

// maxLogged is the longest value the log keeps, in bytes: a target may answer with megabytes.
const maxLogged = 4096

// modification is what the log says of a flow; a redacted value does not go there.
func modification(f mapping.Flow, have any) synchronization.ModifiedProperty {
	if f.Redacted {
		m := synchronization.ModifiedProperty{DisplayName: f.Target, NewValue: mapping.RedactedText}
		if have != nil {
			m.OldValue = mapping.RedactedText
		}
		return m
	}
	return modified(f.Target, have, f.Value)
}

func modified(target string, have, want any) synchronization.ModifiedProperty {
	return synchronization.ModifiedProperty{DisplayName: target, OldValue: logged(have), NewValue: logged(want)}
}

func logged(v any) synchronization.Text {
	s := plain(v)
	if len(s) > maxLogged {
		s = strings.Clone(strings.ToValidUTF8(s[:maxLogged], "")) + "…" // the whole is not held on to
	}
	return synchronization.Text(s)
}

// plain is a value as text: in a filter, and in the log.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []string:
		return strings.Join(v, ",")
	case bool:
		if v {
			return "True"
		}
		return "False"
	case fmt.Stringer:
		return v.String()
	default:
		data, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(data)
	}
}
