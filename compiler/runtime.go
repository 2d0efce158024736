package compiler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// Runtime renders the nodes of one manifest during one invocation. It is
// immutable and shared by all workers.
type Runtime struct {
	Manifest *Manifest
	Context  *Context
	Selected []string // unique ids; `selected_resources`
	// Defer is where refs lead for what the target does not have; nil: nowhere.
	Defer *Defer
	// Sample is the span of event time that --sample reads; nil: all.
	Sample *Interval
	// BareSQL leaves the ephemeral models that a node refers to out of its SQL.
	BareSQL bool

	// instead is where a ref to insteadOf leads; see Instead.
	insteadOf string
	instead   adapters.Relation
}

// Compiled is the SQL of one node, with the way back to the user's text.
type Compiled struct {
	SQL  string
	Map  *jinja.SourceMap
	CTEs []string // unique ids of the ephemeral models that were put in front
	// KeyTargets are the relations that the model's foreign keys point at, by
	// their `to` in the properties; nil where there are none.
	KeyTargets map[string]*scope.Relation
	// Args are the rendered arguments of a generic test; nil for all others.
	Args *value.Dict
}

// inlineName is the name of the node that SQL of the command line becomes.
const inlineName = "inline_query"

// Compile renders a model, test, snapshot, analysis or operation for execution,
// with the ephemeral models it refers to put in front as common table
// expressions. A failure is a *diag.Diagnostic.
func (r *Runtime) Compile(ctx context.Context, n *Node, wh scope.Warehouse) (*Compiled, error) {
	return r.compile(ctx, &runNames{r: r, n: n, inline: true}, wh)
}

// Hook renders the SQL of a hook in the context of its node.
func (r *Runtime) Hook(ctx context.Context, n *Node, hook Hook, wh scope.Warehouse) (*Compiled, error) {
	file := diag.NewFile(n.OrigPath+" (hook)", hook.SQL)
	program, diags := jinja.Parse(file)
	err := diags.Err()
	if err == nil {
		s := &runNames{r: r, n: n}
		var out *jinja.Rendered
		if out, err = program.Render(r.options(ctx, s, wh)); err == nil {
			return &Compiled{SQL: out.Text, Map: out.Map}, nil
		}
	}
	d := failed(err, n)
	if d.Span.File == file && !hook.Span.IsZero() {
		d.Span = hook.Span
	}
	return nil, d
}

// Operation renders the SQL of an on-run-start or on-run-end hook. Extra are
// further names of its context, which on-run-end hooks see: results, schemas
// and database_schemas.
func (r *Runtime) Operation(ctx context.Context, n *Node, extra *value.Dict, wh scope.Warehouse) (*Compiled, error) {
	return r.compile(ctx, &runNames{r: r, n: n, inline: true, extra: extra}, wh)
}

// CallMacro calls a macro by name ("name" or "package.name") with keyword
// arguments, as run-operation does. A failure is a *diag.Diagnostic.
func (r *Runtime) CallMacro(ctx context.Context, name string, kwargs *value.Dict, wh scope.Warehouse) (value.Value, error) {
	def, ok := r.Manifest.Macros().Find("", name)
	if !ok {
		d := diag.Errorf("E265", diag.Span{}, "there is no macro %q", name).
			WithHint("%s", diag.DidYouMean(name, r.Manifest.Macros().names()))
		return nil, &d
	}
	var args value.Args
	if kwargs != nil {
		for k, v := range kwargs.All() {
			args.Kw = append(args.Kw, value.Kwarg{Name: value.ToStr(k), Value: v})
		}
	}
	pkg, _, dotted := strings.Cut(name, ".")
	if !dotted {
		pkg = r.Manifest.ProjectName
	}
	s := &runNames{r: r, free: true, extra: dictOf("model", MacroModelDict(def))}
	v, err := jinja.CallMacro(def.Macro, args, jinja.Options{Globals: r.scope(ctx, s, pkg, name, wh), Context: ctx, Steps: r.Context.Steps})
	if err != nil {
		return nil, failed(err, nil)
	}
	return v, nil
}

// Inline renders SQL that was given on the command line, as a node of its own.
func (r *Runtime) Inline(ctx context.Context, sql string, wh scope.Warehouse) (*Compiled, error) {
	file := diag.NewFile(inlineName, sql)
	program, diags := jinja.Parse(file)
	if err := diags.Err(); err != nil {
		return nil, err
	}
	n := &Node{
		ID: "sql_operation." + r.Manifest.ProjectName + "." + inlineName, Kind: SQLQuery,
		Name: inlineName, Package: r.Manifest.ProjectName, FQN: []string{r.Manifest.ProjectName, "sql", inlineName},
		Path: inlineName, OrigPath: inlineName, File: file, Span: diag.Span{File: file, End: len(sql)},
		Raw: sql, program: program, Config: NewConfig(value.NewDict()), Unrendered: value.NewDict(), Meta: value.NewDict(),
		Database: r.Context.Target.Database, Schema: r.Context.Target.Schema, Alias: inlineName,
	}
	return r.compile(ctx, &runNames{r: r, n: n, free: true, inline: true}, wh)
}

// compile renders a node and puts its ephemeral models in front.
func (r *Runtime) compile(ctx context.Context, s *runNames, wh scope.Warehouse) (*Compiled, error) {
	out, err := r.render(ctx, s, wh)
	if err != nil {
		return nil, err
	}
	ctes := cteList{r: r, ctx: ctx, wh: wh, on: s.on}
	ctes.add(s.stood)
	if err := ctes.collect(s.ephemeral, []*Node{s.n}); err != nil {
		return nil, err
	}
	targets, args := r.keyTargets(s.n), s.testArgs()
	if len(ctes.pieces) == 0 || r.BareSQL {
		return &Compiled{SQL: out.Text, Map: out.Map, KeyTargets: targets, Args: args}, nil
	}
	c := &Compiled{CTEs: ctes.ids, KeyTargets: targets, Args: args}
	c.SQL, c.Map = ctes.inject(*out)
	return c, nil
}

// render renders a node's own SQL.
func (r *Runtime) render(ctx context.Context, s *runNames, wh scope.Warehouse) (*jinja.Piece, error) {
	n := s.n
	program := n.Program()
	if program == nil {
		d := diag.Errorf("E266", n.Span, "%s has no SQL that could be rendered", n.ID)
		if n.IsPython() {
			d = diag.Errorf("E266", n.Span, "Python %ss are not supported", n.Kind).
				WithHint("write %s in SQL, or leave it out with --exclude %s", n.Name, n.Name)
		}
		return nil, &d
	}
	o := r.options(ctx, s, wh)
	if n.Test != nil {
		kwargs, err := renderTestKwargs(n, o)
		if err != nil {
			return nil, failed(err, n)
		}
		s.extra = dictOf(testKwargsName, kwargs)
		if def, ok := r.Manifest.Macros().Test(n.Package, n.Test.Namespace, n.Test.Name); ok && n.Test.Namespace == "" {
			s.extra.SetStr(def.Name, def.Macro) // also of a package that need not be named
		}
	}
	out, err := program.Render(o)
	if err != nil {
		return nil, failed(err, n)
	}
	return &jinja.Piece{Text: out.Text, Map: out.Map}, nil
}

func (r *Runtime) options(ctx context.Context, s *runNames, wh scope.Warehouse) jinja.Options {
	return jinja.Options{Globals: r.scope(ctx, s, s.n.Package, s.n.Name, wh), Map: true, Context: ctx, Steps: r.Context.Steps}
}

// scope is the context of one render for execution.
func (r *Runtime) scope(ctx context.Context, s *runNames, pkg, name string, wh scope.Warehouse) *scope.Scope {
	macros := r.Manifest.Macros()
	s.ctx, s.wh = ctx, wh
	vars, visible := r.Manifest.vars[pkg], macros.Globals(pkg)
	var env func(string) (string, bool)
	if o := s.over; o != nil {
		vars, env = o.variables(vars), o.environment
		visible = o.macrosOver(visible, r.Context.shared.Scope(scope.Binding{Vars: vars, Own: s}))
	}
	return r.Context.shared.Scope(scope.Binding{
		Node: name, Context: ctx, Warehouse: wh, Execute: true,
		Vars: vars, EnvOverride: env,
		Dispatch: func(name, namespace string) (value.Value, error) {
			return macros.Dispatch(pkg, name, namespace)
		},
		Override: func(name string) value.Callable {
			if def := macros.Override(name); def != nil {
				return def.Macro
			}
			return nil
		},
		Own: s, Macros: visible,
	})
}

// failed makes the diagnostic of a failed render. What the warehouse said in a
// query of the template is reported as such, at the template's call.
func failed(err error, n *Node) *diag.Diagnostic {
	var at diag.Span
	if n != nil {
		at = n.Span
	}
	d := diag.FromError(err, "E120", at)
	if d.Span.IsZero() {
		d.Span = at
	}
	var q *adapters.QueryError
	if errors.As(err, &q) {
		summary, detail, _ := strings.Cut(strings.TrimSpace(q.Message), "\n")
		d.Code, d.Summary, d.Detail = fmt.Sprintf("E3%02d", int(q.Kind)), summary, strings.TrimSpace(detail)
		if q.Hint != "" {
			d.Hint = q.Hint
		}
	}
	return &d
}

// cteList collects the ephemeral models that a node needs, each after those
// that it needs itself (dbt/compilation.py).
type cteList struct {
	r      *Runtime
	ctx    context.Context
	wh     scope.Warehouse
	on     StandIns
	stood  []*StandIn
	ids    []string
	pieces []jinja.Piece // in threes: head, SQL, tail
}

// collect adds ephemeral models; path are the nodes that led to them.
func (l *cteList) collect(nodes, path []*Node) error {
	for _, n := range nodes {
		if slices.Contains(l.ids, n.ID) {
			continue
		}
		if slices.Contains(path, n) {
			d := diag.Errorf("E267", n.Span, "the ephemeral model %s refers to itself", n.Name)
			return &d
		}
		s := &runNames{r: l.r, n: n, inline: true, on: l.on}
		out, err := l.r.render(l.ctx, s, l.wh)
		if err != nil {
			return err
		}
		l.add(s.stood)
		if err := l.collect(s.ephemeral, append(path, n)); err != nil {
			return err
		}
		l.ids = append(l.ids, n.ID)
		l.pieces = append(l.pieces, jinja.Piece{Text: " " + scope.CTEPrefix + n.Alias + " as (\n"}, *out, jinja.Piece{Text: "\n)"})
	}
	return nil
}

// inject puts the collected models in front of SQL, or into its WITH.
func (l *cteList) inject(sql jinja.Piece) (string, *jinja.SourceMap) {
	at, with := withPlace(sql.Text)
	pieces := []jinja.Piece{sql.Slice(0, at)}
	if !with {
		pieces = append(pieces, jinja.Piece{Text: "with"})
	}
	for i := 0; i < len(l.pieces); i += 3 {
		if i > 0 {
			pieces = append(pieces, jinja.Piece{Text: ", "})
		}
		pieces = append(pieces, l.pieces[i:i+3]...)
	}
	if with {
		pieces = append(pieces, jinja.Piece{Text: ", "})
	} else {
		pieces = append(pieces, jinja.Piece{Text: " "})
	}
	return jinja.Join(append(pieces, sql.Slice(at, len(sql.Text)))...)
}

// withPlace returns where common table expressions are put into a query: after
// its WITH [RECURSIVE] and the white space there, or before its first word or
// comment when it has none.
func withPlace(sql string) (at int, with bool) {
	first := spaceEnd(sql, 0)
	word := first
	for {
		end := commentEnd(sql, word)
		if end == word {
			break
		}
		word = spaceEnd(sql, end)
	}
	end := wordEnd(sql, word)
	if !strings.EqualFold(sql[word:end], "with") {
		return first, false
	}
	next := spaceEnd(sql, end)
	if last := wordEnd(sql, next); strings.EqualFold(sql[next:last], "recursive") {
		return spaceEnd(sql, last), true
	}
	return next, true
}

func spaceEnd(sql string, at int) int {
	for at < len(sql) && strings.IndexByte(" \t\r\n\f\v", sql[at]) >= 0 {
		at++
	}
	return at
}

// commentEnd returns the end of the comment at an offset, or the offset.
func commentEnd(sql string, at int) int {
	open, end := "--", "\n"
	if strings.HasPrefix(sql[at:], "/*") {
		open, end = "/*", "*/"
	}
	if !strings.HasPrefix(sql[at:], open) {
		return at
	}
	i := strings.Index(sql[at+2:], end)
	if i < 0 {
		return len(sql)
	}
	return at + 2 + i + len(end)
}

func wordEnd(sql string, at int) int {
	for at < len(sql) {
		c := sql[at]
		if c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c < 0x80 {
			break
		}
		at++
	}
	return at
}
