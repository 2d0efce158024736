package compiler

import (
	"context"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// FreshnessRule says how old the data of a source or a model may be, and how
// their age is found out.
type FreshnessRule struct {
	ID   string
	Kind Kind
	// Name is what messages call it: "shop.orders", or the model's name.
	Name string
	Span diag.Span
	// LoadedAtField is the column or expression of the time of loading,
	// LoadedAtQuery a query for it; "" where they were not given.
	LoadedAtField, LoadedAtQuery string
	// Criteria is the freshness as it was written: warn_after, error_after and
	// filter, or None.
	Criteria value.Value

	source *SourceNode // or
	model  *Node
}

// FreshnessRule is how old the source's data may be.
func (s *SourceNode) FreshnessRule() *FreshnessRule {
	return &FreshnessRule{
		ID: s.ID, Kind: Source, Name: s.SourceName + "." + s.Name, Span: s.Span, Criteria: orNone(s.Freshness),
		LoadedAtField: s.LoadedAtField, LoadedAtQuery: s.LoadedAtQuery, source: s,
	}
}

// FreshnessRule is how old the data of a model may be, as dbt 2 reads it: with
// the same keys as a source, below config. What dbt 1 keeps of a model's
// freshness, build_after, has nothing to do with it.
func (n *Node) FreshnessRule() *FreshnessRule {
	r := &FreshnessRule{ID: n.ID, Kind: n.Kind, Name: n.Name, Span: n.Span, Criteria: value.None, model: n}
	if n.Unrendered == nil || n.Config == nil {
		return r
	}
	written, _ := get[*value.Dict](n.Unrendered, "freshness")
	if written == nil {
		return r
	}
	r.Criteria = dictOf("warn_after", valueOr(written, "warn_after", value.None),
		"error_after", valueOr(written, "error_after", value.None), "filter", valueOr(written, "filter", value.None))
	r.LoadedAtField, r.LoadedAtQuery = n.Config.String("loaded_at_field"), n.Config.String("loaded_at_query")
	return r
}

// HasLimits reports whether there is a limit; only then the age is checked.
func (r *FreshnessRule) HasLimits() bool {
	_, warn := r.MaxAge("warn_after")
	_, err := r.MaxAge("error_after")
	return warn || err
}

// freshnessPeriods are dbt's.
var freshnessPeriods = map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}

// MaxAge is a limit, "warn_after" or "error_after", and false where there is
// none.
func (r *FreshnessRule) MaxAge(limit string) (time.Duration, bool) {
	freshness, _ := r.Criteria.(*value.Dict)
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

// CollectFreshness asks the warehouse when data were loaded last and what time
// it is there, by the macro collect_freshness, or collect_freshness_custom_sql
// where there is a loaded_at_query, which the project may have replaced.
// It returns what the macro did. A failure is a *diag.Diagnostic.
func (r *Runtime) CollectFreshness(ctx context.Context, f *FreshnessRule, wh scope.Warehouse) (value.Value, error) {
	rel, err := r.freshRelation(f)
	if err != nil {
		return nil, diagnosticAt(err, f.Span)
	}
	if f.LoadedAtQuery != "" {
		sql, err := r.loadedAtQuery(ctx, f, rel, wh)
		if err != nil {
			return nil, err
		}
		return r.CallMacro(ctx, "collect_freshness_custom_sql", dictOf("source", rel, "loaded_at_query", value.Str(sql)), wh)
	}
	var filter value.Value = value.None
	if freshness, ok := f.Criteria.(*value.Dict); ok {
		filter = valueOr(freshness, "filter", filter)
	}
	return r.CallMacro(ctx, "collect_freshness",
		dictOf("source", rel, "loaded_at_field", value.Str(f.LoadedAtField), "filter", filter), wh)
}

func (r *Runtime) freshRelation(f *FreshnessRule) (*scope.Relation, error) {
	if f.source != nil {
		return sourceRelation(r.Context, f.source)
	}
	return relationOf(r.Context, f.model), nil
}

// loadedAtQuery renders a loaded_at_query, in which this is the relation and
// model the source or model.
func (r *Runtime) loadedAtQuery(ctx context.Context, f *FreshnessRule, rel *scope.Relation, wh scope.Warehouse) (string, error) {
	of, path, pkg := (*value.Dict)(nil), "", ""
	if f.source != nil {
		of, path, pkg = SourceDict(f.source), f.source.OrigPath, f.source.Package
	} else {
		of, path, pkg = ModelDict(f.model), f.model.OrigPath, f.model.Package
	}
	program, diags := jinja.Parse(diag.NewFile(path+" (loaded_at_query)", f.LoadedAtQuery))
	if err := diags.Err(); err != nil {
		return "", err
	}
	names := &runNames{r: r, free: true, extra: dictOf("this", rel, "model", of, "source_node", of)}
	out, err := program.Render(jinja.Options{Globals: r.scope(ctx, names, pkg, f.Name, wh), Context: ctx})
	if err != nil {
		return "", diagnosticAt(err, f.Span)
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
