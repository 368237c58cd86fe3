package mockgraph

import (
	"maps"
	"mime"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// maxLogo is how large the logo of an application may be. Source: learn.microsoft.com/graph/api/application-update, logo.
const maxLogo = 100 << 10

// logoTypes are the pictures taken as a logo, besides image/*, which leaves it to the service to look. It is never written.
var logoTypes = []string{"image/png", "image/jpeg", "image/gif", "image/bmp"}

// putLogo keeps the logo of an application; info.logoUrl tells where it is read.
// Source: learn.microsoft.com/graph/api/application-update, logo.
func putLogo(c *call) error {
	o, err := c.fresh(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	contentType, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err == nil && contentType == "image/*" {
		contentType = http.DetectContentType(c.body)
	}
	if err != nil || !slices.Contains(logoTypes, contentType) {
		return refuse(http.StatusBadRequest, codeBadRequest, "A valid content-type for the logo must be one of: image/bmp, image/gif, image/jpeg, image/png.")
	}
	if len(c.body) == 0 || len(c.body) > maxLogo {
		return invalidValue(directory.Application, "logo")
	}
	if err := c.t.dir.SetPhoto(o.ID(), contentType, c.body); err != nil {
		return err
	}
	info := map[string]any{}
	maps.Copy(info, directory.Value[map[string]any](o, "info"))
	info["logoUrl"] = c.base + "/applications/" + o.ID() + "/logo"
	if err := c.change(o, directory.Properties{"info": info}); err != nil {
		return err
	}
	return c.noContent()
}

// getLogo answers with the picture.
func getLogo(c *call) error {
	o, err := c.find(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	logo, ok := c.t.dir.Photo(o.ID())
	if !ok {
		return missing("logo")
	}
	c.reply = reply{status: http.StatusOK, contentType: logo.ContentType, body: logo.Bytes, header: c.reply.header}
	return nil
}
