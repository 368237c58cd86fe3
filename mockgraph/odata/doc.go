// Package odata answers the query options of directory objects as Microsoft Graph does: $filter, $search, $select, $expand,
// $orderby, $count, $top and $skiptoken. It parses them, checks them against what each property supports in default and in
// advanced queries, plans them on the directory's indexes, evaluates them and writes the items.
//
// It knows no routes, no HTTP and no permissions. A route says which collection is listed ([Collection]) and hands in the
// query options; refusals are [directory.Error] with Graph's code and text, ready to be written down.
//
//	engine := odata.New()
//	q, err := engine.Parse(odata.Collection{Type: directory.User}, values, eventual)
//	page, err := q.Run(snapshot)
//	for _, item := range page.Items {
//		body = q.Append(body, snapshot, item)
//	}
//
// What a property supports is a table (rules.go), as Microsoft publishes it: a default query knows few operators, an advanced
// one (header ConsistencyLevel: eventual together with $count) more. Everything else is refused, because it is refused there.
//
// Sources: learn.microsoft.com/graph/query-parameters, …/graph/aad-advanced-queries, …/graph/filter-query-parameter,
// …/graph/search-query-parameter, …/graph/paging; the grammar is OASIS OData 4.01 URL Conventions. Texts of refusals that are
// known only from public issues are marked as seen.
package odata
