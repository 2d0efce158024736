package engine

import (
	"time"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// object is a Python object with plain attributes, as on-run-end hooks see
// results and their nodes; to_dict() gives the attributes as a dict.
type object struct {
	class  string
	fields *value.Dict
}

// TypeName implements value.Value.
func (o *object) TypeName() string { return o.class }

// Attr implements value.Object.
func (o *object) Attr(name string) (value.Value, bool) {
	if name == "to_dict" {
		return &value.Func{Name: name, Fn: func(value.Thread, value.Args) (value.Value, error) { return plain(o), nil }}, true
	}
	return o.fields.GetStr(name)
}

// plain turns objects into dicts, at every depth.
func plain(v value.Value) value.Value {
	o, ok := v.(*object)
	if !ok {
		return v
	}
	d := value.NewDict()
	for k, field := range o.fields.All() {
		d.SetStr(value.ToStr(k), plain(field))
	}
	return d
}

// newResultObject is a result as on-run-end hooks see it: dbt's RunResult.
func newResultObject(r *Result) *object {
	f := value.NewDict()
	f.SetStr("status", value.Str(r.Status))
	timing := value.NewList()
	for _, t := range r.Timing {
		d := value.NewDict()
		d.SetStr("name", value.Str(t.Name))
		d.SetStr("started_at", isoTimestamp(t.Started))
		d.SetStr("completed_at", isoTimestamp(t.Completed))
		timing.Append(d)
	}
	f.SetStr("timing", timing)
	f.SetStr("thread_id", value.Str(r.Thread))
	f.SetStr("execution_time", value.Float(r.Elapsed.Seconds()))
	f.SetStr("adapter_response", r.Response.Dict())
	f.SetStr("message", textOrNone(r.Message))
	f.SetStr("failures", value.None)
	if r.Failures != nil {
		f.SetStr("failures", value.Int(*r.Failures))
	}
	f.SetStr("node", value.None)
	if r.Node != nil {
		f.SetStr("node", newNodeObject(r))
	}
	return &object{"RunResult", f}
}

// newNodeObject is a node as on-run-end hooks see it.
func newNodeObject(r *Result) *object {
	n := r.Node
	f := value.NewDict()
	for _, field := range []struct{ name, text string }{
		{"unique_id", n.ID}, {"name", n.Name}, {"resource_type", string(n.Kind)}, {"package_name", n.Package},
		{"path", n.Path}, {"original_file_path", n.OrigPath}, {"alias", n.Alias}, {"schema", n.Schema},
		{"description", n.Description}, {"raw_code", n.Raw}, {"language", n.Language()},
	} {
		f.SetStr(field.name, value.Str(field.text))
	}
	f.SetStr("database", textOrNone(n.Database))
	f.SetStr("relation_name", textOrNone(n.RelationName))
	f.SetStr("fqn", texts(n.FQN))
	f.SetStr("tags", texts(n.Tags))
	f.SetStr("config", n.Config.Dict())
	f.SetStr("meta", dictOrEmpty(n.Meta))
	f.SetStr("unrendered_config", dictOrEmpty(n.Unrendered))
	checksum := value.NewDict()
	checksum.SetStr("name", value.Str("sha256"))
	checksum.SetStr("checksum", value.Str(n.Checksum))
	f.SetStr("checksum", checksum)
	dependsOn := value.NewDict()
	dependsOn.SetStr("macros", texts(n.DependsOnMacros))
	dependsOn.SetStr("nodes", texts(n.DependsOn))
	f.SetStr("depends_on", &object{"DependsOn", dependsOn})
	f.SetStr("compiled", value.Bool(r.Compiled != nil))
	f.SetStr("compiled_code", value.None)
	if r.Compiled != nil {
		f.SetStr("compiled_code", value.Str(r.Compiled.SQL))
	}
	if n.Kind == compiler.Test && n.Test != nil {
		f.SetStr("column_name", textOrNone(n.Test.Column))
		f.SetStr("attached_node", textOrNone(n.Test.AttachedNode))
	}
	return &object{"Node", f}
}

// Dict is dbt's adapter_response; of nil an empty one.
func (r *Response) Dict() *value.Dict {
	d := value.NewDict()
	if r == nil {
		return d
	}
	d.SetStr("_message", value.Str(r.Message))
	if r.Code != "" {
		d.SetStr("code", value.Str(r.Code))
		d.SetStr("rows_affected", value.Int(r.RowsAffected))
	}
	return d
}

func isoTimestamp(t time.Time) value.Value {
	return value.Str(t.UTC().Format("2006-01-02T15:04:05.000000Z"))
}

func textOrNone(s string) value.Value {
	if s == "" {
		return value.None
	}
	return value.Str(s)
}

func texts(list []string) *value.List {
	l := value.NewList()
	for _, s := range list {
		l.Append(value.Str(s))
	}
	return l
}

func dictOrEmpty(d *value.Dict) *value.Dict {
	if d == nil {
		return value.NewDict()
	}
	return d
}
