package connector

func syncChecks() []Check { return nil }
