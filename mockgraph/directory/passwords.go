package directory

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// takePassword replaces the password of a user's passwordProfile by its hash.
// Source: learn.microsoft.com/graph/api/resources/passwordprofile; the messages are those seen in public issues.
func (x *tx) takePassword(before *Object, values *draft) error {
	t := schema[userNumber]
	at, _ := t.ordinal("passwordProfile")
	profile, given := values.value(at).(PasswordProfile)
	if !given || profile.Password == "" {
		if before == nil && x.d.requirePasswords && values.value(t.ordinals["creationType"]) != invitation {
			return badRequest("passwordProfile", "A password must be specified to create a new user.")
		}
		return nil
	}
	name, policies := "", ""
	if before != nil {
		name, policies = before.String("userPrincipalName"), before.String("passwordPolicies")
	}
	if v, ok := values.value(t.ordinals["userPrincipalName"]).(string); ok {
		name = v
	}
	if v, ok := values.value(t.ordinals["passwordPolicies"]).(string); ok {
		policies = v
	}
	if err := judgePassword(profile.Password, name, policies); err != nil {
		return err
	}
	hash, err := newSecretHash(x.d.random, profile.Password)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	profile.Password = ""
	values.put(at, profile)
	values.put(t.ordinals["passwordHash"], base64.RawStdEncoding.EncodeToString(hash))
	if before != nil {
		values.put(t.ordinals["lastPasswordChangeDateTime"], now(x))
	}
	return nil
}

func judgePassword(password, name, policies string) error {
	if n := utf8.RuneCountInString(password); n < 8 || n > 256 {
		return weakPassword()
	}
	local, _, _ := strings.Cut(name, "@")
	if len(local) >= 3 && strings.Contains(fold(password), fold(local)) {
		return badRequest("passwordProfile.password", "Password cannot contain username")
	}
	if strings.Contains(policies, "DisableStrongPassword") {
		return nil
	}
	var lower, upper, digit, symbol int
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			symbol = 1
		}
	}
	if lower+upper+digit+symbol < 3 {
		return weakPassword()
	}
	return nil
}

func weakPassword() error {
	return badRequest("passwordProfile.password", "The specified password does not comply with password complexity requirements. Please provide a different password.")
}

// CheckPassword says whether a password is the user's; false for a user without one, for nobody, and for a disabled account true:
// whether she may sign in is for the caller to see.
func (s *Snapshot) CheckPassword(user, password string) bool {
	o, ok := s.Object(user)
	if !ok || o.Type() != User {
		return false
	}
	hash, err := base64.RawStdEncoding.DecodeString(get[string](o, "passwordHash"))
	return err == nil && secretHash(hash).matches(password)
}
