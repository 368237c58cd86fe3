package mapping_test

import (
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

func ExampleCompileSchema() {
	ids := 0
	schema := mapping.DefaultSchema(func() string { ids++; return fmt.Sprint("id-", ids) })
	users := &schema.SynchronizationRules[0].ObjectMappings[0]
	users.AttributeMappings[2].Source.Expression = `Join(" ", [givenNam], [surname])`
	_, err := mapping.CompileSchema(schema)
	fmt.Println(err)

	users.AttributeMappings[2].Source = synchronization.AttributeMappingSource{Expression: `Join(", ", [surname], [givenName])`}
	rules, err := mapping.CompileSchema(schema)
	if err != nil {
		fmt.Println(err)
		return
	}
	flows, err := rules.From("User").Evaluate(mapping.Attributes{"userPrincipalName": "ada@contoso.example", "givenName": "Ada", "surname": "Byron"})
	for _, f := range flows {
		fmt.Println(f.Target, "=", f.Value)
	}
	fmt.Println(err)
	// Output:
	// compile schema: synchronizationRules[0].objectMappings[0].attributeMappings[2].source (target displayName): User has no attribute "givenNam"; did you mean givenName?
	// userName = ada@contoso.example
	// displayName = Byron, Ada
	// name.givenName = Ada
	// name.familyName = Byron
	// name.formatted = Ada Byron
	// <nil>
}
