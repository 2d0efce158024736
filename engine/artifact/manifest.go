package artifact

import (
	"crypto/md5"
	"encoding/hex"
	"io"
	"path"
	"time"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
	"mdl/engine"
)

// Manifest is what manifest.json holds beside the manifest itself.
type Manifest struct {
	Metadata
	// RunStartedAt is dbt's run_started_at.
	RunStartedAt time.Time
	// ProjectDir is the absolute directory of the project.
	ProjectDir string
	// Compiled is what the run made of each node, by unique id; see Compiled.
	Compiled map[string]compiler.Built
}

// Compiled gathers what a run made of each node. Paths begin with target, the
// target directory as dbt would write it: "target".
func Compiled(r *engine.Results, target string) map[string]compiler.Built {
	built := make(map[string]compiler.Built, len(r.Results)+len(r.Ephemeral))
	for _, list := range [][]*engine.Result{r.Ephemeral, r.Results} {
		for _, res := range list {
			if res.Compiled == nil && res.RunPath == "" {
				continue
			}
			built[res.ID] = compiler.Built{
				Compiled:     res.Compiled,
				CompiledPath: below(target, res.CompiledPath),
				BuildPath:    below(target, res.RunPath),
			}
		}
	}
	return built
}

func below(dir, file string) string {
	if file == "" {
		return ""
	}
	return path.Join(dir, file)
}

// WriteManifest writes manifest.json. Maps are in the order of their unique
// ids. Of a selector only the name and the description are written.
func WriteManifest(w io.Writer, m *compiler.Manifest, about Manifest) error {
	s := newStream(w)
	s.entry("metadata", about.metadata(m))
	created := value.Float(about.GeneratedAt.UnixMicro()) / 1e6

	keys := primaryKeys(m)
	node := func(n *compiler.Node) *value.Dict {
		b := about.Compiled[n.ID]
		b.CreatedAt = float64(created)
		b.PrimaryKey = keys[n.ID]
		if n.Kind == compiler.Seed {
			b.RootPath = path.Join(about.ProjectDir, n.Root)
		}
		b.CTESQL = about.ctes(m, b.Compiled)
		return compiler.BuiltDict(n, b)
	}
	s.open("nodes", '{')
	for n := range m.AllNodes() {
		s.entry(n.ID, node(n))
	}
	s.close('}')
	section(s, "sources", m.Sources, dated(created, compiler.SourceDict))
	writeMacros(s, m, created)
	section(s, "docs", m.Docs, compiler.DocDict)
	section(s, "exposures", m.Exposures, dated(created, compiler.ExposureDict))
	s.entry("metrics", value.NewDict())
	section(s, "groups", m.Groups, compiler.GroupDict)
	s.entry("selectors", selectors(m))
	section(s, "disabled", m.Disabled, func(list []*compiler.Node) *value.List {
		l := value.NewList()
		for _, n := range list {
			l.Append(node(n))
		}
		return l
	})
	writeMaps(s, m)
	s.entry("saved_queries", value.NewDict())
	s.entry("semantic_models", value.NewDict())
	section(s, "unit_tests", m.UnitTests, dated(created, func(u *compiler.UnitTestNode) *value.Dict {
		d := compiler.UnitTestDict(u)
		if len(u.DependsOn) > 0 && m.Node(u.DependsOn[0]) != nil {
			d.SetStr("schema", value.Str(m.Node(u.DependsOn[0]).Schema))
		}
		return d
	}))
	s.entry("functions", value.NewDict())
	return s.end()
}

// section writes an object with an entry for each element of a map.
func section[T any, V value.Value](s *stream, key string, elements map[string]T, dict func(T) V) {
	s.open(key, '{')
	for _, id := range sortedKeys(elements) {
		s.entry(id, dict(elements[id]))
	}
	s.close('}')
}

// dated makes dicts with a created_at.
func dated[T any](created value.Float, dict func(T) *value.Dict) func(T) *value.Dict {
	return func(element T) *value.Dict {
		d := dict(element)
		d.SetStr("created_at", created)
		return d
	}
}

// writeMacros writes the macros of the project, of its packages and of dbt. Of
// the other packages that mdl brings along it writes only what is used: dbt
// does not have them.
func writeMacros(s *stream, m *compiler.Manifest, created value.Float) {
	s.open("macros", '{')
	if m.Macros() != nil {
		used := map[string]bool{}
		for n := range m.AllNodes() {
			for _, id := range n.DependsOnMacros {
				used[id] = true
			}
		}
		dict := dated(created, compiler.MacroDict)
		for _, macro := range m.Macros().All() {
			if !macro.Internal || macro.Package == "dbt" || used[macro.ID] {
				s.entry(macro.ID, dict(macro))
			}
		}
	}
	s.close('}')
}

func (about *Manifest) metadata(m *compiler.Manifest) *value.Dict {
	d := about.dict("manifest/v12")
	d.SetStr("project_name", value.Str(m.ProjectName))
	id := md5.Sum([]byte(m.ProjectName))
	d.SetStr("project_id", value.Str(hex.EncodeToString(id[:])))
	d.SetStr("user_id", value.None)
	d.SetStr("send_anonymous_usage_stats", value.Bool(about.SendAnonymousUsageStats))
	d.SetStr("adapter_type", value.Str(m.Target.Type))
	quoting := value.NewDict()
	quoting.SetStr("database", value.Bool(m.Target.Quoting.Database))
	quoting.SetStr("schema", value.Bool(m.Target.Quoting.Schema))
	quoting.SetStr("identifier", value.Bool(m.Target.Quoting.Identifier))
	quoting.SetStr("column", value.None)
	d.SetStr("quoting", quoting)
	d.SetStr("run_started_at", value.Str(about.RunStartedAt.UTC().Format("2006-01-02T15:04:05.000000+00:00")))
	return d
}

// ctes are the texts that the ephemeral models of a compiled node were put in
// front as; those that the run did not compile, or that have others in front
// themselves, are not known and end the list.
func (about *Manifest) ctes(m *compiler.Manifest, c *compiler.Compiled) []string {
	if c == nil {
		return nil
	}
	var list []string
	for _, id := range c.CTEs {
		model, n := about.Compiled[id].Compiled, m.Node(id)
		if model == nil || n == nil || len(model.CTEs) > 0 {
			break
		}
		list = append(list, " __dbt__cte__"+n.Alias+" as (\n"+model.SQL+"\n)")
	}
	return list
}

func selectors(m *compiler.Manifest) *value.Dict {
	d := value.NewDict()
	for _, name := range m.Selectors.Names() {
		of := value.NewDict()
		of.SetStr("name", value.Str(name))
		of.SetStr("description", value.None)
		if text := m.Selectors.Description(name); text != "" {
			of.SetStr("description", value.Str(text))
		}
		d.SetStr(name, of)
	}
	return d
}
