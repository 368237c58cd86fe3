package directory

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// membershipRule says of a user whether she belongs into a dynamic group. Rules over devices can be read and match nobody.
// Source: learn.microsoft.com/entra/identity/users/groups-dynamic-membership.
type membershipRule func(*Object) bool

const (
	maxRuleLength = 3072
	maxRuleDepth  = 32
)

// parseRule reads a rule such as user.department -eq "Sales" -and -not (user.city -in ["Oslo","Bergen"]).
func parseRule(s string) (membershipRule, error) {
	if len(s) > maxRuleLength {
		return nil, fmt.Errorf("read membership rule: longer than %d characters", maxRuleLength)
	}
	words, err := ruleWords(s)
	if err != nil {
		return nil, err
	}
	p := &ruleParser{words: words}
	rule, err := p.or(0)
	if err == nil && p.at < len(words) {
		err = p.unexpected()
	}
	if err != nil {
		return nil, err
	}
	return rule, nil
}

// ruleWord is a bracket, a comma, a quoted string or a word.
type ruleWord struct {
	text   string
	quoted bool
}

func ruleWords(s string) ([]ruleWord, error) {
	var words []ruleWord
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
		case strings.IndexByte("()[],", c) >= 0:
			words = append(words, ruleWord{text: s[i : i+1]})
			i++
		case c == '"' || c == '\'':
			var b strings.Builder
			for i++; ; i++ {
				if i >= len(s) {
					return nil, errors.New("read membership rule: a string does not end")
				}
				if s[i] == '`' && i+1 < len(s) { // escapes a quote inside
					i++
				} else if s[i] == c {
					break
				}
				b.WriteByte(s[i])
			}
			i++
			words = append(words, ruleWord{b.String(), true})
		default:
			start := i
			for i < len(s) && strings.IndexByte(" \t\r\n()[],\"'", s[i]) < 0 {
				i++
			}
			words = append(words, ruleWord{text: s[start:i]})
		}
	}
	return words, nil
}

type ruleParser struct {
	words []ruleWord
	at    int
}

func (p *ruleParser) unexpected() error {
	if p.at >= len(p.words) {
		return errors.New("read membership rule: it ends too early")
	}
	return fmt.Errorf("read membership rule: unexpected %q", p.words[p.at].text)
}

// take takes the next word if it is that operator, with or without its dash, or that sign.
func (p *ruleParser) take(word string) bool {
	if p.at >= len(p.words) || p.words[p.at].quoted {
		return false
	}
	if text := p.words[p.at].text; !strings.EqualFold(text, word) && !strings.EqualFold(text, "-"+word) {
		return false
	}
	p.at++
	return true
}

func (p *ruleParser) or(depth int) (membershipRule, error) {
	left, err := p.and(depth)
	for err == nil && p.take("or") {
		var right membershipRule
		before := left
		if right, err = p.and(depth); err == nil {
			left = func(o *Object) bool { return before(o) || right(o) }
		}
	}
	return left, err
}

func (p *ruleParser) and(depth int) (membershipRule, error) {
	left, err := p.not(depth)
	for err == nil && p.take("and") {
		var right membershipRule
		before := left
		if right, err = p.not(depth); err == nil {
			left = func(o *Object) bool { return before(o) && right(o) }
		}
	}
	return left, err
}

func (p *ruleParser) not(depth int) (membershipRule, error) {
	if depth > maxRuleDepth {
		return nil, fmt.Errorf("read membership rule: deeper than %d levels", maxRuleDepth)
	}
	if p.take("not") {
		rule, err := p.not(depth + 1)
		return func(o *Object) bool { return !rule(o) }, err
	}
	if p.take("(") {
		rule, err := p.or(depth + 1)
		if err == nil && !p.take(")") {
			err = p.unexpected()
		}
		return rule, err
	}
	return p.comparison()
}

func (p *ruleParser) comparison() (membershipRule, error) {
	if p.at+1 >= len(p.words) || p.words[p.at].quoted {
		return nil, p.unexpected()
	}
	read, err := ruleProperty(p.words[p.at].text)
	if err != nil {
		return nil, err
	}
	p.at++
	if p.take("any") || p.take("all") {
		return p.each(read, strings.HasSuffix(fold(p.words[p.at-1].text), "all"))
	}
	test, err := p.test()
	if err != nil {
		return nil, err
	}
	return func(o *Object) bool { return test(read(o)) }, nil
}

// each reads (_ -operator value) for the elements of a collection.
func (p *ruleParser) each(read func(*Object) []string, every bool) (membershipRule, error) {
	if !p.take("(") || !p.take("_") {
		return nil, p.unexpected()
	}
	test, err := p.test()
	if err == nil && !p.take(")") {
		err = p.unexpected()
	}
	return func(o *Object) bool {
		failing := func(v string) bool { return !test([]string{v}) }
		if every {
			return !slices.ContainsFunc(read(o), failing)
		}
		return slices.ContainsFunc(read(o), func(v string) bool { return !failing(v) })
	}, err
}

// test reads an operator and its value.
func (p *ruleParser) test() (func([]string) bool, error) {
	if p.at >= len(p.words) || p.words[p.at].quoted {
		return nil, p.unexpected()
	}
	name := strings.TrimPrefix(fold(p.words[p.at].text), "-")
	p.at++
	negative := false
	if name == "ne" || name != "not" && strings.HasPrefix(name, "not") {
		negative, name = true, strings.TrimPrefix(name, "not")
	}
	values, null, err := p.values(name == "in")
	if err != nil {
		return nil, err
	}
	var one func(have, want string) bool
	switch name {
	case "eq", "ne", "in":
		one = func(have, want string) bool { return have == want }
	case "startswith":
		one = strings.HasPrefix
	case "endswith":
		one = strings.HasSuffix
	case "contains":
		one = strings.Contains
	case "match":
		pattern, err := regexp.Compile("(?i)" + values[0])
		if err != nil {
			return nil, fmt.Errorf("read membership rule: %w", err)
		}
		one = func(have, _ string) bool { return pattern.MatchString(have) }
	default:
		return nil, fmt.Errorf("read membership rule: %q is no operator", name)
	}
	return func(have []string) bool {
		found := null && len(have) == 0
		for _, h := range have {
			for _, v := range values {
				found = found || !null && one(fold(h), fold(v))
			}
		}
		return found != negative
	}, nil
}

// values reads one value or, for -in, a list of them; null stands for no value.
func (p *ruleParser) values(list bool) (values []string, null bool, err error) {
	if list {
		if !p.take("[") {
			return nil, false, p.unexpected()
		}
		for !p.take("]") {
			if len(values) > 0 && !p.take(",") || p.at >= len(p.words) || !p.words[p.at].quoted {
				return nil, false, p.unexpected()
			}
			values = append(values, p.words[p.at].text)
			p.at++
		}
		return values, false, nil
	}
	if p.at >= len(p.words) {
		return nil, false, p.unexpected()
	}
	w := p.words[p.at]
	p.at++
	switch {
	case w.quoted:
		return []string{w.text}, false, nil
	case strings.EqualFold(strings.TrimPrefix(w.text, "$"), "null"):
		return []string{""}, true, nil
	case strings.EqualFold(strings.TrimPrefix(w.text, "$"), "true"), strings.EqualFold(strings.TrimPrefix(w.text, "$"), "false"):
		return []string{strings.TrimPrefix(w.text, "$")}, false, nil
	}
	p.at--
	return nil, false, p.unexpected()
}

// ruleNames are properties that rules call by their older names.
var ruleNames = map[string]string{
	"objectid": "id", "physicaldeliveryofficename": "officeLocation", "telephonenumber": "businessPhones", "mobile": "mobilePhone",
	"facsimiletelephonenumber": "faxNumber", "dirsyncenabled": "onPremisesSyncEnabled",
}

// ruleProperty returns what reads the values of user.<name>.
func ruleProperty(path string) (func(*Object) []string, error) {
	owner, name, ok := strings.Cut(path, ".")
	if ok && strings.EqualFold(owner, "device") && name != "" {
		return func(*Object) []string { return nil }, nil
	}
	if !ok || !strings.EqualFold(owner, "user") {
		return nil, fmt.Errorf("read membership rule: %q is no property of a user", path)
	}
	if older, ok := ruleNames[fold(name)]; ok {
		name = older
	}
	if number, ok := strings.CutPrefix(fold(name), "extensionattribute"); ok {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > 15 {
			return nil, fmt.Errorf("read membership rule: %q is no property of a user", path)
		}
		return func(o *Object) []string {
			if v := get[ExtensionAttributes](o, "onPremisesExtensionAttributes").at(n); v != nil {
				return []string{*v}
			}
			return nil
		}, nil
	}
	return func(o *Object) []string {
		switch v := o.Property(name).(type) {
		case string:
			return []string{v}
		case bool:
			return []string{strconv.FormatBool(v)}
		case int:
			return []string{strconv.Itoa(v)}
		case []string:
			return v
		}
		return nil
	}, knownInRules(name, path)
}

// ruleProperties are the properties of users rules may ask for.
// Source: learn.microsoft.com/entra/identity/users/groups-dynamic-membership, supported properties.
const ruleProperties = " accountenabled id onpremisessyncenabled city country companyname department displayname employeeid employeehiredate faxnumber givenname jobtitle " +
	"mail mailnickname mobilephone onpremisessecurityidentifier onpremisesdistinguishedname passwordpolicies officelocation postalcode preferredlanguage state streetaddress " +
	"surname businessphones usagelocation userprincipalname usertype othermails proxyaddresses employeetype creationtype onpremisesimmutableid "

func knownInRules(name, path string) error {
	if strings.Contains(ruleProperties, " "+fold(name)+" ") || isExtensionName(name) {
		return nil
	}
	return fmt.Errorf("read membership rule: %q is no property of a user", path)
}

// at returns extension attribute n, from 1.
func (e ExtensionAttributes) at(n int) *string {
	return []*string{
		e.ExtensionAttribute1, e.ExtensionAttribute2, e.ExtensionAttribute3, e.ExtensionAttribute4, e.ExtensionAttribute5, e.ExtensionAttribute6,
		e.ExtensionAttribute7, e.ExtensionAttribute8, e.ExtensionAttribute9, e.ExtensionAttribute10, e.ExtensionAttribute11, e.ExtensionAttribute12,
		e.ExtensionAttribute13, e.ExtensionAttribute14, e.ExtensionAttribute15,
	}[n-1]
}
