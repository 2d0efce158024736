package artifact

import (
	"strings"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// defaultKeys are the keys of `ls --output json` when none are asked for.
var defaultKeys = map[string]bool{
	"alias": true, "name": true, "package_name": true, "depends_on": true, "tags": true,
	"config": true, "resource_type": true, "source_name": true, "original_file_path": true, "unique_id": true,
}

// Listing is one resource as `ls` prints it.
type Listing struct {
	// Selector is a text that selects the resource: "shop.staging.orders",
	// "source:shop.raw.orders".
	Selector string
	// Name is the name, with a source's name or a version where there is one.
	Name string
	// Path is the file that defines the resource, below its package.
	Path string

	dict func() *value.Dict
}

// List returns a resource of a manifest as `ls` prints it; false when there is
// none of that id.
func List(m *compiler.Manifest, id string) (Listing, bool) {
	if n := m.Node(id); n != nil {
		l := Listing{strings.Join(n.FQN, "."), n.Name, n.OrigPath, func() *value.Dict { return compiler.NodeDict(n) }}
		if n.Version != "" {
			l.Name += ".v" + n.Version
		}
		return l, true
	}
	if s := m.Sources[id]; s != nil {
		name := s.SourceName + "." + s.Name
		return Listing{"source:" + s.Package + "." + name, name, s.OrigPath, func() *value.Dict { return compiler.SourceDict(s) }}, true
	}
	if e := m.Exposures[id]; e != nil {
		return Listing{"exposure:" + e.Package + "." + e.Name, e.Name, e.OrigPath, func() *value.Dict { return compiler.ExposureDict(e) }}, true
	}
	if u := m.UnitTests[id]; u != nil {
		return Listing{"unit_test:" + u.Package + "." + u.Name, u.Name, u.OrigPath, func() *value.Dict { return compiler.UnitTestDict(u) }}, true
	}
	if n := m.Semantic(id); n != nil {
		return Listing{string(n.Kind) + ":" + n.Package + "." + n.Name, n.Name, n.OrigPath, func() *value.Dict { return compiler.SemanticDict(n) }}, true
	}
	return Listing{}, false
}

// JSON is the resource as one line of JSON with the given keys, of which those
// with dots reach into dicts ("config.materialized"), or with dbt's default
// keys. A key that the resource does not have is left out.
func (l Listing) JSON(keys []string) (string, error) {
	from, d := l.dict(), value.NewDict()
	if len(keys) == 0 {
		for k, v := range from.All() {
			if name := value.ToStr(k); defaultKeys[name] {
				d.SetStr(name, v)
			}
		}
	}
	for _, key := range keys {
		if v, ok := nested(from, key); ok {
			d.SetStr(key, v)
		}
	}
	return value.ToJSON(d, jsonOptions)
}

// nested finds a dotted key. Null counts as absent below the first level only.
func nested(d *value.Dict, key string) (value.Value, bool) {
	name, rest, dotted := strings.Cut(key, ".")
	v, ok := d.GetStr(name)
	for ok && rest != "" {
		inner, isDict := v.(*value.Dict)
		if !isDict {
			return nil, false
		}
		name, rest, _ = strings.Cut(rest, ".")
		v, ok = inner.GetStr(name)
	}
	return v, ok && !(dotted && value.IsNone(v))
}
