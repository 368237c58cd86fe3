package mockgraph

// WithLenientSubscribedSkus ignores the query options GET /subscribedSkus does not support. By default they are refused; what
// Graph does with each of them is not documented.
// Source: learn.microsoft.com/graph/api/subscribedsku-list names $select only.
func WithLenientSubscribedSkus() Option { return func(o *options) { o.lenientSkus = true } }
