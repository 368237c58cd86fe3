// Command generate writes the catalogue of licences the directory embeds from Microsoft's list of product names and service plan
// identifiers, the CSV of which was turned into a JSON array of products with their plans:
//
//	go run ./mockgraph/directory/data/generate catalogue.json > mockgraph/directory/data/skus.txt
//
// The same list always makes the same bytes. It is no part of the directory and of no program.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

const maxCatalogue = 64 << 20

// header stands above the catalogue.
const header = `# Licences and their service plans: identifiers and names only, fields between tabs.
# Source: Microsoft, learn.microsoft.com/entra/identity/users/licensing-service-plan-reference (CSV of August 2026).
# A line is plan, id, name; or sku, id, part number, product name, numbers of its plans in the order above.
`

// sku is one product of the list.
type sku struct {
	ID         string `json:"skuId"`
	PartNumber string `json:"skuPartNumber"`
	Name       string `json:"name"`
	Plans      []plan `json:"servicePlans"`
}

type plan struct {
	ID   string `json:"servicePlanId"`
	Name string `json:"servicePlanName"`
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "generate catalogue:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("want the path of the list and nothing else, got %q", args)
	}
	in, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer in.Close()
	if err := generate(in, out); err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return nil
}

// generate writes plans by id, then products by id. Names in the list vary in white space; a plan that has several is called as it is
// called first.
func generate(in io.Reader, out io.Writer) error {
	var all []sku
	if err := json.NewDecoder(io.LimitReader(in, maxCatalogue)).Decode(&all); err != nil {
		return fmt.Errorf("read list: %w", err)
	}
	var plans []plan
	known := map[string]bool{}
	for i := range all {
		s := &all[i]
		s.ID, s.PartNumber, s.Name = id(s.ID), field(s.PartNumber), field(s.Name)
		for j := range s.Plans {
			p := &s.Plans[j]
			p.ID, p.Name = id(p.ID), field(p.Name)
			if !known[p.ID] {
				known[p.ID] = true
				plans = append(plans, *p)
			}
		}
	}
	slices.SortFunc(plans, func(a, b plan) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(all, func(a, b sku) int { return cmp.Compare(a.ID, b.ID) })
	w := bufio.NewWriter(out)
	fmt.Fprint(w, header) // its errors come back from Flush
	number := map[string]string{}
	for i, p := range plans {
		number[p.ID] = strconv.Itoa(i)
		fmt.Fprintf(w, "plan\t%s\t%s\n", p.ID, p.Name)
	}
	for i, s := range all {
		if i > 0 && s.ID == all[i-1].ID {
			return fmt.Errorf("product %s is in the list twice", s.ID)
		}
		var numbers []string
		for _, p := range s.Plans {
			if n := number[p.ID]; !slices.Contains(numbers, n) {
				numbers = append(numbers, n)
			}
		}
		fmt.Fprintf(w, "sku\t%s\t%s\t%s\t%s\n", s.ID, s.PartNumber, s.Name, strings.Join(numbers, " "))
	}
	return w.Flush()
}

func id(s string) string { return strings.ToLower(field(s)) }

// field is text without white space around it, in which tabs and line ends are spaces.
func field(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, s))
}
