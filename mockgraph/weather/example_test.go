package weather_test

import (
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// The duplicate-create trap: the first POST of a user is carried out and its answer lost; what comes next is answered.
func Example() {
	forecast, err := weather.Parse("drop:after:POST:/users:times=1,throttle:decimal:GET")
	if err != nil {
		fmt.Println(err)
		return
	}
	w := weather.New()
	if err := w.Set(forecast); err != nil {
		fmt.Println(err)
		return
	}
	for _, method := range []string{"POST", "POST", "GET"} {
		o := w.Judge(weather.Request{Method: method, Template: "/users", Path: "/users"})
		fmt.Printf("%s runs:%v dropped:%v status:%d Retry-After:%q\n", method, o.Runs(), o.Drop, o.Status, o.Header["Retry-After"])
	}
	// Output:
	// POST runs:true dropped:true status:0 Retry-After:""
	// POST runs:true dropped:false status:0 Retry-After:""
	// GET runs:false dropped:false status:429 Retry-After:"2.128"
}
