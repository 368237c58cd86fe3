// Package scim is the vocabulary of SCIM 2.0 (RFC 7643, RFC 7644) as plain values and pure functions: resources, schemas,
// filters, paths, PATCH, projection, list responses and errors.
//
// It knows nothing of HTTP, of storage or of Microsoft Entra's provisioning service; what that service sends beyond the RFCs
// is accepted where a [Tolerance] says so, and [Entra] is the tolerance that accepts all of it.
//
// Everything that reads foreign text ([DecodeResource], [DecodePatch], [DecodeListResponse], [ParseFilter], [ParsePath]) is
// bounded in length and depth and answers bad input with an error, never with a panic. Nothing here keeps state, and a
// [Registry], once made, may be used from many goroutines.
package scim
