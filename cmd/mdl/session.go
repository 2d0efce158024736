package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/graph"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/macros"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/engine"
)

// session is a project whose configuration and profile have been read.
type session struct {
	*app
	root      string // absolute
	targetDir string // absolute
	config    *project.Config
	profile   *project.Profile
	profiles  string // the path of profiles.yml
	env       *scope.Env
	vars      varsFile
	context   *compiler.Context
	warehouse *warehouse
	threads   int
	retry     engine.Retry
	wait      time.Duration // for what another process has
}

// projectFile is a dbt_project.yml that was read without a target: all that
// deps and clean need.
type projectFile struct {
	root   string
	config *project.Config
	env    *scope.Env
	vars   varsFile
	diags  diag.List // what is wrong with it, or asks for the target
}

// readConfig finds the project and reads its dbt_project.yml.
func (a *app) readConfig() (*projectFile, error) {
	root, err := a.findProject()
	if err != nil {
		return nil, err
	}
	f, err := a.facts()
	if err != nil {
		return nil, err
	}
	file, err := a.readFile(filepath.Join(root, project.ConfigFile), project.ConfigFile)
	if err != nil {
		return nil, err
	}
	env := scope.NewEnv(f)
	vars, err := a.readVars(root, f, env)
	if err != nil {
		return nil, err
	}
	config, diags := project.ParseConfig(file, project.ConfigOptions{
		Globals: vars.env.Base(scope.ProjectFile, nil), DBTVersion: scope.DBTVersion, Vars: vars.node,
	})
	return &projectFile{root, config, env, vars, diags}, nil
}

// open reads dbt_project.yml and the profile. The warehouse is not touched.
func (a *app) open() (*session, error) {
	c, err := a.readConfig()
	if err != nil {
		return nil, err
	}
	s := &session{app: a, root: c.root, env: c.env, vars: c.vars}
	if err := a.projectCompat(c.config); err != nil {
		return nil, err
	}
	// The file says which profile, and may be rendered with the profile's
	// target: it is read once for the name and once for all of it.
	first, diags := c.config, c.diags
	if first.Node == nil || first.Name == "" || first.Profile.Value == "" && a.opt.profile == "" {
		if err := s.stop(diags); err != nil {
			return nil, err
		}
	}
	if err := s.openProfile(first); err != nil {
		return nil, err
	}
	if err := s.openConfig(first); err != nil {
		return nil, err
	}
	if err := s.projectFlags(); err != nil {
		return nil, err
	}
	s.targetDir = s.targetPath()
	s.view = s.view.For(s.profile.Target, shown(s.root, s.targetDir))
	// Files that SQL names without a leading slash are those of the project,
	// wherever mdl was started; mdl's own paths are absolute.
	if err := os.Chdir(s.root); err != nil {
		return nil, s.stopErr("E401", "", err)
	}
	return s, s.warnOfState()
}

// openConfig reads dbt_project.yml again, now that the target is known.
func (s *session) openConfig(first *project.Config) error {
	target := s.target(first)
	var diags diag.List
	s.config, diags = project.ParseConfig(first.File, project.ConfigOptions{
		Globals: s.vars.env.BaseWithTarget(target.Values), DBTVersion: scope.DBTVersion, Vars: s.vars.node,
	})
	if err := s.stop(diags); err != nil {
		return err
	}
	target.Quoting = quoting(s.config.Quoting)
	s.context = compiler.NewContext(s.env, s.config, target)
	s.context.Compat, s.context.Interval = s.compat, s.eventTime
	return nil
}

func (s *session) targetPath() string {
	dir := s.opt.targetPath
	if dir == "" {
		dir = s.config.TargetPath
	}
	if dir == "" {
		dir = "target"
	}
	if filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	return filepath.Join(s.root, dir)
}

// openProfile reads the chosen target of the chosen profile.
func (s *session) openProfile(config *project.Config) error {
	name, at := config.Profile.Value, config.Profile.Span
	if s.opt.profile != "" {
		name, at = s.opt.profile, diag.Span{}
	}
	if name == "" {
		d := diag.Errorf("E211", diag.Span{File: config.File}, "%s names no profile", project.ConfigFile)
		return s.stop(diag.List{d.WithHint("add `profile: NAME`, or use --profile")})
	}
	path, err := s.findProfiles(s.root)
	if err != nil {
		return err
	}
	s.profiles = path
	file, err := s.readFile(path, shown(s.root, path))
	if err != nil {
		return err
	}
	var diags diag.List
	s.profile, diags = project.ParseProfile(file, project.ProfileOptions{
		Name: name, NameSpan: at, Target: s.opt.target,
		Globals: s.env.Base(scope.SecretFile, nil), Secret: s.sys.env,
	})
	if err := s.stop(diags); err != nil {
		return err
	}
	s.warehouse, diags = connect(s.profile, s.root)
	if err := s.stop(diags); err != nil {
		return err
	}
	s.secrets.add(s.warehouse.secrets...)
	if err := s.readWait(); err != nil {
		return err
	}
	if err := s.readRetry(); err != nil {
		return err
	}
	s.threads = s.profile.Threads
	if s.opt.singleThreaded {
		s.threads = 1
	} else if s.opt.threads > 0 {
		s.threads = s.opt.threads
	} else if s.opt.given["threads"] {
		return usagef("--threads must be 1 or more")
	}
	return nil
}

// target is the chosen output of the profile as templates see it.
func (s *session) target(config *project.Config) compiler.Target {
	p, w := s.profile, s.warehouse
	values := w.shown.Copy()
	values.SetStr("type", value.Str(p.Type))
	values.SetStr("threads", value.Int(s.threads))
	values.SetStr("name", value.Str(p.Target))
	values.SetStr("target_name", value.Str(p.Target))
	values.SetStr("profile_name", value.Str(p.Name))
	return compiler.Target{
		ProfileName: p.Name, Name: p.Target, Type: p.Type, Database: w.database, Schema: w.schema,
		Threads: s.threads, Values: values, Quoting: quoting(config.Quoting),
	}
}

// quoting is the project's quoting over the adapter's, which quotes all.
func quoting(q project.Quoting) scope.Policy {
	p := scope.AllParts
	for _, part := range []struct {
		said *bool
		into *bool
	}{{q.Database, &p.Database}, {q.Schema, &p.Schema}, {q.Identifier, &p.Identifier}} {
		if part.said != nil {
			*part.into = *part.said
		}
	}
	return p
}

// load reads and binds the whole project.
func (s *session) load() (*compiler.Manifest, error) {
	deps, diags := readDependencies(s.root, project.DependencyOptions{
		Globals: s.env.Base(scope.SecretFile, nil), Secret: s.sys.env,
	})
	if err := s.stop(diags); err != nil {
		return nil, err
	}
	internal, err := internalPackages()
	if err != nil {
		return nil, err
	}
	o := compiler.LoadOptions{Build: build(), Now: s.sys.now().UnixNano(), Options: project.Options{
		Config: s.config, Dependencies: deps, DBTVersion: scope.DBTVersion, Internal: internal, Compat: s.compat,
		ConfigGlobals: s.env.BaseWithTarget(s.context.Target.Values),
		Globals:       func(c *project.Config) jinja.Globals { return s.context.Properties(c) },
		OpenDir: func(dir string) (fs.FS, error) {
			if !filepath.IsAbs(dir) {
				dir = filepath.Join(s.root, dir)
			}
			return openDisk(dir), nil
		},
	}}
	o.Cache = s.readCache()
	l := compiler.Load(openDisk(s.root), s.context, o)
	said := fmt.Sprintf("parse: %d of %d nodes were read again", len(l.Reread), len(l.Manifest.NodeIDs()))
	if l.Full {
		said = "parse: everything was read: " + l.Why
	}
	s.view.Message(scope.Message{Level: scope.Debug, Text: said})
	if l.Cache != nil {
		s.writeCache(l.Cache)
	}
	if err := s.stop(l.Diags); err != nil {
		return nil, err
	}
	return l.Manifest, nil
}

// readDependencies reads packages.yml and dependencies.yml; nil when there is
// neither.
func readDependencies(root string, o project.DependencyOptions) (*project.Dependencies, diag.List) {
	var files [2]*diag.File
	for i, name := range []string{"packages.yml", "dependencies.yml"} {
		if text, err := os.ReadFile(filepath.Join(root, name)); err == nil {
			files[i] = diag.NewFile(name, string(text))
		}
	}
	if files[0] == nil && files[1] == nil {
		return nil, nil
	}
	return project.ParseDependencies(files[0], files[1], o)
}

// internalPackages are the packages that mdl brings along.
func internalPackages() ([]fs.FS, error) {
	var list []fs.FS
	for _, name := range []string{"dbt", "dbt_utils", "mdl"} {
		sub, err := fs.Sub(macros.FS(), name)
		if err != nil {
			return nil, err
		}
		list = append(list, sub)
	}
	return list, nil
}

// chosen are the resources to work on: those of the selection, or those that a
// retry does again.
func (s *session) chosen(m *compiler.Manifest) ([]string, error) {
	if s.again != nil {
		return s.again.left(s, m)
	}
	return s.selected(m)
}

// selected answers --select, --exclude and --selector.
func (s *session) selected(m *compiler.Manifest) ([]string, error) {
	spec, diags := graph.ParseArgs(graph.Args{
		Select: s.opt.selected, Exclude: s.opt.exclude, Selector: s.opt.selector, Selectors: m.Selectors,
	})
	if err := s.stop(diags); err != nil {
		return nil, err
	}
	mode, ok := graph.ParseIndirect(s.indirect())
	if !ok {
		return nil, usagef("--indirect-selection cannot be %q: eager, cautious, buildable or empty", s.opt.indirect)
	}
	types, err := resourceTypes(s.opt.resourceTypes)
	if err != nil {
		return nil, err
	}
	without, err := resourceTypes(s.opt.excludeTypes)
	if err != nil {
		return nil, err
	}
	var disabled []string
	for _, nodes := range m.Disabled {
		for _, n := range nodes {
			disabled = append(disabled, n.Name)
		}
	}
	slices.Sort(disabled)
	given := s.given(m)
	ids, diags := m.Graph.Select(spec, graph.Options{
		Project: m.ProjectName, Indirect: mode, ResourceTypes: types, ExcludeResourceTypes: without, Disabled: disabled,
		Given: given.ids,
	})
	return ids, s.stop(append(diags, given.diags...))
}

var typeNames = []string{"all", "default", "model", "seed", "snapshot", "test", "analysis", "source", "exposure", "unit_test",
	"metric", "semantic_model", "saved_query", "function"}

// resourceTypes checks the words of --resource-type; nil means no limit.
func resourceTypes(words []string) ([]string, error) {
	var types []string
	for _, w := range words {
		if !slices.Contains(typeNames, w) {
			return nil, usagef("--resource-type cannot be %q%s", w, suggestion(diag.Suggest(w, typeNames)))
		}
		if w == "all" || w == "default" {
			return nil, nil
		}
		types = append(types, w)
	}
	return types, nil
}
