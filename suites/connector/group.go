package connector

func groupChecks() []Check { return nil }
