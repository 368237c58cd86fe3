package refconnector_test

var (
	groupTrials, disableTrials, licenceTrials, deleteTrials, waitTrials, lostTrials, requestTrials []trial
)
