package engine

import (
	"context"
	"strings"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/engine/outfile"
)

// build is one node that becomes a relation. What all materializations have in
// common is here: hooks, the transaction, comments, the catalog.
type build struct {
	*worker
	ctx  context.Context
	node *compiler.Node
	sql  *compiler.Compiled // nil for seeds
	s    *session
	d    *adapters.Dialect
	// target is what the node builds; old what has its name now, if exists.
	target, old adapters.Relation
	exists      bool
	remade      bool // the target is a new relation, which has no grants yet
	fullRefresh bool
	response    *Response
	ran         []string       // the statements, for target/run
	slowSeed    bool           // the warehouse could not read the seed's file
	ownQuotes   bool           // the warehouse is not asked how a seed is quoted
	files       *outfile.Place // of an external model, while they are written
	// later, more and anew tell of a batch: the node's earlier ones are in its
	// table, others follow, or the table is made anew.
	later, more, anew bool
	started           time.Time
	audits            []*Step // the tests that decide whether it is published
	published         bool    // the target has its name: see publication
}

// materialization is one way to turn a node into a relation. Its function runs
// inside the build's transaction.
type materialization struct {
	name  string
	build func(*build) error
}

var materializations = []materialization{
	{"view", buildView},
	{"table", buildTable},
	{"incremental", buildIncremental},
	{"seed", buildSeed},
	{"snapshot", buildSnapshot},
	{"external", buildExternal},
	{"table_function", buildTableFunction},
	{"materialized_view", buildMaterializedView},
}

// materializationOf finds a node's materialization.
func materializationOf(n *compiler.Node) (materialization, error) {
	name := n.Materialized()
	names := make([]string, len(materializations))
	for i, m := range materializations {
		if m.name == name {
			return m, nil
		}
		names[i] = m.name
	}
	d := nodeError(codeMaterialization, n, "materialization %q of %s is not one that mdl has", name, n.Name)
	d.Hint = "mdl builds " + strings.Join(names, ", ") + ", ephemeral, and what a project defines by {% materialization " + name + ", default %}"
	if s := diag.DidYouMean(name, names); s != "" {
		d.Hint = s
	}
	return materialization{}, d
}

// build runs the node's materialization.
func (w *worker) build(ctx context.Context, res *Result) error {
	n := res.Node
	b := &build{worker: w, ctx: ctx, node: n, sql: res.Compiled, s: w.session, d: w.dialect, target: n.Relation(), audits: res.audits}
	b.later, b.more, b.started = res.later, res.more, w.opt.Clock()
	b.fullRefresh = fullRefresh(n, w.opt.FullRefresh) && !b.later
	if n.Interval() != nil {
		old, exists, err := w.session.find(ctx, b.target)
		if err != nil {
			return err
		}
		b.anew = !b.later && (!exists || old.Kind != adapters.Table || b.fullRefresh || n.Materialized() != "incremental")
	}
	err := w.builtBy(b)
	res.Response = b.response
	if res.RunPath, _ = w.write("run", n, statements(b.ran)); err != nil {
		return err
	}
	if b.response != nil {
		res.Message = b.response.Message
	}
	return nil
}

// statements joins statements for a file.
func statements(list []string) string {
	var b strings.Builder
	for _, sql := range list {
		b.WriteString(strings.TrimRight(sql, "\n") + ";\n")
	}
	return b.String()
}

// fullRefresh reports whether the node is to be built from nothing: its own
// configuration wins over the flag.
func fullRefresh(n *compiler.Node, flag bool) bool {
	if own, set := n.Config.Bool("full_refresh"); set {
		return own
	}
	return flag
}

// atomically runs a materialization and the node's hooks: those that want no
// transaction around one, the others inside it. Whatever fails, the old
// relation stays.
func (b *build) atomically(m materialization) error {
	if err := b.hooks(b.node.PreHooks, false); err != nil {
		return err
	}
	err := b.retried(b.ctx, b.node, func() error {
		err := b.transaction(m)
		if endErr := b.endFiles(err == nil); err == nil {
			err = endErr
		}
		return err
	})
	if err != nil {
		return err
	}
	return b.hooks(b.node.PostHooks, false)
}

func (b *build) transaction(m materialization) error {
	b.ran = nil
	if err := b.s.begin(b.ctx); err != nil {
		return err
	}
	if err := b.lock(); err != nil {
		return err
	}
	if err := b.hooks(b.node.PreHooks, true); err != nil {
		return err
	}
	var err error
	if b.old, b.exists, err = b.s.find(b.ctx, b.target); err != nil {
		return err
	}
	if err := m.build(b); err != nil {
		return err
	}
	return b.complete()
}

// lock waits for another process that adds to the same table, so that both do
// not add the same rows. What is made anew needs none: the last one wins.
func (b *build) lock() error {
	if b.d.Lock == nil || !b.s.open || b.node.Materialized() != "incremental" && b.node.Kind != compiler.Snapshot {
		return nil
	}
	return b.do(b.d.Lock(b.name(b.target) + " " + b.node.BatchLabel()))
}

// complete does what comes after the rows in the same transaction, and commits.
func (b *build) complete() error {
	if err := b.applyGrants(); err != nil {
		return err
	}
	if err := b.comments(); err != nil {
		return err
	}
	if err := b.hooks(b.node.PostHooks, true); err != nil {
		return err
	}
	if err := b.record(); err != nil {
		return err
	}
	return b.s.Commit(b.ctx)
}

// hooks renders and runs the hooks that want to be inside the transaction, or
// those that want to be outside.
func (b *build) hooks(hooks []compiler.Hook, inside bool) error {
	for _, h := range hooks {
		if h.Transaction != inside {
			continue
		}
		c, err := b.renderer.Hook(b.ctx, b.node, h, b.s)
		if err != nil {
			return err
		}
		if strings.TrimSpace(c.SQL) == "" {
			continue
		}
		s := userScript(c)
		b.s.dirty = true
		if _, err := b.s.conn.Exec(b.ctx, s.String()); err != nil {
			d := queryDiagnostic(err, s, b.node)
			if d.Span == nodeSpan(b.node) && !h.Span.IsZero() {
				d.Span = h.Span
			}
			first, _, _ := strings.Cut(strings.TrimSpace(h.SQL), "\n")
			d.Notes = append(d.Notes, diag.Note{Message: "in the hook: " + first})
			return d
		}
	}
	return nil
}

// exec runs a statement of the materialization.
func (b *build) exec(s *script) (adapters.Outcome, error) {
	b.ran = append(b.ran, s.String())
	out, err := b.s.conn.Exec(b.ctx, s.String())
	if err != nil {
		return out, queryDiagnostic(err, s, b.node)
	}
	return out, nil
}

// header returns a script that begins with the node's sql_header, if it has one.
func (b *build) header() *script {
	s := newScript()
	if header := b.str("sql_header"); header != "" {
		b.s.dirty = true
		s.add(header, "\n")
	}
	return s
}

// do runs a statement without user SQL.
func (b *build) do(parts ...string) error {
	_, err := b.exec(newScript(parts...))
	return err
}

// main runs the statement whose outcome is the node's.
func (b *build) main(s *script) error {
	out, err := b.exec(s)
	if err != nil {
		return err
	}
	b.response = newResponse(out)
	return nil
}

// name renders a relation.
func (b *build) name(r adapters.Relation) string { return b.d.Render(r) }

// shadowSuffix marks relations that exist only while a node is built.
const shadowSuffix = "__mdl_tmp"

// shadow is the relation under whose name the target is prepared.
func (b *build) shadow() adapters.Relation {
	name, suffix := b.target.Name, shadowSuffix+b.mark
	if most := b.d.MaxIdentifier - len(suffix); b.d.MaxIdentifier > 0 && len(name) > most {
		name = strings.ToValidUTF8(name[:most], "")
	}
	return b.target.WithName(name + suffix)
}

// withTemp fills a temporary table, lets it be used, and drops it. Where
// sessions have no tables of their own it stands beside the target. A failed
// transaction takes it along; without one it is dropped after a failure, too.
func (b *build) withTemp(fill func(adapters.Relation) *script, use func(adapters.Relation) error) error {
	temp := adapters.Relation{Name: b.shadow().Name, Kind: adapters.Table}
	if b.d.NoTemporaryTables {
		temp = b.shadow()
		temp.Kind = adapters.Table
		if err := b.do(b.d.DropSQL(temp)); err != nil {
			return err
		}
	}
	if _, err := b.exec(fill(temp)); err != nil {
		return err
	}
	if err := use(temp); err != nil {
		if !b.s.open {
			_, _ = b.s.conn.Exec(context.WithoutCancel(b.ctx), b.d.DropSQL(temp)) // the failure is the error to tell
		}
		return err
	}
	return b.do("drop table ", b.name(temp))
}

// createTemp begins the statement that makes a temporary table.
func (b *build) createTemp() string {
	if b.d.NoTemporaryTables {
		return "create table "
	}
	return "create temporary table "
}

// str returns a configuration value as text.
func (b *build) str(key string) string { return b.node.Config.String(key) }

// list returns a configuration value that is a text or a list of texts.
func (b *build) list(key string) []string { return b.node.Config.Strings(key) }

// dict returns a configuration value that is a mapping, or nil.
func (b *build) dict(key string) *value.Dict {
	v, _ := b.node.Config.Get(key)
	d, _ := v.(*value.Dict)
	return d
}

// refuse returns an error about the node, with what to do about it.
func (b *build) refuse(code, hint, format string, args ...any) *diag.Diagnostic {
	d := nodeError(code, b.node, format, args...)
	d.Hint = hint
	return d
}
