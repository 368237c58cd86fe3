package mockgraph_test

import "testing"

func TestAnIDIsNotChanged(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for path, id := range map[string]string{"users": s.user("ada", ""), "groups": s.group("Crew", "")} {
		s.ask("PATCH", "/v1.0/"+path+"/"+id, `{"id":"x"}`).refused(400, "Request_BadRequest", "Property 'id' is read-only and cannot be set.")
		s.ask("PATCH", "/v1.0/"+path+"/"+id, `{"id":"`+id+`","displayName":"New"}`).want(204)
	}
}
