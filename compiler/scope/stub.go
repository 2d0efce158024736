package scope

import (
	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

func newEnv(f Facts) *Env                               { panic("not yet") }
func newBase(e *Env, kind Files, read EnvReader) *Scope { panic("not yet") }
func newProject(e *Env, name string, t Target) *Project { panic("not yet") }
func newScope(p *Project, b Binding) *Scope             { panic("not yet") }

type relationClass struct{ name string }

func (c *relationClass) of(r adapters.Relation, quote Policy) *Relation { panic("not yet") }
func (r *Relation) adapter() adapters.Relation                          { panic("not yet") }

// Lookup implements jinja.Globals.
func (s *Scope) Lookup(name string) (value.Value, bool) { panic("not yet") }

// Names implements jinja.Namer: every name in sight, sorted.
func (s *Scope) Names() []string { panic("not yet") }

// Result returns what a statement of that name stored, also after load_result.
func (s *Scope) Result(name string) (*Result, bool) { panic("not yet") }

// TypeName implements value.Value.
func (r *Relation) TypeName() string { return r.class.name }

// TypeName implements value.Value.
func (c *Column) TypeName() string { return c.class.name }

// TypeName implements value.Value.
func (t *Table) TypeName() string { return "Table" }

// NewTable returns rows of the warehouse as the table that dbt makes of them.
func NewTable(rows *adapters.Rows) *Table { panic("not yet") }

// NewColumn returns a column of the warehouse for templates.
func (p *Project) NewColumn(c adapters.Column) *Column { panic("not yet") }
