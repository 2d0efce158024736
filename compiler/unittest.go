package compiler

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// UnitCase is a unit test with its names bound, ready to be rendered.
type UnitCase struct {
	Test *UnitTestNode
	// Node is what is rendered: the model's text as the unit test, under the
	// unit test's name.
	Node  *Node
	Model *Node
	// Inputs are the given rows in their order.
	Inputs []*UnitInput
	Expect UnitRows
	// Runs are builds of the model on given rows, one after the other; none
	// where only its query is tested.
	Runs []UnitRun

	overrides overrides
}

// UnitInput are the rows that stand for one relation: of a node, which may be
// the tested model itself, or of a source.
type UnitInput struct {
	UnitRows
	Node   *Node
	Source *SourceNode
}

// UnitRows are rows of a unit test.
type UnitRows struct {
	// SQL is the query that gives the rows, where they are not listed.
	SQL string
	// IsSQL tells the two apart.
	IsSQL bool
	Rows  []*value.Dict
	// Texts tells that all values are texts, as in CSV, whatever they mean.
	Texts bool

	test *UnitTestNode
	at   []any // the fixture's path in the unit test
	name string
	file *diag.File // the text of SQL that stands in YAML
	// fixture is the name of the file that holds the rows, or "".
	fixture string
}

// ID is the unique id of what the rows stand for.
func (in *UnitInput) ID() string {
	if in.Source != nil {
		return in.Source.ID
	}
	return in.Node.ID
}

// Relation is the relation that the rows stand for.
func (in *UnitInput) Relation() adapters.Relation {
	if in.Source != nil {
		return adapters.Relation{Database: in.Source.Database, Schema: in.Source.Schema, Name: in.Source.Identifier}
	}
	return in.Node.Relation()
}

// Place is where a column of a row stands in the user's files, or of the row
// where column is ""; the fixture as a whole where row is negative.
func (r *UnitRows) Place(row int, column string) diag.Span {
	if row < 0 {
		return r.test.place(r.at...)
	}
	return r.test.cell(r.at, row, column)
}

// UnitTestNodeOf returns the node that a unit test is rendered as, or nil where
// its model is not among the nodes. Its configuration is the model's.
func (m *Manifest) UnitTestNodeOf(u *UnitTestNode) *Node {
	if len(u.DependsOn) == 0 {
		return nil
	}
	model := m.Node(u.DependsOn[0])
	if model == nil {
		return nil
	}
	n := *model
	n.ID, n.Kind, n.Name, n.Package = u.ID, UnitTest, u.VersionedName(), u.Package
	n.Path, n.OrigPath, n.Span = path.Join(path.Dir(u.OrigPath), n.Name+".sql"), u.OrigPath, u.Span
	n.FQN, n.Alias, n.RelationName = strings.Split(u.ID, "."), n.Name, ""
	n.Description, n.Tags, n.Columns, n.PreHooks, n.PostHooks = u.Description, u.Tags, nil, nil, nil
	return &n
}

// VersionedName is the unit test's name with the version of its model.
func (u *UnitTestNode) VersionedName() string {
	if u.Version == "" {
		return u.Name
	}
	return u.Name + "_v" + u.Version
}

// BindUnitTest finds what the inputs of a unit test stand for and reads its
// rows. A failure is a *diag.Diagnostic.
func (r *Runtime) BindUnitTest(u *UnitTestNode) (*UnitCase, error) {
	t := &UnitCase{Test: u, Node: r.Manifest.UnitTestNodeOf(u), overrides: overridesOf(u.Overrides)}
	if t.Node == nil {
		d := diag.Errorf(codeUnitTest, u.Span, "unit test %q has no model", u.Name)
		return nil, &d
	}
	t.Model = r.Manifest.Node(u.DependsOn[0])
	given, _ := value.Items(orNone(u.Given))
	for i, v := range given {
		in, err := r.bindInput(t, v, "given", i)
		if err != nil {
			return nil, err
		}
		t.Inputs = append(t.Inputs, in)
	}
	var err error
	if t.Expect, err = u.rows(u.Expect, "expected output", "expect"); err != nil {
		return nil, err
	}
	t.Runs, err = r.bindRuns(t)
	return t, err
}

// bindInput finds what an input stands for; at is its path in the unit test.
func (r *Runtime) bindInput(t *UnitCase, v value.Value, at ...any) (*UnitInput, error) {
	u := t.Test
	text := strings.TrimSpace(textIn(v, "input"))
	in := &UnitInput{}
	name := ""
	if text == "this" {
		in.Node, name = t.Model, t.Model.Name
	} else {
		ref, source, err := referenceIn(r.Context, r.Manifest.vars[u.Package], text)
		switch {
		case err != nil:
			e := diag.Errorf(codeUnitTest, u.place(append(slices.Clip(at), "input")...), "unit test %q: the input %s is not a ref(), a source() or this", u.Name, text)
			e.Cause = err
			return nil, &e
		case ref != nil:
			if in.Node = r.findRef(t.Model, *ref); in.Node != nil {
				name = in.Node.Name
			}
		default:
			if in.Source = r.findSource(t.Model, source[0], source[1]); in.Source != nil {
				name = in.Source.Name
			}
		}
		if in.Node == nil && in.Source == nil {
			e := diag.Errorf(codeUnitTest, u.place(append(slices.Clip(at), "input")...), "unit test %q has an input (%s) that the project does not have", u.Name, text)
			e.Hint = r.nearInput(t.Model, text)
			return nil, &e
		}
	}
	var err error
	in.UnitRows, err = u.rows(v, "'"+name+"'", at...)
	return in, err
}

// nearInput names what the model reads that is like a text.
func (r *Runtime) nearInput(model *Node, text string) string {
	calls := r.readBy(model)
	if s := diag.DidYouMean(text, calls); s != "" {
		return s
	}
	if len(calls) == 0 {
		return ""
	}
	return "the model reads " + strings.Join(calls, ", ")
}

// readBy are the calls with which a model reads others.
func (r *Runtime) readBy(model *Node) []string {
	var calls []string
	for _, id := range model.DependsOn {
		if n := r.Manifest.Node(id); n != nil {
			calls = append(calls, refCall(n))
		} else if s := r.Manifest.Sources[id]; s != nil {
			calls = append(calls, sourceCall(s))
		}
	}
	return calls
}

// rows reads the rows of a fixture. Name is what messages call it.
func (u *UnitTestNode) rows(fixture value.Value, name string, at ...any) (UnitRows, error) {
	rows := UnitRows{test: u, at: at, name: name}
	d, _ := fixture.(*value.Dict)
	if d == nil {
		d = value.NewDict()
	}
	given := orNone(valueOf(d, "rows"))
	format := textIn(d, "format")
	if text, ok := given.(value.Str); ok && format == "csv" {
		given = csvRows(string(text))
	}
	rows.Texts, rows.fixture = format == "csv", textIn(d, "fixture")
	if format == "sql" {
		text, ok := given.(value.Str)
		rows.SQL, rows.IsSQL = string(text), true
		if !ok {
			e := diag.Errorf(codeUnitTest, u.place(append(slices.Clip(at), "rows")...), "unit test %q: rows in the format sql must be text", u.Name)
			return rows, &e
		}
		return rows, nil
	}
	items, err := value.Items(given)
	if err != nil || value.IsNone(given) {
		e := diag.Errorf(codeUnitTest, u.place(at...), "unit test %q has no rows for %s", u.Name, name)
		e.Hint = "write rows: [] for none"
		return rows, &e
	}
	for i, item := range items {
		row, ok := item.(*value.Dict)
		if !ok {
			e := diag.Errorf(codeUnitTest, rows.Place(i, ""), "unit test %q: a row of %s is %s, and must be a mapping of columns to values", u.Name, name, item.TypeName())
			return rows, &e
		}
		rows.Rows = append(rows.Rows, row)
	}
	return rows, u.checkCSV(&rows, fixture)
}

// checkCSV refuses CSV with more fields in a line than its header has.
func (u *UnitTestNode) checkCSV(rows *UnitRows, fixture value.Value) error {
	text := u.csvText(fixture)
	if text == "" {
		return nil
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	header, err := r.Read()
	for i := 0; err == nil; i++ {
		var fields []string
		if fields, err = r.Read(); err == nil && len(fields) > len(header) {
			e := diag.Errorf(codeUnitTest, rows.Place(i, ""), "unit test %q: a line of %s has %d fields, its header has %d", u.Name, rows.name, len(fields), len(header))
			e.Hint = "put a text that holds a comma in double quotes"
			return &e
		}
	}
	return nil
}

// csvText is the CSV of a fixture as it is written, or "".
func (u *UnitTestNode) csvText(fixture value.Value) string {
	if textIn(fixture, "format") != "csv" {
		return ""
	}
	if span, ok := u.Fixtures[textIn(fixture, "fixture")]; ok {
		return span.File.Content()
	}
	return textIn(fixture, "rows")
}

// textIn is an entry of a mapping that is text, or "".
func textIn(v value.Value, key string) string {
	d, _ := v.(*value.Dict)
	if d == nil {
		return ""
	}
	text, _ := get[value.Str](d, key)
	return string(text)
}

// Columns are the names of the columns that rows are written with: those of
// the first row.
func (r *UnitRows) Columns() []string {
	if len(r.Rows) == 0 {
		return nil
	}
	var names []string
	for _, k := range r.Rows[0].Keys() {
		names = append(names, value.ToStr(k))
	}
	return names
}

// Check reports a row that names a column which the relation does not have.
// A failure is a *diag.Diagnostic.
func (r *UnitRows) Check(columns []adapters.Column) error {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	for i, row := range r.Rows {
		for _, k := range row.Keys() {
			name := value.ToStr(k)
			if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
				continue
			}
			d := diag.Errorf(codeUnitTest, r.Place(i, name), "Invalid column name: '%s' in unit test fixture for %s.", strings.ToLower(name), r.name)
			d.Detail = "Accepted columns for " + r.name + " are: " + value.Repr(textList(lowered(names)))
			d.Hint = diag.DidYouMean(name, names)
			return &d
		}
	}
	return nil
}

func lowered(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ToLower(n)
	}
	return out
}

// Fixture renders the rows of an input as a query. wh answers with the columns
// of the input's relation. A failure is a *diag.Diagnostic.
func (r *Runtime) Fixture(ctx context.Context, t *UnitCase, in *UnitInput, wh scope.Warehouse) (*StandIn, error) {
	stand := &StandIn{Name: StandInName(in.Node, in.Source)}
	s := &runNames{r: r, n: r.inputNode(in), free: true}
	var err error
	if in.IsSQL {
		stand.SQL, err = r.fixtureSQL(ctx, t, in, s, wh)
		return stand, err
	}
	text, err := r.callMacro(ctx, t, s, "get_fixture_sql", wh, rowList(in.Rows), value.None)
	stand.SQL = jinja.Piece{Text: text}
	return stand, err
}

// inputNode is the node in whose name the rows of an input are rendered.
func (r *Runtime) inputNode(in *UnitInput) *Node {
	if in.Source == nil {
		n := *in.Node
		n.Kind = Model
		return &n
	}
	s := in.Source
	return &Node{
		ID: s.ID, Kind: Model, Name: s.Name, Package: s.Package, FQN: s.FQN, Path: s.Path, OrigPath: s.OrigPath, Span: s.Span,
		Config: s.Config, Unrendered: value.NewDict(), Meta: value.NewDict(), Database: s.Database, Schema: s.Schema, Alias: s.Identifier,
	}
}

// fixtureSQL renders SQL that is given for rows: it may be a template.
func (r *Runtime) fixtureSQL(ctx context.Context, t *UnitCase, in *UnitInput, s *runNames, wh scope.Warehouse) (jinja.Piece, error) {
	program, diags := in.program()
	err := diags.Err()
	if err == nil {
		var out *jinja.Rendered
		if out, err = program.Render(r.options(ctx, s, wh)); err == nil {
			return jinja.Piece{Text: out.Text, Map: out.Map}, nil
		}
	}
	return jinja.Piece{}, t.Relocate(failed(err, t.Node))
}

// program parses SQL where it stands: in a file, or in the YAML.
func (r *UnitRows) program() (*jinja.Program, diag.List) {
	if span, ok := r.test.Fixtures[r.fixture]; ok {
		file := diag.NewFile(span.File.Path, span.File.Content())
		start := max(0, strings.Index(file.Text, r.SQL))
		return jinja.ParseRange(file, start, min(len(file.Text), start+len(r.SQL)))
	}
	r.file = diag.NewFile(r.test.OrigPath, r.SQL)
	return jinja.Parse(r.file)
}

// Relocate moves an error in SQL that stands in the YAML to its place there.
func (t *UnitCase) Relocate(d *diag.Diagnostic) *diag.Diagnostic {
	for _, in := range t.Inputs {
		if in.file == nil || d.Span.File != in.file {
			continue
		}
		out := *d
		if rows := t.Test.walk(in.at...).Get("rows"); rows != nil {
			out = rows.Relocate(out, in.file)
		} else {
			out.Span = in.Place(-1, "")
		}
		return &out
	}
	return d
}

// callMacro calls one of the macros that write the SQL of unit tests.
func (r *Runtime) callMacro(ctx context.Context, t *UnitCase, s *runNames, name string, wh scope.Warehouse, args ...value.Value) (string, error) {
	def, ok := r.Manifest.Macros().Find(t.Test.Package, name)
	if !ok {
		d := diag.Errorf("E265", t.Test.Span, "there is no macro %q", name)
		return "", &d
	}
	v, err := jinja.CallMacro(def.Macro, value.Args{Pos: args}, jinja.Options{Globals: r.scope(ctx, s, t.Test.Package, t.Test.Name, wh), Context: ctx, Steps: r.Context.Steps})
	if err != nil {
		return "", failed(err, t.Node)
	}
	return value.ToStr(v), nil
}

// rowList is rows for a macro: the first row without nulls comes first.
func rowList(rows []*value.Dict) value.Value {
	list := value.NewList()
	for _, row := range rows {
		list.Append(row)
	}
	return fullRowFirst(list)
}

// CompileUnitTest renders the model on the rows that stand for what it reads.
// A failure is a *diag.Diagnostic.
func (r *Runtime) CompileUnitTest(ctx context.Context, t *UnitCase, on StandIns, wh scope.Warehouse) (*Compiled, error) {
	s := &runNames{r: r, n: t.Node, inline: true, on: on, unit: t, over: &t.overrides}
	if this := on[t.Model.ID]; this != nil {
		s.stood = append(s.stood, this) // dbt has it first, whether it is read or not
	}
	c, err := r.compile(ctx, s, wh)
	if err == nil {
		return c, nil
	}
	d := failed(err, t.Node)
	if missing, ok := errors.AsType[*missingStandIn](err); ok {
		return nil, t.missingInput(missing, d)
	}
	return nil, d
}

// unitTestMark stands for the model's SQL while the query around it is made.
const unitTestMark = "__mdl_unit_test_sql__"

// UnitTestQuery returns what stands before and after the model's SQL in the
// query that gives the actual and the expected rows. Columns are those of the
// model's SQL. A failure is a *diag.Diagnostic.
func (r *Runtime) UnitTestQuery(ctx context.Context, t *UnitCase, columns []adapters.Column, wh scope.Warehouse) (before, after string, err error) {
	if err := t.Expect.Check(columns); err != nil {
		return "", "", err
	}
	rows, err := t.alignedRows()
	if err != nil {
		return "", "", err
	}
	types, quoted, names := value.NewDict(), value.NewDict(), value.NewList()
	for _, c := range columns {
		column := r.Context.shared.NewColumn(c)
		name := strings.ToLower(c.Name)
		for attr, into := range map[string]*value.Dict{"data_type": types, "quoted": quoted} {
			v, _ := column.Attr(attr)
			into.SetStr(name, v)
		}
	}
	expected := t.Expect.Columns()
	if len(expected) == 0 {
		for _, c := range columns {
			expected = append(expected, c.Name)
		}
	}
	for _, name := range expected {
		q, _ := quoted.GetStr(strings.ToLower(name))
		names.Append(q)
	}
	s := &runNames{r: r, n: t.Node, free: true}
	sql := t.Expect.SQL
	if !t.Expect.IsSQL {
		if sql, err = r.callMacro(ctx, t, s, "get_expected_sql", wh, rowList(rows), types, quoted); err != nil {
			return "", "", err
		}
	}
	text, err := r.callMacro(ctx, t, s, "get_unit_test_sql", wh, value.Str(unitTestMark), value.Str(sql), names)
	if err != nil {
		return "", "", err
	}
	before, after, found := strings.Cut(text, unitTestMark)
	if !found {
		d := diag.Errorf(codeUnitTest, t.Test.Span, "get_unit_test_sql leaves the model's SQL out")
		return "", "", &d
	}
	return before, after, nil
}

// alignedRows are the expected rows with the columns of the first row, in its
// order: the query takes them by their places. A row with other columns is a
// *diag.Diagnostic.
func (t *UnitCase) alignedRows() ([]*value.Dict, error) {
	names := t.Expect.Columns()
	aligned := make([]*value.Dict, len(t.Expect.Rows))
	for i, row := range t.Expect.Rows {
		byName := value.NewDictSize(row.Len())
		for k, v := range row.All() {
			byName.SetStr(strings.ToLower(value.ToStr(k)), v)
		}
		aligned[i] = value.NewDictSize(len(names))
		for _, name := range names {
			v, ok := byName.GetStr(strings.ToLower(name))
			if !ok {
				d := diag.Errorf(codeUnitTest, t.Expect.Place(i, ""), "unit test %q: row %d of the expected output has no column %s, which the first row has", t.Test.Name, i+1, name)
				d.Hint = fmt.Sprintf("add %s: null, or leave the column out of all rows", name)
				return nil, &d
			}
			aligned[i].SetStr(name, v)
		}
		if row.Len() > len(names) {
			d := diag.Errorf(codeUnitTest, t.Expect.Place(i, ""), "unit test %q: row %d of the expected output has columns that the first row has not", t.Test.Name, i+1)
			d.Hint = "name the same columns in all rows"
			return nil, &d
		}
	}
	return aligned, nil
}
