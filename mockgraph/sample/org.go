package sample

// span is how many people report to one manager.
const span = 8

// Who is who among the first users: the administrator comes first, then the head of the company with everybody else, and each 25th user is
// a guest.
const (
	guestEvery = 25
	firstGuest = 8
)

func isGuest(i int) bool { return i%guestEvery == firstGuest }

// guests counts the guests among so many users.
func guests(users int) int { return (users + guestEvery - 1 - firstGuest) / guestEvery }

// shares says which department the next employee joins, round and round. Each department is there once before any comes again.
var shares = [...]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3, 1, 7, 0, 3, 1, 5, 3, 6, 1, 7, 3}

// org is the tree of the company: a head, below her the heads of the departments, and below each of them her department, filled level
// by level with a span of eight.
type org struct {
	head  string    // id
	units []orgUnit // the departments there are
	cycle []int     // shares of those
}

type orgUnit struct {
	*department

	size int      // people it will have
	ids  []string // of those that are there, the head first
}

// newOrg plans a company of so many people.
func newOrg(departments []*department, employees int) *org {
	n := max(min(employees/6, len(departments)), min(3, employees-1), 0)
	o := &org{units: make([]orgUnit, n)}
	for i := range o.units {
		o.units[i].department = departments[i]
	}
	for _, share := range shares {
		if share < n {
			o.cycle = append(o.cycle, share)
		}
	}
	if n == 0 {
		return o
	}
	rest := employees - 1
	for _, share := range o.cycle {
		o.units[share].size += rest / len(o.cycle)
	}
	for _, share := range o.cycle[:rest%len(o.cycle)] {
		o.units[share].size++
	}
	for i := range o.units {
		o.units[i].ids = make([]string, 0, o.units[i].size)
	}
	return o
}

// post is somebody's place in the tree.
type post struct {
	unit    *orgUnit // nil for the head of the company
	manager string   // id, "" for the head of the company
	title   string
	leads   bool // others report to her
}

// place returns the post of employee number e, 0 for the head of the company. All before her have joined.
func (o *org) place(e int) post {
	if e == 0 {
		return post{title: "Chief Executive Officer", leads: true}
	}
	u := &o.units[o.cycle[(e-1)%len(o.cycle)]]
	k := len(u.ids)
	p := post{unit: u, leads: k*span+1 < u.size}
	switch {
	case k == 0:
		p.manager, p.title, p.leads = o.head, u.head, true
	case p.leads:
		p.manager, p.title = u.ids[(k-1)/span], u.manager
	default:
		p.manager, p.title = u.ids[(k-1)/span], u.staff[k%len(u.staff)]
	}
	return p
}

// join gives a post to its holder.
func (o *org) join(p post, id string) {
	if p.unit == nil {
		o.head = id
		return
	}
	p.unit.ids = append(p.unit.ids, id)
}
