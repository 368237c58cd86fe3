package driver

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
)

// marked are the processes that were started with a mark in their environment, at any remove. A process that can be ended may be read, too.
// Source: man7.org/linux/man-pages/man5/proc_pid_environ.5.html.
func marked(mark string) []int {
	want := []byte(markVariable + "=" + mark)
	files, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is sound
	var all []int
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || !hasVariable(data, want) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			all = append(all, pid)
		}
	}
	return all
}

func hasVariable(environ, want []byte) bool {
	for v := range bytes.SplitSeq(environ, []byte{0}) {
		if bytes.Equal(v, want) {
			return true
		}
	}
	return false
}
