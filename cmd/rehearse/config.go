package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// defaultConfigFile is read when it is there and no other is named.
const defaultConfigFile = "rehearse.yaml"

// configFile is the flag that names the configuration file. Its value is read before the other flags are parsed.
type configFile string

// configuration reads the configuration file the arguments name, or rehearse.yaml when it exists, and returns a resolver for the
// flags. A key is a flag's name without the dashes, either at the top (for every command) or under a command's name.
func configuration(args []string) (kong.Resolver, error) {
	name, named := configName(args)
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return kong.ResolverFunc(func(*kong.Context, *kong.Path, *kong.Flag) (any, error) { return nil, nil }), nil //nolint:nilnil // kong's way to say: nothing here
	case err != nil:
		return nil, usage("read configuration file: %v", err)
	}
	return newConfig(name, data)
}

// configName finds the configuration file named on the command line or in the environment.
func configName(args []string) (name string, named bool) {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--config="); ok {
			return value, true
		}
		if arg == "--config" && i+1 < len(args) {
			return args[i+1], true
		}
	}
	if value := os.Getenv("REHEARSE_CONFIG"); value != "" {
		return value, true
	}
	return defaultConfigFile, false
}

// config is a parsed configuration file.
type config struct {
	name   string
	values map[string]any // "flag" or "command.flag" to value
	lines  map[string]int
}

func newConfig(name string, data []byte) (*config, error) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, usage("%s:%s", name, strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	c := &config{name: name, values: map[string]any{}, lines: map[string]int{}}
	for _, doc := range file.Docs {
		if err := c.add("", doc.Body); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// add takes the entries of one mapping into the configuration; a nested mapping is a command's own section.
func (c *config) add(prefix string, node ast.Node) error {
	if node == nil || node.Type() == ast.NullType {
		return nil
	}
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		return usage("%s:%d: expected `flag: value` lines, found %s", c.name, node.GetToken().Position.Line, node.Type())
	}
	for _, entry := range mapping.Values {
		key := prefix + entry.Key.GetToken().Value
		if _, nested := entry.Value.(*ast.MappingNode); nested && prefix == "" {
			if err := c.add(key+".", entry.Value); err != nil {
				return err
			}
			continue
		}
		var value any
		if err := yaml.NodeToValue(entry.Value, &value); err != nil {
			return usage("%s:%d: %s: %v", c.name, entry.Key.GetToken().Position.Line, key, err)
		}
		c.values[key], c.lines[key] = value, entry.Key.GetToken().Position.Line
	}
	return nil
}

// Validate refuses keys that are no flags, naming file and line.
func (c *config) Validate(app *kong.Application) error {
	known := map[string]bool{}
	var visit func(prefix string, node *kong.Node)
	visit = func(prefix string, node *kong.Node) {
		for _, flag := range node.Flags {
			known[flag.Name], known[prefix+flag.Name] = true, true
		}
		for _, child := range node.Children {
			visit(child.Name+".", child)
		}
	}
	visit("", app.Node)
	for key, line := range c.lines {
		if !known[key] {
			return fmt.Errorf("%s:%d: unknown setting %q%s", c.name, line, key, didYouMean(key, known))
		}
	}
	return nil
}

// Resolve gives a flag's value from the file, nil when the file does not set it or the environment does.
func (c *config) Resolve(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil //nolint:nilnil // kong's way to say: nothing here
		}
	}
	if node := parent.Node(); node != nil {
		if value, ok := c.values[node.Name+"."+flag.Name]; ok {
			return plain(value), nil
		}
	}
	return plain(c.values[flag.Name]), nil
}

// plain turns a YAML value into what the flag parser reads: lists of texts, everything else as text.
func plain(value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case bool, string:
		return v
	case []any:
		parts := make([]any, 0, len(v))
		for _, part := range v {
			parts = append(parts, fmt.Sprint(part))
		}
		return parts
	default:
		return fmt.Sprint(v)
	}
}
