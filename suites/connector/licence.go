package connector

func licenceChecks() []Check { return nil }
