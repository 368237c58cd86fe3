package mockgraph

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// validateProperties says whether names of a Microsoft 365 group could be taken: 204, or 422 with what is wrong. The tenant has no
// naming policy, so that only names that are taken or cannot be are wrong. Behind /groups/{id} the group's own names are free.
// Sources: learn.microsoft.com/graph/api/directoryobject-validateproperties, …/group-validateproperties.
func validateProperties(c *call) error {
	var body struct {
		EntityType   *string `json:"entityType"`
		DisplayName  *string `json:"displayName"`
		MailNickname *string `json:"mailNickname"`
		OnBehalfOf   *string `json:"onBehalfOfUserId"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	own := c.vars["id"]
	if own != "" {
		group, err := c.find(directory.Group, own)
		if err != nil {
			return err
		}
		own = group.ID()
	} else if body.EntityType == nil || !strings.EqualFold(*body.EntityType, "Group") {
		return badValue("entityType")
	}
	if body.DisplayName == nil && body.MailNickname == nil {
		return badValue("displayName")
	}
	if body.OnBehalfOf != nil {
		if _, err := c.find(directory.User, *body.OnBehalfOf); err != nil {
			return err
		}
	}
	if body.MailNickname != nil {
		if taken, ok := c.view.Lookup(directory.Group, "mailNickname", *body.MailNickname); ok && taken.ID() != own {
			return conflictingName("mailNickname")
		}
	}
	return c.noContent()
}

func conflictingName(property string) error {
	message := fmt.Sprintf("Another object with the same value for property %s already exists.", property)
	r := refuse(http.StatusUnprocessableEntity, "Request_UnprocessableEntity", "%s", message)
	r.details = []errorDetail{{Target: property, Code: "PropertyConflict", Message: message}}
	return r
}
