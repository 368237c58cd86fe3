// Package driver drives connectors outside the process: a child process that speaks JSON lines ([NewExec]), a server that is sent the same
// messages ([NewWebhook]), and a gateway that has a SCIM face ([NewSCIM]). A connector written in Go implements connector.Driver itself.
//
//	exec := driver.NewExec([]string{"python3", "adapter.py"})
//	target, err := connector.Open(ctx, connector.Config{Driver: exec, Folder: t.TempDir()})
//
// # Messages
//
// A message is one JSON object in one line, in UTF-8, of at most 4 MiB. Each is answered by one, in its turn:
//
//	{"v":1,"id":1,"op":"describe"}
//	{"id":1,"ok":true,"result":{"name":"Harbour","operations":["test","create","disable"]}}
//	{"v":1,"id":2,"op":"create","type":"user","attributes":{"userPrincipalName":"ada@…", …}}
//	{"id":2,"ok":false,"error":{"code":"alreadyExists","message":"userPrincipalName is taken"}}
//
// The members of a message are v, the version of the messages; id, a number that the answer repeats; op, which is describe, configure or a
// connector.Operation; and those of connector.Configuration with configure, or of connector.Request with an operation. The members of an
// answer are id; ok; result, which is a connector.Description for describe and a connector.Answer for an operation, and may be left out where
// there is nothing to say; and error, a connector.Error. What else there is in an answer is not read. An error code that is not one of
// connector.Codes counts as "other". docs/connectors.md shows one exchange of each.
//
// What is no such answer is a connector.BrokenError, and ends the process: an answer that comes too late, that is no JSON object in one line, that
// has another id or no ok, that says both ok and error, a line that nobody asked for, and the end of the output before the answer.
package driver
