package scope

import (
	"strings"

	"mdl/compiler/jinja/value"
)

// adapterChecks are the methods that write the constraints of a contract.
var adapterChecks = map[string]adapterMethod{
	"render_raw_columns_constraints": {params("raw_columns"), nil, columnConstraints},
	"render_raw_model_constraints":   {params("raw_constraints"), nil, modelConstraints},
}

// columnConstraints writes each column with its type and constraints.
func columnConstraints(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	columns, ok := got[0].(*value.Dict)
	if !ok {
		return nil, value.TypeErrorf("render_raw_columns_constraints() takes a dict of columns, not %s", got[0].TypeName())
	}
	out := value.NewList()
	for _, col := range columns.All() {
		name := field(col, "name")
		if value.Truth(field(col, "quote")) {
			name = s.quoteText(name)
		}
		words := []string{value.ToStr(name) + " " + textArg(field(col, "data_type"))}
		list, err := constraintsOf(field(col, "constraints"))
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			if text := c.column(s); text != "" {
				words = append(words, text)
			}
		}
		out.Append(value.Str(strings.Join(words, " ")))
	}
	return out, nil
}

// modelConstraints writes the constraints of a whole model.
func modelConstraints(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	list, err := constraintsOf(got[0])
	if err != nil {
		return nil, err
	}
	out := value.NewList()
	for _, c := range list {
		if text := c.model(s); text != "" {
			out.Append(value.Str(text))
		}
	}
	return out, nil
}

// constraint is one constraint as the properties give it.
type constraint struct {
	kind, name, expression, to string
	columns, toColumns         []string
}

var constraintKinds = []string{"check", "not_null", "unique", "primary_key", "foreign_key", "custom"}

func constraintsOf(v value.Value) ([]constraint, error) {
	if v == value.None {
		return nil, nil
	}
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	out := make([]constraint, len(items))
	for i, item := range items {
		c := constraint{
			kind: textArg(field(item, "type")), name: textArg(field(item, "name")),
			expression: textArg(field(item, "expression")), to: textArg(field(item, "to")),
		}
		if !contains(constraintKinds, c.kind) {
			return nil, errorf(Validation, "'%s' is no type of constraint: it must be one of %s", c.kind, strings.Join(constraintKinds, ", "))
		}
		c.columns = textsOf(field(item, "columns"))
		c.toColumns = textsOf(field(item, "to_columns"))
		out[i] = c
	}
	return out, nil
}

func textsOf(v value.Value) []string {
	items, err := value.Items(v)
	if err != nil {
		return nil
	}
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = value.ToStr(item)
	}
	return out
}

// column writes a constraint behind its column, "" where there is nothing.
func (c constraint) column(s *Scope) string {
	text := ""
	switch c.kind {
	case "check":
		if c.expression != "" {
			text = "check (" + c.expression + ")"
		}
	case "not_null":
		text = "not null " + c.expression
	case "unique":
		text = "unique " + c.expression
	case "primary_key":
		text = "primary key " + c.expression
	case "foreign_key":
		text = "references " + c.references(s)
	case "custom":
		text = c.expression
	}
	return strings.TrimSpace(text)
}

// references is what a foreign key points at.
func (c constraint) references(s *Scope) string {
	if c.to == "" || len(c.toColumns) == 0 {
		return c.expression
	}
	return s.keyTarget(c.to) + " (" + strings.Join(c.toColumns, ", ") + ")"
}

// keyTarget is a foreign key's table; DuckDB takes no database in it.
func (s *Scope) keyTarget(table string) string {
	if parts := strings.Split(table, "."); s.project.Target.Type == "duckdb" && len(parts) > 2 {
		return strings.Join(parts[1:], ".")
	}
	return table
}

// model writes a constraint of the whole table, "" where there is nothing.
func (c constraint) model(s *Scope) string {
	prefix := ""
	if c.name != "" {
		prefix = "constraint " + c.name + " "
	}
	cols, expression := " ("+strings.Join(c.columns, ", ")+")", ""
	if c.expression != "" {
		expression = " " + c.expression
	}
	switch {
	case c.kind == "check" && c.expression != "":
		return prefix + "check (" + c.expression + ")"
	case c.kind == "unique":
		return prefix + "unique" + expression + cols
	case c.kind == "primary_key":
		return prefix + "primary key" + expression + cols
	case c.kind == "foreign_key" && c.references(s) != "":
		return prefix + "foreign key" + cols + " references " + c.references(s)
	case c.kind == "custom" && c.expression != "":
		return prefix + c.expression
	}
	return ""
}
