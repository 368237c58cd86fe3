package serviceprovider

// rfcAdvertisedFaults let the endpoint deny what it can do.
func rfcAdvertisedFaults() []Fault {
	denied := func(feature, summary, complexAttribute, part string) Fault {
		return described(feature+"-not-advertised", summary, feature+"-advertised", "/ServiceProviderConfig", func(d map[string]any) {
			memberMap(d, complexAttribute)[part] = false
		})
	}
	return []Fault{
		denied("filter", "ServiceProviderConfig denies filters, and GET and .search take them", "filter", "supported"),
		denied("sort", "ServiceProviderConfig denies sorting, and lists are sorted", "sort", "supported"),
		denied("etag", "ServiceProviderConfig denies entity tags, and reads and writes heed them", "etag", "supported"),
		denied("bulk", "ServiceProviderConfig denies bulk requests, and does them", "bulk", "supported"),
		denied("cursor", "ServiceProviderConfig denies cursors, and lists are read by them", "pagination", "cursor"),
	}
}
