package compiler

import (
	"fmt"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/yaml"
)

// constraintTypes are the types of constraints (dbt_common/contracts/constraints.py).
var constraintTypes = []string{"check", "not_null", "unique", "primary_key", "foreign_key", "custom"}

// constraintsOf are the constraints that a draft's properties declare: of the
// whole model, then of its columns.
func (d *draft) constraintsOf() []*yaml.Node {
	if d.patch == nil || d.node.Kind != Model {
		return nil
	}
	all := d.patch.props.Constraints
	if v := d.patch.version; v != nil && len(v.Constraints) > 0 {
		all = v.Constraints
	}
	all = append([]*yaml.Node(nil), all...)
	for _, c := range d.columns() {
		all = append(all, c.Constraints...)
	}
	return all
}

// bindConstraints notes what the foreign keys of a model refer to, and checks
// the constraints of an enforced contract (dbt/parser/schemas.py,
// ModelPatchParser).
func (r *resolver) bindConstraints(d *draft) {
	list := d.constraintsOf()
	if d.node.Kind == Model && d.node.contractEnforced() {
		d.checkContract()
		for _, c := range list {
			d.checkConstraint(c)
		}
		r.checkKept(d, list)
	}
	for _, c := range list {
		to := c.Get("to")
		if c.Get("type").String() != "foreign_key" || to.IsNull() || to.String() == "" {
			continue
		}
		ref, source, err := r.referenceIn(d.node.Package, to.String())
		switch {
		case err != nil:
			bad := diag.FromError(err, "E270", to.Span)
			bad.Span = to.Span
			d.diags = append(d.diags, bad.WithHint("write to: ref('model') or to: source('name', 'table')"))
		case ref != nil:
			ref.Span = to.Place()
			d.node.Refs = append(d.node.Refs, *ref)
		default:
			d.addSource(source[0], source[1], to.Place())
		}
	}
}

// contractEnforced reports whether the node's columns are promised.
func (n *Node) contractEnforced() bool {
	contract, ok := get[*value.Dict](n.Config.values, "contract")
	return ok && value.Truth(valueOf(contract, "enforced"))
}

// checkContract reports an enforced contract that promises no columns. Of a
// model without properties dbt says so only when it runs.
func (d *draft) checkContract() {
	if d.patch != nil && len(d.columns()) == 0 {
		d.diags = append(d.diags, diag.Errorf("E270", d.node.Span, "%s has an enforced contract but no columns", d.node.Name).
			WithHint("describe every column with its data_type in a properties file"))
	}
}

// checkKept reports what would make a contract a promise that is not kept: new
// columns of an incremental model that are ignored (dbt's NodeConfig), and, as
// a warning, constraints of what has no rows of its own.
func (r *resolver) checkKept(d *draft, constraints []*yaml.Node) {
	kind := d.node.Materialized()
	if mode := d.node.Config.String("on_schema_change"); kind == "incremental" && mode != "append_new_columns" && mode != "fail" {
		d.diags = append(d.diags, diag.Errorf("E272", r.configSpan(d, "on_schema_change"), "%s is incremental and has an enforced contract, with which on_schema_change cannot be %q", d.node.Name, mode).
			WithHint("set on_schema_change to append_new_columns or fail"))
	}
	if kind == "table" || kind == "incremental" {
		return
	}
	for _, c := range constraints {
		if warn, set := c.Get("warn_unsupported").Bool(); warn || !set {
			d.diags = append(d.diags, diag.Warnf("W270", c.Span, "the constraints of %s are ignored: a %s has none", d.node.Name, kind).
				WithHint("materialize it as a table, or write warn_unsupported: false at each of them"))
			return
		}
	}
}

func (d *draft) checkConstraint(c *yaml.Node) {
	kind := c.Get("type")
	for _, known := range constraintTypes {
		if kind.String() == known {
			return
		}
	}
	at, text := c.Span, "a constraint of %s has no type"
	if !kind.IsNull() {
		at, text = kind.Span, fmt.Sprintf("%q is no type of constraint, in %%s", kind.String())
	}
	d.diags = append(d.diags, diag.Errorf("E270", at, text, d.node.Name).
		WithHint("%s", orElse(diag.DidYouMean(kind.String(), constraintTypes), "it is check, not_null, unique, primary_key, foreign_key or custom")))
}

// checkPrimaryKeys reports a primary key that is declared in two ways.
func (d *draft) checkPrimaryKeys() {
	if d.patch == nil || d.node.Kind != Model {
		return
	}
	var columns []*project.Column
	for _, c := range d.columns() {
		for _, constraint := range c.Constraints {
			if constraint.Get("type").String() == "primary_key" {
				columns = append(columns, c)
			}
		}
	}
	if len(columns) > 1 {
		d.diags = append(d.diags, diag.Errorf("E270", columns[1].Span, "the columns %s and %s of %s are both the primary key", columns[0].Name, columns[1].Name, d.node.Name).
			WithHint("declare it under constraints: of the model, with columns: [%s, %s]", columns[0].Name, columns[1].Name))
	}
	if len(columns) == 0 {
		return
	}
	for _, c := range d.node.Constraints {
		if kind, _ := c.GetStr("type"); kind == value.Value(value.Str("primary_key")) {
			d.diags = append(d.diags, diag.Errorf("E270", columns[0].Span, "%s declares its primary key for the model and for the column %s", d.node.Name, columns[0].Name).
				WithHint("keep one of the two"))
		}
	}
}

// referenceIn evaluates a text of the properties that holds one ref() or
// source(), such as a foreign key's to.
func (r *resolver) referenceIn(pkg, text string) (*Ref, *[2]string, error) {
	return referenceIn(r.ctx, r.vars[pkg], text)
}

func referenceIn(c *Context, vars *value.Dict, text string) (*Ref, *[2]string, error) {
	var ref *Ref
	var source *[2]string
	own := scope.Names{
		"ref": &value.Func{Name: "ref", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
			got, err := parseRef(a)
			ref = &got
			return value.Str(""), err
		}},
		"source": &value.Func{Name: "source", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
			name, table, err := parseSource(a)
			source = &[2]string{name, table}
			return value.Str(""), err
		}},
	}
	globals := c.shared.Scope(scope.Binding{Vars: vars, Own: own})
	_, err := jinja.RenderExpression(diag.NewFile("", text), text, 0, jinja.Options{Globals: globals})
	if err == nil && ref == nil && source == nil {
		err = &scope.Error{Msg: fmt.Sprintf("%q is neither a ref() nor a source()", text)}
	}
	return ref, source, err
}

// keyTargets are the relations that the foreign keys of a model point at, by
// what the properties say of them; nil where there are none.
func (r *Runtime) keyTargets(n *Node) map[string]*scope.Relation {
	targets := map[string]*scope.Relation{}
	add := func(constraints []*value.Dict) {
		for _, c := range constraints {
			to, ok := get[value.Str](c, "to")
			if !ok || to == "" || value.ToStr(valueOf(c, "type")) != "foreign_key" {
				continue
			}
			if relation := r.keyTarget(n, string(to)); relation != nil {
				targets[string(to)] = relation
			}
		}
	}
	add(n.Constraints)
	for i := range n.Columns {
		add(n.Columns[i].Constraints)
	}
	if len(targets) == 0 {
		return nil
	}
	return targets
}

// keyTarget is nil where the project has nothing of that name, which was
// reported when it was read.
func (r *Runtime) keyTarget(n *Node, to string) *scope.Relation {
	ref, source, err := referenceIn(r.Context, r.Manifest.vars[n.Package], to)
	switch {
	case err != nil:
	case ref != nil:
		if parent := r.findRef(n, *ref); parent != nil {
			if d := r.Defer.find(parent); d != nil {
				return d.relation(r.Context)
			}
			return relationOf(r.Context, parent)
		}
	default:
		if s := r.findSource(n, source[0], source[1]); s != nil {
			if rel, err := sourceRelation(r.Context, s); err == nil {
				return rel
			}
		}
	}
	return nil
}
