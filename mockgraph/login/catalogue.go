package login

import "net/http"

// aadsts is one row of the catalogue. A zero status is 401 for invalid_client and 400 for everything else.
type aadsts struct {
	oauth    string
	suberror string
	text     string // %s are gaps
	status   int
	unlisted bool // the look-up page does not know it, so answers carry no error_uri
}

// Texts that several rows share.
const (
	notInTenant   = "This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant."
	federatedHelp = "Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
)

// catalogue holds the errors by AADSTS number.
// Sources: learn.microsoft.com/entra/identity-platform/reference-error-codes for meaning; texts as recorded exchanges, issues of
// client libraries and the protocol pages show them.
var catalogue = map[int]aadsts{
	// Clients and their credentials.
	7000215: {oauth: "invalid_client", text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'."},
	7000222: {oauth: "invalid_client", text: "The provided client secret keys for app '%s' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."},
	7000216: {oauth: "invalid_client", text: "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."},
	7000218: {oauth: "invalid_client", text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."},
	700025:  {oauth: "invalid_client", text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."},
	700027:  {oauth: "invalid_client", text: "The certificate with identifier used to sign the client assertion %s application. [Reason - %s, Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '%s'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/%s']."},
	700021:  {oauth: "invalid_client", text: "Client assertion application identifier doesn't match 'client_id' parameter."},
	700023:  {oauth: "invalid_client", text: "Client assertion audience claim does not match Realm issuer. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials."},
	700024:  {oauth: "invalid_client", text: "Client assertion is not within its valid time range. Current time: %s, assertion valid from %s, expiry time of assertion %s. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials."},
	50012:   {oauth: "invalid_client", text: "Client assertion contains an invalid signature. [Reason - %s]"},
	50027:   {oauth: "invalid_client", text: "JWT token is invalid or malformed."},
	50166:   {oauth: "invalid_client", text: "Request to External OIDC endpoint failed."},
	700211:  {oauth: "invalid_client", text: "No matching federated identity record found for presented assertion issuer '%s'. " + federatedHelp},
	700212:  {oauth: "invalid_client", text: "No matching federated identity record found for presented assertion audience '%s'. " + federatedHelp},
	700213:  {oauth: "invalid_client", text: "No matching federated identity record found for presented assertion subject '%s'. " + federatedHelp},
	7002137: {oauth: "invalid_client", text: "No matching federated identity record found for presented assertion subject '%s'. The assertion was issued by Microsoft Entra. " + federatedHelp},
	7002138: {oauth: "invalid_client", text: "No matching federated identity record found for presented assertion subject '%s'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. " + federatedHelp},
	700229:  {oauth: "invalid_client", text: "Only app-only tokens can be used as Federated Identity Credentials for Microsoft Entra issuer."},
	700016:  {oauth: "unauthorized_client", text: "Application with identifier '%s' was not found in the directory '%s'. " + notInTenant + " You may have sent your authentication request to the wrong tenant."},
	700038:  {oauth: "unauthorized_client", unlisted: true, text: "%s is not a valid application identifier."},
	7000229: {oauth: "invalid_client", text: "The client application %s is missing service principal in the tenant %s. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119"},
	7000112: {oauth: "unauthorized_client", text: "Application '%s'(%s) is disabled."},
	700011:  {oauth: "unauthorized_client", text: "Application with identifier '%s' was not found in the directory '%s'."},
	70001:   {oauth: "unauthorized_client", text: "Application with identifier '%s' was not found in the directory or is disabled."},
	7000114: {oauth: "unauthorized_client", text: "Application '%s' is not allowed to make application on-behalf-of calls."},

	// Tenants.
	90002:   {oauth: "invalid_request", text: "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."},
	900023:  {oauth: "invalid_request", text: "Specified tenant identifier '%s' is neither a valid DNS name, nor a valid external domain."},
	90019:   {oauth: "invalid_request", text: "No tenant-identifying information found in either the request or implied by any provided credentials."},
	50059:   {oauth: "invalid_request", text: "No tenant-identifying information found in either the request or implied by any provided credentials."},
	9001023: {oauth: "invalid_request", text: "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint."},
	50194:   {oauth: "invalid_request", text: "Application '%s'(%s) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant."},
	50049:   {oauth: "invalid_instance", text: "Unknown or invalid instance."},

	// Requests.
	900144:  {oauth: "invalid_request", text: "The request body must contain the following parameter: '%s'."},
	900561:  {oauth: "invalid_request", text: "The endpoint only accepts %s requests. Received a %s request."},
	9002313: {oauth: "invalid_request", text: "Invalid request. Request is malformed or invalid."},
	70003:   {oauth: "unsupported_grant_type", unlisted: true, text: "The app requested an unsupported grant type '%s'."},
	901002:  {oauth: "invalid_request", text: "The 'resource' request parameter is not supported."},
	9002325: {oauth: "invalid_request", text: "Proof Key for Code Exchange is required for cross-origin authorization code redemption."},
	9002326: {oauth: "invalid_request", text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '%s'."},
	9002327: {oauth: "invalid_request", text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests."},
	7000110: {oauth: "unsupported_response_type", text: "The response_type is not supported by the endpoint: '%s'."},
	700051:  {oauth: "unsupported_response_type", text: "response_type 'token' is not enabled for the application."},
	700054:  {oauth: "unsupported_response_type", text: "response_type 'id_token' is not enabled for the application."},
	50011:   {oauth: "invalid_request", text: "The redirect URI '%s' specified in the request does not match the redirect URIs configured for the application '%s'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error."},
	500112:  {oauth: "invalid_client", status: http.StatusBadRequest, text: "The reply address '%s' does not match the reply address '%s' provided when requesting Authorization code."},
	500113:  {oauth: "invalid_request", text: "No reply address is registered for the application."},
	900971:  {oauth: "invalid_request", text: "No reply address provided."},
	50196:   {oauth: "invalid_grant", text: "The server terminated an operation because it encountered a client request loop. Please contact your app vendor."},
	90055:   {oauth: "temporarily_unavailable", status: http.StatusTooManyRequests, text: "Too Many Requests"},
	90033:   {oauth: "temporarily_unavailable", status: http.StatusServiceUnavailable, text: "A transient error has occurred. Please try again."},
	90006:   {oauth: "temporarily_unavailable", status: http.StatusServiceUnavailable, text: "The service is temporarily unavailable. Please retry later."},

	// Scopes and resources.
	70011:   {oauth: "invalid_scope", text: "The provided value for the input parameter 'scope' is not valid. The scope %s is not valid."},
	1002012: {oauth: "invalid_scope", text: "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."},
	28000:   {oauth: "invalid_scope", text: "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope %s is not valid."},
	28003:   {oauth: "invalid_scope", text: "Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please specify a valid scope."},
	70023:   {oauth: "invalid_scope", text: "The scope %s spans more than one resource."},
	500011:  {oauth: "invalid_resource", text: "The resource principal named %s was not found in the tenant named %s. " + notInTenant + " You might have sent your authentication request to the wrong tenant."},
	50001:   {oauth: "invalid_resource", text: "The application named %s was not found in the tenant named %s. " + notInTenant + " You might have sent your authentication request to the wrong tenant."},
	650053:  {oauth: "invalid_client", status: http.StatusBadRequest, text: "The application '%s' asked for scope '%s' that doesn't exist on the resource '%s'. Contact the app vendor."},
	650057:  {oauth: "invalid_resource", text: "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: %s(%s). Resource value from request: %s. Resource app ID: %s. List of valid resources from app registration: %s."},
	650056:  {oauth: "invalid_client", status: http.StatusBadRequest, text: "Misconfigured application. This could be due to one of the following: the client has not listed any permissions for '%s' in the requested permissions in the client's application registration. Or, the admin has not consented in the tenant. Or, check the application identifier in the request to ensure it matches the configured client application identifier. Please contact your admin to fix the configuration or consent on behalf of the tenant. Client app ID: %s."},
	65005:   {oauth: "unauthorized_client", text: "Misconfigured application. The application '%s' asks for a permission that resource '%s' does not offer."},
	90008:   {oauth: "invalid_request", text: "The user or administrator has not consented to use the application with ID '%s'. This happened because application is misconfigured: it must require access to Microsoft Graph by specifying at least 'Sign in and read user profile' permission."},
	90009:   {oauth: "invalid_request", text: "Application '%s'(%s) is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier."},

	// Consent and assignment.
	65001:  {oauth: "invalid_grant", suberror: "consent_required", text: "The user or administrator has not consented to use the application with ID '%s' named '%s'. Send an interactive authorization request for this user and resource."},
	65004:  {oauth: "access_denied", text: "User declined to consent to access the app."},
	90094:  {oauth: "consent_required", text: "An administrator of %s has set a policy that prevents you from granting %s the permissions it is requesting. Contact an administrator of %s who can grant permissions to this app on your behalf."},
	90095:  {oauth: "consent_required", text: "Admin consent is required for the permissions requested by this application. An admin consent request may be sent to the admin."},
	501051: {oauth: "invalid_grant", text: "Application '%s'(%s) is not assigned to a role for the application '%s'(%s)."},
	50105:  {oauth: "invalid_grant", text: "Your administrator has configured the application %s ('%s') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{EmailHidden}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application."},

	// Users and policies.
	50126:  {oauth: "invalid_grant", text: "Error validating credentials due to invalid username or password."},
	50034:  {oauth: "invalid_grant", text: "The user account {EUII Hidden} does not exist in the %s directory. To sign into this application, the account must be added to the directory."},
	50053:  {oauth: "invalid_grant", text: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password."},
	50055:  {oauth: "invalid_grant", suberror: "user_password_expired", text: "The password is expired."},
	50056:  {oauth: "invalid_grant", text: "Invalid or null password: password does not exist in the directory for this user."},
	50057:  {oauth: "invalid_grant", text: "The user account is disabled."},
	50076:  {oauth: "invalid_grant", suberror: "basic_action", text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '%s'."},
	50079:  {oauth: "invalid_grant", suberror: "basic_action", text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '%s'."},
	50072:  {oauth: "invalid_grant", suberror: "basic_action", text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '%s'."},
	50074:  {oauth: "invalid_grant", suberror: "basic_action", text: "Strong Authentication is required."},
	53000:  {oauth: "invalid_grant", suberror: "message_only", text: "Device is not in required device state: {state}. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune."},
	53001:  {oauth: "invalid_grant", suberror: "message_only", text: "Device is not in required device state: {state}. Conditional Access policy requires a domain joined device, and the device is not domain joined."},
	53003:  {oauth: "invalid_grant", suberror: "message_only", text: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."},
	530034: {oauth: "invalid_grant", suberror: "message_only", text: "A delegated administrator was blocked from accessing the tenant due to account risk in their home tenant."},
	530035: {oauth: "invalid_grant", suberror: "message_only", text: "Access has been blocked by security defaults. This is due to the request using legacy auth or being deemed unsafe by security defaults policies."},
	50058:  {oauth: "login_required", text: "A silent sign-in request was sent but no user is signed in."},
	16000:  {oauth: "interaction_required", text: "Either multiple user identities are available for the current request or selected account is not supported for the scenario."},
	50020:  {oauth: "interaction_required", text: "User account '{EmailHidden}' from identity provider '%s' does not exist in tenant '%s' and cannot access the application '%s'(%s) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account."},

	// Codes, refresh tokens, assertions.
	70000:  {oauth: "invalid_grant", text: "Provided grant is invalid or malformed."},
	70008:  {oauth: "invalid_grant", text: "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."},
	54005:  {oauth: "invalid_grant", text: "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."},
	700082: {oauth: "invalid_grant", suberror: "bad_token", text: "The refresh token has expired due to inactivity. The token was issued on %s and was inactive for %s."},
	700084: {oauth: "invalid_grant", text: "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of %s, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on %s."},
	50173:  {oauth: "invalid_grant", suberror: "bad_token", text: "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '%s' and the TokensValidFrom date (before which tokens are not valid) for this user is '%s'."},
	700005: {oauth: "invalid_grant", text: "Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for (/common or /{tenant-ID} as appropriate)."},
	501481: {oauth: "invalid_grant", text: "The Code_Verifier does not match the code_challenge supplied in the authorization request."},
	50148:  {oauth: "invalid_grant", text: "The code_verifier does not match the code_challenge supplied in the authorization request for PKCE."},
	50147:  {oauth: "invalid_grant", text: "Missing code_challenge parameter."},
	500131: {oauth: "invalid_grant", text: "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '%s' and the expected audience is '%s' or one of the Application Uris of this application with App ID '%s'(%s). The downstream client must request a token for the expected audience (the application that made the OBO request) and this application should use that token as the assertion."},
	500133: {oauth: "invalid_grant", text: "Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: %s, expiry time of assertion %s."},
	50013:  {oauth: "invalid_grant", text: "Assertion failed signature validation. [Reason - The provided signature value did not match the expected signature value.]"},

	// Device code.
	70016: {oauth: "authorization_pending", text: "OAuth 2.0 device flow error. Authorization is pending. Continue polling."},
	70018: {oauth: "bad_verification_code", text: "Invalid verification code."},
	70019: {oauth: "expired_token", suberror: "code_expired", text: "Verification code expired. Have the user retry the sign-in."},
	90120: {oauth: "authorization_declined", text: "This device flow request has already been used or declined."},
}
