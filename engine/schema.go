package engine

import (
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
		return nil, b.schemaChanged(ch)
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
		if err := b.do("alter table ", b.name(b.target), " alter column ", b.d.Quote(c.Name), " type ", c.Type); err != nil {
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

// schemaChanged is the error of on_schema_change: fail.
func (b *build) schemaChanged(ch schemaChange) error {
	d := b.refuse(codeSchemaChange, "set on_schema_change to append_new_columns or sync_all_columns, or run once with --full-refresh",
		"the columns of %s differ from those of the table that is there", b.node.Name)
	var lines []string
	for _, part := range []struct {
		what    string
		columns []adapters.Column
	}{{"new", ch.added}, {"no longer selected", ch.removed}, {"of another type", ch.retyped}} {
		if len(part.columns) > 0 {
			lines = append(lines, part.what+": "+listColumns(part.columns))
		}
	}
	d.Detail = strings.Join(lines, "\n")
	return d
}

func listColumns(columns []adapters.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name + " (" + c.Type + ")"
	}
	return strings.Join(names, ", ")
}
