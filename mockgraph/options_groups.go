package mockgraph

// groupOptions are what is not settled about groups, users and what was deleted.
type groupOptions struct {
	noUpsert          bool
	dynamicBadRequest bool
	removedBadRequest bool
	plainDeleted      bool
	appProfiles       bool
}

// WithoutGroupUpsert answers 404 to PATCH /groups(uniqueName='…') of a group that does not exist, also with Prefer:
// create-if-missing, as Graph did before it knew that. By default the group is created.
func WithoutGroupUpsert() Option { return func(o *options) { o.groups.noUpsert = true } }

// WithDynamicMembersAsBadRequest answers 400 to adding or removing members of a dynamic group by hand. By default it is 403
// Authorization_RequestDenied, which was seen for groups that are created with members.
func WithDynamicMembersAsBadRequest() Option {
	return func(o *options) { o.groups.dynamicBadRequest = true }
}

// WithMissingMembersAsBadRequest answers 400 "One or more removed object references do not exist …" to removing a member or an owner
// that is none. By default it is 404; both were recorded.
func WithMissingMembersAsBadRequest() Option {
	return func(o *options) { o.groups.removedBadRequest = true }
}

// WithPlainDeletedNames shows deleted users under the names they had. By default their userPrincipalName, mail and proxyAddresses
// carry the id in front, which is not documented but seen.
func WithPlainDeletedNames() Option { return func(o *options) { o.groups.plainDeleted = true } }

// WithAppOnlyProfiles lets applications without a user write the properties of users that SharePoint keeps, such as aboutMe: the
// documentation says they may not, microsoft-graph-docs#15736 that they can. By default they may not.
func WithAppOnlyProfiles() Option { return func(o *options) { o.groups.appProfiles = true } }

// dynamicRefusal is the answer to members of a dynamic group that are given by hand.
func (t *Tenant) dynamicRefusal() error {
	if t.options.groups.dynamicBadRequest {
		return badRequest("members", textSpecified)
	}
	return insufficient("members")
}
