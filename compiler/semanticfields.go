package compiler

import "mdl/compiler/jinja/value"

// SemanticDict returns a semantic model, a metric or a saved query; see
// NodeDict.
func SemanticDict(n *SemanticNode) *value.Dict { return dictFrom(SemanticFields, n) }

// SemanticFields gives the entries of a semantic model, a metric or a saved
// query.
func SemanticFields(f Fields, n *SemanticNode) {
	identity(f, n.Name, n.Kind, n.Package, n.Path, n.OrigPath, n.ID)
	f.Texts("fqn", n.FQN)
	body := func(keys ...string) {
		for _, key := range keys {
			f.Set(key, orNone(valueOf(n.Body, key)))
		}
	}
	config := func() {
		configOrEmpty(f, n.Config)
		dictOrEmpty(f, "unrendered_config", n.Unrendered)
	}
	switch n.Kind {
	case SemanticModel:
		body("model", "node_relation", "description", "label", "defaults", "entities", "measures", "dimensions", "metadata")
		dependsOn(f, nil, n.DependsOn)
		refsList(f, n.Refs)
		createdAt(f)
		config()
		body("primary_entity")
		optional(f, "group", n.Group)
	case Metric:
		body("description", "label", "type", "type_params", "filter", "metadata", "time_granularity")
		dictOrEmpty(f, "meta", n.Meta)
		f.Texts("tags", n.Tags)
		config()
		f.Texts("sources", nil)
		dependsOn(f, nil, n.DependsOn)
		refsList(f, nil)
		f.Texts("metrics", nil)
		createdAt(f)
		optional(f, "group", n.Group)
	case SavedQuery:
		body("query_params", "exports", "description", "label", "metadata")
		config()
		optional(f, "group", n.Group)
		dependsOn(f, nil, n.DependsOn)
		createdAt(f)
		refsList(f, nil)
		f.Texts("tags", n.Tags)
	}
}

// namedList adds metric() or function() calls: each a name, or a package and a
// name.
func namedList(f Fields, key string, refs []Ref) {
	if len(refs) == 0 {
		f.Texts(key, nil)
		return
	}
	list := value.NewList()
	for _, ref := range refs {
		call := value.NewList()
		if ref.Package != "" {
			call.Append(value.Str(ref.Package))
		}
		call.Append(value.Str(ref.Name))
		list.Append(call)
	}
	f.Set(key, list)
}

// argumentList are the arguments of a function.
func argumentList(fn *FunctionInfo) *value.List {
	list := value.NewList()
	for _, argument := range fn.Arguments {
		list.Append(argument)
	}
	return list
}
