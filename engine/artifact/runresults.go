package artifact

import (
	"cmp"
	"io"
	"time"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
	"mdl/engine"
)

// WriteRunResults writes run_results.json. args are the arguments of the
// invocation as dbt names them; nil means none.
func WriteRunResults(w io.Writer, r *engine.Results, about Metadata, args *value.Dict) error {
	s := newStream(w)
	s.entry("metadata", about.dict("run-results/v6"))
	s.open("results", '[')
	for _, res := range r.Results {
		s.item(resultDict(res))
	}
	s.close(']')
	s.entry("elapsed_time", value.Float(r.Finished.Sub(r.Started).Seconds()))
	if args == nil {
		args = value.NewDict()
	}
	s.entry("args", args)
	return s.end()
}

func resultDict(r *engine.Result) *value.Dict {
	d := value.NewDictSize(13)
	d.SetStr("status", value.Str(r.Status))
	d.SetStr("timing", timings(r))
	thread := r.Thread
	if thread == "" {
		thread = "main" // no worker took it
	}
	d.SetStr("thread_id", value.Str(thread))
	d.SetStr("execution_time", value.Float(r.Elapsed.Seconds()))
	if r.Status == engine.Skipped {
		d.SetStr("execution_time", value.Int(0))
	}
	d.SetStr("adapter_response", r.Response.Dict())
	d.SetStr("message", textOrNone(r.Message))
	d.SetStr("failures", value.None)
	if r.Failures != nil {
		d.SetStr("failures", value.Int(*r.Failures))
	}
	d.SetStr("unique_id", value.Str(r.ID))
	setCompiled(d, r)
	d.SetStr("batch_results", batchResults(r.Batches))
	return d
}

// batchResults are the moments of batches, each a pair of ISO times.
func batchResults(b *engine.Batches) value.Value {
	if b == nil {
		return value.None
	}
	d := value.NewDict()
	d.SetStr("successful", intervals(b.Successful))
	d.SetStr("failed", intervals(b.Failed))
	return d
}

func intervals(list []compiler.Interval) *value.List {
	out := value.NewList()
	for _, i := range list {
		out.Append(value.NewList(instant(i.Start), instant(i.End)))
	}
	return out
}

func instant(t time.Time) value.Value {
	return value.Str(t.UTC().Format("2006-01-02T15:04:05.999999+00:00"))
}

func timings(r *engine.Result) *value.List {
	list := value.NewList()
	for _, t := range r.Timing {
		phase := value.NewDict()
		phase.SetStr("name", value.Str(t.Name))
		phase.SetStr("started_at", timestamp(t.Started))
		phase.SetStr("completed_at", timestamp(t.Completed))
		list.Append(phase)
	}
	return list
}

// setCompiled sets the keys that are null for what has no SQL: seeds and
// exposures.
func setCompiled(d *value.Dict, r *engine.Result) {
	d.SetStr("compiled", value.None)
	d.SetStr("compiled_code", value.None)
	d.SetStr("relation_name", value.None)
	if r.Kind == compiler.Operation {
		d.SetStr("compiled", value.False)
	}
	if r.Node == nil || r.Kind == compiler.Seed || r.Kind == compiler.UnitTest && r.Compiled == nil {
		return
	}
	d.SetStr("compiled", value.Bool(r.Compiled != nil))
	if r.Compiled != nil {
		d.SetStr("compiled_code", value.Str(r.Compiled.SQL))
	}
	d.SetStr("relation_name", textOrNone(cmp.Or(r.StoredIn, r.Node.RelationName)))
}

func textOrNone(s string) value.Value {
	if s == "" {
		return value.None
	}
	return value.Str(s)
}
