// Package permission says which Microsoft Graph permission allows which call, and what a signed-in user may do besides: data
// and decisions, nothing else. It knows no HTTP, no directory and no token; who serves a route hands in what the token
// carries and gets an answer.
//
// Three questions are asked of a call, in this order:
//
//   - Does a permission of the token allow the route at all? [Find] gives the [Rule] of a route, [Rule.Allows] the [Decision].
//   - Does it reach the properties the call names? [DeniedUserWrites], [ReadableUserProperties], [DeniedUserReads].
//   - With a delegated token: may the signed-in user do it, by role, by ownership or as a member? [Settings.May],
//     [Settings.DeniedToUser]. And is the target an administrator the actor may not touch? [Settings.MayTouchPrivileged].
//
// The table of calls is permissions.txt, generated from Microsoft's own; what that table says wrongly or not at all stands in
// overrides.go by hand, each row with its source. Templates are written as routes write them ([Canonical] says what is folded);
// a route without a rule is a mistake of who registers it, found by asking [Find] for each.
//
// Two calls need care. DELETE …/members/{id} and …/owners/{id} without $ref delete the object itself, so they have no rule of
// their own: ask for DELETE on the object's type. And where an answer depends on the object's type (deleted items) the template
// carries it as a cast: /directory/deletedItems/microsoft.graph.group/{id}.
//
// Sources: github.com/microsoftgraph/microsoft-graph-devx-content, permissions/new/permissions.json;
// learn.microsoft.com/graph/permissions-reference and the permissions section of each method's page;
// learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference, privileged-roles-permissions and
// delegate-by-task; learn.microsoft.com/entra/fundamentals/users-default-permissions.
package permission

//go:generate go run ./generate $GRAPH_PERMISSIONS permissions.txt
