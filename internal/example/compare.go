package example

import "slices"

// marks are lines of a body, by index: those that the other body has not, and those near a place where lines are missing.
type marks struct{ told, near map[int]bool }

// compare marks in two texts the lines of neither's longest common subsequence. Texts beyond a bound are not compared line by line: what they begin and end
// with alike is left out, and the rest differs.
func compare(a, b []string) (inA, inB marks) {
	inA, inB = marks{map[int]bool{}, map[int]bool{}}, marks{map[int]bool{}, map[int]bool{}}
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	midA, midB := a[start:len(a)-end], b[start:len(b)-end]
	sameA, sameB := map[int]bool{}, map[int]bool{}
	if len(midA)*len(midB) <= maxCompare*maxCompare/4 {
		sameA, sameB = common(midA, midB)
	}
	mark := func(m marks, mid []string, same map[int]bool) {
		for i := range mid {
			if !same[i] {
				m.told[start+i], m.near[start+i] = true, true
			}
		}
	}
	mark(inA, midA, sameA)
	mark(inB, midB, sameB)
	for _, m := range []marks{inA, inB} {
		if len(m.near) == 0 && len(midA)+len(midB) > 0 && start > 0 { // lines are missing here
			m.near[start-1] = true
		}
	}
	return inA, inB
}

// common gives the lines of a longest common subsequence of two texts, by their index in each.
func common(a, b []string) (inA, inB map[int]bool) {
	inA, inB = map[int]bool{}, map[int]bool{}
	longest := make([][]int32, len(a)+1) // of what follows
	for i := range longest {
		longest[i] = make([]int32, len(b)+1)
	}
	for i, left := range slices.Backward(a) {
		for j, right := range slices.Backward(b) {
			if left == right {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			inA[i], inB[j] = true, true
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return inA, inB
}
