package serviceprovider

// cursorFaults break how lists are read by cursor.
func cursorFaults() []Fault {
	return []Fault{
		{
			Name:     "cursor-skips-one",
			Summary:  "each further page of a list read by cursor begins one resource too late",
			CaughtBy: "endpoint.rfc.cursor",
			hooks: bends(hooks{reading: func(_ *request, read *reading) *reading {
				return &reading{query: read.query, state: read.state, found: read.found[min(1, len(read.found)):], last: read.last}
			}}),
		},
		{
			Name:     "cursor-page-of-all",
			Summary:  "count is ignored in a list read by cursor: the first page holds everybody",
			CaughtBy: "endpoint.rfc.cursor",
			hooks: bends(hooks{before: func(q *request) *answer {
				if q.on("User", verbList) && q.query.Has("cursor") {
					q.query.Del("count")
				}
				return nil
			}}),
		},
		{
			Name:     "cursor-not-stable",
			Summary:  "a cursor is an offset in disguise: when somebody is deleted meanwhile, the next page misses one",
			CaughtBy: "endpoint.rfc.cursor-stable",
			hooks: bends(hooks{reading: func(q *request, read *reading) *reading {
				if again, err := q.endpoint.newReading(q, read.last); err == nil {
					return again
				}
				return read
			}}),
		},
		{
			Name:     "cursor-garbage-accepted",
			Summary:  "a cursor that was never given is answered with the first page",
			CaughtBy: "endpoint.rfc.cursor-invalid",
			hooks: bends(hooks{cursor: func(q *request, text string) string {
				if _, ok := q.endpoint.cursors.parse(text); !ok {
					return ""
				}
				return text
			}}),
		},
		{
			Name:     "cursor-never-ends",
			Summary:  "the last page of a list read by cursor names itself as the next",
			CaughtBy: "endpoint.rfc.cursor-ends",
			hooks: bends(hooks{answering: onList("User", func(q *request, l *list) {
				if l.NextCursor == "" {
					l.NextCursor = q.query.Get("cursor")
				}
			})}),
		},
		{
			Name:     "cursor-total-of-page",
			Summary:  "totalResults of a list read by cursor counts the page, not the list",
			CaughtBy: "endpoint.rfc.cursor-total",
			hooks: bends(hooks{answering: onList("User", func(q *request, l *list) {
				if q.query.Has("cursor") {
					l.TotalResults = len(l.Resources)
				}
			})}),
		},
	}
}
