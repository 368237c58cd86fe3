package login

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Why [Server.Verify] refuses a token.
var (
	ErrTokenMalformed = errors.New("token is malformed")
	ErrTokenForeign   = errors.New("token is not of this tenant")
	ErrTokenSignature = errors.New("token has a wrong signature")
	ErrTokenExpired   = errors.New("token is expired")
)

// Claims is whose access token a request carries and what it may do.
type Claims struct {
	TenantID       string
	ClientID       string   // application id
	ObjectID       string   // of the user, or of the application's service principal
	AppOnly        bool     // no user is involved
	UPN            string   // user principal name, "" when AppOnly
	Subject        string   // sub
	Audience       string   // aud as it stands in the token
	ResourceID     string   // application id of the resource, "" when the audience does not say
	Scopes         []string // delegated permissions
	Roles          []string // application permissions, or the user's app roles
	DirectoryRoles []string // template ids
	Capabilities   []string // xms_cc
	Issuer         string
	Version        string // 1.0 or 2.0
	TokenID        string // uti
	IssuedAt       time.Time
	NotBefore      time.Time
	ExpiresAt      time.Time
	AuthMethods    []string // amr
	ClientProof    string   // "0" none, "1" secret, "2" certificate or assertion
}

// ForGraph says whether the token's audience is Microsoft Graph.
func (c *Claims) ForGraph() bool { return c.ResourceID == graphAppID }

func (p *payload) claims(resource string) *Claims {
	return &Claims{
		TenantID: p.Tenant, ClientID: p.AppID + p.AZP, ObjectID: p.ObjectID, AppOnly: p.Scopes == "" && p.Subject == p.ObjectID,
		UPN: p.UPN + p.Preferred, Subject: p.Subject, Audience: p.Audience, ResourceID: resource, Scopes: strings.Fields(p.Scopes), Roles: p.Roles,
		DirectoryRoles: p.RoleIDs, Capabilities: p.Capability, Issuer: p.Issuer, Version: p.Version, TokenID: p.ID,
		IssuedAt: time.Unix(p.IssuedAt, 0).UTC(), NotBefore: time.Unix(p.NotBefore, 0).UTC(), ExpiresAt: time.Unix(p.Expires, 0).UTC(),
		AuthMethods: p.Methods, ClientProof: p.AppIDACR + p.AZPACR,
	}
}

// tokenCache remembers the claims of access tokens by a keyed hash of the token: every request looks one up, and this hash costs a
// tenth of a cryptographic digest. Its keys are random and never leave the process.
type tokenCache struct {
	issued        *memory[*Claims]
	first, second maphash.Seed
}

func newTokenCache(limit int) *tokenCache {
	return &tokenCache{issued: newMemory[*Claims](limit), first: maphash.MakeSeed(), second: maphash.MakeSeed()}
}

// key is what a token is remembered under: 128 bits.
func (c *tokenCache) key(token string) string {
	var key [16]byte
	binary.LittleEndian.PutUint64(key[:8], maphash.String(c.first, token))
	binary.LittleEndian.PutUint64(key[8:], maphash.String(c.second, token))
	return string(key[:])
}

// maxToken bounds what is looked at as a token.
const maxToken = 64 << 10

// Verify returns the claims of an access token this host issued: by look-up, or by its signature when it was issued too long ago
// to be remembered. The claims are shared and must not be changed. The error is one of ErrTokenMalformed, ErrTokenForeign,
// ErrTokenSignature and ErrTokenExpired, and never contains the token.
func (s *Server) Verify(token string) (*Claims, error) {
	if len(token) > maxToken || strings.Count(token, ".") != 2 {
		return nil, ErrTokenMalformed
	}
	c, ok := s.tokens.issued.get(s.tokens.key(token))
	if !ok {
		var err error
		if c, err = s.verifySignature(token); err != nil {
			return nil, err
		}
	}
	if !s.options.clock.Now().Before(c.ExpiresAt) {
		return c, ErrTokenExpired
	}
	return c, nil
}

func (s *Server) verifySignature(token string) (*Claims, error) {
	pair, err := s.options.key.get()
	if err != nil {
		return nil, err
	}
	jws, err := jose.ParseSignedCompact(rehash(token), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, ErrTokenMalformed
	}
	body, err := jws.Verify(&pair.private.PublicKey)
	if err != nil {
		return nil, ErrTokenSignature
	}
	var p payload
	if json.Unmarshal(body, &p) != nil {
		return nil, ErrTokenMalformed
	}
	snap := s.directory.Snapshot()
	if t := s.tenant(snap); !strings.EqualFold(p.Tenant, t.id) || p.AppID+p.AZP == "" {
		return nil, ErrTokenForeign
	}
	x := &exchange{server: s, snap: snap, tenant: s.tenant(snap), origin: s.at(hostOf(p.Issuer))}
	resource := x.resourceID(p.Audience)
	if resource == "" && hasNonce(token) { // asked for under an address the issuer does not show
		resource = graphAppID
	}
	return p.claims(resource), nil
}

func hostOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

// sign makes the token of a payload and, for an access token, remembers it.
func (s *Server) sign(p payload, r *resource) (string, *Error) {
	text, err := s.compact(p, r != nil && r.graph())
	if err != nil {
		return "", AADSTS(90033)
	}
	if r != nil {
		s.tokens.issued.put(s.tokens.key(text), p.claims(r.appID))
	}
	return text, nil
}

func (s *Server) compact(p payload, graph bool) (string, error) {
	pair, err := s.options.key.get()
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("encode claims: %w", err)
	}
	signer := pair.v2
	if p.Version == "1.0" {
		signer = pair.v1
	}
	nonce := ""
	if graph && !s.options.verifiableGraph {
		if nonce, err = s.opaque(32); err != nil {
			return "", fmt.Errorf("make nonce: %w", err)
		}
		if signer, err = pair.signer(map[string]string{"x5t": pair.kid, "nonce": hashed(nonce)}); err != nil {
			return "", err
		}
	}
	jws, err := signer.Sign(body)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	text, err := jws.CompactSerialize()
	if err != nil || nonce == "" {
		return text, err
	}
	return withNonce(text, func(string) string { return nonce }), nil
}

// Graph's tokens show a nonce in their header and are signed over its hash, so that nobody but Graph takes them for valid.
// Source: learn.microsoft.com/entra/identity-platform/access-tokens, validate tokens.
func hashed(nonce string) string {
	sum := sha256.Sum256([]byte(nonce))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// rehash gives a token with a nonce the header it was signed over.
func rehash(token string) string { return withNonce(token, hashed) }

func hasNonce(token string) bool {
	return rehash(token) != token
}

// withNonce changes the nonce in the header of a token; one without stays as it is.
func withNonce(token string, change func(string) string) string {
	head, rest, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil || !bytes.Contains(text, []byte(`"nonce"`)) {
		return token
	}
	var header map[string]any
	if json.Unmarshal(text, &header) != nil {
		return token
	}
	nonce, ok := header["nonce"].(string)
	if !ok {
		return token
	}
	header["nonce"] = change(nonce)
	next, err := json.Marshal(header)
	if err != nil {
		return token
	}
	return base64.RawURLEncoding.EncodeToString(next) + "." + rest
}
