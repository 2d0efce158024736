package view

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"mdl/compiler"
	"mdl/engine"
)

// Version tells which program runs.
func (v *View) Version(version string) {
	v.tell(line{name: "MainReportVersion", code: "A001", level: Info, msg: "Running with mdl=" + version,
		data: map[string]any{"version": "=" + version}})
}

// Found tells what a project holds.
func (v *View) Found(m *compiler.Manifest) {
	kinds := map[compiler.Kind]int{
		compiler.Source: len(m.Sources), compiler.Exposure: len(m.Exposures),
		compiler.UnitTest: len(m.UnitTests), compiler.Group: len(m.Groups), compiler.Macro: m.OwnMacros,
		compiler.Metric: len(m.Metrics), compiler.SemanticModel: len(m.SemanticModels), compiler.SavedQuery: len(m.SavedQueries),
	}
	for _, id := range m.NodeIDs() {
		kind, _, _ := strings.Cut(id, ".")
		kinds[compiler.Kind(kind)]++
	}
	var parts []string
	for _, k := range foundOrder {
		if n := kinds[k.kind]; n > 0 {
			parts = append(parts, count(n, k.noun))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing"}
	}
	v.wrapped(line{name: "FoundStats", code: "W006", level: Info}, "Found "+strings.Join(parts, ", "))
	v.gap()
}

var foundOrder = []struct {
	kind compiler.Kind
	noun string
}{
	{compiler.Model, "model"}, {compiler.Snapshot, "snapshot"}, {compiler.Analysis, "analysis"},
	{compiler.Test, "data test"}, {compiler.UnitTest, "unit test"}, {compiler.Seed, "seed"},
	{compiler.Operation, "operation"}, {compiler.Source, "source"}, {compiler.Exposure, "exposure"},
	{compiler.Function, "function"}, {compiler.Metric, "metric"}, {compiler.Group, "group"},
	{compiler.SemanticModel, "semantic model"}, {compiler.SavedQuery, "saved query"}, {compiler.Macro, "macro"},
}

// wrapped tells a sentence in lines that fit.
func (v *View) wrapped(l line, text string) {
	l.msg = text
	if !v.o.JSON {
		l.msg = wrap(text, v.o.Width-len("15:04:05  "))
	}
	v.tell(l)
}

// wrap breaks a text at spaces; further lines are indented.
func wrap(text string, width int) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case used+1+len(word) > width:
			b.WriteString("\n  ")
			used = 2
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += len(word)
	}
	return b.String()
}

// NothingToDo tells that the selection holds nothing for a command.
func (v *View) NothingToDo() {
	v.tell(line{name: "NothingToDo", code: "Q035", level: Warn, toErr: true, plain: true,
		msg: v.paint(yellow, "warning") + ": nothing to do: the selection holds nothing that this command works on"})
}

func (v *View) runFinished(res *engine.Results) {
	if len(res.Results) == 0 {
		return
	}
	if res.Command != engine.CmdCompile && res.Command != engine.CmdShow {
		v.gap()
		v.finishedLine(res)
	}
	v.summary(res)
}

// finishedLine is "Finished running 2 view models, 3 data tests in ...".
func (v *View) finishedLine(res *engine.Results) {
	counts := map[string]int{}
	for _, r := range res.Results {
		counts[resourceNoun(r)]++
	}
	nouns := make([]string, 0, len(counts))
	for noun := range counts {
		nouns = append(nouns, noun)
	}
	slices.Sort(nouns)
	for i, noun := range nouns {
		nouns[i] = count(counts[noun], noun)
	}
	took := res.Finished.Sub(res.Started)
	v.wrapped(line{name: "FinishedRunningStats", code: "E047", level: Info,
		data: map[string]any{"stat_line": strings.Join(nouns, ", "), "execution_time": took.Seconds()}},
		fmt.Sprintf("Finished running %s in %s (%.2fs).", strings.Join(nouns, ", "), inWords(took), took.Seconds()))
}

func resourceNoun(r *engine.Result) string {
	switch {
	case r.Kind == compiler.Model && r.Node != nil:
		return r.Node.Materialized() + " model"
	case r.Kind == compiler.Operation:
		return "project hook"
	case r.Kind == compiler.Test:
		return "data test"
	}
	return strings.ReplaceAll(string(r.Kind), "_", " ")
}

func inWords(d time.Duration) string {
	return fmt.Sprintf("%d hours %d minutes and %.2f seconds", int(d.Hours()), int(d.Minutes())%60, (d % time.Minute).Seconds())
}

func (v *View) summary(res *engine.Results) {
	c := res.Counts()
	failed, warned, partial := c[engine.Error]+c[engine.Fail], c[engine.Warn], c[engine.PartialSuccess]
	quietly := (res.Command == engine.CmdCompile || res.Command == engine.CmdShow) && failed+partial == 0 && warned == 0 && !res.Cancelled
	if quietly {
		return
	}
	end := line{name: "EndOfRunSummary", code: "Z030", level: Info,
		data: map[string]any{"num_errors": failed, "num_warnings": warned, "keyboard_interrupt": res.Cancelled}}
	switch {
	case res.Cancelled:
		end.msg = v.paint(yellow, "Exited because of keyboard interrupt")
	case failed > 0:
		end.msg = v.paint(red, fmt.Sprintf("Completed with %s, %s, and %s:", count(failed, "error"), partialSuccesses(partial), count(warned, "warning")))
	case partial > 0:
		end.msg = v.paint(yellow, fmt.Sprintf("Completed with %s and %s", partialSuccesses(partial), count(warned, "warning")))
	case warned > 0:
		end.msg = v.paint(yellow, fmt.Sprintf("Completed with %s:", count(warned, "warning")))
	default:
		end.msg = v.paint(green, "Completed successfully")
	}
	v.gap()
	v.tell(end)
	for _, r := range res.Results {
		v.failure(r)
	}
	if res.Command == engine.CmdCompile || res.Command == engine.CmdShow {
		return
	}
	v.gap()
	passed := c[engine.Success] + c[engine.Pass]
	v.tell(line{name: "StatsLine", code: "Z023", level: Info,
		msg: fmt.Sprintf("Done. PASS=%d WARN=%d ERROR=%d SKIP=%d NO-OP=%d TOTAL=%d",
			passed, warned, failed+partial, c[engine.Skipped], c[engine.NoOp], len(res.Results)),
		data: map[string]any{"stats": map[string]int{"pass": passed, "warn": warned, "error": failed + partial,
			"skip": c[engine.Skipped], "noop": c[engine.NoOp], "total": len(res.Results)}}})
}

func partialSuccesses(n int) string {
	if n == 1 {
		return "1 partial success"
	}
	return fmt.Sprintf("%d partial successes", n)
}

// failure tells why a node failed, or what it warns of.
func (v *View) failure(r *engine.Result) {
	l := line{level: Error, data: map[string]any{"unique_id": r.ID, "msg": r.Message}}
	var head string
	switch r.Status {
	case engine.Error, engine.Fail, engine.PartialSuccess:
		l.name, l.code = "RunResultFailure", "Z024"
		head = v.paint(red, "Failure in "+nameOf(r))
	case engine.Warn:
		l.name, l.code, l.level = "RunResultWarning", "Z021", Warn
		head = v.paint(yellow, "Warning in "+nameOf(r))
	default:
		return
	}
	v.gap()
	var b strings.Builder
	b.WriteString(head)
	if d := r.Diagnostic; d != nil {
		d = own(d)
		l.data["diagnostic"] = d.ToJSON()
		fmt.Fprintf(&b, "\n  %s in %s\n%s", Heading(d), nameOf(r), indent(v.render(d)))
	} else if r.Kind == compiler.UnitTest {
		b.WriteString("\n" + indent(v.marked(strings.Trim(r.Message, "\n"))))
	} else if r.Message != "" {
		b.WriteString("\n  " + r.Message)
	} else if r.Freshness != nil {
		fmt.Fprintf(&b, "\n  the newest data are %s old", age(r.Freshness))
	}
	if r.CompiledPath != "" {
		file := path.Join(v.o.TargetDir, r.CompiledPath)
		l.data["compiled_path"] = file
		b.WriteString("\n  compiled code at " + file)
	}
	if r.StoredIn != "" {
		b.WriteString("\n  failing rows in " + r.StoredIn)
	}
	if r.Kind == compiler.Test && r.Rows != nil && len(r.Rows.Values) > 0 {
		fmt.Fprintf(&b, "\n\n%s", indent(sample(r, v.o.Width-len("15:04:05    "))))
	}
	l.msg = b.String()
	v.tell(l)
}

// marked colors the lines of a unit test's difference by their marks.
func (v *View) marked(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		for mark, c := range map[string]color{"+++": green, "---": red, "→": yellow} {
			if strings.HasPrefix(line, mark) {
				lines[i] = v.paint(c, line)
			}
		}
	}
	return strings.Join(lines, "\n")
}

// sample is the table of some failing rows, with how many there are.
func sample(r *engine.Result, width int) string {
	text := Table(r.Rows, width)
	if shown := len(r.Rows.Values); r.Failures != nil && int64(shown) < *r.Failures {
		text += fmt.Sprintf("\n(%d of %d)", shown, *r.Failures)
	}
	return text
}

func nameOf(r *engine.Result) string {
	if r.Node == nil {
		return string(r.Kind) + " " + r.ID
	}
	return fmt.Sprintf("%s %s (%s)", r.Node.Kind, r.Node.Name, r.Node.OrigPath)
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(text, "\n", "\n  ")
}

// age is the age of a source's data in words.
func age(f *engine.Freshness) string {
	if f.MaxLoadedAt.Year() == 1 {
		return "infinitely"
	}
	d := time.Duration(f.Age() * float64(time.Second)).Round(time.Second)
	if days := int(d.Hours()) / 24; days > 0 {
		return count(days, "day")
	}
	return d.String()
}
