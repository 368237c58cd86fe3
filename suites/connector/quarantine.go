package connector

func quarantineChecks() []Check { return nil }
