package scope

import (
	"time"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

func startedAt(t time.Time) value.Value        { return value.FromGo(t) }
func modules(now func() time.Time) value.Value { return value.None }
func dateOf(t adapters.Time) value.Value       { return value.Str(timeText(t, ' ')) }
func dateTimeOf(t adapters.Time) value.Value   { return value.Str(timeText(t, ' ')) }
