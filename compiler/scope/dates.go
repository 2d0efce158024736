package scope

import (
	"time"

	"mdl/compiler/jinja/value"
)

var utc = value.UTC

func startedAt(t time.Time) value.Value        { return value.DateTimeIn(t, utc) }
func modules(now func() time.Time) value.Value { return value.None }
