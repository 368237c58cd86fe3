package mockgraph

import (
	"net/http"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// maxTokenLife bounds what a token may be asked to live.
const maxTokenLife = 365 * 24 * time.Hour

// adminMint makes an access token without any credential or consent, for tests.
func (t *Tenant) adminMint(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		ClientID string   `json:"clientId"` // application id
		UserID   string   `json:"userId"`   // object id or user principal name; "": a token of the application itself
		Resource string   `json:"resource"` // "": Microsoft Graph
		Scopes   []string `json:"scopes"`   // null: those that are granted
		Roles    []string `json:"roles"`    // null: those that are assigned
		Lifetime string   `json:"lifetime"` // such as 5m; "": that of any access token
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	g := login.Grant{ClientID: body.ClientID, UserID: body.UserID, Resource: body.Resource, Scopes: body.Scopes, Roles: body.Roles, Host: r.Host}
	if body.Lifetime != "" {
		life, err := parseDuration(body.Lifetime)
		if err != nil || life <= 0 || life > maxTokenLife {
			return wrong(http.StatusBadRequest, "lifetime is %.50q; it takes a duration such as 5m, up to 365 days.", body.Lifetime)
		}
		g.Lifetime = life
	}
	if g.ClientID == "" {
		return wrong(http.StatusBadRequest, "clientId is missing; it takes the application id of a client of the tenant.")
	}
	token, err := t.login.Mint(g)
	if err != nil {
		return wrong(http.StatusBadRequest, "%s", strings.TrimSpace(err.Error()))
	}
	claims, err := t.login.Verify(token)
	if err != nil {
		return err
	}
	return say(w, map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(claims.ExpiresAt.Sub(t.clock.Now()).Round(time.Second).Seconds()),
	})
}

// adminBuy buys seats of a licence, as an administrator does in the admin centre.
func (t *Tenant) adminBuy(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Sku   string `json:"sku"`   // id or part number
		Seats int    `json:"seats"` // more than there are
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	const most = 10_000_000
	if body.Seats < 1 || body.Seats > most {
		return wrong(http.StatusBadRequest, "seats is %d; it takes 1 to %d.", body.Seats, most)
	}
	sku, known := directory.FindSku(body.Sku)
	if !known {
		return wrong(http.StatusBadRequest, "sku is %.100q, which is not in the catalogue; it takes an id or a part number such as TEAMS_EXPLORATORY.", body.Sku)
	}
	t.admin.Lock()
	defer t.admin.Unlock()
	seats := body.Seats
	if o, bought := t.dir.Snapshot().Lookup(directory.SubscribedSku, "skuId", sku.ID); bought {
		seats += directory.Value[directory.LicenseUnits](o, "prepaidUnits").Enabled
	}
	seats = min(seats, most)
	made, err := t.dir.Subscribe(sku.ID, seats)
	if err != nil {
		return wrong(http.StatusBadRequest, "%s.", err)
	}
	w.Header().Set("Location", "/v1.0/subscribedSkus/"+made.ID())
	sendJSON(w, http.StatusCreated, map[string]any{"id": made.ID(), "skuId": sku.ID, "skuPartNumber": sku.PartNumber, "seats": seats})
	return nil
}
