package mockgraph

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // the formats photos come in
	"image/jpeg"
	_ "image/png"
)

// picture is what the head of an image says.
type picture struct {
	format        string // jpeg, png or gif
	width, height int
}

// maxPixels bounds what is unpacked of an image.
const maxPixels = 16 << 20

// measure reads the head of an image.
func measure(data []byte) (picture, error) {
	head, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return picture{}, fmt.Errorf("read image: %w", err)
	}
	if head.Width <= 0 || head.Height <= 0 || head.Width > maxPixels/head.Height {
		return picture{}, errors.New("read image: it has too many pixels")
	}
	return picture{format, head.Width, head.Height}, nil
}

// thumbnail returns the middle square of an image as a JPEG of edge times edge pixels.
func thumbnail(data []byte, edge int) ([]byte, error) {
	if _, err := measure(data); err != nil {
		return nil, err
	}
	whole, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read image: %w", err)
	}
	b := whole.Bounds()
	side := min(b.Dx(), b.Dy())
	left, top := b.Min.X+(b.Dx()-side)/2, b.Min.Y+(b.Dy()-side)/2
	small := image.NewRGBA(image.Rect(0, 0, edge, edge))
	for y := range edge {
		for x := range edge {
			small.Set(x, y, mean(whole, image.Rect(left+x*side/edge, top+y*side/edge, left+(x+1)*side/edge, top+(y+1)*side/edge)))
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, nil); err != nil {
		return nil, fmt.Errorf("write image: %w", err)
	}
	return out.Bytes(), nil
}

// mean is the mean colour of a part of an image, which has at least one pixel.
func mean(of image.Image, part image.Rectangle) color.Color {
	var r, g, b, n uint32
	for y := part.Min.Y; y < max(part.Max.Y, part.Min.Y+1); y++ {
		for x := part.Min.X; x < max(part.Max.X, part.Min.X+1); x++ {
			pr, pg, pb, _ := of.At(x, y).RGBA()
			r, g, b, n = r+pr>>8, g+pg>>8, b+pb>>8, n+1
		}
	}
	return color.RGBA{R: uint8(r / n), G: uint8(g / n), B: uint8(b / n), A: 255} //nolint:gosec // a mean of bytes is one
}
