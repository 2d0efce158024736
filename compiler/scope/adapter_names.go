package scope

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// adapterNames are the methods about names, macros and types.
var adapterNames = map[string]adapterMethod{
	"type":                           {nil, nil, adapterType},
	"dispatch":                       {params("macro_name", "macro_namespace?", "packages?"), nil, dispatch},
	"quote":                          {params("identifier"), nil, quote},
	"quote_as_configured":            {params("identifier", "quote_key"), nil, quoteAsConfigured},
	"quote_seed_column":              {params("column", "quote_config?"), nil, quoteSeedColumn},
	"convert_type":                   {params("agate_table", "col_idx"), nil, convertType},
	"valid_incremental_strategies":   {nil, nil, strategies},
	"get_incremental_strategy_macro": {params("model_context", "strategy"), parseNone, strategyMacro},
	"get_hard_deletes_behavior":      {params("config"), parseNone, hardDeletes},
	"build_catalog_relation":         {params("config"), nil, noCatalog},
	"standardize_grants_dict":        {params("grants_table"), nil, grantsDict},
}

func adapterType(s *Scope, _ value.Thread, _ []value.Value) (value.Value, error) {
	return value.Str(s.project.Target.Type), nil
}

// dispatch checks the arguments of adapter.dispatch; finding the macro is the
// caller's part.
func dispatch(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	name, ok := got[0].(value.Str)
	if !ok {
		return nil, errorf(Compilation, "adapter.dispatch needs the name of a macro, not %s", value.Repr(got[0]))
	}
	if pkg, macro, dotted := strings.Cut(string(name), "."); dotted {
		return nil, &Error{
			Kind: Compilation,
			Msg:  "adapter.dispatch takes the name of a macro without its package, not '" + string(name) + "'",
			Hint: "write adapter.dispatch('" + macro + "', macro_namespace='" + pkg + "')",
		}
	}
	if got[2] != value.None {
		return nil, &Error{
			Kind: Compilation,
			Msg:  "adapter.dispatch has no argument packages any more: it was given for '" + string(name) + "'",
			Hint: "use macro_namespace",
		}
	}
	namespace := ""
	switch ns := got[1].(type) {
	case value.NoneType:
	case value.Str:
		namespace = string(ns)
	default:
		return nil, errorf(Compilation, "the macro_namespace of adapter.dispatch must be text or none, not %s", value.Repr(ns))
	}
	if s.bind.Dispatch == nil {
		return nil, errorf(Compilation, "no macro '%s' can be found here", name)
	}
	return s.bind.Dispatch(string(name), namespace)
}

// quoteText encloses a name as dbt does: a quote inside it is not doubled.
func (s *Scope) quoteText(v value.Value) value.Value {
	q := s.project.class.quoteChar
	return value.Str(q + value.ToStr(v) + q)
}

func quote(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	return s.quoteText(got[0]), nil
}

func quoteAsConfigured(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	if i := pathIndex(value.ToStr(got[1])); i >= 0 && s.project.Target.Quoting.at(i) {
		return s.quoteText(got[0]), nil
	}
	return got[0], nil
}

func quoteSeedColumn(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	switch on := got[1].(type) {
	case value.NoneType:
		return s.quoteText(got[0]), nil
	case value.Bool:
		if on {
			return s.quoteText(got[0]), nil
		}
		return got[0], nil
	}
	return nil, errorf(Compilation, "quote_columns of a seed must be true or false, not %s", value.Repr(got[1]))
}

// convertType is the warehouse's type for a column of a table.
func convertType(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	table, ok := got[0].(*Table)
	i, isInt := got[1].(value.Int)
	if !ok || !isInt || int(i) < 0 || int(i) >= len(table.types) {
		return nil, value.Errorf("IndexError", "the table has no column %s", value.Repr(got[1]))
	}
	d := table.types[i]
	if d == numberColumn && table.whole(int(i)) {
		return value.Str(dataTypes[integerColumn].sql), nil
	}
	return value.Str(dataTypes[d].sql), nil
}

// whole tells whether no number of a column has decimals.
func (t *Table) whole(col int) bool {
	for _, row := range t.rows.items {
		if placesOf(value.ToStr(row.(*sequence).items[col])) > 0 {
			return false
		}
	}
	return true
}

// strategies are the incremental strategies of the warehouse.
func strategies(s *Scope, _ value.Thread, _ []value.Value) (value.Value, error) {
	out := value.NewList()
	for _, name := range s.strategyNames() {
		out.Append(value.Str(name))
	}
	return out, nil
}

func (s *Scope) strategyNames() []string {
	switch s.project.Target.Type {
	case "duckdb":
		return []string{"append", "delete+insert", "merge", "microbatch"}
	case "postgres":
		return []string{"append", "delete+insert", "merge", "microbatch"}
	}
	return []string{"append"}
}

// builtinStrategies are the strategies that a warehouse must support before a
// model may ask for them; others are the project's own.
var builtinStrategies = []string{"append", "delete+insert", "merge", "insert_overwrite", "microbatch"}

// strategyMacro finds the macro that writes the SQL of a strategy.
func strategyMacro(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	strategy := "default"
	if got[1] != value.None {
		strategy = value.ToStr(got[1])
	}
	valid := s.strategyNames()
	if contains(builtinStrategies, strategy) && !contains(valid, strategy) {
		return nil, &Error{
			Kind: Runtime,
			Msg:  s.project.Target.Type + " has no incremental strategy '" + strategy + "'",
			Hint: "it has " + strings.Join(valid, ", "),
		}
	}
	names, plain := got[0], strings.ReplaceAll(strategy, "+", "_")
	if pkg, of, dotted := strings.Cut(plain, "."); dotted {
		names, plain = field(names, pkg), of
	}
	name := "get_incremental_" + plain + "_sql"
	macro := field(names, name)
	if macro == value.None {
		return nil, &Error{
			Kind: Runtime,
			Msg:  "there is no incremental strategy '" + strategy + "': the project has no macro " + name,
			Hint: diag.DidYouMean(strategy, append(valid, builtinStrategies...)),
		}
	}
	return macro, nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// hardDeletes tells what a snapshot does with rows that are gone, from its
// configuration.
func hardDeletes(_ *Scope, t value.Thread, got []value.Value) (value.Value, error) {
	old, mode := setting(t, got[0], "invalidate_hard_deletes"), setting(t, got[0], "hard_deletes")
	if old != value.None && mode != value.None {
		return nil, errorf(Validation, "a snapshot takes hard_deletes or invalidate_hard_deletes, not both")
	}
	if value.Truth(old) {
		return value.Str("invalidate"), nil
	}
	switch text := textArg(mode); text {
	case "":
		return value.Str("ignore"), nil
	case "ignore", "invalidate", "new_record":
		return value.Str(text), nil
	default:
		return nil, errorf(Validation, "hard_deletes must be ignore, invalidate or new_record, not '%s'", text)
	}
}

// setting reads a key of the name config, or of a dict.
func setting(t value.Thread, config value.Value, name string) value.Value {
	caller, ok := config.(value.MethodCaller)
	if !ok {
		return field(config, name)
	}
	v, ok, err := caller.CallMethod(t, "get", value.Positional(value.Str(name)))
	if !ok || err != nil {
		return field(config, name)
	}
	return v
}

// field reads an item of a dict-like value; none where it is absent.
func field(v value.Value, name string) value.Value {
	x, err := value.GetItem(v, value.Str(name))
	if err != nil || value.IsUndefined(x) {
		return value.None
	}
	return x
}

// noCatalog answers that a model stands in no catalog of its own (Iceberg ...).
func noCatalog(*Scope, value.Thread, []value.Value) (value.Value, error) { return value.None, nil }

// grantsDict turns rows of grantee and privilege_type into grants by privilege.
func grantsDict(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rows, err := value.Items(got[0])
	if err != nil {
		return nil, err
	}
	grants := value.NewDict()
	for _, row := range rows {
		privilege := field(row, "privilege_type")
		if list, ok := grants.Get(privilege); ok {
			list.(*value.List).Append(field(row, "grantee"))
			continue
		}
		if err := grants.Set(privilege, value.NewList(field(row, "grantee"))); err != nil {
			return nil, err
		}
	}
	return grants, nil
}
