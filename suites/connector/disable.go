package connector

func disableChecks() []Check { return nil }
