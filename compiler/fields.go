package compiler

import "mdl/compiler/jinja/value"

// Fields takes the entries of an object in dbt's order. What a resource is
// called in dbt's manifest is written down once, in terms of Fields, and serves
// templates (a dict) and manifest.json (text) alike.
type Fields interface {
	// Set adds an entry; v is not changed afterwards.
	Set(key string, v value.Value)
	// Text adds a text.
	Text(key, text string)
	// Texts adds a list of texts.
	Texts(key string, list []string)
	// Late adds an entry that does not follow from the resource alone; v is
	// what it is as long as nothing else is known.
	Late(key Late, v value.Value)
	// Object begins an entry that is an object, List one that is a list, and
	// Element an object that is the next element of the open list. Each lasts
	// until its End.
	Object(key string)
	List(key string)
	Element()
	End()
}

// Late is an entry that does not follow from the resource alone.
type Late uint8

// The entries that are known late.
const (
	CreatedAt  Late = iota // when the resource was read, in seconds since 1970
	PrimaryKey             // of a model, also from its tests: a list of columns
	RootPath               // of a seed: the absolute directory of its package
	TestSchema             // of a unit test: the schema of its model
	LateCount              // how many there are
)

// String is the entry's key.
func (l Late) String() string {
	return [...]string{"created_at", "primary_key", "root_path", "schema", ""}[min(l, LateCount)]
}

// dictFields are Fields that make a dict.
type dictFields struct {
	dict   *value.Dict
	sparse bool          // entries without a value are left out
	open   []value.Value // the containers around the place, outermost first
}

// dictFrom returns the dict that fill describes.
func dictFrom[T any](fill func(Fields, T), of T) *value.Dict {
	f := dictFields{dict: value.NewDictSize(40)}
	return dictOfFields(&f, fill, of)
}

// sparseDictFrom is dictFrom without the entries that have no value.
func sparseDictFrom[T any](fill func(Fields, T), of T) *value.Dict {
	f := dictFields{dict: value.NewDictSize(40), sparse: true}
	return dictOfFields(&f, fill, of)
}

func dictOfFields[T any](f *dictFields, fill func(Fields, T), of T) *value.Dict {
	f.open = append(make([]value.Value, 0, 4), f.dict)
	fill(f, of)
	return f.dict
}

func (f *dictFields) top() value.Value { return f.open[len(f.open)-1] }

// Set implements Fields.
func (f *dictFields) Set(key string, v value.Value) {
	if !f.sparse || v != value.None {
		f.top().(*value.Dict).SetStr(key, v)
	}
}

// Text implements Fields.
func (f *dictFields) Text(key, text string) { f.Set(key, value.Str(text)) }

// Texts implements Fields.
func (f *dictFields) Texts(key string, list []string) { f.Set(key, textList(list)) }

// Late implements Fields.
func (f *dictFields) Late(key Late, v value.Value) { f.Set(key.String(), v) }

// Object implements Fields.
func (f *dictFields) Object(key string) {
	d := value.NewDict()
	f.Set(key, d)
	f.open = append(f.open, d)
}

// List implements Fields.
func (f *dictFields) List(key string) {
	l := value.NewList()
	f.Set(key, l)
	f.open = append(f.open, l)
}

// Element implements Fields.
func (f *dictFields) Element() {
	d := value.NewDict()
	f.top().(*value.List).Append(d)
	f.open = append(f.open, d)
}

// End implements Fields.
func (f *dictFields) End() { f.open = f.open[:len(f.open)-1] }

// optional adds a text that is null when empty.
func optional(f Fields, key, text string) {
	if text == "" {
		f.Set(key, value.None)
	} else {
		f.Text(key, text)
	}
}

// dictOrEmpty adds a dict that is empty when it is not there.
func dictOrEmpty(f Fields, key string, d *value.Dict) {
	if d == nil {
		f.Object(key)
		f.End()
		return
	}
	f.Set(key, d)
}

func configOrEmpty(f Fields, c *Config) {
	var d *value.Dict
	if c != nil {
		d = c.Dict()
	}
	dictOrEmpty(f, "config", d)
}

// identity adds what all resources begin with.
func identity(f Fields, name string, kind Kind, pkg, path, origPath, id string) {
	f.Text("name", name)
	f.Text("resource_type", string(kind))
	f.Text("package_name", pkg)
	f.Text("path", path)
	f.Text("original_file_path", origPath)
	f.Text("unique_id", id)
}

func references(f Fields, refs []Ref, sources [][2]string, metrics []Ref) {
	refsList(f, refs)
	sourcesList(f, sources)
	namedList(f, "metrics", metrics)
}

// refsList adds ref() calls.
func refsList(f Fields, refs []Ref) {
	f.List("refs")
	for i := range refs {
		f.Element()
		f.Text("name", refs[i].Name)
		optional(f, "package", refs[i].Package)
		if refs[i].VersionText {
			f.Text("version", refs[i].Version)
		} else {
			f.Set("version", versionValue(refs[i].Version))
		}
		f.End()
	}
	f.End()
}

func sourcesList(f Fields, sources [][2]string) {
	if len(sources) == 0 {
		f.Texts("sources", nil)
	} else {
		pairs := value.NewList()
		for i := range sources {
			pairs.Append(textList(sources[i][:]))
		}
		f.Set("sources", pairs)
	}
}

func dependsOnMacros(f Fields, macros []string) {
	f.Object("depends_on")
	f.Texts("macros", macros)
	f.End()
}

func dependsOn(f Fields, macros, nodes []string) {
	f.Object("depends_on")
	f.Texts("macros", macros)
	f.Texts("nodes", nodes)
	f.End()
}
