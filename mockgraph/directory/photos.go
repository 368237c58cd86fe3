package directory

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Photo is the picture of a user or a group, or the logo of an application.
// Source: learn.microsoft.com/graph/api/resources/profilephoto, …/application.
type Photo struct {
	ContentType string // such as image/jpeg
	Bytes       []byte // as they were given; not to be changed
}

// MaxPhoto is how many bytes a photo may have.
// Source: learn.microsoft.com/graph/api/profilephoto-update.
const MaxPhoto = 4 << 20

// CodeImageNotFound is the code for an object without a photo.
const CodeImageNotFound = "ImageNotFound"

// photos are kept beside the snapshots: a history of pictures would fill the memory, and scans would meet them. What an object's photo
// was at an older sequence nobody can ask.
type photos struct {
	mu       sync.RWMutex
	all      map[string]Photo // by id of a live or recycled object
	revision int              // grows with each change
}

func (p *photos) get(id string) (Photo, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	photo, ok := p.all[id]
	return photo, ok
}

// put keeps a photo, and forgets it when it has no bytes.
func (p *photos) put(id string, photo Photo) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.revision++
	if len(photo.Bytes) == 0 {
		delete(p.all, id)
		return
	}
	if p.all == nil {
		p.all = map[string]Photo{}
	}
	p.all[id] = photo
}

func (p *photos) copy() map[string]Photo {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return maps.Clone(p.all)
}

func (p *photos) replace(all map[string]Photo) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = all
	p.revision++
}

func (p *photos) revised() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.revision
}

// Photo returns the photo of a live user or group, or the logo of an application, false when there is none.
func (d *Directory) Photo(id string) (Photo, bool) {
	o, ok := d.Snapshot().Object(id)
	if !ok {
		return Photo{}, false
	}
	return d.photos.get(o.id)
}

// SetPhoto gives a user, a group or an application a photo of at most [MaxPhoto] bytes in place of the one there was. The change log
// does not tell of it. The photo of a deleted object comes back with it.
// Source: learn.microsoft.com/graph/api/profilephoto-update.
func (d *Directory) SetPhoto(id, contentType string, photo []byte) error {
	switch {
	case !strings.HasPrefix(contentType, "image/") || len(contentType) > 128:
		return badRequest("photo", "The content type '%s' is not that of an image.", contentType)
	case len(photo) == 0 || len(photo) > MaxPhoto:
		return badRequest("photo", "A photo of %d bytes cannot be kept: it must have some and %d at most.", len(photo), MaxPhoto)
	}
	return d.write(func(x *tx) error {
		o, err := x.pictured(id)
		if err != nil {
			return err
		}
		d.photos.put(o.id, Photo{contentType, bytes.Clone(photo)})
		return nil
	})
}

// RemovePhoto takes the photo of a user, a group or an application away. An object without one is reported with [CodeImageNotFound].
// Source: learn.microsoft.com/graph/api/profilephoto-delete.
func (d *Directory) RemovePhoto(id string) error {
	return d.write(func(x *tx) error {
		o, err := x.pictured(id)
		if err != nil {
			return err
		}
		if _, ok := d.photos.get(o.id); !ok {
			return &Error{Code: CodeImageNotFound, Message: "The photo wasn't found.", Target: o.id}
		}
		d.photos.put(o.id, Photo{})
		return nil
	})
}

// picturedTypes are the types, by number, whose objects have a picture. It is never written.
var picturedTypes = [...]uint8{userNumber, groupNumber, applicationNumber}

func (x *tx) pictured(id string) (*Object, error) {
	o, err := x.object(id)
	if err == nil && !slices.Contains(picturedTypes[:], o.table.number) {
		return nil, notFound(id)
	}
	return o, err
}

type filePhoto struct {
	ID          string `json:"id"`
	ContentType string `json:"contentType"`
	Bytes       []byte `json:"bytes"`
}

// photos writes those of objects that are in the snapshot, in the order of their ids.
func (f *fileWriter) photos(s *Snapshot, all map[string]Photo) {
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if s.kept(id) {
			f.put(line{Photo: &filePhoto{id, all[id].ContentType, all[id].Bytes}})
		}
	}
}

// photo reads one; its object stands before it in the file.
func (f *fileReader) photo(p *filePhoto) error {
	key, ok := &Object{id: p.ID}, false
	for _, n := range picturedTypes {
		_, live := f.d.w.live[n].view().get(key)
		_, recycled := f.d.w.recycled[n].view().get(key)
		ok = ok || live || recycled
	}
	if !ok || len(p.Bytes) == 0 || len(p.Bytes) > MaxPhoto || len(p.ContentType) > 128 {
		return fmt.Errorf("photo of %q cannot be kept", p.ID)
	}
	f.d.photos.put(p.ID, Photo{p.ContentType, p.Bytes})
	return nil
}
