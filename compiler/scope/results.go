package scope

import (
	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// Result is what store_result keeps and load_result gives: one statement's
// outcome.
type Result struct {
	Response value.Value
	Table    *Table
	loaded   bool // load_result gives a result once, but for "main"
}

// Result returns what a statement of that name stored, loaded or not.
func (s *Scope) Result(name string) (*Result, bool) {
	r, ok := s.results[name]
	return r, ok
}

// dict is the result as templates see it.
func (r *Result) dict() *value.Dict {
	d := value.NewDictSize(3)
	d.SetStr("response", r.Response)
	d.SetStr("data", r.Table.matrix())
	d.SetStr("table", r.Table)
	return d
}

func (s *Scope) store(name string, response value.Value, table value.Value) (value.Value, error) {
	t, ok := table.(*Table)
	if !ok {
		if table != value.None {
			return nil, value.TypeErrorf("store_result() takes a table, not %s", table.TypeName())
		}
		t = EmptyTable()
	}
	if s.results == nil {
		s.results = map[string]*Result{}
	}
	s.results[name] = &Result{Response: response, Table: t}
	return value.Str(""), nil
}

func (s *Scope) storeResult(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("store_result", value.Required("name"), value.Required("response"),
		value.Optional("agate_table", value.None))
	if err != nil {
		return nil, err
	}
	return s.store(value.ToStr(got[0]), got[1], got[2])
}

func (s *Scope) storeRawResult(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("store_raw_result", value.Required("name"), value.Optional("message", value.None),
		value.Optional("code", value.None), value.Optional("rows_affected", value.None), value.Optional("agate_table", value.None))
	if err != nil {
		return nil, err
	}
	return s.store(value.ToStr(got[0]), response(got[1], got[2], got[3]), got[4])
}

func (s *Scope) loadResult(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("load_result", value.Required("name"))
	if err != nil {
		return nil, err
	}
	name := value.ToStr(got[0])
	r, ok := s.results[name]
	switch {
	case !ok:
		return value.None, nil
	case r.loaded && name != "main":
		return nil, errorf(Compilation, "the result of statement '%s' was already loaded: load_result gives it once", name)
	}
	r.loaded = true
	return r.dict(), nil
}

func (s *Scope) resultsDict() value.Value {
	d := value.NewDict()
	for name, r := range s.results {
		if r.loaded {
			d.SetStr(name, value.None)
		} else {
			d.SetStr(name, r.dict())
		}
	}
	return d
}

// response makes the object that adapter.execute answers beside the rows; its
// text is the message.
func response(message, code, rows value.Value) value.Value {
	d := value.NewDictSize(4)
	d.SetStr("_message", message)
	d.SetStr("code", code)
	d.SetStr("rows_affected", rows)
	d.SetStr("query_id", value.None)
	return &record{class: "AdapterResponse", parts: d, text: value.ToStr(message), truth: true}
}

// NewResponse returns the response of a statement for templates. What dbt's
// adapter says where the warehouse says nothing is "OK", without a count.
func NewResponse(out adapters.Outcome) value.Value {
	if out.Message == "" {
		return response(value.Str("OK"), value.None, value.None)
	}
	code, count := value.Value(value.None), value.Value(value.Int(out.RowsAffected))
	if out.Code != "" {
		code = value.Str(out.Code)
	}
	return response(value.Str(out.Message), code, count)
}

// ResponseParts reads the response that a statement stored: its message, its
// kind of statement or "", and the rows it counted or -1.
func ResponseParts(v value.Value) (message, code string, rows int64) {
	rows = -1
	r, ok := v.(*record)
	if !ok {
		return value.ToStr(v), "", rows
	}
	if c, _ := r.parts.GetStr("code"); c != nil && c != value.None {
		code = value.ToStr(c)
	}
	if n, _ := r.parts.GetStr("rows_affected"); n != nil {
		if count, ok := n.(value.Int); ok {
			rows = int64(count)
		}
	}
	return r.text, code, rows
}
