package compiler

import (
	"fmt"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/yaml"
)

// finishDraft renders a draft once with a scope that records ref, source and
// config calls, then merges its configuration and names its relation. dbt does
// the same (parser/base.py), in the same order.
func (r *resolver) finishDraft(d *draft) {
	n := d.node
	w := written{patch: d.patchConfig()}
	if d.builtin != nil {
		d.call = pairsDict(d.config)
	}
	if d.builtin == nil {
		n.Config, n.Unrendered = r.trees.over(d.base, n.FQN, w)
	}
	n.Alias, n.Schema, n.Database = n.Name, r.ctx.Target.Schema, r.ctx.Target.Database
	if !d.failed {
		r.renderOnce(d)
	}
	if w.call = d.call; w.call != nil || n.Unrendered == nil {
		n.Config, n.Unrendered = r.trees.over(d.base, n.FQN, w)
	}
	n.Written = d.writtenConfig()
	r.applyConfig(d)
	if d.failed {
		return
	}
	r.nameRelation(d)
	r.checkConfig(d)
	described := &d.diags
	if enabled, set := n.Config.Bool("enabled"); set && !enabled {
		described = nil
	}
	n.Description, n.DocBlocks = r.description(n.Package, n.Description, d.descriptionSpan(), &d.reads, described)
	n.Columns = r.describe(n.Package, d.columns(), &d.reads, described)
	d.checkTimeSpine()
	n.PreHooks, n.PostHooks = hooksOf(n.Config, "pre-hook"), hooksOf(n.Config, "post-hook")
	r.renderHooks(d)
	r.bindConstraints(d)
	d.checkPrimaryKeys()
}

func (d *draft) descriptionSpan() diag.Span {
	if d.patch != nil {
		return d.patch.props.Description.Span
	}
	return d.node.Span
}

func pairsDict(pairs []yaml.Pair) *value.Dict {
	d := value.NewDictSize(len(pairs))
	for _, p := range pairs {
		d.SetStr(p.Key.String(), p.Value.ToValue())
	}
	return d
}

// renderOnce finds what the node's text refers to.
func (r *resolver) renderOnce(d *draft) {
	n := d.node
	if n.IsPython() {
		r.readPython(d)
		return
	}
	if d.read {
		d.addTarget()
		return
	}
	if n.program == nil || !n.program.HasTags() {
		return
	}
	names := &parseNames{r: r, d: d}
	globals := watched{r.parseScope(d, names), map[string]bool{}}
	o := jinja.Options{Globals: globals, Lenient: true, Discard: true, Steps: r.ctx.Steps}
	if n.Test != nil {
		r.addMacroCalls(n, n.program)
		kwargs, err := r.testKwargs(d, names, o)
		if err != nil {
			d.fail(err)
			return
		}
		if r.isRead(n) {
			for i := range n.Refs {
				n.Refs[i].VersionText = false // dbt takes the version from the properties
			}
			return
		}
		r.addMacroCall(n, "get_where_subquery")
		names.kwargs = kwargs
	} else {
		o.Called = r.noteMacro(n)
	}
	if _, err := n.program.Render(o); err != nil {
		d.fail(err)
	}
	if n.Test == nil {
		r.warnOfUnknownCalls(d, globals)
	}
}

// fail records an error of rendering.
func (d *draft) fail(err error) {
	bad := diag.FromError(err, "E120", d.node.Span)
	if d.builtin != nil && (bad.Span.File == nil || bad.Span.File == d.node.File) {
		bad.Span = d.node.Span
	}
	d.diags = append(d.diags, bad)
}

// parseScope is the scope of a node while it is parsed: nothing is asked of
// the warehouse.
func (r *resolver) parseScope(d *draft, own jinja.Globals) *scope.Scope {
	pkg := d.node.Package
	names := r.macros.Globals(pkg)
	if d.node.Test != nil {
		names = testGlobals{names, r.macros, d.node}
	}
	return r.ctx.shared.Scope(scope.Binding{
		Node:             d.node.Name,
		Vars:             r.vars[pkg],
		Package:          pkg,
		Reads:            &d.reads,
		AllowMissingVars: r.ctx.Compat == project.V1,
		Dispatch: func(name, namespace string) (value.Value, error) {
			return r.macros.Dispatch(pkg, name, namespace)
		},
		Own:    own,
		Macros: names,
	})
}

// noteMacro returns what notes the macros that a template of a node calls.
func (r *resolver) noteMacro(n *Node) func(*jinja.Macro) {
	return func(macro *jinja.Macro) {
		if def, ok := r.macros.Of(macro); ok && !slices.Contains(n.DependsOnMacros, def.ID) {
			n.DependsOnMacros = append(n.DependsOnMacros, def.ID)
		}
	}
}

// addMacroCalls notes the macros that a template of a node names.
func (r *resolver) addMacroCalls(n *Node, program *jinja.Program) {
	if program == nil {
		return
	}
	for _, call := range program.Callees() {
		r.addMacroCall(n, call.Name)
	}
}

func (r *resolver) addMacroCall(n *Node, name string) {
	if def, ok := r.macros.Find(n.Package, name); ok && !slices.Contains(n.DependsOnMacros, def.ID) {
		n.DependsOnMacros = append(n.DependsOnMacros, def.ID)
	}
}

func (n *Node) addTags(tags []string) {
	for _, tag := range tags {
		if !slices.Contains(n.Tags, tag) {
			n.Tags = append(n.Tags, tag)
		}
	}
}

// applyConfig copies to the node what dbt keeps both there and in its config.
func (r *resolver) applyConfig(d *draft) {
	n, c := d.node, d.node.Config
	if d.call != nil && d.patch != nil { // dbt knows the file's tags before those of the properties
		before, _ := r.trees.over(d.base, n.FQN, written{call: d.call})
		n.addTags(before.Strings("tags"))
	}
	n.addTags(c.Strings("tags"))
	n.Meta, _ = get[*value.Dict](c.values, "meta")
	if n.Meta == nil {
		n.Meta = value.NewDict()
	}
	if group := c.String("group"); group != "" {
		n.Group = group
	}
	if n.Kind == Model {
		n.Access = c.String("access")
		if d.patch != nil && d.patch.version != nil && d.patch.version.Access.IsSet() {
			n.Access = d.patch.version.Access.Value
		}
	}
	if docs, ok := get[*value.Dict](c.values, "docs"); ok {
		show, _ := docs.GetStr("show")
		n.ShowDocs = show == nil || value.Truth(show)
		if color, _ := docs.GetStr("node_color"); color != nil && color != value.None {
			n.NodeColor = value.ToStr(color)
		}
	}
}

// nameRelation asks the generate_*_name macros where the node's relation is.
func (r *resolver) nameRelation(d *draft) {
	n := d.node
	if n.Kind == SQLQuery {
		return
	}
	asked := []struct {
		component string
		into      *string
	}{{"database", &n.Database}, {"schema", &n.Schema}, {"alias", &n.Alias}}
	var node *value.Dict
	for _, a := range asked {
		if name, ok := r.plainName(n, a.component, customName(n.Config, a.component)); ok {
			*a.into = name
			continue
		}
		if node == nil {
			node = NodeDict(n)
		}
		name, err := r.generateName(d, a.component, node)
		if err != nil {
			d.diags = append(d.diags, diag.FromError(err, "E120", n.Span))
			d.failed = true
			return
		}
		*a.into = name
	}
	if n.Kind == Snapshot {
		if db := n.Config.String("target_database"); db != "" {
			n.Database = db
		}
		if schema := n.Config.String("target_schema"); schema != "" {
			n.Schema = schema
		}
	}
	if isRelational(n) {
		n.RelationName = relationOf(r.ctx, n).Render()
	}
}

// isRelational reports whether the node leaves a relation behind.
func isRelational(n *Node) bool {
	switch n.Kind {
	case Model:
		return !n.IsEphemeral()
	case Seed, Snapshot:
		return true
	case Test:
		store, _ := n.Config.Bool("store_failures")
		return store
	}
	return false
}

// customName is what a configuration says of a part of the relation's name, or
// none.
func customName(c *Config, component string) value.Value {
	custom, ok := c.values.GetStr(component)
	if !ok {
		return value.None
	}
	return custom
}

// generateName asks the generate_*_name macro for a part of the relation's name.
func (r *resolver) generateName(d *draft, component string, node *value.Dict) (string, error) {
	n := d.node
	def, ok := r.macros.nameMacro(n.Package, component)
	if !ok {
		return "", diag.List{diag.Errorf("E252", n.Span, "macro generate_%s_name is missing", component)}.Err()
	}
	names := &parseNames{r: r, d: d}
	v, err := jinja.CallMacro(def.Macro, value.Args{Pos: []value.Value{customName(n.Config, component), node}}, jinja.Options{Globals: r.parseScope(d, names), Steps: r.ctx.Steps})
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(value.ToStr(v)), nil
}

// renderHooks finds what pre- and post-hooks refer to.
func (r *resolver) renderHooks(d *draft) {
	for i, hook := range append(slices.Clone(d.node.PreHooks), d.node.PostHooks...) {
		key := "pre-hook"
		if i >= len(d.node.PreHooks) {
			key = "post-hook"
		}
		file := diag.NewFile(d.node.OrigPath, hook.SQL)
		program, diags := jinja.Parse(file)
		for _, bad := range diags {
			d.diags = append(d.diags, r.inHook(d, key, hook, file, bad))
		}
		if diags.HasErrors() || !program.HasTags() {
			continue
		}
		o := jinja.Options{Globals: r.parseScope(d, &parseNames{r: r, d: d}), Lenient: true, Steps: r.ctx.Steps, Called: r.noteMacro(d.node)}
		if _, err := program.Render(o); err != nil {
			d.diags = append(d.diags, r.inHook(d, key, hook, file, diag.FromError(err, "E120", d.node.Span)))
		}
	}
}

// inHook moves a diagnostic about the text of a hook, which is in no file of
// its own, to where the hook is configured.
func (r *resolver) inHook(d *draft, key string, hook Hook, file *diag.File, bad diag.Diagnostic) diag.Diagnostic {
	at := r.configSpan(d, key)
	bad.Frames = slices.Clone(bad.Frames)
	for i := range bad.Frames {
		if bad.Frames[i].Span.File == file {
			bad.Frames[i].Span = at
		}
	}
	if bad.Span.File == file {
		bad.Span = at
		bad.Detail = strings.TrimLeft(bad.Detail+"\n", "\n") + "the " + key + " is " + hook.SQL
	}
	return bad
}

// materializations are those that mdl builds itself, for suggestions.
var materializations = []string{"view", "table", "incremental", "ephemeral", "seed", "snapshot", "test", "materialized_view", "external", "table_function"}

// onError are what on_error of a model may be (dbt 1.12).
var onError = []string{"skip_children", "continue"}

// checkConfig says before any run what a run could only fail at.
func (r *resolver) checkConfig(d *draft) {
	n := d.node
	r.checkConfigTypes(d)
	r.checkMicrobatch(d)
	if said := n.Config.String("on_error"); n.Kind == Model && said != "" && !slices.Contains(onError, said) {
		d.diags = append(d.diags, diag.Errorf("E253", r.configSpan(d, "on_error"), "on_error of the model %q cannot be %q", n.Name, said).
			WithHint("write skip_children or continue"))
	}
	if v, _ := n.Config.values.GetStr("materialized"); n.Kind == Model && value.IsStr(v) {
		name := n.Materialized()
		if !slices.Contains(materializations, name) && r.macros.Materialization(name, true) == nil {
			d.diags = append(d.diags, diag.Errorf("E253", r.configSpan(d, "materialized"), "there is no materialization %q", name).
				WithHint("%s", diag.DidYouMean(name, append(r.macros.ownMaterializations(), materializations...))))
		}
	}
	if n.Kind == Function {
		d.checkFunction()
	}
	if r.ctx.Compat == project.V2 && n.Package == r.m.ProjectName {
		r.refuseUnknownConfig(d)
		return
	}
	if d.call == nil {
		return
	}
	for key := range d.call.All() {
		name := value.ToStr(key)
		if project.SuggestConfigKey(sections[n.Kind], name) != "" && d.builtin == nil {
			d.diags = append(d.diags, project.MisspeltConfig(d.callSpan(name), sections[n.Kind], name))
		}
	}
}

// refuseUnknownConfig refuses the keys of a node's configuration that dbt does
// not know, as dbt 2 does: a project's own belong under meta.
func (r *resolver) refuseUnknownConfig(d *draft) {
	section := sections[d.node.Kind]
	known := project.ConfigKeys(section)
	if known == nil || d.builtin != nil {
		return
	}
	for key := range d.node.Config.Dict().All() {
		name := value.ToStr(key)
		if slices.Contains(known, name) {
			continue
		}
		hint := "put it under meta"
		if s := project.SuggestConfigKey(section, name); s != "" {
			hint = fmt.Sprintf("did you mean %q? A key of your own goes under meta", s)
		}
		d.diags = append(d.diags, diag.Errorf("E202", r.configSpan(d, name), "no configuration of %s is called %q", section, name).WithHint("%s", hint))
	}
}

// callSpan is the place of the config() call that sets a key, or the node's.
func (d *draft) callSpan(key string) diag.Span {
	if d.node.program != nil {
		for _, call := range d.node.program.Calls() {
			if call.Name != "config" {
				continue
			}
			for _, kw := range call.Kwargs {
				if kw.Name == key {
					return keySpan(call.Span, key)
				}
			}
		}
	}
	return d.node.Span
}

// keySpan narrows the place of a call to a keyword in it.
func keySpan(call diag.Span, key string) diag.Span {
	if i := strings.Index(call.Text(), key); i >= 0 {
		call.Start += i
		call.End = call.Start + len(key)
	}
	return call
}
