package compiler

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// QueryComment is a comment for the statements of one node.
type QueryComment struct {
	// Text stands between the comment's marks; "" asks for no comment.
	Text string
	// Append puts the comment behind the statement instead of in front.
	Append bool
}

// queryCommentMacro wraps the project's query-comment, which may return(): so
// dbt does it, white space included (dbt/adapters/base/query_headers.py).
const queryCommentMacro = "query_comment_macro"

// QueryComment renders the project's query-comment, or dbt's own, which tells
// the node or the connection. The node may be nil; the connection is the id of
// the node, or what else the session is for. A failure is a *diag.Diagnostic.
func (r *Runtime) QueryComment(connection string, n *Node) (QueryComment, error) {
	source := r.Manifest.configs[0].QueryComment
	if source == nil {
		return QueryComment{Text: r.defaultComment(connection, n)}, nil
	}
	var c QueryComment
	if options := source; options.Get("comment") != nil || options.Has("append") || options.Has("job-label") {
		c.Append, _ = options.Get("append").Bool()
		if source = options.Get("comment"); source == nil {
			c.Text = r.defaultComment(connection, n)
			return c, nil
		}
	}
	text, ok := source.Str()
	if !ok || text == "" {
		return QueryComment{}, nil
	}
	c.Text = text
	if strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "{#") {
		var err error
		if c.Text, err = r.renderComment(text, connection, n); err != nil {
			return c, r.commentError(diag.FromError(err, "E275", source.Place()), source.Place())
		}
	}
	c.Text = strings.TrimSpace(c.Text)
	if strings.Contains(c.Text, "*/") {
		return c, r.commentError(diag.Errorf("E275", source.Place(), "the query comment contains */, which would end it: %s", c.Text).
			WithHint("change query-comment so that it prints no */"), source.Place())
	}
	return c, nil
}

// commentError is a failure of the query comment, at its place in
// dbt_project.yml.
func (r *Runtime) commentError(d diag.Diagnostic, at diag.Span) error {
	d.Span = at
	return &d
}

// defaultComment is dbt's query comment: who sent the statement, as JSON.
func (r *Runtime) defaultComment(connection string, n *Node) string {
	target := r.Context.Target.Values
	d := dictOf("app", value.Str("dbt"), "dbt_version", value.Str(scope.DBTVersion),
		"profile_name", orNone(valueOf(target, "profile_name")), "target_name", orNone(valueOf(target, "target_name")))
	if n != nil {
		d.SetStr("node_id", value.Str(n.ID))
	} else {
		d.SetStr("connection_name", value.Str(connection))
	}
	text, err := value.ToJSON(d, value.JSONOptions{})
	if err != nil {
		return "" // texts can be written
	}
	return text
}

func (r *Runtime) renderComment(text, connection string, n *Node) (string, error) {
	file := diag.NewFile("query-comment", "{%- macro "+queryCommentMacro+"(connection_name, node) -%}\n"+text+"\n{% endmacro %}")
	program, diags := jinja.ParseBlocks(file)
	if err := diags.Err(); err != nil {
		return "", err
	}
	root, macros := r.Manifest.ProjectName, r.Manifest.Macros()
	globals := r.Context.shared.Scope(scope.Binding{
		Vars: r.Manifest.vars[root],
		Dispatch: func(name, namespace string) (value.Value, error) {
			return macros.Dispatch(root, name, namespace)
		},
		Macros: macros.Globals(root),
	})
	var node value.Value = value.None
	if n != nil {
		node = commentNode{NodeDict(n)}
	}
	macro := program.Macro(program.Blocks()[0])
	v, err := jinja.CallMacro(macro, value.Args{Pos: []value.Value{value.Str(connection), node}}, jinja.Options{Globals: globals})
	if err != nil {
		return "", err
	}
	return value.ToStr(v), nil
}

// commentNode is `node` in a query comment: what it does not have is empty
// text.
type commentNode struct{ node *value.Dict }

// TypeName implements value.Value.
func (commentNode) TypeName() string { return "QueryHeaderContextWrapper" }

// Attr implements value.Object.
func (c commentNode) Attr(name string) (value.Value, bool) {
	if v, ok := c.node.GetStr(name); ok {
		return v, true
	}
	return value.Str(""), true
}
