package login

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
)

// answer is what the token endpoint gives. Members that are empty are left out.
type answer struct {
	Type         string `json:"token_type"`
	Scope        string `json:"scope,omitempty"`
	Expires      int    `json:"expires_in"`
	ExtExpires   int    `json:"ext_expires_in"`
	Refresh      int    `json:"refresh_in,omitempty"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
	ClientInfo   string `json:"client_info,omitempty"`

	expiresOn, notBefore int64
	resource             string
}

// version1 is the answer of the v1 endpoint, whose numbers are strings.
func (a *answer) version1() map[string]string {
	all := map[string]string{
		"token_type": a.Type, "expires_in": strconv.Itoa(a.Expires), "ext_expires_in": strconv.Itoa(a.ExtExpires),
		"expires_on": strconv.FormatInt(a.expiresOn, 10), "not_before": strconv.FormatInt(a.notBefore, 10),
		"resource": a.resource, "access_token": a.AccessToken,
	}
	for name, value := range map[string]string{"scope": a.Scope, "refresh_token": a.RefreshToken, "id_token": a.IDToken, "client_info": a.ClientInfo} {
		if value != "" {
			all[name] = value
		}
	}
	return all
}

// clientInfo tells a library which account it got tokens for.
func clientInfo(user, tenant string) string {
	text, err := json.Marshal(map[string]string{"uid": user, "utid": tenant})
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// digest is what stands for a secret as a key.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return string(sum[:])
}
