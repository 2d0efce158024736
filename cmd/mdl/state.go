package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/state"
	"mdl/engine/artifact"
)

// manifestFile, resultsFile and sourcesFile are the artifacts that a later run
// compares with.
const (
	manifestFile = "manifest.json"
	resultsFile  = "run_results.json"
	sourcesFile  = "sources.json"
)

// given answers the selector methods that need more than the graph. What it
// reads it reads once, when it is asked for.
type given struct {
	*session
	manifest *compiler.Manifest
	compared *state.Comparison
	diags    diag.List // what the comparison has to tell
}

func (s *session) given(m *compiler.Manifest) *given { return &given{session: s, manifest: m} }

// ids returns the unique ids that a criterion stands for.
func (g *given) ids(method, value string) (map[string]bool, *diag.Diagnostic) {
	switch method {
	case "git":
		return g.changedSince(strings.TrimSuffix(value, "..."))
	case "result":
		return g.withResult(value)
	case "source_status":
		return g.withSourceStatus(value)
	}
	c, bad := g.comparison()
	if bad != nil {
		return nil, bad
	}
	return g.withState(c, value), nil
}

// withState answers state:.
func (g *given) withState(c *state.Comparison, value string) map[string]bool {
	value, part, sub := strings.Cut(value, ".")
	holds := map[string]func(id string) bool{
		"new":        func(id string) bool { return !c.Known(id) },
		"old":        c.Known,
		"modified":   c.Modified,
		"unmodified": func(id string) bool { return !c.Modified(id) },
	}[value]
	if sub {
		holds = func(id string) bool { return c.ModifiedPart(id, part) }
	}
	ids := map[string]bool{}
	for _, id := range g.manifest.Graph.IDs() {
		if holds(id) {
			ids[id] = true
		}
	}
	if !sub && strings.HasSuffix(value, "modified") || part == state.PartContract {
		c.CheckRemoved(g.sys.now())
		g.diags = c.Diagnostics()
	}
	return ids
}

// comparison compares the project with the state in --state.
func (g *given) comparison() (*state.Comparison, *diag.Diagnostic) {
	if g.compared != nil {
		return g.compared, nil
	}
	old, bad := g.readState(g.opt.state)
	if bad != nil {
		return nil, bad
	}
	var in *state.Inputs
	if old.Inputs != nil {
		var err error
		if in, err = g.inputs(g.manifest); err != nil {
			return nil, &diag.Diagnostic{Code: "E442", Summary: err.Error(), Cause: err}
		}
	}
	g.compared = state.Compare(old, state.Of(g.manifest, in))
	return g.compared, nil
}

// inputs are the variables that the templates of the project name.
func (s *session) inputs(m *compiler.Manifest) (*state.Inputs, error) {
	names := &state.EnvNames{}
	if err := artifact.WriteManifest(names, m, artifact.Manifest{Metadata: s.about()}); err != nil {
		return nil, err
	}
	return state.InputsOf(m, names.Names(), s.sys.env), nil
}

// readState reads the manifest in a directory, and what mdl wrote beside it.
func (s *session) readState(dir string) (*state.State, *diag.Diagnostic) {
	path, text, bad := s.stateFile(dir, manifestFile)
	if bad != nil {
		return nil, bad
	}
	inputs, _ := os.ReadFile(filepath.Join(filepath.Dir(path), state.InputsFile))
	return state.Read(shown(s.root, path), text, inputs)
}

// stateFile reads an artifact of a state's directory.
func (s *session) stateFile(dir, name string) (path string, text []byte, bad *diag.Diagnostic) {
	if dir == "" {
		d := diag.Errorf("E441", diag.Span{}, "there is no state to compare with").
			WithHint("name the directory with the %s of an earlier run: --state DIR, or DBT_STATE", name)
		return "", nil, &d
	}
	path = filepath.Join(s.stateDir(dir), name)
	text, err := os.ReadFile(path)
	if err == nil {
		return path, text, nil
	}
	var d diag.Diagnostic
	switch {
	case isFile(s.stateDir(dir)):
		d = diag.Errorf("E441", diag.Span{}, "%s is a file", shown(s.root, s.stateDir(dir))).
			WithHint("--state is the directory that holds %s", name)
	case !errors.Is(err, fs.ErrNotExist):
		d = diag.Errorf("E442", diag.Span{}, "%s cannot be read: %v", shown(s.root, path), plainError(err))
	default:
		d = diag.Errorf("E441", diag.Span{}, "there is no %s", shown(s.root, path)).
			WithHint("%s", howToMake[name])
	}
	d.Cause = err
	return "", nil, &d
}

// howToMake says where the artifacts of a state come from.
var howToMake = map[string]string{
	manifestFile: "keep the target directory of a run, or write a manifest with: mdl parse --target-path DIR",
	resultsFile:  "keep the target directory of a run or build",
	sourcesFile:  "keep the target directory of: mdl source freshness",
}

// stateDir is the directory of a state: as in dbt it is relative to the
// project, or else to where mdl was started.
func (s *session) stateDir(dir string) string {
	if filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	inProject := filepath.Join(s.root, dir)
	if _, err := os.Stat(inProject); err == nil {
		return inProject
	}
	if here := s.abs(dir); here != inProject {
		if _, err := os.Stat(here); err == nil {
			return here
		}
	}
	return inProject
}

func plainError(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// withResult answers result:.
func (g *given) withResult(status string) (map[string]bool, *diag.Diagnostic) {
	path, text, bad := g.stateFile(g.opt.state, resultsFile)
	if bad != nil {
		return nil, bad
	}
	results, bad := state.ReadResults(shown(g.root, path), text)
	if bad != nil {
		return nil, bad
	}
	return results.WithStatus(status), nil
}

// withSourceStatus answers source_status:.
func (g *given) withSourceStatus(value string) (map[string]bool, *diag.Diagnostic) {
	now, bad := g.freshness(g.targetDir)
	if bad != nil {
		return nil, bad
	}
	if value != "fresher" {
		ids := map[string]bool{}
		for id, f := range now {
			if f.Status == value {
				ids[id] = true
			}
		}
		return ids, nil
	}
	old, bad := g.freshness(g.opt.state)
	if bad != nil {
		return nil, bad
	}
	return state.Fresher(old, now), nil
}

func (g *given) freshness(dir string) (map[string]state.Freshness, *diag.Diagnostic) {
	path, text, bad := g.stateFile(dir, sourcesFile)
	if bad != nil {
		return nil, bad
	}
	return state.ReadFreshness(shown(g.root, path), text)
}

// deferral is where refs lead under --defer; nil without, unless the command
// needs a state.
func (s *session) deferral(needed bool) (*compiler.Defer, error) {
	if !s.opt.deferred && !needed {
		return nil, nil
	}
	dir := s.opt.deferState
	if dir == "" {
		dir = s.opt.state
	}
	if dir == "" {
		return nil, usagef("--state or --defer-state are required for deferral, but neither was provided: name the directory with the manifest.json of an earlier run")
	}
	old, bad := s.readState(dir)
	if bad != nil {
		return nil, s.stop(diag.List{*bad})
	}
	return &compiler.Defer{Find: old.Deferred, FavorState: s.opt.favorState}, nil
}

// warnOfState tells when the state is about to be overwritten.
func (s *session) warnOfState() error {
	for _, dir := range []string{s.opt.state, s.opt.deferState} {
		if dir != "" && s.stateDir(dir) == s.targetDir {
			return s.stop(diag.List{diag.Warnf("W440", diag.Span{}, "The state and target directories are the same: '%s', which this run overwrites", shown(s.root, s.targetDir)).
				WithHint("copy the artifacts to another directory before the run, and name that with --state")})
		}
	}
	return nil
}

// writeInputs writes what a later comparison needs beside manifest.json.
func (s *session) writeInputs(m *compiler.Manifest, envNames []string) error {
	text, err := state.InputsOf(m, envNames, s.sys.env).JSON()
	if err != nil {
		return fmt.Errorf("%s: %w", state.InputsFile, err)
	}
	return s.unwritable(state.InputsFile, s.write(state.InputsFile, text))
}
