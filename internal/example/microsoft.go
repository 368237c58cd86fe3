package example

// OfMicrosoft is the fault of the reference endpoint that shows of a test of Microsoft's that it can fail: one of its own, which fails few others. It is "" for
// what is no such test. The suite is the stage of its check: gallery or validator.
func OfMicrosoft(suite, test string) string { return microsoft[suite][test] }

// microsoft are the faults that show of each of Microsoft's tests that it can fail, by the name of the test, each with a fault of its own.
var microsoft = map[string]map[string]string{
	"gallery": {
		"Create_User_Test": "filter-lags-behind-writes", "Update_User_Test": "patch-first-operation-only", "Disable_User_Test": "active-omitted-when-false",
		"Delete_User_Test": "delete-only-disables", "User_Update_Manager_Test": "manager-returned-as-string", "Restore_User_Test": "string-true-ignored", "POD_User_Test": "filter-percent-20-refused",
		"Create_Group_Test": "group-filter-percent-20-refused", "Update_Group_Test": "group-rename-ignored", "Delete_Group_Test": "group-delete-ignored",
		"Group_Update_Add_Member_Test": "member-add-ignored", "Group_Update_Remove_Member_Test": "member-remove-wipes-all", "POD_Group_Test": "group-items-without-id",
		"Restore_Group_Test": "deleted-group-name-reserved", "Schema_Discoverability_Test": "schemas-not-a-list", "SCIM_Null_Update_Test": "empty-text-refused",
		"SCIM_User_Create_Test": "post-answer-without-user-name", "SCIM_User_Update_Test": "enterprise-replaced-whole", "SCIM_Group_Create_Test": "group-post-answer-without-display-name",
		"SCIM_Group_Update_Test": "group-external-id-patch-ignored", "Validate_Credentials_Test": "token-lives-a-day", "Federated_Identity_Test": "assertion-refused",
		"SCIM_User_Pagination_Test": "start-index-zero-based", "SCIM_Group_Pagination_Test": "groups-start-index-not-told", "SCIM_Update_Manager_Test": "manager-empty-kept",
	},
	"validator": {
		"Create a new User": "post-drops-email-type", "Create a duplicate User": "duplicate-400", "Filter for an existing user": "list-items-without-id",
		"Filter for a non-existing user": "filter-no-match-404", "Filter for an existing user with a different case": "username-case-sensitive",
		"Patch User - Replace Attributes Verbose Request": "address-part-replaces-address", "Update User userName": "rename-ignored", "Patch User - Disable User": "boolean-false-ignored",
		"Patch User - Add Manager": "manager-object-refused", "Patch User - Replace Manager": "manager-change-ignored", "Patch User - Remove Manager": "manager-empty-object-ignored",
		"Delete a User": "delete-only-disables", "Get group by id excluding members": "excluded-attributes-ignored",
		"Filter for an existing group by displayName excluding members": "excluded-attributes-ignored-in-lists", "Filter for an existing group": "group-list-total-missing-one",
		"Filter for a non-existing group": "groups-filter-no-match-404", "Filter for an existing group with a different case": "group-name-case-sensitive",
		"Create a new Group": "group-external-id-dropped", "Create a duplicate Group": "group-duplicate-accepted", "Patch Group - Replace Attributes": "group-external-id-patch-ignored",
		"Update Group displayName": "group-rename-ignored", "Patch Group - Add Member": "members-replace-refused", "Patch Group - Remove Member": "member-remove-by-filter-ignored",
		"Delete a Group": "group-delete-ignored", "Patch User - Multiple Operations on different attributes": "patch-first-operation-only",
		"Patch User - Multiple Operations on same attribute": "patch-first-per-path-only", "Delete a non-existent User": "delete-twice-204", "Delete the same User twice": "delete-twice-410",
		"Patch Group - Multiple Operations on same attribute": "member-remove-absent-404", "Delete a non-existent Group": "group-delete-twice-204", "Delete the same Group twice": "group-delete-twice-410",
	},
}
