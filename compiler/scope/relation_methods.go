package scope

import (
	"strings"

	"mdl/compiler/jinja/value"
)

// relationMethods are the methods of a relation.
var relationMethods = methods[*Relation]{
	"render": func(r *Relation, _ value.Thread, _ value.Args) (value.Value, error) {
		return value.Str(r.Render()), nil
	},
	"render_limited": func(r *Relation, _ value.Thread, _ value.Args) (value.Value, error) {
		return value.Str(r.limited()), nil
	},
	"quote":              (*Relation).quoteMethod,
	"include":            (*Relation).includeMethod,
	"replace_path":       (*Relation).replacePath,
	"replace":            (*Relation).replace,
	"incorporate":        (*Relation).incorporate,
	"matches":            (*Relation).matchesMethod,
	"get":                (*Relation).get,
	"to_dict":            (*Relation).toDict,
	"quoted":             (*Relation).quoted,
	"information_schema": (*Relation).informationSchema,
	"information_schema_only": func(r *Relation, t value.Thread, _ value.Args) (value.Value, error) {
		return r.informationSchema(t, value.Args{})
	},
	"without_identifier": func(r *Relation, _ value.Thread, _ value.Args) (value.Value, error) {
		return r.withoutIdentifier(), nil
	},
	"render_event_time_filtered": func(r *Relation, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("Relation.render_event_time_filtered", value.Optional("rendered", value.None))
		if err != nil {
			return nil, err
		}
		if value.Truth(got[0]) {
			return value.Str(r.filtered(value.ToStr(got[0]))), nil
		}
		return value.Str(r.filtered(r.Render())), nil
	},
}

// bindPath binds the arguments of a method that takes the parts of a path.
func bindPath(a value.Args, name string) ([]value.Value, error) {
	return a.Bind("Relation."+name, value.Optional("database", value.None),
		value.Optional("schema", value.None), value.Optional("identifier", value.None))
}

// policyArgs merges a method's arguments into a policy; none leaves a part.
func policyArgs(p Policy, a value.Args, name string) (Policy, error) {
	got, err := bindPath(a, name)
	for i, v := range got {
		if v != value.None {
			p = p.with(i, value.Truth(v))
		}
	}
	return p, err
}

func (r *Relation) quoteMethod(_ value.Thread, a value.Args) (value.Value, error) {
	p, err := policyArgs(r.quote, a, "quote")
	return r.with(func(c *Relation) { c.quote = p }), err
}

func (r *Relation) includeMethod(_ value.Thread, a value.Args) (value.Value, error) {
	p, err := policyArgs(r.include, a, "include")
	return r.with(func(c *Relation) { c.include = p }), err
}

func (r *Relation) withoutIdentifier() *Relation {
	return r.with(func(c *Relation) {
		c.include.Identifier = false
		c.path[2] = part{}
	})
}

func (r *Relation) quoted(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("Relation.quoted", value.Required("identifier"))
	if err != nil {
		return nil, err
	}
	return value.Str(r.quoteChar + value.ToStr(got[0]) + r.quoteChar), nil
}

func (r *Relation) replacePath(_ value.Thread, a value.Args) (value.Value, error) {
	c := *r
	if len(a.Pos) > 0 {
		return nil, value.TypeErrorf("Relation.replace_path() takes 1 positional argument but %d were given", len(a.Pos)+1)
	}
	for _, kw := range a.Kw {
		i := pathIndex(kw.Name)
		if i < 0 {
			return nil, value.TypeErrorf("Relation.replace_path() got an unexpected keyword argument '%s'", kw.Name)
		}
		p, ok := partFrom(kw.Value)
		if !ok {
			return nil, errorf(Compilation, "a relation's %s must be text or none, not %s", kw.Name, value.Repr(kw.Value))
		}
		c.path[i] = p
	}
	return &c, nil
}

// replace sets whole fields.
func (r *Relation) replace(_ value.Thread, a value.Args) (value.Value, error) {
	c := *r
	for _, kw := range a.Kw {
		if kw.Name == "path" {
			c.path = path{}
		}
		if err := c.set(kw.Name, kw.Value); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

// incorporate merges fields: the entries of path, quote_policy and
// include_policy are merged one by one.
func (r *Relation) incorporate(_ value.Thread, a value.Args) (value.Value, error) {
	c := *r
	for _, kw := range a.Kw {
		if err := c.set(kw.Name, kw.Value); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

// set sets or merges one field of a new relation. Fields that relations do not
// have are ignored, as dbt does.
func (r *Relation) set(name string, v value.Value) error {
	var err error
	switch name {
	case "path":
		return r.setPath(v)
	case "type":
		return r.setKind(v)
	case "quote_policy":
		r.quote, err = r.quote.merged(v)
	case "include_policy":
		r.include, err = r.include.merged(v)
	case "dbt_created":
		r.created = value.Truth(v)
	case "require_alias":
		r.requireAlias = value.Truth(v)
	case "quote_character":
		r.quoteChar = value.ToStr(v)
	case "limit":
		r.limit = -1
		if n, ok := v.(value.Int); ok {
			r.limit = int(n)
		}
	case "catalog":
		return r.setText(&r.catalog, name, v)
	case "external":
		return r.setText(&r.external, name, v)
	}
	return err
}

func (r *Relation) setText(field *part, name string, v value.Value) error {
	p, ok := partFrom(v)
	if !ok {
		return r.badField(name, "text or none", v)
	}
	*field = p
	return nil
}

func (r *Relation) setPath(v value.Value) error {
	if rec, ok := v.(*record); ok {
		v = rec.parts
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return r.badField("path", "a dict of database, schema and identifier", v)
	}
	for i, name := range pathNames {
		if v, ok := d.GetStr(name); ok {
			p, ok := partFrom(v)
			if !ok {
				return r.badField("path", "text or none for database, schema and identifier", d)
			}
			r.path[i] = p
		}
	}
	return nil
}

// relationTypes are the values of RelationType by their names in Python.
var relationTypes = []struct{ name, text string }{
	{"Table", "table"}, {"View", "view"}, {"CTE", "cte"}, {"MaterializedView", "materialized_view"},
	{"Ephemeral", "ephemeral"}, {"External", "external"}, {"PointerTable", "pointer_table"}, {"Function", "function"},
}

func isRelationType(text string) bool {
	for _, t := range relationTypes {
		if t.text == text {
			return true
		}
	}
	return false
}

func (r *Relation) setKind(v value.Value) error {
	p, ok := partFrom(v)
	if !ok || p.set && !isRelationType(p.text) {
		return r.badField("type", "a type such as table or view, or none,", v)
	}
	r.kind = p.text
	return nil
}

func (r *Relation) badField(name, want string, v value.Value) error {
	return errorf(Compilation, "%s cannot be the %s of a relation: %s is wanted", value.Repr(v), name, want)
}

func (r *Relation) get(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("Relation.get", value.Required("key"), value.Optional("default", value.None))
	if err != nil {
		return nil, err
	}
	if got[0] == value.Str("metadata") { // what dbt_utils knows relations by
		d := value.NewDict()
		d.SetStr("type", value.Str(r.TypeName()))
		return d, nil
	}
	if key, ok := got[0].(value.Str); ok {
		if v, ok := relationFields.get(r, string(key)); ok {
			return v, nil
		}
	}
	return got[1], nil
}

func (r *Relation) toDict(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("to_dict", value.Optional("omit_none", value.False))
	if err != nil {
		return nil, err
	}
	omit := value.Truth(got[0])
	d := value.NewDict()
	put := func(name string, v value.Value) {
		if v != value.None || !omit {
			d.SetStr(name, v)
		}
	}
	put("path", r.path.dict(omit))
	put("type", partOf(r.kind).value())
	put("quote_character", value.Str(r.quoteChar))
	put("include_policy", r.include.dict())
	put("quote_policy", r.quote.dict())
	put("dbt_created", value.Bool(r.created))
	put("limit", r.limitValue())
	put("event_time_filter", r.filter.value())
	put("require_alias", value.Bool(r.requireAlias))
	put("catalog", r.catalog.value())
	put("renameable_relations", value.NewList())
	put("replaceable_relations", value.NewList())
	put("external", r.external.value())
	return d, nil
}

func (r *Relation) matchesMethod(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := bindPath(a, "matches")
	if err != nil {
		return nil, err
	}
	var search path
	for i, v := range got {
		if v != value.None {
			search[i] = part{value.ToStr(v), true}
		}
	}
	ok, err := r.matches(search)
	return value.Bool(ok), err
}

// matches compares the parts that search has with the relation's. A name that
// differs only in case or quotes is an error: dbt does not guess.
func (r *Relation) matches(search path) (bool, error) {
	if search == (path{}) {
		return false, errorf(Runtime, "matches() needs a database, a schema or an identifier to compare with")
	}
	exact, near := true, true
	for i, want := range search {
		if !want.set {
			continue
		}
		have := r.path[i]
		folded := strings.ToLower(have.text)
		if !have.set || have.text != want.text && !(r.created && !r.quote.at(i) && folded == strings.ToLower(want.text)) {
			exact = false
		}
		if !have.set || strings.Trim(folded, r.quoteChar) != strings.Trim(strings.ToLower(want.text), r.quoteChar) {
			near = false
		}
	}
	if near && !exact {
		target := r.class.blank()
		target.path = search
		return false, errorf(Compilation, "%[2]s was searched for and only %[1]s exists, whose name differs in case or quotes; "+
			"drop or rename %[1]s, or write its name as it is stored", r.Str(), target.Str())
	}
	return exact, nil
}

// informationSchema is the relation's database's information schema, or a view
// in it.
func (r *Relation) informationSchema(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("Relation.information_schema", value.Optional("view_name", value.None))
	if err != nil {
		return nil, err
	}
	info := r.class.blank()
	info.infoSchema = true
	info.requireAlias = true
	info.kind = "view"
	info.path = path{r.path[0], {}, {"INFORMATION_SCHEMA", true}}
	info.include = Policy{Database: r.path[0].set, Identifier: true}
	info.quote = r.quote.with(2, false)
	if view, ok := got[0].(value.Str); ok {
		info.view = part{string(view), true}
	}
	return info, nil
}
