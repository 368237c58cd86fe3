package serviceprovider

import "github.com/rehearse-id/rehearse/mockscim/scim"

// exampleURN is the URN of [ExampleExtension].
const exampleURN = "urn:ietf:params:scim:schemas:extension:example:2.0:User"

// ExampleExtension is an extension of users such as vendors have, for [WithExtension]: costCode and badge, two texts. The faults of extensions break its attributes.
func ExampleExtension() scim.Schema {
	text := func(name, description string) scim.Attribute {
		return scim.Attribute{
			Name: name, Type: scim.StringType, Description: description,
			Mutability: scim.ReadWrite, Returned: scim.ReturnedByDefault, Uniqueness: scim.NotUnique,
		}
	}
	return scim.Schema{
		ID: exampleURN, Name: "Example", Description: "What this application knows of a user beyond the standard.",
		Attributes: []scim.Attribute{text("costCode", "The code her costs are booked on."), text("badge", "The number of her badge.")},
	}
}
