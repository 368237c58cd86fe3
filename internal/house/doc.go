// Package house guards the plan of the house: which room may know which. It holds only tests; each rule names its reason.
package house
