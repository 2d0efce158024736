package main

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/state"
)

func whyCommand(flags []string) command {
	return command{
		use: "why [NODE...]", short: "Say what made a node modified", flags: flags, args: cobra.ArbitraryArgs,
		long: `Compares nodes with an earlier run's and says what made them modified: which
configuration and where it is set, which macro, which variable, which lines.
Without a node it tells of all that state:modified selects.`,
		example: `  mdl why orders --state prod-artifacts
  mdl why --state prod-artifacts
  mdl why --select marts --state prod-artifacts --output json`,
		run: why,
	}
}

// explanation is what mdl why says of one resource.
type explanation struct {
	ID      string   `json:"unique_id"`
	Status  string   `json:"status"` // modified, new, removed or unmodified
	Reasons []reason `json:"reasons"`
}

// reason is one change with its place.
type reason struct {
	Part   string          `json:"part"`
	Name   string          `json:"name,omitempty"`
	Old    json.RawMessage `json:"old,omitempty"`
	New    json.RawMessage `json:"new,omitempty"`
	Via    []string        `json:"via,omitempty"`
	Path   string          `json:"path,omitempty"`
	Line   int             `json:"line,omitempty"`
	Column int             `json:"column,omitempty"`
	Note   string          `json:"note,omitempty"`
	Diff   []string        `json:"diff,omitempty"`
}

func why(_ context.Context, a *app, args []string) error {
	asJSON, err := a.asJSON()
	if err != nil {
		return err
	}
	if !a.opt.given["indirect-selection"] {
		a.opt.indirect = "empty"
	}
	s, err := a.open()
	if err != nil {
		return err
	}
	m, err := s.load()
	if err != nil {
		return err
	}
	g := s.given(m)
	c, bad := g.comparison()
	if bad != nil {
		return s.stop(diag.List{*bad})
	}
	ids, err := s.asked(m, c, args)
	if err != nil {
		return err
	}
	finder := state.NewFinder(m, os.DirFS(s.root))
	for _, id := range ids {
		v := explain(c, finder, m, id)
		if asJSON {
			text, err := json.Marshal(v)
			if err != nil {
				return err
			}
			s.view.Data(string(text))
			continue
		}
		s.view.Data(v.text())
	}
	if len(ids) == 0 && len(args) == 0 && !asJSON {
		s.view.Data("nothing is modified")
	}
	return nil
}

// asked are the resources to explain: the arguments and --select, or all that
// are modified. An argument may name what only the earlier state has.
func (s *session) asked(m *compiler.Manifest, c *state.Comparison, args []string) ([]string, error) {
	var ids, words []string
	for _, arg := range args {
		switch {
		case m.Graph.Node(arg) != nil:
			ids = append(ids, arg)
		case len(c.Removed(arg)) > 0:
			ids = append(ids, c.Removed(arg)...)
		default:
			words = append(words, arg)
		}
	}
	s.opt.selected = append(slices.Clone(s.opt.selected), words...)
	switch {
	case len(s.opt.selected) > 0 || s.opt.selector != "":
		selected, err := s.selected(m)
		return append(ids, selected...), err
	case len(args) > 0:
		return ids, nil
	}
	return slices.DeleteFunc(m.Graph.IDs(), func(id string) bool { return !c.Modified(id) }), nil
}

// explain gives the reasons for one resource.
func explain(c *state.Comparison, f *state.Finder, m *compiler.Manifest, id string) explanation {
	v := explanation{ID: id, Status: "unmodified", Reasons: []reason{}}
	switch {
	case m.Graph.Node(id) == nil:
		v.Status = "removed"
	case !c.Known(id):
		v.Status = "new"
	case c.Modified(id):
		v.Status = "modified"
	}
	for _, change := range c.Changes(id) {
		if change.Part != state.PartNew {
			v.Reasons = append(v.Reasons, reasonOf(change, f.Place(id, change)))
		}
	}
	return v
}

func reasonOf(c state.Change, at diag.Span) reason {
	r := reason{Part: c.Part, Name: c.What, Old: c.OldJSON(), New: c.NewJSON(), Via: c.Via, Note: c.Note, Diff: c.Diff()}
	if at.File != nil {
		r.Path = at.Path()
		r.Line, r.Column = at.Position()
	}
	return r
}

// partWords are the parts as a reader knows them.
var partWords = map[string]string{
	state.PartBody: "text", state.PartConfigs: "config", state.PartRelation: "relation", state.PartDescriptions: "persisted description",
	state.PartMacros: "macro", state.PartContract: "contract", state.PartVars: "var", state.PartEnvVars: "env_var",
	state.PartProperties: "property",
}

// text is the explanation for a reader.
func (v explanation) text() string {
	var b strings.Builder
	b.WriteString(v.ID)
	switch v.Status {
	case "new":
		b.WriteString(" is new: the earlier state does not have it")
	case "removed":
		b.WriteString(" was removed: only the earlier state has it")
	case "unmodified":
		b.WriteString(" is not modified")
	default:
		b.WriteString(" is modified")
	}
	for _, r := range v.Reasons {
		r.write(&b)
	}
	return b.String()
}

func (r reason) write(b *strings.Builder) {
	b.WriteString("\n  " + partWords[r.Part])
	if r.Name != "" {
		b.WriteString(" " + r.Name)
	}
	switch {
	case r.Old != nil || r.New != nil:
		b.WriteString(": " + orAbsent(r.Old) + " -> " + orAbsent(r.New))
	case r.Part == state.PartMacros:
		b.WriteString(" " + r.Note)
	case r.Note == "":
		b.WriteString(" changed")
	}
	if r.Note != "" && r.Part != state.PartMacros {
		b.WriteString(", " + r.Note)
	}
	for i := len(r.Via) - 1; i >= 0; i-- {
		if i == len(r.Via)-1 && r.Part != state.PartMacros {
			b.WriteString(", read by " + r.Via[i])
		} else {
			b.WriteString(", called by " + r.Via[i])
		}
	}
	if r.Path != "" {
		b.WriteString("\n    " + r.Path + ":" + strconv.Itoa(r.Line) + ":" + strconv.Itoa(r.Column))
	}
	for _, line := range r.Diff {
		b.WriteString("\n    " + line)
	}
}

func orAbsent(v json.RawMessage) string {
	if v == nil {
		return "(not set)"
	}
	return string(v)
}
