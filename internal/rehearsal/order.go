package rehearsal

import (
	"slices"

	"github.com/rehearse-id/rehearse/suites"
)

// weigh counts for each check the checks that need it, directly or not. culprit is a check that needs itself, below 0 when there is none.
func weigh(needs [][]int) (weight []int, culprit int) {
	reach := make([]map[int]bool, len(needs)) // what each check needs, directly or not
	open := make([]bool, len(needs))
	culprit = -1
	var visit func(i int)
	visit = func(i int) {
		if open[i] {
			culprit = i
		}
		if reach[i] != nil || culprit >= 0 {
			return
		}
		open[i] = true
		all := make(map[int]bool)
		for _, n := range needs[i] {
			visit(n)
			all[n] = true
			for m := range reach[n] {
				all[m] = true
			}
		}
		reach[i], open[i] = all, false
	}
	weight = make([]int, len(needs))
	for i := range needs {
		visit(i)
		for n := range reach[i] {
			weight[n]++
		}
	}
	return weight, culprit
}

func (s *schedule) ready(i int) bool {
	return !slices.ContainsFunc(s.needs[i], func(n int) bool { return s.state[n] != settled })
}

// class orders who runs when: the ordinary, those that want the target to themselves, and both kinds of the last ones.
func class(r suites.Runnable) int {
	c := 0
	if r.Exclusive {
		c++
	}
	if r.Last {
		c += 2
	}
	return c
}

func (s *schedule) better(i, j int) bool {
	if a, b := class(s.rs[i]), class(s.rs[j]); a != b {
		return a < b
	}
	return s.weight[i] > s.weight[j]
}

// mayJoin says whether a check may run beside those that run now.
func (s *schedule) mayJoin(i int) bool {
	if s.active == 0 {
		return true
	}
	for j, r := range s.rs {
		if s.state[j] == running && (r.Exclusive || class(r) != class(s.rs[i])) {
			return false
		}
	}
	return true
}
