package connector

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/nearest"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// wrong is what is wrong with a description, as an answer that is none; nil for nothing.
func (d Description) wrong() error {
	if err := d.validate(); err != nil {
		return &BrokenError{
			Kind: Garbage, Detail: err.Error(),
			Fix: "Name in the answer to describe what there is, letter by letter: the operations, features and types of the protocol, and permissions as Microsoft Graph names them.",
		}
	}
	return nil
}

// validate says what is wrong with a description.
func (d Description) validate() error {
	if strings.TrimSpace(d.Name) == "" {
		return errors.New("the description has no name")
	}
	if !d.Has(Create) {
		return fmt.Errorf("the description does not list the operation create, without which nothing can be judged; it lists %s", listed(d.Operations))
	}
	for _, o := range d.Operations {
		if !slices.Contains(Operations(), o) {
			return fmt.Errorf("the description lists the operation %q; there are %s", o, listed(Operations()))
		}
	}
	for _, f := range d.Features {
		if !slices.Contains(Features(), f) {
			return fmt.Errorf("the description lists the feature %q; there are %s", f, listed(Features()))
		}
	}
	for t := range d.Attributes {
		if t != User && t != Group {
			return fmt.Errorf("the description lists attributes of the type %q; there are user and group", t)
		}
	}
	for _, p := range d.Permissions {
		if _, known := permission.Named(p); !known {
			return fmt.Errorf("the description asks for the permission %q, which Microsoft Graph does not have%s", p, nearest.DidYouMean(p, permission.Names(), 1))
		}
	}
	if d.Instances < 0 {
		return fmt.Errorf("the description says %d instances; it takes 1 or more", d.Instances)
	}
	return nil
}

// lacking tells how a run adapts itself to what a connector does not do.
func (d Description) lacking() []string {
	var missing []Operation
	for _, o := range Operations() {
		if !d.Has(o) {
			missing = append(missing, o)
		}
	}
	if len(missing) == 0 || len(d.Operations) == 0 {
		return nil
	}
	return []string{"the connector does not declare " + listed(missing) + ": what needs them is skipped"}
}

func listed[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, one := range all {
		words[i] = string(one)
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, ", ")
}
