package compiler

import (
	"context"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// HasFreshness reports whether the source says how old its data may be; only
// then its freshness is checked.
func (s *SourceNode) HasFreshness() bool {
	_, warn := s.MaxAge("warn_after")
	_, err := s.MaxAge("error_after")
	return warn || err
}

// freshnessPeriods are dbt's.
var freshnessPeriods = map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}

// MaxAge is a limit of the source's freshness, "warn_after" or "error_after",
// and false where there is none.
func (s *SourceNode) MaxAge(limit string) (time.Duration, bool) {
	freshness, _ := s.Freshness.(*value.Dict)
	if freshness == nil {
		return 0, false
	}
	v, _ := freshness.GetStr(limit)
	after, _ := v.(*value.Dict)
	if after == nil {
		return 0, false
	}
	count, _ := after.GetStr("count")
	period, _ := after.GetStr("period")
	n, isInt := count.(value.Int)
	if !isInt || period == nil {
		return 0, false
	}
	unit, known := freshnessPeriods[value.ToStr(period)]
	return time.Duration(n) * unit, known
}

// CollectFreshness asks the warehouse when a source was loaded last and what
// time it is there, by the macro collect_freshness, or collect_freshness_custom_sql
// where the source has a loaded_at_query, which the project may have replaced.
// It returns what the macro did. A failure is a *diag.Diagnostic.
func (r *Runtime) CollectFreshness(ctx context.Context, s *SourceNode, wh scope.Warehouse) (value.Value, error) {
	rel, err := sourceRelation(r.Context, s)
	if err != nil {
		return nil, diagnosticAt(err, s.Span)
	}
	if s.LoadedAtQuery != "" {
		sql, err := r.sourceText(ctx, s, rel, wh)
		if err != nil {
			return nil, err
		}
		return r.CallMacro(ctx, "collect_freshness_custom_sql", dictOf("source", rel, "loaded_at_query", value.Str(sql)), wh)
	}
	var filter value.Value = value.None
	if freshness, ok := s.Freshness.(*value.Dict); ok {
		filter = valueOr(freshness, "filter", filter)
	}
	return r.CallMacro(ctx, "collect_freshness",
		dictOf("source", rel, "loaded_at_field", value.Str(s.LoadedAtField), "filter", filter), wh)
}

// sourceText renders a source's loaded_at_query, in which this is the source's
// relation and model the source.
func (r *Runtime) sourceText(ctx context.Context, s *SourceNode, rel *scope.Relation, wh scope.Warehouse) (string, error) {
	program, diags := jinja.Parse(diag.NewFile(s.OrigPath+" (loaded_at_query)", s.LoadedAtQuery))
	if err := diags.Err(); err != nil {
		return "", err
	}
	source := SourceDict(s)
	names := &runNames{r: r, free: true, extra: dictOf("this", rel, "model", source, "source_node", source)}
	out, err := program.Render(jinja.Options{Globals: r.scope(ctx, names, s.Package, s.Name, wh), Context: ctx})
	if err != nil {
		return "", diagnosticAt(err, s.Span)
	}
	return out.Text, nil
}

func diagnosticAt(err error, span diag.Span) error {
	d := failed(err, nil)
	if d.Span.IsZero() {
		d.Span = span
	}
	return d
}
