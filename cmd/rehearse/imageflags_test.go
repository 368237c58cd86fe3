package main

import (
	"strings"
	"testing"
	"time"
)

func TestImageFlagsAreCheckedBeforeAnythingIsStarted(t *testing.T) {
	flags := imageFlags{Image: "a", Port: 80, Startup: time.Second}
	with := func(change func(*imageFlags)) imageFlags {
		f := flags
		change(&f)
		return f
	}
	for _, c := range []struct {
		flags  imageFlags
		url    string
		faults []string
		want   string
	}{
		{imageFlags{Port: 80}, "", nil, "name the image"},
		{imageFlags{Env: []string{"A=b"}}, "", nil, "name the image"},
		{flags, "http://127.0.0.1/", nil, "give one of them"},
		{flags, "", []string{"group-delete-ignored"}, "--fault is for the built-in endpoint"},
		{with(func(f *imageFlags) { f.Port = 0 }), "", nil, "wants --port"},
		{with(func(f *imageFlags) { f.Port = 70_000 }), "", nil, "1 to 65535"},
		{with(func(f *imageFlags) { f.Env = []string{"NAME"} }), "", nil, "want NAME=VALUE"},
		{with(func(f *imageFlags) { f.Startup = 0 }), "", nil, "want more than 0"},
	} {
		if err := c.flags.check(c.url, c.faults); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v with url %q and faults %v: %v, want %q", c.flags, c.url, c.faults, err, c.want)
		}
	}
	for _, good := range []imageFlags{{}, flags, with(func(f *imageFlags) { f.Env = []string{"A=", "B=c=d"} })} {
		if err := good.check("", nil); err != nil {
			t.Errorf("%+v: %v", good, err)
		}
	}
}

func TestTheCommandThatRunsAgainNamesTheImageAndNoSecret(t *testing.T) {
	got := strings.Join(imageFlags{Image: "a:1", Port: 80, Env: []string{"MODE=x y", "API_TOKEN=s3cret"}, BasePath: "/v2"}.words(), " ")
	if want := `--image a:1 --port 80 --env MODE='x y' --env API_TOKEN=$API_TOKEN --base-path /v2`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
