// Package endpoint judges a SCIM endpoint by what Microsoft Entra's provisioning service does to it: a fake tenant, a fake
// provisioning job and a recorder stand on one side, the target on the other, and every check reads back what the target kept.
//
//	target, err := endpoint.Open(ctx, endpoint.Config{URL: "https://scim.example.com/v2", Token: token})
//	if err != nil { … }                  // *UnusableError: no usable SCIM answer
//	for _, r := range target.Runnables() { … }
//	leftovers := target.Close(ctx)
//
// The package never knows the reference endpoint nor its faults: a target is judged over HTTP only. It changes and removes
// nothing on the target but what it made itself; everything it makes carries the run's prefix.
package endpoint
