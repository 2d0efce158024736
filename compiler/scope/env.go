package scope

import (
	"maps"
	"slices"
	"strings"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/pymod"
	"mdl/compiler/jinja/value"
)

// maker makes the value of a name for one render.
type maker func(s *Scope) value.Value

func newEnv(f Facts) *Env {
	if f.Now == nil {
		f.Now = time.Now
	}
	if f.LookupEnv == nil {
		f.LookupEnv = func(string) (string, bool) { return "", false }
	}
	if f.Log == nil {
		f.Log = func(Message) {}
	}
	e := &Env{Facts: f, names: Names{}, base: baseMakers(), node: nodeMakers()}
	for _, fn := range functions {
		e.names[fn.Name] = fn
	}
	e.names["dbt_version"] = value.Str(DBTVersion)
	e.names["invocation_id"] = value.Str(f.InvocationID)
	e.names["run_started_at"] = value.DateTimeIn(f.StartedAt, pymod.UTC)
	e.names["modules"] = pymod.Modules(f.Now)
	e.names["flags"] = newFlags(f.Flags)
	return e
}

// baseMakers are the names of every render that belong to it alone.
func baseMakers() map[string]maker {
	return map[string]maker{
		"var":       func(s *Scope) value.Value { return &variables{s} },
		"env_var":   func(s *Scope) value.Value { return s.method("env_var", (*Scope).envVar) },
		"log":       func(s *Scope) value.Value { return s.method("log", (*Scope).log) },
		"print":     func(s *Scope) value.Value { return s.method("print", (*Scope).print) },
		"thread_id": func(s *Scope) value.Value { return value.Str(s.threadName()) },
		"context":   func(s *Scope) value.Value { return &view{s, true} },
		"builtins":  func(s *Scope) value.Value { return &view{s, false} },
	}
}

// nodeMakers are the names that only nodes, hooks and operations have.
func nodeMakers() map[string]maker {
	return map[string]maker{
		"target":                (*Scope).target,
		"env":                   (*Scope).target,
		"column":                func(s *Scope) value.Value { return s.project.column },
		"adapter":               func(s *Scope) value.Value { return &adapterObject{s} },
		"api":                   func(s *Scope) value.Value { return s.project.api() },
		"exceptions":            func(s *Scope) value.Value { return &exceptions{s} },
		"execute":               func(s *Scope) value.Value { return value.Bool(s.bind.Execute) },
		"invocation_args_dict":  func(s *Scope) value.Value { return copyDict(s.env.Args) },
		"dbt_metadata_envs":     func(s *Scope) value.Value { return copyDict(s.env.MetadataEnvs) },
		"_sql_results":          func(s *Scope) value.Value { return s.resultsDict() },
		"store_result":          func(s *Scope) value.Value { return s.method("store_result", (*Scope).storeResult) },
		"store_raw_result":      func(s *Scope) value.Value { return s.method("store_raw_result", (*Scope).storeRawResult) },
		"load_result":           func(s *Scope) value.Value { return s.method("load_result", (*Scope).loadResult) },
		"render":                func(s *Scope) value.Value { return s.method("render", (*Scope).renderText) },
		"try_or_compiler_error": func(s *Scope) value.Value { return s.method("try_or_compiler_error", (*Scope).tryOr) },
		"write":                 func(s *Scope) value.Value { return s.method("write", (*Scope).write) },
		"submit_python_job":     func(s *Scope) value.Value { return s.method("submit_python_job", (*Scope).submitPython) },
		"adapter_macro":         func(s *Scope) value.Value { return s.method("adapter_macro", (*Scope).adapterMacro) },
		"validation":            func(*Scope) value.Value { return validation() },
		"sql":                   func(*Scope) value.Value { return value.None },
		"sql_now":               func(*Scope) value.Value { return value.Str("now()") },
		"pre_hooks":             func(*Scope) value.Value { return value.NewList() },
		"post_hooks":            func(*Scope) value.Value { return value.NewList() },
	}
}

func newProject(e *Env, name string, t Target) *Project {
	return &Project{
		Env: e, Name: name, Target: t,
		class:  newRelationClass(t.Type, t.Quoting),
		column: newColumnClass(t.Type),
		names: Names{
			"project_name": value.Str(name),
			"database":     partOf(t.Database).value(),
			"schema":       partOf(t.Schema).value(),
		},
	}
}

// api is the name api: the classes of relations and columns.
func (p *Project) api() value.Value {
	d := value.NewDictSize(2)
	d.SetStr("Relation", p.class)
	d.SetStr("Column", p.column)
	return d
}

func newBase(e *Env, kind Files, read EnvReader) *Scope {
	return &Scope{env: e, kind: kind, bind: Binding{Vars: e.Vars, EnvRead: read}}
}

func newScope(p *Project, b Binding) *Scope {
	return &Scope{env: p.Env, project: p, bind: b}
}

// targetName is the name target where nothing else of a project is known.
type targetName struct {
	values *value.Dict
	reads  *Reads
}

// Lookup implements jinja.Globals.
func (t targetName) Lookup(name string) (value.Value, bool) {
	if name != "target" {
		return nil, false
	}
	t.reads.add(ReadTarget, "", "", t.values)
	return copyDict(t.values), true
}

// method makes a function of the context of a method of the render.
func (s *Scope) method(name string, fn func(*Scope, value.Thread, value.Args) (value.Value, error)) value.Value {
	return &value.Func{Name: name, Fn: func(t value.Thread, a value.Args) (value.Value, error) { return fn(s, t, a) }}
}

// Lookup implements jinja.Globals.
func (s *Scope) Lookup(name string) (value.Value, bool) {
	if v, ok := s.set[name]; ok {
		return v, true
	}
	if s.bind.Macros != nil {
		if v, ok := s.bind.Macros.Lookup(name); ok {
			return v, true
		}
	}
	return s.builtin(name)
}

// builtin looks a name up that is no macro.
func (s *Scope) builtin(name string) (value.Value, bool) {
	if s.bind.Own != nil {
		if v, ok := s.bind.Own.Lookup(name); ok {
			return v, true
		}
	}
	if v, ok := s.made[name]; ok {
		return v, true
	}
	if mk := s.maker(name); mk != nil {
		v := mk(s)
		if s.bind.Reads != nil {
			v = s.watched(name, v)
		}
		if s.made == nil {
			s.made = Names{}
		}
		s.made[name] = v
		return v, true
	}
	if s.project != nil {
		if v, ok := s.project.names[name]; ok {
			return v, true
		}
	}
	v, ok := s.env.names[name]
	if ok && s.bind.Reads != nil {
		v = s.watched(name, v)
	}
	return v, ok
}

// target is a copy of the target's values, as templates can change it.
func (s *Scope) target() value.Value {
	s.bind.Reads.add(ReadTarget, "", "", s.project.Target.Values)
	return copyDict(s.project.Target.Values)
}

func (s *Scope) maker(name string) maker {
	if mk, ok := s.env.base[name]; ok {
		return mk
	}
	if s.project != nil {
		return s.env.node[name]
	}
	return nil
}

// Names implements jinja.Namer: every name in sight, sorted.
func (s *Scope) Names() []string { return s.list(true) }

func (s *Scope) list(macros bool) []string {
	seen := map[string]bool{}
	add := func(names []string) {
		for _, n := range names {
			seen[n] = true
		}
	}
	if macros {
		add(namesOf(s.bind.Macros))
		add(s.set.Names())
	}
	add(namesOf(s.bind.Own))
	add(slices.Collect(maps.Keys(s.env.base)))
	add(slices.Collect(maps.Keys(s.env.names)))
	if s.project != nil {
		add(slices.Collect(maps.Keys(s.env.node)))
		add(slices.Collect(maps.Keys(s.project.names)))
	}
	if !macros {
		delete(seen, "builtins")
		delete(seen, "context")
	}
	return slices.Sorted(maps.Keys(seen))
}

func namesOf(g any) []string {
	if n, ok := g.(interface{ Names() []string }); ok {
		return n.Names()
	}
	return nil
}

// Names implements jinja.Namer.
func (n Names) Names() []string { return slices.Sorted(maps.Keys(n)) }

func (s *Scope) threadName() string {
	if s.bind.Thread == "" {
		return "MainThread"
	}
	return s.bind.Thread
}

// say sends a message to the invocation's log.
func (s *Scope) say(level Level, text string, site diag.Span) {
	s.bind.Reads.volatile()
	s.env.Log(Message{Level: level, Text: s.env.mask(text), Node: s.bind.Node, Site: site})
}

// warn says a warning under dbt's name of it, or fails with it where it is to
// be an error.
func (s *Scope) warn(event, text string, site diag.Span) error {
	if s.env.Judge != nil {
		fails, silent := s.env.Judge(event)
		switch {
		case fails:
			return &Error{Kind: Compilation, Msg: s.env.mask(text)}
		case silent:
			return nil
		}
	}
	s.say(Warn, text, site)
	return nil
}

// mask hides the values of secrets.
func (e *Env) mask(text string) string {
	for _, secret := range e.Secrets {
		if strings.TrimSpace(secret) != "" {
			text = strings.ReplaceAll(text, secret, "*****")
		}
	}
	return text
}
