package pymod

import "mdl/compiler/jinja/value"

// UTC is pytz.UTC, the zone of run_started_at and of what a warehouse returns.
var UTC value.TZInfo = utc{}
