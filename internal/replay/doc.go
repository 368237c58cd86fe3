// Package replay sends recorded SCIM traffic to an endpoint again and says where it answers otherwise than it, or another one, did when
// the traffic was recorded. Ids are mapped: what the recording learnt from an answer is learnt again, and put into later paths, filters and
// bodies. What was made is removed again, newest first.
//
// It judges nothing: a recorded answer may well have been wrong.
package replay
