package artifact

import (
	"io"
	"time"

	"mdl/compiler/jinja/value"
	"mdl/engine"
)

// WriteSources writes sources.json: how old the data of the sources are. One
// that could not be checked is left out, as in dbt.
func WriteSources(w io.Writer, r *engine.Results, about Metadata) error {
	s := newStream(w)
	writeAges(s, r, about, "sources/v3", freshnessDict)
	return s.end()
}

// WriteFreshness writes freshness.json of dbt 2: the age of sources and models.
// One that could not be checked is left out.
func WriteFreshness(w io.Writer, r *engine.Results, about Metadata) error {
	s := newStream(w)
	writeAges(s, r, about, "freshness/v0", func(res *engine.Result) *value.Dict {
		d := value.NewDictSize(11)
		d.SetStr("unique_id", value.Str(res.ID))
		d.SetStr("resource_type", value.Str(res.Kind))
		d.Update(freshnessDict(res))
		return d
	})
	return s.end()
}

// writeAges writes what sources.json and freshness.json have in common.
func writeAges(s *stream, r *engine.Results, about Metadata, schema string, item func(*engine.Result) *value.Dict) {
	s.entry("metadata", about.dict(schema))
	s.open("results", '[')
	for _, res := range r.Results {
		if res.Freshness != nil {
			s.item(item(res))
		}
	}
	s.close(']')
	s.entry("elapsed_time", value.Float(r.Finished.Sub(r.Started).Seconds()))
}

func freshnessDict(r *engine.Result) *value.Dict {
	f, d := r.Freshness, value.NewDictSize(10)
	d.SetStr("unique_id", value.Str(r.ID))
	d.SetStr("max_loaded_at", isoTime(f.MaxLoadedAt))
	d.SetStr("snapshotted_at", isoTime(f.SnapshottedAt))
	d.SetStr("max_loaded_at_time_ago_in_s", value.Float(f.Age()))
	d.SetStr("status", value.Str(f.Status))
	d.SetStr("criteria", f.Rule.Criteria)
	d.SetStr("adapter_response", r.Response.Dict())
	d.SetStr("timing", timings(r))
	d.SetStr("thread_id", value.Str(r.Thread))
	d.SetStr("execution_time", value.Float(r.Elapsed.Seconds()))
	return d
}

// isoTime is a time in UTC as Python's isoformat writes it.
func isoTime(t time.Time) value.Value {
	layout := "2006-01-02T15:04:05+00:00"
	if t.Nanosecond() >= 1000 {
		layout = "2006-01-02T15:04:05.000000+00:00"
	}
	return value.Str(t.UTC().Format(layout))
}
