// Package synchronization holds the shapes of Microsoft Graph's synchronization API as Go types with Graph's own JSON
// member names: the job and its status, the schema with its attribute mappings, and the provisioning log.
//
// It is vocabulary only. It does not run jobs (mockscim/provisioning does), does not evaluate mappings (mockscim/mapping
// does) and knows neither HTTP nor SCIM.
//
// Zero values encode as Graph writes an absent value: an empty [Collection] is [], empty [Details] are {}, an empty [Text]
// is null, and a time that never came is 0001-01-01T00:00:00Z. All shapes decode from their own encoding unchanged.
//
// Sources: learn.microsoft.com/graph/api/resources/synchronization-overview and the resource pages beside it; the type and
// enumeration members of github.com/microsoftgraph/msgraph-metadata, schemas/v1.0-Prod.csdl.
package synchronization
