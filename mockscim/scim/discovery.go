package scim

// Meta is the resource metadata of RFC 7643 §3.1 in the form discovery documents carry it.
type Meta struct {
	ResourceType string `json:"resourceType,omitempty"`
	Location     string `json:"location,omitempty"`
	Created      string `json:"created,omitempty"`
	LastModified string `json:"lastModified,omitempty"`
	Version      string `json:"version,omitempty"`
}

// ResourceType describes one kind of resource and where it lives (RFC 7643 §6).
type ResourceType struct {
	Schemas          []string          `json:"schemas"`
	ID               string            `json:"id,omitempty"`
	Name             string            `json:"name"`
	Endpoint         string            `json:"endpoint"` // relative to the base URL, for example /Users
	Description      string            `json:"description,omitempty"`
	Schema           string            `json:"schema"` // URN of the base schema
	SchemaExtensions []SchemaExtension `json:"schemaExtensions,omitempty"`
	Meta             *Meta             `json:"meta,omitempty"`
}

// SchemaExtension names an extension of a resource type.
type SchemaExtension struct {
	Schema   string `json:"schema"`
	Required bool   `json:"required"`
}

// ServiceProviderConfig says what a service provider supports (RFC 7643 §5).
type ServiceProviderConfig struct {
	Schemas               []string               `json:"schemas"`
	DocumentationURI      string                 `json:"documentationUri,omitempty"`
	Patch                 Supported              `json:"patch"`
	Bulk                  BulkSupport            `json:"bulk"`
	Filter                FilterSupport          `json:"filter"`
	ChangePassword        Supported              `json:"changePassword"`
	Sort                  Supported              `json:"sort"`
	ETag                  Supported              `json:"etag"`
	Pagination            *Pagination            `json:"pagination,omitempty"`
	AuthenticationSchemes []AuthenticationScheme `json:"authenticationSchemes"`
	Meta                  *Meta                  `json:"meta,omitempty"`
}

// Supported says whether a feature is there.
type Supported struct {
	Supported bool `json:"supported"`
}

// BulkSupport says whether and how far bulk operations are supported.
type BulkSupport struct {
	Supported      bool `json:"supported"`
	MaxOperations  int  `json:"maxOperations"`
	MaxPayloadSize int  `json:"maxPayloadSize"` // bytes
}

// FilterSupport says whether filters are supported and how many resources one answer carries at most.
type FilterSupport struct {
	Supported  bool `json:"supported"`
	MaxResults int  `json:"maxResults"`
}

// Pagination says how long lists can be read (RFC 9865 §4). Sizes count resources; a zero one is left out.
type Pagination struct {
	Cursor                  bool   `json:"cursor"`
	Index                   bool   `json:"index"`
	DefaultPaginationMethod string `json:"defaultPaginationMethod,omitempty"` // "cursor" or "index"
	DefaultPageSize         int    `json:"defaultPageSize,omitempty"`
	MaxPageSize             int    `json:"maxPageSize,omitempty"`
	CursorTimeout           int    `json:"cursorTimeout,omitempty"` // seconds a cursor is good between two pages
}

// AuthenticationScheme is one way to authenticate. Type is one of oauth, oauth2, oauthbearertoken, httpbasic, httpdigest.
type AuthenticationScheme struct {
	Type             string `json:"type"`
	Name             string `json:"name"`
	Description      string `json:"description"`
	SpecURI          string `json:"specUri,omitempty"`
	DocumentationURI string `json:"documentationUri,omitempty"`
	Primary          bool   `json:"primary,omitempty"`
}
