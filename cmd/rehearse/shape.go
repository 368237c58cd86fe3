package main

import (
	"io"
	"os"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// shapeFlags say how people are provisioned to the endpoint, where it is not as Entra's default mapping has it.
type shapeFlags struct {
	Match            string   `help:"Attribute by which people are found: userName, externalId or emails (default: what --schema says, or userName)." placeholder:"ATTRIBUTE"`
	WithoutAttribute []string `help:"Leave this attribute of Entra's default mapping out (repeatable), such as title, addresses or the URN of the enterprise extension. What /Schemas does not name and the endpoint does not take is left out by itself." sep:"none" placeholder:"ATTRIBUTE"`
	Schema           string   `help:"Use the mapping of users in this schema of a provisioning job, as Graph exports it (GET …/synchronization/jobs/{id}/schema)." placeholder:"FILE"`
}

// shape puts them into a configuration.
func (f shapeFlags) shape(config *endpoint.Config) error {
	config.Match, config.Without = f.Match, f.WithoutAttribute
	if f.Schema == "" {
		return nil
	}
	file, err := os.Open(f.Schema)
	if err != nil {
		return usage("read the job's schema: %v", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, synchronization.MaxSchemaBytes+1))
	if err != nil {
		return usage("read the job's schema: %v", err)
	}
	schema, err := synchronization.ReadSchema(text)
	if err != nil {
		return usage("%s: %v; want the JSON of a synchronizationSchema, as Graph exports it", f.Schema, err)
	}
	config.Schema = &schema
	return nil
}
