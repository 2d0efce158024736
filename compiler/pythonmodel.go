package compiler

import (
	"errors"
	"path"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/python"
)

// IsPython reports whether the node is written in Python.
func (n *Node) IsPython() bool { return strings.EqualFold(path.Ext(n.OrigPath), ".py") }

// Language is "python" or "sql", as in dbt's artifacts.
func (n *Node) Language() string {
	if n.IsPython() {
		return "python"
	}
	return "sql"
}

// readPython takes from a Python model what it depends on and how it is
// configured. A Python model is a table unless it says otherwise.
func (r *resolver) readPython(d *draft) {
	start := max(0, strings.Index(d.node.File.Text, d.node.Raw))
	m, err := python.Read(d.node.Raw)
	var bad *python.Error
	switch {
	case errors.As(err, &bad):
		d.pythonError(start+bad.Offset, "%s", bad.Msg)
		return
	case d.node.Raw != "" && m.Functions != 1:
		d.pythonError(start, "a Python model defines one function model(dbt, session), and this file has %d", m.Functions)
		return
	}
	names := &parseNames{r: r, d: d}
	d.call = dictOf("materialized", value.Str("table"))
	used := map[string]*value.List{}
	for _, c := range m.Calls {
		span := diag.Span{File: d.node.File, Start: start + c.Start, End: start + c.End}
		if c.Name == "get" || c.Name == "meta_get" {
			noteKey(used, c)
			continue
		}
		fn, _ := names.Lookup(c.Name)
		if _, err := callSite(span).Call(fn, c.Args); err != nil {
			d.diags = append(d.diags, diag.FromError(err, "E120", span))
			d.failed = true
			return
		}
	}
	if len(used) > 0 {
		mergeConfig(d.call, keysUsed(used))
	}
}

func (d *draft) pythonError(offset int, format string, args ...any) {
	span := diag.Span{File: d.node.File, Start: offset, End: offset}
	d.diags = append(d.diags, diag.Errorf("E274", span, format, args...))
	d.failed = true
}

// keyLists are the configuration keys under which dbt notes what a Python
// model asks of its configuration.
var keyLists = []struct{ call, keys, defaults string }{
	{"get", "config_keys_used", "config_keys_defaults"},
	{"meta_get", "meta_keys_used", "meta_keys_defaults"},
}

func noteKey(used map[string]*value.List, c python.Call) {
	for _, l := range keyLists {
		if l.call != c.Name || len(c.Args.Pos) == 0 {
			continue
		}
		if used[l.keys] == nil {
			used[l.keys], used[l.defaults] = value.NewList(), value.NewList()
		}
		var fallback value.Value = value.None
		if len(c.Args.Pos) > 1 {
			fallback = c.Args.Pos[1]
		}
		used[l.keys].Append(c.Args.Pos[0])
		used[l.defaults].Append(fallback)
	}
}

func keysUsed(used map[string]*value.List) *value.Dict {
	d := value.NewDict()
	for _, l := range keyLists {
		for _, key := range []string{l.keys, l.defaults} {
			if used[key] == nil {
				used[key] = value.NewList()
			}
			d.SetStr(key, used[key])
		}
	}
	return d
}

// callSite is the thread of a call that no template makes.
type callSite diag.Span

// Site implements value.Thread.
func (c callSite) Site() diag.Span { return diag.Span(c) }

// Call implements value.Thread.
func (c callSite) Call(fn value.Value, args value.Args) (value.Value, error) {
	if f, ok := fn.(value.Callable); ok {
		return f.Call(c, args)
	}
	return nil, value.Errorf("TypeError", "'%s' object is not callable", fn.TypeName())
}

// Step implements value.Thread.
func (c callSite) Step(int) error { return nil }
