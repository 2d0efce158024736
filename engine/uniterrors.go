package engine

import (
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// tellUseless warns of inputs that change nothing: the model does not read what
// they stand for, or another one stands for it.
func (t *unitTest) tellUseless() error {
	seen := map[string]bool{}
	for _, in := range t.of.Inputs {
		id := in.ID()
		d := diag.Warnf(warnInput, in.Place(-1, ""), "unit test %q has rows for %s, which its model %s does not read", t.test.Name, id, t.of.Model.Name)
		switch reads := t.of.Model.DependsOn; {
		case seen[id]:
			d.Summary = "unit test \"" + t.test.Name + "\" has rows for " + id + " twice: the last ones count"
		case id == t.of.Model.ID || slices.Contains(reads, id):
			seen[id] = true
			continue
		default:
			d.Hint = diag.DidYouMean(id, reads)
		}
		told, bad := t.opt.judged(d)
		for _, d := range told {
			t.reports <- report{warning: &Warning{Node: t.res.Node, Diagnostic: d, Time: t.opt.Clock()}}
		}
		if bad != nil {
			return bad
		}
	}
	return nil
}

// explain says of an error of the warehouse which cell of the given or expected
// rows it comes from, or in which unit test it happened. Expected are the
// columns of the model's query; nil before they are known.
func (t *unitTest) explain(err error, q *script, expected []adapters.Column) error {
	if isCancelled(err) {
		return err
	}
	if bad := t.badCell(expected); bad != nil {
		return bad
	}
	d := *t.of.Relocate(queryDiagnostic(err, q, t.res.Node))
	d.Notes = append(slices.Clone(d.Notes), diag.Note{Message: "in the unit test " + t.test.Name, Span: t.test.Span})
	switch {
	case d.Span == t.test.Span && t.of.Expect.IsSQL:
		d.Hint = "the query of the expected rows must have all columns of the model, with their names"
	case d.Hint == "" && adapters.KindOf(err) == adapters.NotFound && d.Span.File == t.of.Model.File:
		d.Hint = "the model sees only the columns of the given rows and those that are known of what it reads: " +
			"describe the columns with data_type in the properties, or name them in a row"
	}
	return &d
}

// mostCells bounds the cells that are tried one by one after an error.
const mostCells = 2000

// badCell finds the cell of the given and the expected rows that cannot be cast
// to the type of its column, or nil.
func (t *unitTest) badCell(expected []adapters.Column) error {
	tried := 0
	for _, in := range t.of.Inputs {
		if d := t.badIn(&in.UnitRows, t.types[in.ID()], &tried); d != nil {
			return d
		}
	}
	if d := t.badIn(&t.of.Expect, expected, &tried); d != nil {
		return d
	}
	return nil
}

func (t *unitTest) badIn(rows *compiler.UnitRows, columns []adapters.Column, tried *int) *diag.Diagnostic {
	for i, row := range rows.Rows {
		for k, v := range row.All() {
			name := value.ToStr(k)
			at := slices.IndexFunc(columns, func(c adapters.Column) bool { return strings.EqualFold(c.Name, name) })
			if *tried++; at < 0 || value.IsNone(v) || *tried > mostCells {
				continue
			}
			sql := value.ToStr(v)
			if text, ok := v.(value.Str); ok {
				sql = t.dialect.Literal(string(text))
			}
			typ := columns[at].Type
			if _, err := t.session.conn.Query(t.ctx, "select cast("+sql+" as "+typ+")"); err != nil {
				d := diag.Errorf(codeUnit, rows.Place(i, name), "unit test %q: %s is no %s, which column %s holds", t.test.Name, value.Repr(v), typ, name)
				d.Cause = err
				return &d
			}
		}
	}
	return nil
}
