package engine

import (
	"slices"
	"strings"
	"unicode/utf8"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// contracted reports whether the node's columns are promised by its properties.
func (b *build) contracted() bool {
	contract := b.dict("contract")
	if contract == nil {
		return false
	}
	enforced, ok := contract.GetStr("enforced")
	return ok && value.Truth(enforced)
}

// createContracted checks the query against the promised columns and creates
// the relation with them and their constraints, in place of the old one. A view
// has no constraints.
func (b *build) createContracted(verb string, into adapters.Relation) error {
	names, err := b.checkContract()
	if err != nil {
		return err
	}
	s := b.header()
	if into.Kind == adapters.View {
		return b.main(s.add(verb, "view ", b.name(into), " as (").code(b.sql).add(")"))
	}
	if b.d.TypedCreateAs {
		s.add(verb, into.Kind.Keyword(), " ", b.name(into), " (\n  ", strings.Join(b.columnDefinitions(), ",\n  "), "\n)\nas (\n  select ", strings.Join(names, ", "), " from (")
		return b.main(s.code(b.sql).add(") as model_subq\n)"))
	}
	if b.exists && into.Name == b.target.Name {
		if err := b.s.Drop(b.ctx, b.old); err != nil {
			return err
		}
	}
	if err := b.do("create ", b.unlogged(into.Kind), "table ", b.name(into), " (\n  ", strings.Join(b.columnDefinitions(), ",\n  "), "\n)"); err != nil {
		return err
	}
	list := strings.Join(names, ", ")
	s.add("insert into ", b.name(into), " (", list, ") (\n  select ", list, " from (").code(b.sql).add(") as model_subq\n)")
	return b.main(s)
}

// checkContract compares the query's columns with the promised ones and
// returns the latter's names in the order of the properties file.
func (b *build) checkContract() ([]string, error) {
	if len(b.node.Columns) == 0 {
		return nil, b.refuse(codeConfig, "describe every column with its data_type in the properties file", "%s has an enforced contract but no columns", b.node.Name)
	}
	if header := b.header(); header.text.Len() > 0 {
		if _, err := b.s.conn.Exec(b.ctx, header.String()); err != nil {
			return nil, queryDiagnostic(err, header, b.node)
		}
	}
	actual, err := b.s.Describe(b.ctx, b.sql.SQL)
	if err != nil {
		return nil, queryDiagnostic(err, userScript(b.sql), b.node)
	}
	var names, casts []string
	for _, c := range b.node.Columns {
		if c.DataType == "" {
			return nil, b.refuse(codeConfig, "give it a data_type in the properties file", "column %s of %s has no data type, but the contract is enforced", c.Name, b.node.Name)
		}
		names = append(names, columnName(b.d, c.Name, c.Quote))
		casts = append(casts, "cast(null as "+c.DataType+") as "+b.d.Quote(c.Name))
	}
	promised, err := b.s.Describe(b.ctx, "select "+strings.Join(casts, ", "))
	if err != nil {
		return nil, err
	}
	if ch := compareColumns(b.d, actual, promised); !ch.isEmpty() {
		return nil, b.contractBroken(ch, promised)
	}
	return names, nil
}

// contractBroken is the error of a query that does not keep the contract: a
// table of the columns that differ. Heads and reasons are spelt as in dbt, where
// people look for them.
func (b *build) contractBroken(ch schemaChange, promised []adapters.Column) error {
	d := b.refuse(codeConfig, "change the query or the columns in the properties file until they agree",
		"%s has an enforced contract that its query does not keep", b.node.Name)
	rows := [][]string{{"column_name", "definition_type", "contract_type", "mismatch_reason", "what to do"}}
	for _, c := range promised {
		if _, gone := findColumn(b.d, ch.removed, c.Name); gone {
			rows = append(rows, []string{c.Name, "", c.Type, "missing in definition", "select it, or take it out of the properties file"})
		} else if is, differs := findColumn(b.d, ch.retyped, c.Name); differs {
			rows = append(rows, []string{c.Name, is.Type, c.Type, "data type mismatch", "cast(" + c.Name + " as " + c.Type + "), or data_type: " + is.Type})
		}
	}
	for _, c := range ch.added {
		rows = append(rows, []string{c.Name, c.Type, "", "missing in contract", "describe it in the properties file, or do not select it"})
	}
	d.Detail = aligned(rows)
	return d
}

// aligned lays rows of cells out as a table with a rule below its head.
func aligned(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	rule := make([]string, len(widths))
	for i, w := range widths {
		rule[i] = strings.Repeat("-", w)
	}
	var lines []string
	for _, row := range slices.Insert(rows, 1, rule) {
		line := "|"
		for i, cell := range row {
			line += " " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)) + " |"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// columnDefinitions are the lines of a create table statement.
func (b *build) columnDefinitions() []string {
	var lines []string
	for _, c := range b.node.Columns {
		line := columnName(b.d, c.Name, c.Quote) + " " + c.DataType
		for _, con := range c.Constraints {
			if sql := b.constraint(con, nil); sql != "" {
				line += " " + sql
			}
		}
		lines = append(lines, line)
	}
	for _, con := range b.node.Constraints {
		if sql := b.constraint(con, dictStrings(con, "columns")); sql != "" {
			if name := dictString(con, "name"); name != "" {
				sql = "constraint " + name + " " + sql
			}
			lines = append(lines, sql)
		}
	}
	return lines
}

// constraint renders one constraint, of a column or, with columns, of a table.
func (b *build) constraint(con *value.Dict, columns []string) string {
	expression := dictString(con, "expression")
	references := expression
	if to := dictStrings(con, "to_columns"); len(to) > 0 {
		references = b.keyTarget(dictString(con, "to")) + " (" + strings.Join(to, ", ") + ")"
	}
	list := ""
	if len(columns) > 0 {
		list = " (" + strings.Join(columns, ", ") + ")"
	}
	join := func(words string) string { return strings.TrimSpace(words + " " + expression + list) }
	switch dictString(con, "type") {
	case "check":
		if expression != "" {
			return "check (" + expression + ")"
		}
	case "not_null":
		return strings.TrimSpace("not null " + expression)
	case "unique":
		return join("unique")
	case "primary_key":
		return join("primary key")
	case "foreign_key":
		if references == "" {
			return ""
		}
		if list != "" {
			return "foreign key" + list + " references " + references
		}
		return "references " + references
	case "custom":
		return expression
	}
	return ""
}

// keyTarget is the name of the table that a foreign key refers to.
func (b *build) keyTarget(to string) string {
	target := b.sql.KeyTargets[to]
	if target == nil {
		return to
	}
	table := target.Adapter()
	if !b.d.KeysNameDatabase {
		table.Database = ""
	}
	return b.name(table)
}

func columnName(d *adapters.Dialect, name string, quote *bool) string {
	if quote != nil && *quote {
		return d.Quote(name)
	}
	return name
}

func dictString(d *value.Dict, key string) string {
	v, ok := d.GetStr(key)
	if !ok || v == value.None {
		return ""
	}
	return value.ToStr(v)
}

func dictStrings(d *value.Dict, key string) []string {
	v, ok := d.GetStr(key)
	if !ok || v == value.None {
		return nil
	}
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
