package project

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/yaml"
)

// ConfigFile is the name of the file that makes a directory a project.
const ConfigFile = "dbt_project.yml"

// ConfigOptions are what ParseConfig needs to know.
type ConfigOptions struct {
	// Globals is the context that dbt_project.yml is rendered in: env_var, var
	// (from the command line) and target.
	Globals jinja.Globals
	// DBTVersion is the version of dbt that mdl stands for, such as "1.11.16".
	// require-dbt-version is not checked when it is empty.
	DBTVersion string
	// Vars are the variables of the project's vars.yml; nil without one.
	Vars *yaml.Node
}

// trees are the sections of dbt_project.yml that hold configuration by path.
var trees = []string{
	"models", "seeds", "snapshots", "analyses", "sources", "tests", "data_tests", "unit_tests", "metrics",
	"semantic-models", "saved-queries", "exposures", "functions",
}

var configSchema = func() *yaml.Schema {
	s := &yaml.Schema{What: ConfigFile, Others: yaml.Refused, Fields: []yaml.Field{
		{Name: "name", Type: yaml.TString, Required: true},
		{Name: "version", Type: yaml.TString | yaml.TNumber | yaml.TNull},
		{Name: "config-version", Type: yaml.TInt | yaml.TString | yaml.TNull},
		{Name: "profile", Type: yaml.TString | yaml.TNull},
		{Name: "target-path", Type: yaml.TString | yaml.TNull},
		{Name: "log-path", Type: yaml.TString | yaml.TNull},
		{Name: "packages-install-path", Type: yaml.TString | yaml.TNull},
		{Name: "quoting", Type: yaml.TMap | yaml.TNull},
		{Name: "on-run-start", Type: yaml.TStrings | yaml.TNull},
		{Name: "on-run-end", Type: yaml.TStrings | yaml.TNull},
		{Name: "require-dbt-version", Type: yaml.TStrings | yaml.TNull},
		{Name: "dispatch", Type: yaml.TList},
		{Name: "vars", Type: yaml.TMap | yaml.TNull},
		{Name: "packages", Type: yaml.TList},
		{Name: "query-comment", Type: yaml.TString | yaml.TMap | yaml.TNull},
		{Name: "restrict-access", Type: yaml.TBool},
		{Name: "dbt-cloud", Type: yaml.TMap | yaml.TNull},
		{Name: "flags", Type: yaml.TMap},
		{Name: "anchors", Type: yaml.TAny},
	}}
	for _, name := range []string{
		"model-paths", "seed-paths", "snapshot-paths", "test-paths", "macro-paths", "analysis-paths", "docs-paths",
		"asset-paths", "function-paths", "clean-targets", "source-paths", "data-paths",
	} {
		s.Fields = append(s.Fields, yaml.Field{Name: name, Type: yaml.TList | yaml.TNull})
	}
	for _, name := range trees {
		s.Fields = append(s.Fields, yaml.Field{Name: name, Type: yaml.TMap | yaml.TNull})
	}
	return s
}()

// ParseConfig reads a dbt_project.yml. The result is never nil; what could not
// be read has its default. Codes: E15x for the YAML, E20x for its contents.
func ParseConfig(f *diag.File, o ConfigOptions) (*Config, diag.List) {
	p := configParser{c: &Config{File: f, Globals: o.Globals, ConfigVersion: 2}}
	raw, diags := yaml.Parse(f)
	p.diags = diags
	switch {
	case diags.HasErrors():
	case raw == nil:
		p.diags = append(p.diags, diag.Errorf("E203", diag.Span{File: f}, "%s is empty", ConfigFile).
			WithHint("it needs at least name: and profile:"))
	case raw.Kind != yaml.Mapping:
		p.errorf("E202", raw.Span, "%s must be a mapping, this is %s", ConfigFile, raw.Kind)
	default:
		r := renderer{globals: o.Globals, diags: &p.diags}
		p.c.Raw, p.c.Node = raw, r.tree(raw, renderedInConfig)
	}
	if p.c.Node != nil {
		configSchema.Check(p.c.Node, &p.diags)
	}
	p.identity(o)
	p.paths()
	p.hooks()
	p.rest()
	p.takeVars(o.Vars)
	for _, section := range trees {
		checkTree(section, p.c.Node.Get(section), &p.diags)
	}
	return p.c, p.diags
}

// renderedInConfig is dbt's choice: hooks, vars and the query comment are
// rendered when they are used.
func renderedInConfig(path []string) bool {
	switch path[0] {
	case "on-run-start", "on-run-end", "query-comment", "vars":
		return false
	case "seeds", "models", "snapshots", "tests", "data_tests":
		return !slices.ContainsFunc(path, isHookKey)
	}
	return true
}

func isHookKey(key string) bool {
	switch strings.TrimLeft(key, "+ ") {
	case "pre-hook", "post-hook", "pre_hook", "post_hook":
		return true
	}
	return false
}

type configParser struct {
	c     *Config
	diags diag.List
}

func (p *configParser) errorf(code string, at diag.Span, format string, args ...any) {
	p.diags = append(p.diags, diag.Errorf(code, at, format, args...))
}

func (p *configParser) get(key string) *yaml.Node { return p.c.Node.Get(key) }

// isName reports whether a project may be called so: a letter or underscore,
// then letters, digits and underscores.
func isName(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsNumber(r)) {
			return false
		}
	}
	return name != ""
}

// reservedNames are the names of the template context, which a package may not
// have, as its macros could not be reached.
var reservedNames = strings.Fields(`_sql_results adapter api column config context database env env_var exceptions
	execute flags fromjson fromyaml graph invocation_id load_agate_table load_result log model modules post_hooks
	pre_hooks ref render return run_started_at schema source sql sql_now store_result store_raw_result target this
	tojson toyaml try_or_compiler_error var write`)

// identity reads name, version and what the project asks of dbt.
func (p *configParser) identity(o ConfigOptions) {
	c := p.c
	if name, ok := p.get("name").Str(); ok {
		c.Name, c.NameSpan = name, p.get("name").Span
		if !isName(name) {
			p.diags = append(p.diags, diag.Errorf("E205", c.NameSpan, "%q cannot be a project's name", name).
				WithHint("a name has letters, digits and underscores, and no digit in front"))
		} else if slices.Contains(reservedNames, name) {
			p.errorf("E205", c.NameSpan, "%q cannot be a project's name: templates use it for something else", name)
		}
	}
	c.Version = text(p.get("version")).Value
	c.Profile = text(p.get("profile"))
	if n := p.get("config-version"); !n.IsNull() {
		if n.String() == "2" {
			c.ConfigVersion = 2
		} else {
			p.errorf("E205", n.Span, "config-version must be 2")
		}
	}
	for _, n := range p.get("require-dbt-version").List() {
		c.RequireVersion = append(c.RequireVersion, text(n))
		ok, err := SatisfiesVersion("0.0.0", n.String())
		if o.DBTVersion != "" && err == nil {
			ok, err = SatisfiesVersion(o.DBTVersion, n.String())
		}
		switch {
		case err != nil:
			p.errorf("E205", n.Span, "%s", err.Error())
		case !ok && o.DBTVersion != "":
			p.diags = append(p.diags, diag.Errorf("E206", n.Span, "the project %s asks for dbt %s; mdl stands for dbt %s", c.Name, n.String(), o.DBTVersion).
				WithHint("run again with --no-version-check to try it all the same"))
		}
	}
}

// paths reads the directories, with dbt's defaults.
func (p *configParser) paths() {
	c := p.c
	c.ModelPaths = p.renamed("model-paths", "source-paths", "models")
	c.SeedPaths = p.renamed("seed-paths", "data-paths", "seeds")
	c.SnapshotPaths = p.dirs("snapshot-paths", "snapshots")
	c.AnalysisPaths = p.dirs("analysis-paths", "analyses")
	c.MacroPaths = p.dirs("macro-paths", "macros")
	c.TestPaths = p.dirs("test-paths", "tests")
	c.FunctionPaths = p.dirs("function-paths", "functions")
	c.DocsPaths = p.dirs("docs-paths", c.ResourcePaths()...)
	c.AssetPaths = p.dirs("asset-paths")
	c.TargetPath = p.one("target-path", "target")
	c.LogPath = p.one("log-path", "logs")
	c.PackagesInstallPath = p.one("packages-install-path", "dbt_packages")
	c.CleanTargets = p.dirs("clean-targets", c.TargetPath)
}

// renamed reads paths whose key had another name before dbt 1.0.
func (p *configParser) renamed(key, old, standard string) []string {
	_, now := p.c.Node.Entry(key)
	oldKey, before := p.c.Node.Entry(old)
	if before == nil {
		return p.dirs(key, standard)
	}
	if now != nil {
		p.errorf("E205", oldKey.Span, "%s is the old name of %s; only one of them may be here", old, key)
		return p.dirs(key, standard)
	}
	p.diags = append(p.diags, diag.Warnf("W203", oldKey.Span, "%s is now called %s", old, key))
	return p.dirs(old, standard)
}

func (p *configParser) dirs(key string, standard ...string) []string {
	n := p.get(key)
	if n == nil || n.Kind != yaml.Sequence {
		return standard
	}
	dirs := []string{}
	for _, item := range n.Items {
		dir := cleanDir(item.String())
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// cleanDir is a directory as paths are built with: slashes, no "./", no last slash.
func cleanDir(dir string) string {
	return path.Clean(strings.ReplaceAll(dir, `\`, "/"))
}

func (p *configParser) one(key, standard string) string {
	if s, ok := p.get(key).Str(); ok && s != "" {
		return cleanDir(s)
	}
	return standard
}

// ResourcePaths are the directories that can hold properties files, without
// repetition.
func (c *Config) ResourcePaths() []string {
	var all []string
	for _, paths := range [][]string{c.ModelPaths, c.SeedPaths, c.SnapshotPaths, c.AnalysisPaths, c.MacroPaths, c.TestPaths, c.FunctionPaths} {
		for _, dir := range paths {
			if !slices.Contains(all, dir) {
				all = append(all, dir)
			}
		}
	}
	return all
}

func (p *configParser) hooks() {
	p.c.OnRunStart = p.texts("on-run-start")
	p.c.OnRunEnd = p.texts("on-run-end")
}

// texts reads a text or a list of texts.
func (p *configParser) texts(key string) []*yaml.Node {
	var out []*yaml.Node
	all := p.get(key)
	if !all.Is(yaml.TStrings) {
		return nil // which was reported
	}
	for _, n := range all.List() {
		if n.Kind != yaml.String {
			p.errorf("E202", n.Span, "an entry of %s must be text, this is %s", key, n.Kind)
			continue
		}
		out = append(out, n)
	}
	return out
}

var dispatchSchema = &yaml.Schema{What: "an entry of dispatch", Fields: []yaml.Field{
	{Name: "macro_namespace", Type: yaml.TString, Required: true},
	{Name: "search_order", Type: yaml.TList, Required: true},
}}

var quotingSchema = &yaml.Schema{What: "quoting", Fields: []yaml.Field{
	{Name: "database", Type: yaml.TBool | yaml.TNull}, {Name: "project", Type: yaml.TBool | yaml.TNull},
	{Name: "schema", Type: yaml.TBool | yaml.TNull}, {Name: "identifier", Type: yaml.TBool | yaml.TNull},
	{Name: "column", Type: yaml.TBool | yaml.TNull}, {Name: "snowflake_ignore_case", Type: yaml.TBool | yaml.TNull},
}}

func (p *configParser) rest() {
	c := p.c
	c.Flags = p.get("flags")
	c.QueryComment = p.get("query-comment")
	c.Quoting = quoting(p.get("quoting"), &p.diags)
	c.RestrictAccess, _ = p.get("restrict-access").Bool()
	for _, n := range p.get("dispatch").List() {
		if dispatchSchema.Check(n, &p.diags) {
			c.Dispatch = append(c.Dispatch, Dispatch{
				Namespace: n.Get("macro_namespace").String(), SearchOrder: n.Get("search_order").Strings(), Span: n.Span,
			})
		}
	}
	if k, tests := c.Node.Entry("tests"); !tests.IsNull() && !c.Node.Get("data_tests").IsNull() {
		p.errorf("E205", k.Span, "tests is the old name of data_tests; only one of them may be here")
	}
}

// quoting reads a quoting mapping.
func quoting(n *yaml.Node, diags *diag.List) Quoting {
	if n.IsNull() || !quotingSchema.Check(n, diags) {
		return Quoting{}
	}
	q := Quoting{
		Database: boolean(n.Get("database")), Schema: boolean(n.Get("schema")),
		Identifier: boolean(n.Get("identifier")), Column: boolean(n.Get("column")),
	}
	if q.Database == nil {
		q.Database = boolean(n.Get("project"))
	}
	return q
}
