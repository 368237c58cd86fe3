package connector

// What a connector does to an import when it gives no proper answer, and how to mend it.
var breakWhy = map[Breakage]string{
	Hung:    "Whoever calls the connector waits as long. An import of a thousand people stands still at the first one.",
	Crashed: "Everything that was still to be done is lost, and nobody knows how far it came.",
	Garbage: "Whoever calls the connector cannot tell whether it did what it was told.",
	Flooded: "Output without bounds fills memory and disks of whoever calls the connector.",
	NoStart: "Nothing can be provisioned with a connector that does not start.",
}

var breakFix = map[Breakage]string{
	Hung:    "Answer each message, also with an error; bound every request to Graph in time.",
	Crashed: "Look at its last output. Catch errors where a message is handled, and answer with them; do not end, and keep listening.",
	Garbage: "Write one JSON object in one line for each message to standard output, and nothing else; logs go to standard error.",
	Flooded: "Write one line for each message; page what is long.",
	NoStart: "Look at the last lines of its output; start it by hand with the same command.",
}
