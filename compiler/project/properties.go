package project

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/yaml"
)

// Properties is one properties file (schema.yml by convention, any name by rule).
type Properties struct {
	Source
	// Globals is the context with which the file was rendered.
	Globals        jinja.Globals
	Models         []*ModelProps
	Seeds          []*ModelProps
	Snapshots      []*ModelProps
	Analyses       []*ModelProps
	Tests          []*ModelProps // data_tests at the top level: singular tests
	Functions      []*ModelProps
	Macros         []*MacroProps
	Sources        []*SourceProps
	Exposures      []*Exposure
	UnitTests      []*UnitTest
	Groups         []*Group
	Metrics        []*Entry
	SemanticModels []*Entry
	SavedQueries   []*Entry
}

// Entry is what every entry of a properties file has.
type Entry struct {
	// Properties is the file that the entry is in.
	Properties  *Properties
	Name        string
	Span        diag.Span // the name
	Description Text      // not rendered: doc() is resolved later
	// Config is the config mapping, rendered, together with what dbt moves into
	// it (meta, docs, group, contract and access of the entry itself). It is
	// nil when there is none. RawConfig is config as written.
	Config, RawConfig *yaml.Node
	// Node is the whole entry, rendered; Raw is as written.
	Node, Raw *yaml.Node
}

// ModelProps describes a model, seed, snapshot, analysis, singular test or function.
type ModelProps struct {
	Entry
	Columns     []*Column
	Tests       []*DataTest
	Constraints []*yaml.Node
	// LatestVersion, Versions, DeprecationDate, TimeSpine: models only.
	LatestVersion   *yaml.Node
	Versions        []*Version
	DeprecationDate *yaml.Node
	TimeSpine       *yaml.Node
	// QuoteColumns: seeds only.
	QuoteColumns *bool
	// Relation is a YAML snapshot's `ref(...)` or `source(...)`, not evaluated.
	Relation Text
	// Arguments and Returns: functions only.
	Arguments, Returns *yaml.Node
}

// Version is one version of a model.
type Version struct {
	// V is the version as the YAML has it: a number or a text.
	V               *yaml.Node
	Span            diag.Span
	DefinedIn       Text
	Description     Text
	Access          Text
	Config          *yaml.Node // rendered
	RawConfig       *yaml.Node
	Constraints     []*yaml.Node
	Docs            *yaml.Node
	DeprecationDate *yaml.Node
	// Tests replace the model's own when HasTests.
	Tests    []*DataTest
	HasTests bool
	// IncludeAll and Include choose among the model's columns; Exclude takes
	// some away; Columns are added.
	IncludeAll       bool
	Include, Exclude []string
	Columns          []*Column
}

// Name is the version as text, such as "2".
func (v *Version) Name() string { return v.V.String() }

// Includes reports whether a column of the model belongs to this version.
func (v *Version) Includes(column string) bool {
	for _, name := range v.Exclude {
		if name == column {
			return false
		}
	}
	if v.IncludeAll {
		return true
	}
	for _, name := range v.Include {
		if name == column {
			return true
		}
	}
	return false
}

// Column describes a column.
type Column struct {
	Name        string
	Span        diag.Span
	Description Text
	DataType    Text
	Quote       *bool
	Granularity Text
	// Meta and Tags are the column's own and those of its config, merged.
	Meta        *yaml.Node
	Tags        []string
	Config      *yaml.Node
	Constraints []*yaml.Node
	Tests       []*DataTest
	// Extra are the keys that dbt does not know.
	Extra *yaml.Node
	Node  *yaml.Node
}

// DataTest is one use of a generic test.
type DataTest struct {
	// Namespace and Test are the two parts of "dbt_utils.accepted_range";
	// Namespace is "" for a plain name.
	Namespace, Test string
	// Span is the test's name, Node the whole entry.
	Span diag.Span
	Node *yaml.Node
	// CustomName is the test's own name, or unset.
	CustomName  Text
	Description Text
	// Arguments are the arguments in the order of the file, neither rendered
	// nor with the model and the column.
	Arguments []yaml.Pair
	// Config is the configuration, rendered.
	Config []yaml.Pair
	// Column is the column that the test hangs on, or "".
	Column string
}

// MacroProps describes a macro.
type MacroProps struct {
	Entry
	Arguments []MacroArgument
	Meta      *yaml.Node
	Docs      *yaml.Node
}

// MacroArgument describes an argument of a macro.
type MacroArgument struct {
	Name, Type, Description Text
}

// SourceProps is a source with its tables.
type SourceProps struct {
	Entry
	// Overrides is the package whose source this entry changes, or unset.
	Overrides                    Text
	Database, Schema, Loader     Text
	RawDatabase, RawSchema       Text // before rendering
	LoadedAtField, LoadedAtQuery Text
	Quoting                      Quoting
	Freshness                    *yaml.Node // nil when absent, Null when switched off
	Meta                         *yaml.Node
	Tags                         []string
	Tables                       []*SourceTable
}

// SourceTable is one table of a source.
type SourceTable struct {
	Name                         string
	Span                         diag.Span
	Description                  Text
	Identifier                   Text
	LoadedAtField, LoadedAtQuery Text
	// LoadedAtFieldPresent: loaded_at_field was written, be it null.
	LoadedAtFieldPresent bool
	Quoting              Quoting
	Freshness            *yaml.Node // nil when absent, Null when switched off
	External             *yaml.Node
	Meta                 *yaml.Node
	Tags                 []string
	Config, RawConfig    *yaml.Node
	Columns              []*Column
	Tests                []*DataTest
	Extra                *yaml.Node
	Node                 *yaml.Node
}

// Exposure is a use of the data outside the project.
type Exposure struct {
	Entry
	Type, Label, Maturity, URL Text
	Owner                      *yaml.Node
	Meta                       *yaml.Node
	Tags                       []string
	// DependsOn are texts such as ref('fct_orders'), not evaluated.
	DependsOn []Text
}

// UnitTest is a unit test as written.
type UnitTest struct {
	Entry
	Model                    Text
	Given, Expect, Overrides *yaml.Node
	Versions                 *yaml.Node
}

// Group is an owner of models.
type Group struct {
	Entry
	Owner *yaml.Node
}
