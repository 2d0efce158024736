package jinja

import "mdl/compiler/jinja/value"

// filter is a row of the table of filters: fn gets the arguments in the order
// of params. A filter that passes its arguments on to other filters or tests
// has raw instead.
type filter struct {
	name   string
	params []value.Param
	fn     func(t *thread, v value.Value, args []value.Value) (value.Value, error)
	raw    func(t *thread, v value.Value, args value.Args) (value.Value, error)
	// context: jinja2 never runs the filter while it compiles.
	context bool
}

// apply runs the filter on a value.
func (fl *filter) apply(t *thread, v value.Value, args value.Args) (value.Value, error) {
	if fl.raw != nil {
		return fl.raw(t, v, args)
	}
	bound, err := bindParams(fl.name, fl.params, args)
	if err != nil {
		return nil, err
	}
	return fl.fn(t, v, bound)
}

// bindParams is Args.Bind without its work where there is nothing to it.
func bindParams(name string, params []value.Param, args value.Args) ([]value.Value, error) {
	if len(params) == 0 && len(args.Pos) == 0 && len(args.Kw) == 0 {
		return nil, nil
	}
	if len(args.Kw) > 0 || len(args.Pos) > len(params) {
		return args.Bind(name, params...)
	}
	for _, p := range params[len(args.Pos):] {
		if p.Default == nil {
			return args.Bind(name, params...)
		}
	}
	if len(args.Pos) == len(params) {
		return args.Pos, nil
	}
	bound := make([]value.Value, len(params))
	n := copy(bound, args.Pos)
	for i, p := range params[n:] {
		bound[n+i] = p.Default
	}
	return bound, nil
}

func params(list ...value.Param) []value.Param { return list }

func req(name string) value.Param { return value.Required(name) }

func opt(name string, def value.Value) value.Param { return value.Optional(name, def) }

// Parameters that several filters share.
var (
	oneAttribute  = opt("attribute", value.None)
	caseSensitive = opt("case_sensitive", value.False)
	reverseParam  = opt("reverse", value.False)
	fillWith      = opt("fill_with", value.None)
	extremeParams = params(caseSensitive, oneAttribute)
)

// filters are jinja2's filters and those that dbt adds.
var filters = []filter{
	{name: "abs", fn: filterAbs},
	{name: "as_bool", fn: markFilter},
	{name: "as_native", fn: markFilter},
	{name: "as_number", fn: markFilter},
	{name: "as_text", fn: markFilter},
	{name: "attr", params: params(req("name")), fn: filterAttr},
	{name: "batch", params: params(req("linecount"), fillWith), fn: filterBatch},
	{name: "capitalize", fn: stringMethod("capitalize")},
	{name: "center", params: params(opt("width", value.Int(80))), fn: stringMethod("center")},
	{name: "count", fn: filterLength},
	{name: "d", params: params(opt("default_value", value.Str("")), opt("boolean", value.False)), fn: filterDefault},
	{name: "default", params: params(opt("default_value", value.Str("")), opt("boolean", value.False)), fn: filterDefault},
	{name: "dictsort", params: params(caseSensitive, opt("by", value.Str("key")), reverseParam), fn: filterDictsort},
	{name: "e", fn: filterEscape},
	{name: "escape", fn: filterEscape},
	{name: "filesizeformat", params: params(opt("binary", value.False)), fn: filterFilesizeformat},
	{name: "first", fn: filterFirst},
	{name: "float", params: params(opt("default", value.Float(0))), fn: filterFloat},
	{name: "forceescape", fn: filterEscape},
	{name: "format", raw: filterFormat},
	{name: "groupby", params: params(req("attribute"), opt("default", value.None), caseSensitive), fn: filterGroupby},
	{name: "indent", params: params(opt("width", value.Int(4)), opt("first", value.False), opt("blank", value.False)), fn: filterIndent},
	{name: "int", params: params(opt("default", value.Int(0)), opt("base", value.Int(10))), fn: filterInt},
	{name: "is_list", fn: filterIsList},
	{name: "items", fn: filterItems},
	{name: "join", params: params(opt("d", value.Str("")), oneAttribute), fn: filterJoin},
	{name: "last", fn: filterLast},
	{name: "length", fn: filterLength},
	{name: "list", fn: filterList},
	{name: "lower", fn: stringMethod("lower")},
	{name: "map", raw: filterMap, context: true},
	{name: "max", params: extremeParams, fn: filterMax},
	{name: "min", params: extremeParams, fn: filterMin},
	{name: "pprint", fn: filterPprint},
	{name: "random", fn: filterRandom, context: true},
	{name: "reject", raw: selecting(false, false), context: true},
	{name: "rejectattr", raw: selecting(false, true), context: true},
	{name: "replace", params: params(req("old"), req("new"), opt("count", value.None)), fn: filterReplace},
	{name: "reverse", fn: filterReverse},
	{name: "round", params: params(opt("precision", value.Int(0)), opt("method", value.Str("common"))), fn: filterRound},
	{name: "safe", fn: filterString},
	{name: "select", raw: selecting(true, false), context: true},
	{name: "selectattr", raw: selecting(true, true), context: true},
	{name: "slice", params: params(req("slices"), fillWith), fn: filterSlice},
	{name: "sort", params: params(reverseParam, caseSensitive, oneAttribute), fn: filterSort},
	{name: "string", fn: filterString},
	{name: "striptags", fn: filterStriptags},
	{name: "sum", params: params(oneAttribute, opt("start", value.Int(0))), fn: filterSum},
	{name: "title", fn: filterTitle},
	{name: "tojson", params: params(opt("indent", value.None)), fn: filterTojson},
	{name: "trim", params: params(opt("chars", value.None)), fn: stringMethod("strip")},
	{name: "truncate", params: params(opt("length", value.Int(255)), opt("killwords", value.False), opt("end", value.Str("...")), opt("leeway", value.None)), fn: filterTruncate},
	{name: "unique", params: params(caseSensitive, oneAttribute), fn: filterUnique},
	{name: "upper", fn: stringMethod("upper")},
	{name: "urlencode", fn: filterUrlencode},
	{name: "urlize", params: urlizeParams, fn: filterUrlize},
	{name: "wordcount", fn: filterWordcount},
	{name: "wordwrap", params: wordwrapParams, fn: filterWordwrap},
	{name: "xmlattr", params: params(opt("autospace", value.True)), fn: filterXmlattr},
}

var filterIndex = indexNames(filters, func(f *filter) string { return f.name })

// indexNames makes the index of a table by name.
func indexNames[T any](table []T, name func(*T) string) map[string]*T {
	index := make(map[string]*T, len(table))
	for i := range table {
		index[name(&table[i])] = &table[i]
	}
	return index
}

// lookupFilter returns a filter, or nil.
func lookupFilter(name string) *filter { return filterIndex[name] }

// filterNames are the names of all filters.
func filterNames() []string {
	names := make([]string, len(filters))
	for i := range filters {
		names[i] = filters[i].name
	}
	return names
}

// stringMethod makes a filter of a method of str; None is an absent argument.
func stringMethod(name string) func(*thread, value.Value, []value.Value) (value.Value, error) {
	return func(t *thread, v value.Value, args []value.Value) (value.Value, error) {
		if len(args) == 1 && value.IsNone(args[0]) {
			args = nil
		}
		out, _, err := value.CallMethod(t, value.Str(value.ToStr(v)), name, value.Args{Pos: args})
		return out, err
	}
}

// undefinedValue is the Undefined of a filter that has nothing to give.
func undefinedValue(hint string) value.Value { return &value.Undefined{Hint: hint} }

func filterError(format string, args ...any) error {
	return value.Errorf("FilterArgumentError", format, args...)
}
