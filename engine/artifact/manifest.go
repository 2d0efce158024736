package artifact

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"io"
	"path"
	"strings"
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
	// Fragments are resources whose JSON is at hand, and take what is not; may
	// be nil.
	Fragments Fragments
}

// Compiled gathers what a run made of each node. Paths begin with target, the
// target directory as dbt would write it: "target".
func Compiled(r *engine.Results, target string) map[string]compiler.Built {
	built := make(map[string]compiler.Built, len(r.Results)+len(r.Ephemeral))
	counts := map[string]int{}
	for _, list := range [][]*engine.Result{r.Ephemeral, r.Results} {
		for _, res := range list {
			if res.Compiled == nil && res.RunPath == "" {
				continue
			}
			built[res.ID] = compiler.Built{
				HookIndex:    hookIndex(res, counts),
				Compiled:     res.Compiled,
				CompiledPath: below(target, compiledPath(res)),
				BuildPath:    below(target, res.RunPath),
				StoredIn:     res.StoredIn,
			}
		}
	}
	return built
}

// hookIndex is the place of a hook among those of its event, from 1.
func hookIndex(res *engine.Result, counts map[string]int) int {
	if res.Node == nil || res.Node.Hook == nil {
		return 0
	}
	counts[res.Node.Hook.Event]++
	return counts[res.Node.Hook.Event]
}

// compiledPath is the file of compiled SQL that dbt tells of: of snapshots it
// writes none.
func compiledPath(r *engine.Result) string {
	if r.Kind == compiler.Snapshot {
		return ""
	}
	return r.CompiledPath
}

func below(dir, file string) string {
	if file == "" {
		return ""
	}
	return path.Join(dir, file)
}

// WriteManifest writes manifest.json. Maps are in the order of their unique
// ids.
func WriteManifest(w io.Writer, m *compiler.Manifest, about Manifest) error {
	d := manifestWriter{
		stream: newStream(w), m: m, about: about, keys: newKeyFinder(m),
		filling: newFilling(float64(about.GeneratedAt.UnixMicro()) / 1e6),
	}
	d.entry("metadata", about.metadata(m))
	d.nodes("nodes", false)
	resources(&d, "sources", m.Sources, AppendSource)
	d.macros()
	resources(&d, "docs", m.Docs, AppendDoc)
	resources(&d, "exposures", m.Exposures, AppendExposure)
	resources(&d, "metrics", m.Metrics, AppendSemantic)
	resources(&d, "groups", m.Groups, AppendGroup)
	if m.SelectorDefs != nil {
		d.entry("selectors", m.SelectorDefs)
	} else {
		d.entry("selectors", value.NewDict())
	}
	d.disabled()
	d.maps()
	resources(&d, "saved_queries", m.SavedQueries, AppendSemantic)
	resources(&d, "semantic_models", m.SemanticModels, AppendSemantic)
	d.unitTests()
	d.nodes("functions", true)
	return d.end()
}

// manifestWriter is a manifest.json that is being written.
type manifestWriter struct {
	*stream
	m       *compiler.Manifest
	about   Manifest
	keys    *keyFinder
	filling filling
	scratch []byte // for one fragment
	filled  []byte // for one whose holes are filled
}

// kept is the fragment that someone has kept for a resource, or nil.
func (d *manifestWriter) kept(id string) []byte {
	if d.about.Fragments == nil {
		return nil
	}
	return d.about.Fragments.Fragment(id)
}

// nodes writes the functions, or all other nodes; one of which there is a
// fragment and that was not run is not even looked at.
func (d *manifestWriter) nodes(section string, functions bool) {
	d.open(section, '{')
	for _, id := range d.m.NodeIDs() {
		if functions != strings.HasPrefix(id, string(compiler.Function)+".") {
			continue
		}
		b, ran := d.about.Compiled[id]
		if ran {
			b.CTESQL = d.about.ctes(d.m, b.Compiled)
			n := d.m.Node(id)
			d.scratch = appendBuilt(d.scratch[:0], n, b)
			filling := d.fillNode(n)
			d.fragment(id, &filling, d.scratch)
			continue
		}
		d.resource(id, func(buf []byte) ([]byte, filling) {
			n := d.m.Node(id)
			return AppendNode(buf, n), d.fillNode(n)
		})
	}
	d.close('}')
}

// fillNode is what the holes of a node are filled with.
func (d *manifestWriter) fillNode(n *compiler.Node) filling {
	f := d.filling
	switch n.Kind {
	case compiler.Model:
		if keys := d.keys.of(n); len(keys) > 0 {
			f[compiler.PrimaryKey] = appendTexts(nil, keys)
		}
	case compiler.Seed:
		f[compiler.RootPath] = value.AppendJSONText(nil, path.Join(d.about.ProjectDir, n.Root))
	}
	return f
}

// resource writes a resource: what was kept of it, or what appendTo appends,
// which is then kept.
func (d *manifestWriter) resource(id string, appendTo func(buf []byte) ([]byte, filling)) {
	if json := d.kept(id); json != nil {
		d.fragment(id, nil, json)
		return
	}
	json, filling := appendTo(d.scratch[:0])
	d.scratch = json
	if d.about.Fragments == nil {
		d.fragment(id, &filling, json)
		return
	}
	d.filled = filling.append(d.filled[:0], json)
	d.about.Fragments.Keep(id, d.filled)
	d.fragment(id, nil, d.filled)
}

// disabled writes what is disabled: of each id the list of those that have it.
func (d *manifestWriter) disabled() {
	type appender func(buf []byte) ([]byte, filling)
	all := map[string][]appender{}
	for id, list := range d.m.Disabled {
		for _, n := range list {
			all[id] = append(all[id], func(buf []byte) ([]byte, filling) {
				return AppendNode(buf, n), d.fillNode(n)
			})
		}
	}
	for _, e := range d.m.DisabledExposures {
		all[e.ID] = append(all[e.ID], func(buf []byte) ([]byte, filling) { return AppendExposure(buf, e), d.filling })
	}
	for _, u := range d.m.DisabledUnitTests {
		all[u.ID] = append(all[u.ID], func(buf []byte) ([]byte, filling) { return AppendUnitTest(buf, u), d.filling })
	}
	for _, s := range d.m.DisabledSources {
		all[s.ID] = append(all[s.ID], func(buf []byte) ([]byte, filling) { return AppendSource(buf, s), d.filling })
	}
	for _, n := range d.m.DisabledSemantics {
		all[n.ID] = append(all[n.ID], func(buf []byte) ([]byte, filling) { return AppendSemantic(buf, n), d.filling })
	}
	d.open("disabled", '{')
	for _, id := range sortedKeys(all) {
		d.open(id, '[')
		for _, appendTo := range all[id] {
			json, filling := appendTo(d.scratch[:0])
			d.scratch = json
			d.next()
			d.element(&filling, json)
		}
		d.close(']')
	}
	d.close('}')
}

func (d *manifestWriter) unitTests() {
	d.open("unit_tests", '{')
	for _, id := range sortedKeys(d.m.UnitTests) {
		d.resource(id, func(buf []byte) ([]byte, filling) {
			u, filling := d.m.UnitTests[id], d.filling
			if len(u.DependsOn) > 0 {
				if n := d.m.Node(u.DependsOn[0]); n != nil {
					filling[compiler.TestSchema] = value.AppendJSONText(nil, n.Schema)
				}
			}
			return AppendUnitTest(buf, u), filling
		})
	}
	d.close('}')
}

// resources writes an object with an entry for each resource of a map.
func resources[T any](d *manifestWriter, key string, elements map[string]T, appendTo func([]byte, T) []byte) {
	d.open(key, '{')
	for _, id := range sortedKeys(elements) {
		d.resource(id, func(buf []byte) ([]byte, filling) { return appendTo(buf, elements[id]), d.filling })
	}
	d.close('}')
}

// maps writes parent_map, child_map and group_map, which follow from the graph.
func (d *manifestWriter) maps() {
	json := d.kept(compiler.LinksID)
	if json == nil {
		var b bytes.Buffer
		b.Grow(256*len(d.m.NodeIDs()) + 2*chunk)
		s := newStream(&b)
		writeMaps(s, d.m)
		if err := s.end(); err != nil {
			d.err = err
			return
		}
		json = b.Bytes()[1 : b.Len()-1] // without the braces
		if d.about.Fragments != nil {
			d.about.Fragments.Keep(compiler.LinksID, json)
		}
	}
	d.next()
	d.flush()
	if d.err == nil {
		_, d.err = d.out.Write(json)
	}
}

// macros writes the macros of the project, of its packages and of dbt. Of the
// other packages that mdl brings along it writes only what is used: dbt does
// not have them.
//
// All of them are one fragment, so that a manifest whose macros are the same
// can be written without reading them.
func (d *manifestWriter) macros() {
	sum := md5.New()
	for _, id := range sortedKeys(d.m.MacroUses) {
		io.WriteString(sum, id+"\n")
	}
	name := "macros." + hex.EncodeToString(sum.Sum(nil))
	json := d.kept(name)
	if json == nil {
		json = d.macrosJSON()
		if d.about.Fragments != nil {
			d.about.Fragments.Keep(name, json)
		}
	}
	d.fragment("macros", nil, json)
}

func (d *manifestWriter) macrosJSON() []byte {
	json := []byte("{")
	if macros := d.m.Macros(); macros != nil {
		for _, macro := range macros.All() {
			if macro.Internal && macro.Package != "dbt" && d.m.MacroUses[macro.ID] == 0 {
				continue
			}
			if len(json) > 1 {
				json = append(json, ", "...)
			}
			json = append(value.AppendJSONText(json, macro.ID), ": "...)
			d.scratch = AppendMacro(d.scratch[:0], macro)
			json = d.filling.append(json, d.scratch)
		}
	}
	return append(json, '}')
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
