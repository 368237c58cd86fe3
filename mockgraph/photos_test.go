package mockgraph_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// portrait draws a picture: red on the left, blue on the right.
func portrait(t *testing.T, width, height int) string {
	t.Helper()
	drawn := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			if drawn.Set(x, y, color.RGBA{R: 200, A: 255}); x >= width/2 {
				drawn.Set(x, y, color.RGBA{B: 200, A: 255})
			}
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, drawn, nil); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPhotoIsPutReadAndRemoved(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	picture := portrait(t, 300, 240)
	for _, path := range []string{"/v1.0/users/" + s.user("ada", ""), "/v1.0/groups/" + s.unified("cast", "")} {
		for _, read := range []string{"/photo", "/photo/$value", "/photos", "/photos/48x48/$value"} {
			s.ask("GET", path+read, "").refused(404, "ImageNotFound", "The photo wasn't found.")
		}
		s.ask("DELETE", path+"/photo/$value", "").refused(404, "ImageNotFound", "The photo wasn't found.")
		put := s.ask("PUT", path+"/photo/$value", picture, "Content-Type", "image/jpg", "ConsistencyLevel", "eventual").want(200)
		if len(put.body) > 0 {
			t.Errorf("PUT answers %s", put.body)
		}
		got := s.ask("GET", path+"/photo/$value", "").want(200)
		if string(got.body) != picture || got.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("%d bytes of %s, want %d of image/jpeg", len(got.body), got.header.Get("Content-Type"), len(picture))
		}
		about := s.ask("GET", path+"/photo", "").want(200)
		if about.str("id") != "300X240" || about.at("width") != 300.0 || about.at("height") != 240.0 || about.str("@odata·mediaContentType") != "image/jpeg" ||
			!strings.HasPrefix(about.str("@odata·mediaEtag"), `W/"`) || !strings.HasSuffix(about.str("@odata·context"), "')/photo/$entity") {
			t.Errorf("metadata: %s", about.body)
		}
		s.ask("DELETE", path+"/photo/$value", "").want(204)
		s.ask("GET", path+"/photo/$value", "").want(404)
	}
	s.ask("GET", "/v1.0/users/"+nobody+"/photo", "").refused(404, "Request_ResourceNotFound", nobody)
	s.ask("GET", "/v1.0/users?$expand=photo", "").refused(400, "ExpandNotSupported", "photo")
}

func TestPhotoComesInSizes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	s.token = s.as(login.Grant{UserID: ada, Scopes: every})
	s.ask("PUT", "/v1.0/me/photo/$value", portrait(t, 300, 240), "Content-Type", "image/jpeg").want(200)
	if got, want := s.ask("GET", "/v1.0/me/photos", "").want(200).values("id"), []string{"48X48", "64X64", "96X96", "120X120", "240X240"}; !slices.Equal(got, want) {
		t.Errorf("sizes %v, want %v", got, want)
	}
	if got := s.ask("GET", "/v1.0/me/photos/96X96", "").want(200); got.str("id") != "96X96" || got.at("width") != 96.0 {
		t.Errorf("metadata: %s", got.body)
	}
	small, format, err := image.Decode(bytes.NewReader(s.ask("GET", "/v1.0/users/"+ada+"/photos/48x48/$value", "").want(200).body))
	if err != nil || format != "jpeg" || small.Bounds().Dx() != 48 || small.Bounds().Dy() != 48 {
		t.Fatalf("small photo: %v %s %v", err, format, small.Bounds())
	}
	left, right := color.RGBAModel.Convert(small.At(5, 24)).(color.RGBA).R, color.RGBAModel.Convert(small.At(43, 24)).(color.RGBA).B
	if left < 150 || right < 150 {
		t.Errorf("the small photo shows something else: red %d on the left, blue %d on the right", left, right)
	}
	for _, size := range []string{"360x360", "50x50", "huge"} {
		s.ask("GET", "/v1.0/me/photos/"+size+"/$value", "").refused(404, "ImageNotFound", "The photo wasn't found.")
	}
}

func TestPhotosThatCannotBe(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	path := "/v1.0/users/" + s.user("ada", "") + "/photo/$value"
	s.ask("PUT", path, "no picture", "Content-Type", "image/jpeg").refused(400, "BadRequest", "no image")
	s.ask("PUT", path, "", "Content-Type", "image/jpeg").refused(400, "BadRequest", "no image")
	s.ask("PUT", path, strings.Repeat("x", 4<<20+1), "Content-Type", "image/jpeg").refused(413, "RequestEntityTooLarge", "")
	s.ask("PUT", "/v1.0/users/"+nobody+"/photo/$value", portrait(t, 50, 50), "Content-Type", "image/jpeg").refused(404, "Request_ResourceNotFound", nobody)
	const bomb = "GIF89a\xff\xff\xff\xff\x00\x00\x00"
	s.ask("PUT", path, bomb, "Content-Type", "image/gif").refused(400, "BadRequest", "too many pixels")
}

// FuzzPhoto puts pictures of any form and reads them small: what was taken can be shown, or is no photo, and nothing panics.
func FuzzPhoto(f *testing.F) {
	var small bytes.Buffer
	if err := png.Encode(&small, image.NewGray(image.Rect(0, 0, 60, 50))); err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{small.String(), "GIF89a\xff\x00\xff\x00\x00\x00\x00;", "\xff\xd8\xff\xe0", ""} {
		f.Add(seed)
	}
	tenant := mockgraph.New()
	token := mint(f, tenant)
	const path = "https://graph.microsoft.com/v1.0/users/admin@contoso.onmicrosoft.com/"
	ask := func(t *testing.T, method, rest, body string) int {
		r := httptest.NewRequestWithContext(t.Context(), method, path+rest, strings.NewReader(body))
		r.Header.Set("Authorization", token)
		w := httptest.NewRecorder()
		tenant.ServeHTTP(w, r)
		return w.Code
	}
	f.Fuzz(func(t *testing.T, picture string) {
		put := ask(t, "PUT", "photo/$value", picture)
		if put != 200 && put != 400 && put != 413 {
			t.Errorf("PUT: status %d", put)
		}
		if got := ask(t, "GET", "photos/48x48/$value", ""); got != 200 && got != 404 {
			t.Errorf("GET: status %d", got)
		}
	})
}
