package weather

// Graph's codes for throttling. Which services answer with which: learn.microsoft.com/graph/throttling and …/graph/errors.
const (
	codeTooMany      = "TooManyRequests"
	codeActivity     = "activityLimitReached"
	codeAppThrottled = "ApplicationThrottled"
)

// statusCodes are the codes that a status of [Failure] has by itself. 423, 502 and 509 carry codes of other workloads, because no
// directory answer with them is published; 409 is what concurrent writes were seen to get.
var statusCodes = map[int]string{
	409: "Directory_ConcurrencyViolation",
	423: "resourceLocked",
	500: "Service_InternalServerError",
	502: "UnknownError",
	503: "serviceNotAvailable",
	504: "UnknownError",
	509: "BandwidthLimitExceeded",
}

// statusMessages are the texts that belong to a status rather than to its code.
var statusMessages = map[int]string{
	502: "Bad gateway",
	504: "Gateway timeout",
}

// messages are Graph's texts by code.
// Sources: learn.microsoft.com/graph/errors; learn.microsoft.com/previous-versions/azure/ad/graph/howto, error codes of Azure AD
// Graph, which Graph still answers with; recorded answers for the concurrency violation and the throttling codes.
var messages = map[string]string{
	codeTooMany:                      "Please retry again later.",
	codeActivity:                     "The app or user has been throttled.",
	codeAppThrottled:                 "Application is over its MailboxConcurrency limit.",
	"Directory_ConcurrencyViolation": "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
	"Directory_ReplicaUnavailable":   "The preferred replica is unavailable. Please retry without any replica session key header.",
	"resourceLocked":                 "The resource you are attempting to access is locked",
	"InternalServerError":            "Internal server error.",
	"Service_InternalServerError":    "Encountered an internal server error.",
	"generalException":               "An unspecified error has occurred.",
	"serviceNotAvailable":            "The service is not available. Try the request again after a delay. There may be a Retry-After header.",
	"BandwidthLimitExceeded":         "Your app has been throttled for exceeding the maximum bandwidth cap. Your app can retry the request again after more time has elapsed.",
}

// innerTooMany is what innerError has besides date and ids when identity services throttle, as recorded.
var innerTooMany = map[string]string{"code": "429", "message": "Please retry after", "status": "429"}

// code returns the failure's code, "" when its status has none.
func (f Failure) code() string {
	if f.Code != "" {
		return f.Code
	}
	return statusCodes[f.Status]
}

// text returns the failure's message, "" when neither code nor status has one.
func (f Failure) text() string {
	if f.Message != "" {
		return f.Message
	}
	if m, found := messages[f.code()]; found {
		return m
	}
	return statusMessages[f.Status]
}
