package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// checkMicrobatch reports what a microbatch model needs and has not, and writes
// its begin as the moment that it means. A project with a strategy macro of its
// own does with the configuration what it likes
// (dbt/parser/manifest.py, check_valid_microbatch_config).
func (r *resolver) checkMicrobatch(d *draft) {
	n := d.node
	if enabled, isSet := n.Config.Bool("enabled"); isSet && !enabled {
		return
	}
	if n.Kind != Model || n.Materialized() != "incremental" || n.Config.String("incremental_strategy") != "microbatch" {
		return
	}
	if def, ok := r.macros.visible("", "get_incremental_microbatch_sql"); ok && !def.Internal {
		return
	}
	bad := func(key, format string, args ...any) {
		d.diags = append(d.diags, diag.Errorf("E276", r.configSpan(d, key), "the microbatch model %q "+format, append([]any{n.Name}, args...)...))
	}
	if v, set := n.Config.Get("event_time"); !set || !value.IsStr(v) {
		bad("event_time", "needs event_time, the name of the column that tells when a row happened")
	}
	begin, set := n.Config.Get("begin")
	at, err := value.ISODateTime(value.ToStr(orNone(begin)))
	switch {
	case !set:
		bad("begin", "needs begin, the first moment that it is built for")
	case err != nil:
		bad("begin", "has a begin that is no ISO date or time: %s", value.ToStr(begin))
	default:
		n.Config = n.Config.with("begin", value.Str(strings.Replace(at.Str(), " ", "T", 1)))
	}
	if size := n.Config.String("batch_size"); !slices.Contains(batchSizes, size) {
		bad("batch_size", "needs batch_size: %s", strings.Join(batchSizes, ", "))
	}
}
