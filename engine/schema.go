package engine

import (
	"errors"
	"strings"

	"mdl/adapters"
	"mdl/compiler/diag"
)

// schemaChange is how the columns of new rows differ from the table's.
type schemaChange struct {
	added, removed []adapters.Column
	retyped        []adapters.Column // with the new type
}

// compareColumns finds the change that would turn dest into source.
func compareColumns(d *adapters.Dialect, source, dest []adapters.Column) schemaChange {
	var ch schemaChange
	for _, c := range source {
		old, found := findColumn(d, dest, c.Name)
		switch {
		case !found:
			ch.added = append(ch.added, c)
		case !strings.EqualFold(old.Type, c.Type):
			ch.retyped = append(ch.retyped, adapters.Column{Name: old.Name, Type: c.Type})
		}
	}
	for _, c := range dest {
		if _, found := findColumn(d, source, c.Name); !found {
			ch.removed = append(ch.removed, c)
		}
	}
	return ch
}

func (ch schemaChange) isEmpty() bool {
	return len(ch.added)+len(ch.removed)+len(ch.retyped) == 0
}

// followSchema does what on_schema_change says and returns the columns to
// fill: the target's when changes are ignored, else those of the new rows.
func (b *build) followSchema(source, dest []adapters.Column) ([]adapters.Column, error) {
	mode := b.str("on_schema_change")
	switch mode {
	case "fail", "append_new_columns", "sync_all_columns":
	default:
		if mode != "" && mode != "ignore" {
			err := b.warn(b.node, warnSchemaChange, diag.DidYouMean(mode, []string{"ignore", "fail", "append_new_columns", "sync_all_columns"}),
				"on_schema_change of %s cannot be %q: changes are ignored", b.node.Name, mode)
			if err != nil {
				return nil, err
			}
		}
		return dest, nil
	}
	ch := compareColumns(b.d, source, dest)
	if ch.isEmpty() {
		return source, nil
	}
	if mode == "fail" {
		return nil, b.schemaChanged(ch, source, dest)
	}
	if err := b.addColumns(ch.added); err != nil {
		return nil, err
	}
	if mode == "append_new_columns" {
		return source, nil
	}
	for _, c := range ch.removed {
		if err := b.do("alter table ", b.name(b.target), " drop column ", b.d.Quote(c.Name)); err != nil {
			return nil, err
		}
	}
	for _, c := range ch.retyped {
		err := b.do("alter table ", b.name(b.target), " alter column ", b.d.Quote(c.Name), " type ", c.Type)
		if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
			d.Notes = append(d.Notes, diag.Note{Message: "the column " + c.Name + " of the table was to become " + c.Type + ", as the query has it now"})
			d.Hint = "cast it in the query to the type that the table has, or run once with --full-refresh"
		}
		if err != nil {
			return nil, err
		}
	}
	return source, nil
}

func (b *build) addColumns(columns []adapters.Column) error {
	for _, c := range columns {
		if err := b.do("alter table ", b.name(b.target), " add column ", b.d.Quote(c.Name), " ", c.Type); err != nil {
			return err
		}
	}
	return nil
}

// schemaChanged is the error of on_schema_change: fail, with the columns that
// differ.
func (b *build) schemaChanged(ch schemaChange, source, dest []adapters.Column) error {
	d := b.refuse(codeSchemaChange, "set on_schema_change to append_new_columns or sync_all_columns, or run once with --full-refresh",
		"the columns of %s differ from those of the table that is there", b.node.Name)
	rows := [][]string{{"column_name", "in the query", "in the table", "difference"}}
	for _, part := range []struct {
		columns []adapters.Column
		what    string
	}{{ch.added, "new"}, {ch.removed, "no longer selected"}, {ch.retyped, "of another type"}} {
		for _, c := range part.columns {
			is, _ := findColumn(b.d, source, c.Name)
			was, _ := findColumn(b.d, dest, c.Name)
			rows = append(rows, []string{c.Name, is.Type, was.Type, part.what})
		}
	}
	d.Detail = aligned(rows)
	return d
}

// checkSelected refuses new rows without a column of the table that they are to
// fill, which would otherwise be an error of the warehouse's about a statement
// that the user has not written.
func (inc *increment) checkSelected() error {
	gone := compareColumns(inc.d, inc.source, inc.dest).removed
	if len(gone) == 0 {
		return nil
	}
	return inc.refuse(codeSchemaChange, "select it again, or set on_schema_change to append_new_columns, which leaves it empty in new rows, or sync_all_columns, which drops it",
		"the query of %s no longer selects %s, which the table has", inc.node.Name, listColumns(gone))
}

func listColumns(columns []adapters.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name + " (" + c.Type + ")"
	}
	return strings.Join(names, ", ")
}
