package project

import (
	"slices"
	"strings"
	"unicode"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/yaml"
)

// propsContext is what all properties files of a package share.
type propsContext struct {
	config, root *Config
	globals      jinja.Globals
	compat       Compat
}

// parse reads one properties file; nil when it is empty or cannot be read.
func (c *propsContext) parse(src Source, diags *diag.List) *Properties {
	// A text block at the end of the file has no final newline: dbt strips files.
	src.File = diag.NewFile(src.File.Path, strings.TrimRightFunc(src.File.Text, unicode.IsSpace))
	root, found := yaml.Parse(src.File)
	*diags = append(*diags, found...)
	if found.HasErrors() || root.IsNull() {
		return nil
	}
	if root.Kind != yaml.Mapping {
		*diags = append(*diags, diag.Errorf("E202", root.Span, "a properties file must be a mapping, this is %s", root.Kind))
		return nil
	}
	p := &propsParser{ctx: c, out: &Properties{Source: src, Globals: c.globals}, diags: diags}
	p.version(root)
	for _, pair := range root.Pairs {
		p.section(pair)
	}
	return p.out
}

// propsParser reads the sections of one properties file.
type propsParser struct {
	ctx   *propsContext
	out   *Properties
	diags *diag.List
}

func (p *propsParser) report(d diag.Diagnostic) { *p.diags = append(*p.diags, d) }

func (p *propsParser) version(root *yaml.Node) {
	if n := root.Get("version"); n != nil && n.String() != "2" {
		p.report(diag.Warnf("W205", n.Span, "version should be 2, or be left out"))
	}
}

// section is a top-level key of properties files with its reader.
type section struct {
	name   string
	schema *yaml.Schema
	add    func(p *propsParser, e Entry)
}

var sections = []section{
	{"models", modelSchema, (*propsParser).addModel},
	{"seeds", seedSchema, (*propsParser).addSeed},
	{"snapshots", snapshotSchema, (*propsParser).addSnapshot},
	{"analyses", analysisSchema, (*propsParser).addAnalysis},
	{"data_tests", singularSchema, (*propsParser).addSingular},
	{"functions", functionSchema, (*propsParser).addFunction},
	{"macros", macroSchema, (*propsParser).addMacro},
	{"sources", sourceSchema, (*propsParser).addSource},
	{"exposures", exposureSchema, (*propsParser).addExposure},
	{"unit_tests", unitTestSchema, (*propsParser).addUnitTest},
	{"groups", groupSchema, (*propsParser).addGroup},
	{"metrics", MetricForm.schema(), (*propsParser).addMetric},
	{"semantic_models", SemanticModelForm.schema(), (*propsParser).addSemanticModel},
	{"saved_queries", SavedQueryForm.schema(), (*propsParser).addSavedQuery},
}

// section reads one top-level key.
func (p *propsParser) section(pair yaml.Pair) {
	i := slices.IndexFunc(sections, func(s section) bool { return s.name == pair.Key.String() })
	if i < 0 {
		p.unknownSection(pair.Key)
		return
	}
	s := sections[i]
	if pair.Value.Kind != yaml.Sequence {
		d := diag.Errorf("E202", pair.Value.Span, "%s must be a list, this is %s", s.name, pair.Value.Kind)
		if pair.Value.Kind == yaml.Null {
			d.Span, d.Hint = pair.Key.Span, "add an entry or remove the line"
		} else {
			d.Hint = "start each entry with a dash: - name: ..."
		}
		p.report(d)
		return
	}
	for _, raw := range pair.Value.Items {
		if s.name == "data_tests" && !raw.Get("name").Is(yaml.TString) {
			p.report(diag.Warnf("W201", raw.Span, "data_tests describes tests of your own in SQL by their name; from here on it is ignored").
				WithHint("tests of models and columns are written below these; what is only repeated elsewhere may stand below anchors"))
			return
		}
		if e, ok := p.entry(s, raw); ok {
			s.add(p, e)
		}
	}
}

func (p *propsParser) unknownSection(key *yaml.Node) {
	name := key.String()
	switch {
	case name == "version" || name == "anchors" || p.ctx.compat == V1 && isAnchor(name):
		return
	case isAnchor(name):
		p.report(diag.Warnf("W201", key.Span, "a properties file has no key %q", name).
			WithHint("dbt 2 reads anchors below the key anchors only"))
		return
	case name == "tests":
		p.report(diag.Warnf("W201", key.Span, `a properties file has no key "tests"; it is ignored`).
			WithHint("tests of your own in SQL are described under data_tests, others under their model or column"))
		return
	}
	var names []string
	for _, s := range sections {
		names = append(names, s.name)
	}
	p.report(diag.Warnf("W201", key.Span, "a properties file has no key %q; it is ignored", name).
		WithHint("%s", diag.DidYouMean(name, names)))
}

// isAnchor reports whether a key holds what other places of the file repeat.
func isAnchor(name string) bool {
	return strings.HasPrefix(name, "x-") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// entry checks and renders one entry of a section; what remains of a faulty one
// is kept as long as it has a name.
func (p *propsParser) entry(s section, raw *yaml.Node) (Entry, bool) {
	rendered := raw
	if raw.Kind == yaml.Mapping {
		r := renderer{globals: p.ctx.globals, diags: p.diags}
		rendered = r.tree(raw, func(path []string) bool { return renderedInProperties(s.name, path) })
	}
	s.schema.Check(rendered, p.diags)
	name, ok := rendered.Get("name").Str()
	if !ok {
		return Entry{}, false
	}
	e := Entry{
		Properties: p.out, Name: name, Span: rendered.Get("name").Span,
		Description: text(rendered.Get("description")),
		Config:      mapping(rendered.Get("config")), RawConfig: mapping(raw.Get("config")),
		Node: rendered, Raw: raw,
	}
	CheckConfig(s.name, e.Config, p.diags)
	return e, true
}

// mapping is an optional mapping; what is none was reported by the schema.
func mapping(n *yaml.Node) *yaml.Node {
	if n.Is(yaml.TMap) {
		return n
	}
	return nil
}

func list(n *yaml.Node) []*yaml.Node {
	if n.Is(yaml.TList) {
		return n.Items
	}
	return nil
}

// moved are the properties that dbt moves into the configuration.
var moved = []string{"meta", "docs", "group", "contract", "access"}

// moveToConfig moves an entry's own meta, docs, group, contract and access into
// its configuration. Having one in both places is an error.
func (p *propsParser) moveToConfig(e *Entry) {
	for _, name := range moved {
		key, val := e.Node.Entry(name)
		if key == nil || val.Kind == yaml.Null {
			continue
		}
		if inConfig, _ := e.Config.Entry(name); inConfig != nil {
			d := diag.Errorf("E205", key.Span, "%s stands here and in config", name).WithHint("keep the one in config")
			d.Notes = []diag.Note{{Message: "the other is here", Span: inConfig.Span}}
			p.report(d)
			continue
		}
		e.Config = e.Config.With(key, val)
	}
}

// renderedInProperties is dbt's choice of what is rendered while properties are
// read: descriptions wait for doc(), the arguments of tests and the hooks for
// their use, and filters of metrics are not Jinja's.
func renderedInProperties(section string, path []string) bool {
	if len(path) == 0 {
		return true
	}
	switch section {
	case "sources":
		switch {
		case path[0] == "description" || path[0] == "loaded_at_query":
			return false
		case len(path) > 1 && path[0] == "config" && path[1] == "loaded_at_query":
			return false
		case path[0] == "tables":
			return len(path) < 3 || !isLate(path[2:])
		}
		return true
	case "macros":
		if path[0] == "arguments" {
			return !isLate(path[1:])
		}
	case "metrics":
		if last := len(path) - 1; path[last] == "filter" || last > 0 && path[last-1] == "filter" {
			return false
		}
	case "saved_queries":
		if len(path) > 1 && path[0] == "query_params" && path[1] == "where" {
			return false
		}
	}
	return !isLate(path)
}

// isLate reports whether dbt renders the value at a path later, or never.
func isLate(path []string) bool {
	isText := func(key string) bool {
		return key == "tests" || key == "data_tests" || key == "description" || key == "loaded_at_query"
	}
	switch {
	case len(path) == 0:
		return false
	case isText(path[0]), len(path) == 2 && isText(path[1]):
		return true
	case len(path) > 1 && path[0] == "config":
		return path[1] == "pre_hook" || path[1] == "post_hook" || path[1] == "loaded_at_query"
	case len(path) == 5 && path[4] == "description":
		return true
	case len(path) > 2:
		switch path[0] {
		case "columns", "dimensions", "measures", "entities":
			return path[2] == "tests" || path[2] == "data_tests" || path[2] == "description"
		}
	}
	return false
}
