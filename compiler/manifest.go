// Package compiler binds the names of a loaded project and renders its SQL.
//
// Resolve turns a *project.Project (syntax only) into a *Manifest: nodes with
// merged configuration, relation names and dependencies, and the graph.
// A Runtime renders one node of a Manifest, late, because SQL may depend on
// the warehouse. Neither writes into what it was given.
package compiler

import (
	"slices"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/graph"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/yaml"
)

// Kind is a resource type, spelt as in unique ids and in dbt's artifacts.
type Kind string

// The resource types that mdl knows.
const (
	Model         Kind = "model"
	Seed          Kind = "seed"
	Snapshot      Kind = "snapshot"
	Test          Kind = "test"
	Analysis      Kind = "analysis"
	Operation     Kind = "operation"
	SQLQuery      Kind = "sql_operation"
	Source        Kind = "source"
	Exposure      Kind = "exposure"
	UnitTest      Kind = "unit_test"
	Function      Kind = "function"
	Metric        Kind = "metric"
	SemanticModel Kind = "semantic_model"
	SavedQuery    Kind = "saved_query"
	Group         Kind = "group"
	Macro         Kind = "macro"
	Doc           Kind = "doc"
)

// Manifest is a project with every name bound. It is immutable once Resolve
// has returned it and safe for concurrent use.
type Manifest struct {
	ProjectName string
	Target      Target
	Graph       *graph.Graph
	// OnRunStart and OnRunEnd are the hooks in the order in which they run:
	// the root project's, then the packages' by name.
	OnRunStart, OnRunEnd []*Node
	// Selectors are the definitions of selectors.yml; nil when there are none.
	Selectors *graph.Selectors
	Resources

	nodes  nodeTable
	macros func() *Macros
	// generation and stamps are those of the cache.
	generation string
	edition    string
	stamps     map[string]uint64

	vars    map[string]*value.Dict // by package: what var() answers from
	cliVars *value.Dict            // those of the command line
	configs []*project.Config      // of the packages, root first
}

// Resources are what a manifest has beside its nodes, by unique id: plain data,
// which the parse cache keeps as it is.
type Resources struct {
	Sources   map[string]*SourceNode
	Exposures map[string]*ExposureNode
	UnitTests map[string]*UnitTestNode
	Groups    map[string]*GroupNode
	Docs      map[string]*DocBlock
	// The semantic layer.
	Metrics, SemanticModels, SavedQueries map[string]*SemanticNode
	Disabled                              map[string][]*Node // disabled nodes; a name may be disabled several times
	// What else is disabled, in the order in which it was read.
	DisabledSources   []*SourceNode
	DisabledExposures []*ExposureNode
	DisabledUnitTests []*UnitTestNode
	DisabledSemantics []*SemanticNode
	// Packages are the names of the root project and of all packages, root first.
	Packages []string
	// SelectorDefs are the definitions of selectors.yml as dbt's manifest has
	// them; nil when there are none.
	SelectorDefs *value.Dict
	// MacroUses are the numbers of nodes that depend on a macro, by its id.
	MacroUses map[string]int
	// OwnMacros is the number of macros that are not mdl's own.
	OwnMacros int
	// WrittenConfigs is, by unique id, the configuration that properties give as
	// templates, as it is written: what differs from one target to another
	// without being a change of the project.
	WrittenConfigs map[string]*value.Dict
	// TimeSpines are the models that are one.
	TimeSpines []string
	// Watched is what the run ledger measures of nodes, because tests compare it
	// with its history.
	Watched []Watch
	// Namespaces are those in which the models, seeds and snapshots build.
	Namespaces []adapters.Namespace
}

// Target is the chosen output of the profile as templates see it.
type Target struct {
	ProfileName, Name, Type string
	Database, Schema        string // the defaults of nodes
	Threads                 int
	Values                  *value.Dict  // everything `target.` answers, without secrets
	Quoting                 scope.Policy // of the adapter, changed by the project's quoting
}

// Node is a resource that has SQL, or a seed. Nothing of a run is stored here.
type Node struct {
	ID       string // dbt's unique_id
	Kind     Kind
	Name     string
	Package  string
	FQN      []string
	Path     string // below the resource path: dbt's path
	OrigPath string // below the package root: dbt's original_file_path
	Root     string // the package's directory, relative to the project root
	File     *diag.File
	Span     diag.Span // the place to name when the node as a whole is at fault
	Raw      string    // dbt's raw_code
	Checksum string    // sha256 in hex, a big seed's path, or "" where dbt writes none

	Config       *Config
	Unrendered   *value.Dict // the configuration as written, before rendering
	Written      *value.Dict // of the properties' configuration, what is a template, as text; nil without
	Database     string
	Schema       string
	Alias        string
	RelationName string // quoted; "" for ephemeral models, tests without store_failures ...

	Description string
	DocBlocks   []string
	Columns     []Column
	Meta        *value.Dict
	Tags        []string
	PatchPath   string // "package://path" of the properties file, or ""
	ShowDocs    bool
	NodeColor   string

	Refs            []Ref
	SourceRefs      [][2]string
	DependsOn       []string // unique ids in order of first mention
	DependsOnMacros []string

	Access        string
	Group         string
	Version       string // "" when not versioned
	LatestVersion string
	TimeSpine     *value.Dict // of a model; nil without one
	Deprecation   string
	Constraints   []*value.Dict

	MetricRefs, FunctionRefs []Ref // metric() and function() calls; no version

	Function *FunctionInfo // functions only
	Test     *TestInfo     // generic tests only
	Hook     *HookInfo     // operations only

	PreHooks, PostHooks []Hook

	program *jinja.Program // nil where the text has not been parsed
	// interval is what For has bound the node to.
	interval *Interval

	// Reads is what the node's templates read while the project was parsed, of
	// what another invocation may answer otherwise. Volatile tells that they
	// read more than that: a clock, the invocation's id.
	Reads    []scope.Read
	Volatile bool
}

// Ref is one ref() call as written, with the place of the call.
type Ref struct {
	Package, Name, Version string
	// VersionText: the version was given as text, as in v='2'.
	VersionText bool
	Span        diag.Span
}

// TestInfo is what only a generic test has.
type TestInfo struct {
	Name, Namespace string      // of the test macro, without "test_"
	Kwargs          *value.Dict // as written; strings are rendered at compile time
	Column          string
	AttachedNode    string
	FileKeyName     string
}

// HookInfo tells where an on-run-start or on-run-end hook comes from.
type HookInfo struct {
	Event string // "on-run-start" or "on-run-end"
	Index int
	// Source is the text as it is written in dbt_project.yml.
	Source *yaml.Node
}

// Relocate moves a diagnostic about a text that is no file to where the user
// has written it: a hook to dbt_project.yml, a generic test to its properties.
func (n *Node) Relocate(d diag.Diagnostic) diag.Diagnostic {
	switch {
	case n.Hook != nil && n.Hook.Source != nil:
		return n.Hook.Source.Relocate(d, n.File)
	case n.Test != nil:
		d.Frames = slices.Clone(d.Frames)
		for i := range d.Frames {
			if d.Frames[i].Span.File == n.File {
				d.Frames[i].Span = n.Span
			}
		}
		if d.Span.File == n.File {
			d.Span = n.Span
		}
	}
	return d
}

// Hook is one pre- or post-hook of a node.
type Hook struct {
	SQL         string
	Transaction bool
	Span        diag.Span
}

// Column is a column as the properties describe it.
type Column struct {
	Name        string
	Description string
	DataType    string
	Granularity string // of a time spine: "day" ...; or ""
	Quote       *bool
	Meta        *value.Dict
	Tags        []string
	Constraints []*value.Dict
	Config      *value.Dict
	DocBlocks   []string
	Extra       *value.Dict
}

// SourceNode is one table of a source.
type SourceNode struct {
	ID, Package, SourceName, Name        string
	FQN                                  []string
	Path, OrigPath                       string
	Span                                 diag.Span
	Config                               *Config
	Unrendered                           *value.Dict
	Database, Schema, Identifier         string
	UnrenderedDatabase, UnrenderedSchema string // as written, "" where nothing was
	RelationName                         string
	Description, SourceDescription       string
	Columns                              []Column
	Meta, SourceMeta                     *value.Dict
	Tags                                 []string
	Loader, LoadedAtField, LoadedAtQuery string
	Freshness, External, Quoting         value.Value
	DocBlocks                            []string
	PatchPath                            string
}

// ExposureNode is a use of the data outside the project.
type ExposureNode struct {
	ID, Package, Name          string
	FQN                        []string
	Path, OrigPath             string
	Span                       diag.Span
	Config                     *Config
	Unrendered                 *value.Dict
	Type, Label, Maturity, URL string
	Description                string
	OwnerName, OwnerEmail      string
	Owner                      *value.Dict
	Meta                       *value.Dict
	Tags                       []string
	Refs                       []Ref
	SourceRefs                 [][2]string
	MetricRefs                 []Ref
	DependsOn                  []string
}

// UnitTestNode is a unit test as parsed.
type UnitTestNode struct {
	ID, Package, Name, Model string
	FQN                      []string
	Path, OrigPath           string
	Span                     diag.Span
	Config                   *Config
	Description              string
	Tags                     []string
	DependsOn                []string
	Given, Expect, Overrides value.Value
	// Versions are the versions of the model that it is for, as written; nil
	// where nothing is said. Version is the one of this node, "" without any.
	Versions value.Value
	Version  string
	// Fixtures are the files that hold its rows, by their names.
	Fixtures map[string]diag.Span
	// Runs are those of a snapshot's unit test, which has no expected rows of
	// its own; nil for a model's.
	Runs value.Value
}

// GroupNode owns models.
type GroupNode struct {
	ID, Package, Name, Path, OrigPath string
	Span                              diag.Span
	Owner                             *value.Dict
	Description                       string
	Config                            *Config
}

// DocBlock is one {% docs %} block.
type DocBlock struct {
	ID, Package, Name, Path, OrigPath, Contents string
}

// Relation returns the relation that the node builds, unquoted. Its kind
// follows from the materialization.
func (n *Node) Relation() adapters.Relation {
	r := adapters.Relation{Database: n.Database, Schema: n.Schema, Name: n.Alias}
	switch n.Materialized() {
	case "view":
		r.Kind = adapters.View
	case "materialized_view":
		r.Kind = adapters.MaterializedView
	case "external":
		r.Kind = adapters.External
	default:
		r.Kind = adapters.Table
	}
	return r
}

// Materialized is the node's materialization: "view", "table", "incremental",
// "ephemeral", "seed", "snapshot", "test" or one of the project's own.
func (n *Node) Materialized() string { return n.Config.String("materialized") }

// IsEphemeral reports whether the node is compiled into its children only.
func (n *Node) IsEphemeral() bool { return n.Kind == Model && n.Materialized() == "ephemeral" }

// Config is a node's merged configuration: dbt's keys in dbt's order, then the
// project's own. It is immutable after Resolve.
type Config struct{ values *value.Dict }

// NewConfig returns a Config over the given values, which must not change
// afterwards.
func NewConfig(values *value.Dict) *Config { return &Config{values} }

// Dict returns the values; callers must not change them.
func (c *Config) Dict() *value.Dict { return c.values }

// with returns the same configuration but for one key.
func (c *Config) with(key string, v value.Value) *Config {
	values := c.values.Copy()
	values.SetStr(key, v)
	return NewConfig(values)
}

// Get returns a key's value, and false where it is absent or none.
func (c *Config) Get(key string) (value.Value, bool) {
	v, ok := c.values.GetStr(key)
	if !ok || v == value.None {
		return nil, false
	}
	return v, true
}

// String returns a key as text, or "" where it is absent or none.
func (c *Config) String(key string) string {
	if v, ok := c.Get(key); ok {
		return value.ToStr(v)
	}
	return ""
}

// Bool returns a key's truth, and whether it is set at all.
func (c *Config) Bool(key string) (truth, set bool) {
	v, ok := c.Get(key)
	return ok && value.Truth(v), ok
}

// Strings returns a key that may be a text or a list of texts.
func (c *Config) Strings(key string) []string {
	v, ok := c.Get(key)
	if !ok {
		return nil
	}
	if _, ok := v.(value.Str); ok {
		return []string{value.ToStr(v)}
	}
	items, err := value.Items(v)
	if err != nil {
		return []string{value.ToStr(v)}
	}
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = value.ToStr(item)
	}
	return out
}
