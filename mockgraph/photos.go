package mockgraph

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// photoRoutes are the routes of photos of users and groups.
// Sources: learn.microsoft.com/graph/api/profilephoto-get, …-update, …-delete.
func photoRoutes() []route {
	var rows []route
	for _, owner := range []struct {
		of  directory.Type
		set string
	}{{directory.User, "users"}, {directory.Group, "groups"}} {
		of, set, under := owner.of, owner.set, "/"+owner.set+"/{id}"
		rows = append(rows,
			route{method: http.MethodGet, template: under + "/photo", serve: func(c *call) error { return c.photoMetadata(of, set) }},
			route{method: http.MethodDelete, template: under + "/photo", serve: func(c *call) error { return c.deletePhoto(of) }},
			route{method: http.MethodGet, template: under + "/photo/$value", serve: func(c *call) error { return c.photoBytes(of) }},
			route{method: http.MethodPut, template: under + "/photo/$value", serve: func(c *call) error { return c.putPhoto(of) }},
			route{method: http.MethodPatch, template: under + "/photo/$value", serve: func(c *call) error { return c.putPhoto(of) }},
			route{method: http.MethodDelete, template: under + "/photo/$value", serve: func(c *call) error { return c.deletePhoto(of) }},
			route{method: http.MethodGet, template: under + "/photos", serve: func(c *call) error { return c.photoSizes(of, set) }},
			route{method: http.MethodGet, template: under + "/photos/{size}", serve: func(c *call) error { return c.photoMetadata(of, set) }},
			route{method: http.MethodGet, template: under + "/photos/{size}/$value", serve: func(c *call) error { return c.photoBytes(of) }},
		)
	}
	return rows
}

// photoSizes are the sizes photos are kept in, as far as the photo is that large.
// Source: learn.microsoft.com/graph/api/profilephoto-get.
var photoSizes = []int{48, 64, 96, 120, 240, 360, 432, 504, 648}

// profilePhoto is Graph's profilePhoto.
type profilePhoto struct {
	MediaContentType string `json:"@odata.mediaContentType"`
	MediaEtag        string `json:"@odata.mediaEtag"`
	ID               string `json:"id"` // such as 240X240
	Height           int    `json:"height"`
	Width            int    `json:"width"`
}

// photo returns the photo of the object of the path, and whose it is.
func (c *call) photo(of directory.Type) (directory.Photo, picture, error) {
	o, err := c.find(of, c.vars["id"])
	if err != nil {
		return directory.Photo{}, picture{}, err
	}
	kept, ok := c.t.dir.Photo(o.ID())
	if !ok {
		return directory.Photo{}, picture{}, noPhoto(o.ID())
	}
	size, err := measure(kept.Bytes)
	if err != nil {
		return directory.Photo{}, picture{}, noPhoto(o.ID())
	}
	return kept, size, nil
}

func noPhoto(id string) error {
	return &directory.Error{Code: directory.CodeImageNotFound, Target: id, Message: "The photo wasn't found."}
}

// wanted returns the edge of the size the path names, 0 when it names none.
func (c *call) wanted(p picture) (int, error) {
	size, named := c.vars["size"]
	if !named {
		return 0, nil
	}
	for _, edge := range photoSizes {
		if strings.EqualFold(size, fmt.Sprintf("%dx%d", edge, edge)) && edge <= min(p.width, p.height) {
			return edge, nil
		}
	}
	return 0, noPhoto(c.vars["id"])
}

func describe(kept directory.Photo, width, height int) profilePhoto {
	sum := sha256.Sum256(kept.Bytes)
	return profilePhoto{
		MediaContentType: kept.ContentType, MediaEtag: `W/"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`,
		ID: fmt.Sprintf("%dX%d", width, height), Width: width, Height: height,
	}
}

func (c *call) photoMetadata(of directory.Type, set string) error {
	kept, size, err := c.photo(of)
	if err != nil {
		return err
	}
	edge, err := c.wanted(size)
	if err != nil {
		return err
	}
	if edge > 0 {
		return c.object(http.StatusOK, set+"('"+c.vars["id"]+"')/photos/$entity", describe(kept, edge, edge))
	}
	return c.object(http.StatusOK, set+"('"+c.vars["id"]+"')/photo/$entity", describe(kept, size.width, size.height))
}

func (c *call) photoSizes(of directory.Type, set string) error {
	kept, size, err := c.photo(of)
	if err != nil {
		return err
	}
	all := []profilePhoto{}
	for _, edge := range photoSizes {
		if edge <= min(size.width, size.height) {
			all = append(all, describe(kept, edge, edge))
		}
	}
	return c.value(set+"('"+c.vars["id"]+"')/photos", all)
}

func (c *call) photoBytes(of directory.Type) error {
	kept, size, err := c.photo(of)
	if err != nil {
		return err
	}
	edge, err := c.wanted(size)
	if err != nil {
		return err
	}
	c.reply.status, c.reply.contentType, c.reply.body = http.StatusOK, kept.ContentType, kept.Bytes
	if edge > 0 {
		if c.reply.body, err = thumbnail(kept.Bytes, edge); err != nil {
			return noPhoto(c.vars["id"]) // its head was that of an image, the rest is not
		}
		c.reply.contentType = "image/jpeg"
	}
	return nil
}

// putPhoto answers 200, not 204: known clients take nothing else.
func (c *call) putPhoto(of directory.Type) error {
	o, err := c.fresh(of, c.vars["id"])
	if err != nil {
		return err
	}
	size, err := measure(c.body)
	if err != nil {
		return refuse(http.StatusBadRequest, codeBadRequest, "The photo is no image that can be read: %s.", err)
	}
	if err := c.t.dir.SetPhoto(o.ID(), "image/"+size.format, c.body); err != nil {
		return err
	}
	c.reply.status = http.StatusOK
	return nil
}

func (c *call) deletePhoto(of directory.Type) error {
	o, err := c.fresh(of, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.t.dir.RemovePhoto(o.ID()); err != nil {
		return err
	}
	return c.noContent()
}
