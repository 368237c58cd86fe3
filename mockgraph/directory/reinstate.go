package directory

import (
	"fmt"
	"time"
)

// Reinstated is an application that clients know already: by which ids, and with which secret. A directory that takes the place of another
// one needs that; Graph gives all of them itself, each time others.
type Reinstated struct {
	AppID, ObjectID, PrincipalID string // GUIDs
	Secret                       string // of 3 to 4096 bytes; its credential is called as the application
	End                          time.Time
}

// Reinstate makes an application, its service principal and its client secret as clients know them. An id that is no GUID or is taken is
// an error, and so is a secret that is too short or too long; then nothing is made.
func (d *Directory) Reinstate(known Reinstated, p Properties) error {
	for _, id := range []string{known.AppID, known.ObjectID, known.PrincipalID} {
		if !isGuid(id) {
			return fmt.Errorf("reinstate application: id %q is no GUID", id)
		}
	}
	if len(known.Secret) < minSecret || len(known.Secret) > maxSecretLen {
		return fmt.Errorf("reinstate application %s: its secret has %d bytes, want %d to %d", known.AppID, len(known.Secret), minSecret, maxSecretLen)
	}
	return d.write(func(x *tx) error {
		app, err := x.createAs(Application, p, knownAs{id: fold(known.ObjectID), appID: fold(known.AppID)})
		if err != nil {
			return err
		}
		if _, err = x.createServicePrincipal(app.String("appId"), nil, knownAs{id: fold(known.PrincipalID)}); err != nil {
			return err
		}
		_, err = x.addPassword(app.id, app.String("displayName"), known.Secret, time.Time{}, known.End)
		return err
	})
}

// minSecret is how much of a secret is its hint.
const minSecret = 3
