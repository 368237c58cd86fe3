package mockgraph

// WithDomainProof sets what decides whether a domain's verification record is in the DNS: proven gets the domain and the text of
// its TXT record, such as MS=ms12345678. Without it every domain verifies.
// Source: learn.microsoft.com/graph/api/domain-verify.
func WithDomainProof(proven func(domain, text string) bool) Option {
	return func(o *options) { o.domainProof = proven }
}
