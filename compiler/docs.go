package compiler

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// collectDocs gathers the docs blocks of all packages.
func (r *resolver) collectDocs() {
	for _, pkg := range r.project.Packages {
		for _, b := range pkg.Docs {
			id := "doc." + pkg.Name() + "." + b.Name
			if other := r.m.Docs[id]; other != nil {
				r.report(pkg.Name(), diag.Errorf("E250", b.Span, "two docs blocks are named %q: the other one is in %s", b.Name, other.OrigPath).
					WithHint("rename one of them"))
				continue
			}
			r.m.Docs[id] = &DocBlock{ID: id, Package: pkg.Name(), Name: b.Name, Path: b.Rel, OrigPath: b.Path, Contents: b.Contents}
		}
	}
}

// doc finds a docs block as ref() finds a model.
func (r *resolver) doc(pkg, of, name string) *DocBlock {
	if of != "" {
		return r.m.Docs["doc."+of+"."+name]
	}
	for _, candidate := range append(r.m.searchOrder(pkg), r.m.Packages...) {
		if b := r.m.Docs["doc."+candidate+"."+name]; b != nil {
			return b
		}
	}
	return nil
}

// description renders a description, in which doc() names docs blocks, and
// returns the ids of those it used. Without diags the text stays as it is,
// which dbt does with what is disabled.
func (r *resolver) description(pkg, text string, at diag.Span, reads *scope.Reads, diags *diag.List) (string, []string) {
	if diags == nil || !strings.Contains(text, "{{") && !strings.Contains(text, "{%") {
		return text, nil
	}
	var used []string
	doc := &value.Func{Name: "doc", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
		var of, name string
		switch len(a.Pos) {
		case 1:
			name = value.ToStr(a.Pos[0])
		case 2:
			of, name = value.ToStr(a.Pos[0]), value.ToStr(a.Pos[1])
		default:
			return nil, &scope.Error{Msg: "doc() takes the name of a docs block, or a package and a name"}
		}
		b := r.doc(pkg, of, name)
		if b == nil {
			return nil, &scope.Error{Msg: `there is no docs block "` + name + `"`, Hint: diag.DidYouMean(name, r.docNames())}
		}
		used = append(used, b.ID)
		return value.Str(b.Contents), nil
	}}
	file := diag.NewFile(at.Path(), text)
	program, bad := jinja.Parse(file)
	var err error
	if bad.HasErrors() {
		err = bad.Err()
	} else {
		var out *jinja.Rendered
		globals := r.ctx.shared.Scope(scope.Binding{Vars: r.vars[pkg], Package: pkg, Reads: reads, Own: scope.Names{"doc": doc}})
		if out, err = program.Render(jinja.Options{Globals: globals, Steps: r.ctx.Steps}); err == nil {
			return out.Text, used
		}
	}
	d := diag.FromError(err, "E256", at)
	d.Span = at
	*diags = append(*diags, d)
	return text, nil
}

// describeMacros renders the descriptions of macros and of their arguments.
func (r *resolver) describeMacros() {
	for _, def := range r.macros.All() {
		if def.PatchPath == "" {
			continue
		}
		var diags diag.List
		at := def.Block.NameSpan
		def.Description, _ = r.description(def.Package, def.Description, at, &r.reads, &diags)
		for _, argument := range def.Arguments.Values() {
			d := argument.(*value.Dict)
			if text, ok := get[value.Str](d, "description"); ok {
				rendered, _ := r.description(def.Package, string(text), at, &r.reads, &diags)
				d.SetStr("description", value.Str(rendered))
			}
		}
		r.report(def.Package, diags...)
	}
}

func (r *resolver) docNames() []string {
	var names []string
	for _, b := range r.m.Docs {
		names = append(names, b.Name)
	}
	return names
}

// collectGroups gathers the groups of all packages.
func (r *resolver) collectGroups() {
	for _, pkg := range r.project.Packages {
		for _, file := range pkg.Properties {
			for _, g := range file.Groups {
				id := "group." + pkg.Name() + "." + g.Name
				if other := r.m.Groups[id]; other != nil {
					r.report(pkg.Name(), twice("groups", g.Name, g.Span, other.Span))
					continue
				}
				n := &GroupNode{
					ID: id, Package: pkg.Name(), Name: g.Name, Path: file.Rel, OrigPath: file.Path, Span: g.Span,
					Owner: g.Owner.ToDict(), Description: g.Description.Value,
				}
				// A group's configuration comes from the tree of models, as in dbt.
				n.Config, _ = r.trees.merged(Group, n.Package, append(yamlFQN(n.Package, file.Rel), n.Name), written{patch: g.Config})
				r.m.Groups[id] = n
			}
		}
	}
}

// twice is the error of a second resource of a name.
func twice(kinds, name string, at, other diag.Span) diag.Diagnostic {
	d := diag.Errorf("E250", at, "two %s are named %q", kinds, name).WithHint("rename one of them")
	d.Notes = []diag.Note{{Message: "the other one", Span: other}}
	return d
}
