package mockscim

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// The settings of a job that mean something here. Others are kept and shown. The dialect is a setting of this service, named like the flag
// of the tenant URL, over which it wins; Graph has no such setting.
const (
	thresholdSetting = "QuarantineTooManyDeletesThreshold"
	dialectSetting   = string(wire.AADOptSCIM)
)

// maxSettings bounds the settings of a job.
const maxSettings = 100

// initialSettings are those of a new job. It is never written.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-get.
var initialSettings = []synchronization.Setting{
	{Name: "AzureIngestionAttributeOptimization", Value: "False"}, {Name: "LookaheadQueryEnabled", Value: "False"},
	{Name: thresholdSetting, Value: strconv.Itoa(provisioning.DefaultDeletionThreshold)},
}

// shownSettings are the settings of a job, those of a new one included.
func shownSettings(set []synchronization.Setting) []synchronization.Setting {
	return mergedSettings(initialSettings, set)
}

// mergedSettings puts settings over others.
func mergedSettings(below, above []synchronization.Setting) []synchronization.Setting {
	all := slices.Clone(below)
	for _, s := range above {
		i := slices.IndexFunc(all, func(known synchronization.Setting) bool { return strings.EqualFold(known.Name, s.Name) })
		if i < 0 {
			all = append(all, s)
			continue
		}
		all[i].Value = s.Value
	}
	return all
}

func settingValue(settings []synchronization.Setting, name string) string {
	for _, s := range settings {
		if strings.EqualFold(s.Name, name) {
			return s.Value
		}
	}
	return ""
}

// settingOptions are what the settings of a job say but for the threshold of deletions, which counts only when it is asked for.
func settingOptions(settings []synchronization.Setting) ([]provisioning.Option, error) {
	var opts []provisioning.Option
	if text := settingValue(settings, dialectSetting); text != "" {
		flag, err := truth("the job setting "+dialectSetting, text)
		if err != nil {
			return nil, err
		}
		dialect := wire.Default
		if flag {
			dialect = wire.AADOptSCIM
		}
		opts = append(opts, provisioning.WithDialect(dialect))
	}
	return opts, nil
}

// notification is the value of the secret SyncNotificationSettings, a JSON text. Of its members Enabled, Recipients and DeleteThresholdEnabled
// have been seen in the portal's requests; DeleteThresholdValue is taken too, and otherwise the job setting counts.
type notification struct {
	Enabled                bool   `json:"Enabled"`
	Recipients             string `json:"Recipients"`
	DeleteThresholdEnabled bool   `json:"DeleteThresholdEnabled"`
	DeleteThresholdValue   int    `json:"DeleteThresholdValue"`
}

// scopeOptions are what the secrets say beside address and credentials: who is provisioned, who is told, how many deletions are too many.
// Sources: learn.microsoft.com/graph/api/synchronization-serviceprincipal-put-synchronization;
// learn.microsoft.com/entra/identity/app-provisioning/skip-out-of-scope-deletions; …/accidental-deletions.
func scopeOptions(secrets []synchronization.Secret, settings []synchronization.Setting, mailer provisioning.Mailer) ([]provisioning.Option, error) {
	var opts []provisioning.Option
	for _, of := range []struct {
		key    string
		option func() provisioning.Option
	}{{"SyncAll", provisioning.WithSyncAll}, {"SkipOutOfScopeDeletions", provisioning.WithSkipOutOfScopeDeletions}} {
		text := secretValue(secrets, of.key)
		if text == "" {
			continue
		}
		on, err := truth("the secret "+of.key, text)
		if err != nil {
			return nil, err
		}
		if on {
			opts = append(opts, of.option())
		}
	}
	threshold, err := strconv.Atoi(settingValue(shownSettings(settings), thresholdSetting))
	if err != nil || threshold < 1 {
		return nil, synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "The job setting %s is %q; it takes a number above 0.", thresholdSetting, shortened(settingValue(settings, thresholdSetting)))
	}
	text := secretValue(secrets, "SyncNotificationSettings")
	if text == "" {
		return opts, nil
	}
	var n notification
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return nil, synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "The secret SyncNotificationSettings is no JSON object of settings: %s.", strings.TrimPrefix(err.Error(), "json: "))
	}
	if n.DeleteThresholdValue < 0 {
		return nil, synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "The secret SyncNotificationSettings has DeleteThresholdValue %d; it takes a number above 0.", n.DeleteThresholdValue)
	}
	if n.Enabled && n.Recipients != "" {
		opts = append(opts, provisioning.WithNotification(n.Recipients, mailer))
	}
	if n.DeleteThresholdEnabled {
		if n.DeleteThresholdValue > 0 {
			threshold = n.DeleteThresholdValue
		}
		opts = append(opts, provisioning.WithAccidentalDeletionPrevention(threshold))
	}
	return opts, nil
}

// flagPrefix begins the names of the dialect's flags in tenant URLs.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
const flagPrefix = "aad"

// checkedFlags refuses a setting that is called like a flag of the dialect and is none: the job would go on in the other dialect, and nobody
// would know.
func checkedFlags(settings []synchronization.Setting) error {
	for i, one := range settings {
		if name := strings.ToLower(one.Name); strings.HasPrefix(name, flagPrefix) && strings.Contains(name, "scim") && !strings.EqualFold(name, dialectSetting) {
			return synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration",
				"synchronizationJobSettings[%d]: %q is no flag of a dialect; the only one is %s, with True or False.", i, shortened(one.Name), dialectSetting)
		}
	}
	return nil
}

// truth reads True or False, in any case.
func truth(what, text string) (bool, error) {
	switch {
	case strings.EqualFold(text, "true"):
		return true, nil
	case strings.EqualFold(text, "false"):
		return false, nil
	}
	return false, synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "%s is %q; it takes True or False.", strings.ToUpper(what[:1])+what[1:], shortened(text))
}
