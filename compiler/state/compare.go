package state

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// The parts in which two states of a resource can differ. Those that dbt has
// sub-selectors for are named as in state:modified.body.
const (
	PartNew          = "new" // the earlier state does not have the resource
	PartBody         = "body"
	PartConfigs      = "configs"
	PartRelation     = "relation"
	PartDescriptions = "persisted_descriptions"
	PartMacros       = "macros"
	PartContract     = "contract"
	PartVars         = "vars"
	PartEnvVars      = "env_vars"
	PartProperties   = "properties" // whatever else a resource consists of
)

// Change is one reason for which a resource is modified.
type Change struct {
	Part string
	// What changed: a key of the configuration, a column, a macro's unique id,
	// a variable. "" where the part says it all.
	What string
	// Old and New are the values; nil where there was or is none, or where
	// they are not known.
	Old, New value.Value
	// Via leads from the resource to What: the macros that call one another,
	// or the macro that reads a variable.
	Via []string
	// At is the offset of the use of a variable in the text: the resource's,
	// or that of the last macro of Via. -1 where it stands somewhere else.
	At int
	// Note says more in words; may be empty.
	Note string

	checksum bool // Old and New are not the texts, but their checksums
}

// OldJSON and NewJSON are the values as JSON; nil where there are none, and for
// texts, of which Diff tells.
func (c Change) OldJSON() []byte { return c.json(c.Old) }

// NewJSON is described at OldJSON.
func (c Change) NewJSON() []byte { return c.json(c.New) }

func (c Change) json(v value.Value) []byte {
	if v == nil || c.Part == PartBody {
		return nil
	}
	return []byte(toJSON(v))
}

// Diff returns the difference of two texts, line by line; see Diff. Nil for
// values that are no texts of a template.
func (c Change) Diff() []string {
	old, ok := c.Old.(value.Str)
	now, ok2 := c.New.(value.Str)
	if c.Part != PartBody || c.checksum || !ok || !ok2 {
		return nil
	}
	return Diff(string(old), string(now))
}

// Comparison answers questions about two states. It is not safe for concurrent
// use: it remembers what it found.
type Comparison struct {
	old, now *State
	changed  map[string]*result
	macros   macroChanges
	inputs   inputChanges
	diags    diag.List
	removed  bool // removed resources have been looked at
}

// result is what was found for one resource.
type result struct {
	changes []Change
	known   bool // the earlier state has it
	kind    string
	selects bool // state:modified selects it
}

// Compare prepares the comparison of a project with an earlier state.
func Compare(old, now *State) *Comparison {
	c := &Comparison{old: old, now: now, changed: map[string]*result{}}
	c.macros = newMacroChanges(old, now)
	c.inputs = newInputChanges(old, now)
	return c
}

// Known reports whether the earlier state has the resource.
func (c *Comparison) Known(id string) bool { return c.find(id).known }

// Modified reports whether state:modified selects a resource. As in dbt a new
// source, exposure or metric is not modified, a new model is.
func (c *Comparison) Modified(id string) bool { return c.find(id).selects }

// Changes returns why a resource is modified; nothing for one that is not. The
// list must not be changed.
func (c *Comparison) Changes(id string) []Change { return c.find(id).changes }

// ModifiedPart reports whether state:modified.PART selects a resource.
func (c *Comparison) ModifiedPart(id, part string) bool {
	r := c.find(id)
	switch {
	case part == PartMacros:
	case !hasPart(r.kind, part):
		return false
	case !r.known:
		return true
	}
	return slices.ContainsFunc(r.changes, func(ch Change) bool { return ch.Part == part })
}

// Removed returns the ids that only the earlier state has under a unique id or
// the name of a node.
func (c *Comparison) Removed(name string) []string {
	var ids []string
	for _, id := range c.old.nodes {
		parts := strings.SplitN(id, ".", 3)
		if (id == name || len(parts) == 3 && parts[2] == name) && c.now.resource(id) == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// Diagnostics are what there is to tell about the resources that were compared
// so far: contracts that were broken, seeds that cannot be compared.
func (c *Comparison) Diagnostics() diag.List { return c.diags }

func (c *Comparison) find(id string) *result {
	if r, ok := c.changed[id]; ok {
		return r
	}
	r := c.compare(id)
	c.changed[id] = r
	return r
}

// compare finds all changes of one resource.
func (c *Comparison) compare(id string) *result {
	now := c.now.resource(id)
	if now == nil {
		return &result{}
	}
	old := c.old.resource(id)
	r := &result{known: old != nil, kind: kindOf(now)}
	k := kinds[r.kind]
	if old == nil {
		r.changes = []Change{{Part: PartNew, At: -1}}
		r.selects = !k.newIsSame
	} else {
		p := &pair{c: c, id: id, kind: r.kind, old: old, now: now}
		for _, find := range append(slices.Clone(k.contents), k.others...) {
			r.changes = append(r.changes, find(p)...)
		}
		r.changes = append(r.changes, c.inputs.of(c, p)...)
		r.selects = slices.ContainsFunc(r.changes, func(ch Change) bool { return !slices.Contains(k.silent, ch.Part) })
	}
	if found := c.macros.of(now); len(found) > 0 {
		r.changes = append(r.changes, found...)
		r.selects = true
	}
	return r
}

// pair is one resource in two states.
type pair struct {
	c        *Comparison
	id, kind string
	old, now *value.Dict
}

// kindOf is the resource type, with generic tests told from singular ones.
func kindOf(d *value.Dict) string {
	kind := text(d, "resource_type")
	if kind == "test" && field(d, "test_metadata") != value.None {
		return genericTest
	}
	return kind
}

// field returns a value by its path; None where there is none.
func field(d *value.Dict, path ...string) value.Value {
	var v value.Value = d
	for _, key := range path {
		d, ok := v.(*value.Dict)
		if !ok {
			return value.None
		}
		if v, ok = d.GetStr(key); !ok {
			return value.None
		}
	}
	return v
}

func text(d *value.Dict, path ...string) string {
	v := field(d, path...)
	if v == value.None {
		return ""
	}
	return value.ToStr(v)
}

func dict(d *value.Dict, path ...string) *value.Dict {
	if found, ok := field(d, path...).(*value.Dict); ok {
		return found
	}
	return value.NewDict()
}

// same reports that two values are equal once they have been written as JSON,
// which knows no dates and no tuples.
func same(a, b value.Value) bool {
	return value.Equal(a, b) || toJSON(a) == toJSON(b)
}

// sameFields is same, but a key that is null counts as absent: versions of dbt
// differ in the keys that they write.
func sameFields(a, b value.Value) bool { return same(withoutNulls(a), withoutNulls(b)) }

func withoutNulls(v value.Value) value.Value {
	switch v := v.(type) {
	case *value.Dict:
		out := value.NewDictSize(v.Len())
		for k, item := range v.All() {
			if item != value.None {
				// A key of a dict can be hashed.
				_ = out.Set(k, withoutNulls(item))
			}
		}
		return out
	case *value.List:
		out := value.NewList()
		for _, item := range v.Items() {
			out.Append(withoutNulls(item))
		}
		return out
	}
	return v
}

// orNil is a value with None as nil.
func orNil(v value.Value) value.Value {
	if v == value.None {
		return nil
	}
	return v
}
