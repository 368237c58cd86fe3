package mapping

import "strings"

// replaceFunctions is Replace alone: it is five functions in one. Its parameters have the names of Graph's JSON; the functions page
// calls them source, oldValue, regexPattern, regexGroupName, replacementValue, replacementAttributeName and template.
// Source: the functions page, Replace; learn.microsoft.com/graph/api/synchronization-synchronizationschema-parseexpression.
func replaceFunctions() []function {
	return []function{{
		name: "Replace",
		params: append(append(params(required, "source"),
			params(blankable, "Find", "RegularExpression", "RegularExpressionGroupName", "Replacement")...),
			params(optional, "ReplacementPropertyName", "Template")...),
		static: checkReplace, prepare: prepareReplace, run: replace,
	}}
}

// Positions of Replace's arguments.
const (
	replaceFind = 1 + iota
	replacePattern
	replaceGroup
	replaceWith
	replaceAttribute
	replaceTemplate
)

// checkReplace refuses arguments that belong to none of the five ways.
func checkReplace(n invocation) *ExpressionError {
	switch {
	case n.given(replaceFind) && n.given(replacePattern):
		return n.refuse(replacePattern, "both a text to replace and a regular expression are given; leave one of them empty")
	case !n.given(replaceFind) && !n.given(replacePattern):
		return n.refuse(replaceFind, "the text to replace is empty, and so is the regular expression")
	case n.given(replaceFind) && n.given(replaceGroup):
		return n.refuse(replaceGroup, "a group needs a regular expression")
	case n.given(replaceFind) && !n.given(replaceWith) && !n.given(replaceTemplate):
		return n.refuse(replaceWith, "neither a replacement nor a template is given")
	case n.given(replacePattern) && n.given(replaceAttribute) && !n.given(replaceGroup):
		return n.refuse(replaceGroup, "the group to take from the replacement attribute is not given")
	case n.given(replacePattern) && !n.given(replaceAttribute) && !n.given(replaceWith):
		return n.refuse(replaceWith, "neither a replacement nor a replacement attribute is given")
	}
	return nil
}

// prepareReplace compiles a regular expression that is given as text, and finds its group.
func prepareReplace(n invocation) (any, *ExpressionError) {
	text, ok := n.constant(replacePattern)
	if !ok {
		return nil, nil
	}
	p, err := compileReplacePattern(text)
	if err != nil {
		return nil, n.refuse(replacePattern, "%s", err)
	}
	if group, ok := n.constant(replaceGroup); ok {
		if _, ok := p.group(group); !ok {
			return nil, n.refuse(replaceGroup, "the regular expression has no group %.60q", group)
		}
	}
	return p, nil
}

func replace(c *call) (any, error) {
	switch {
	case !c.node.given(replacePattern):
		return replaceText(c)
	case c.node.given(replaceAttribute):
		return replaceMissing(c)
	}
	return replaceMatches(c)
}

// replaceText puts the replacement in place of the text to find; with a template, the source in place of it in the template.
func replaceText(c *call) (any, error) {
	source, ok, err := c.text(0)
	if !ok {
		return nil, err
	}
	find, _, err := c.text(replaceFind)
	if err != nil {
		return nil, err
	}
	if find == "" {
		return nil, c.fail(replaceFind, "the text to replace is empty")
	}
	replacement, _, err := c.text(replaceWith)
	if err != nil {
		return nil, err
	}
	if template, given, err := c.text(replaceTemplate); err != nil {
		return nil, err
	} else if given {
		source, replacement = template, source
	}
	if err := c.afford(len(source) + strings.Count(source, find)*(len(replacement)-len(find))); err != nil {
		return nil, err
	}
	return strings.ReplaceAll(source, find, replacement), nil
}

// replaceMatches puts the replacement in place of every match, or of one group of every match. What does not match stays.
func replaceMatches(c *call) (any, error) {
	source, ok, err := c.text(0)
	if !ok {
		return nil, err
	}
	p, err := c.pattern(source)
	if err != nil {
		return nil, err
	}
	replacement, _, err := c.text(replaceWith)
	if err != nil {
		return nil, err
	}
	group, err := c.patternGroup(p)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	done := 0
	matches, err := p.all(source, -1)
	if err != nil {
		return nil, c.fail(replacePattern, "%s", err)
	}
	for _, match := range matches {
		from, to := match[2*group], match[2*group+1]
		if from < 0 {
			continue // this match has no such group
		}
		b.WriteString(source[done:from])
		if c.node.given(replaceGroup) {
			b.WriteString(replacement)
		} else {
			b.WriteString(p.expand(replacement, source, match))
		}
		if done = to; b.Len() > maxText {
			break
		}
	}
	b.WriteString(source[done:])
	return c.bounded(b.String())
}

// replaceMissing returns the source; when it has no value, what the group matches in another attribute.
func replaceMissing(c *call) (any, error) {
	if v, err := c.value(0); err != nil || !empty(v) {
		return v, err
	}
	other, ok, err := c.text(replaceAttribute)
	if !ok {
		return nil, err
	}
	p, err := c.pattern(other)
	if err != nil {
		return nil, err
	}
	group, err := c.patternGroup(p)
	if err != nil {
		return nil, err
	}
	matches, err := p.all(other, 1)
	if err != nil {
		return nil, c.fail(replacePattern, "%s", err)
	}
	if len(matches) == 0 || matches[0][2*group] < 0 {
		return null, nil
	}
	match := matches[0]
	return other[match[2*group]:match[2*group+1]], nil
}

// pattern returns the regular expression, which is compiled here when it is not a constant, for a text it may search.
func (c *call) pattern(text string) (*pattern, error) {
	if len(text) > maxPatternText {
		return nil, c.fail(0, "a text of %d bytes is too long for a regular expression, the limit is %d", len(text), maxPatternText)
	}
	if p, ok := c.node.prepared.(*pattern); ok {
		return p, nil
	}
	s, _, err := c.text(replacePattern)
	if err != nil {
		return nil, err
	}
	if len(s) > maxExpression {
		return nil, c.fail(replacePattern, "the regular expression has %d bytes, the limit is %d", len(s), maxExpression)
	}
	p, err := compileReplacePattern(s)
	if err != nil {
		return nil, c.fail(replacePattern, "%s", err)
	}
	return p, nil
}

// patternGroup is the index of the group named, 0 for the whole match when none is.
func (c *call) patternGroup(p *pattern) (int, error) {
	name, given, err := c.text(replaceGroup)
	if !given {
		return 0, err
	}
	index, ok := p.group(name)
	if !ok {
		return 0, c.fail(replaceGroup, "the regular expression has no group %.60q", name)
	}
	return index, nil
}
