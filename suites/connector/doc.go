// Package connector holds the checks of a Microsoft Graph connector: of whatever creates, changes, disables and licenses people in a Microsoft Entra
// tenant through Graph. A connector is told what to do ([Driver], [Request]), works on a fake tenant of the check's own, and is judged by what is in the
// tenant afterwards and by every request it made.
//
//	driver := mydriver.New()                                      // implements connector.Driver
//	target, err := connector.Open(ctx, connector.Config{Driver: driver})
//	runnables := target.Runnables()
//
// From a test of one's own it is one line: suitetest.RunConnector(t, driver).
package connector
