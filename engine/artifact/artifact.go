// Package artifact writes what other tools read of a run: dbt's manifest.json
// (schema version 12) and run_results.json (version 6), and the lines of `ls`.
//
// Everything is written as it is made, so that memory does not grow with the
// project. The order of keys, the types and the nulls are those of dbt 1.11.
package artifact

import (
	"io"
	"time"

	"mdl/compiler/jinja/value"
)

// DBTVersion is the version of dbt whose artifacts these are.
const DBTVersion = "1.11.16"

// Metadata is what an artifact tells about the invocation.
type Metadata struct {
	GeneratedAt time.Time
	// InvocationID is the invocation's UUID.
	InvocationID string
	// InvocationStartedAt is the start of the process.
	InvocationStartedAt time.Time
	// Env are the DBT_ENV_CUSTOM_ENV_ variables without that prefix; may be nil.
	Env *value.Dict
	// SendAnonymousUsageStats is dbt's flag; mdl itself sends nothing.
	SendAnonymousUsageStats bool
}

// dict returns the keys that all artifacts have.
func (m Metadata) dict(schema string) *value.Dict {
	d := value.NewDict()
	d.SetStr("dbt_schema_version", value.Str("https://schemas.getdbt.com/dbt/"+schema+".json"))
	d.SetStr("dbt_version", value.Str(DBTVersion))
	d.SetStr("generated_at", timestamp(m.GeneratedAt))
	d.SetStr("invocation_id", value.Str(m.InvocationID))
	d.SetStr("invocation_started_at", timestamp(m.InvocationStartedAt))
	env := m.Env
	if env == nil {
		env = value.NewDict()
	}
	d.SetStr("env", env)
	return d
}

// timestamp is a time in UTC as dbt writes it.
func timestamp(t time.Time) value.Value {
	return value.Str(t.UTC().Format("2006-01-02T15:04:05.000000Z"))
}

// jsonOptions are those of Python's json.dump, with dbt's answers for what JSON
// does not have.
var jsonOptions = value.JSONOptions{Default: jsonDefault}

// jsonDefault is what is written for a value that JSON does not have: the ISO
// form of a date or time, the number of a Decimal, the items of a set, and the
// text of anything else.
func jsonDefault(v value.Value) value.Value {
	switch v := v.(type) {
	case *value.Date, *value.DateTime, *value.Time:
		iso, known, err := v.(value.MethodCaller).CallMethod(nil, "isoformat", value.Args{})
		if known && err == nil {
			return iso
		}
	case *value.Decimal:
		if f, err := value.ToFloat(v); err == nil {
			return f
		}
	case *value.Set:
		if items, err := value.Items(v); err == nil {
			return value.NewList(items...)
		}
	}
	return value.Str(value.ToStr(v))
}

// stream writes one JSON object, entry by entry. The first error ends it.
type stream struct {
	out   io.Writer
	buf   []byte
	empty bool // nothing was written yet in the open object
	err   error
}

// chunk is the number of bytes that are gathered before they are written.
const chunk = 64 << 10

func newStream(out io.Writer) *stream {
	return &stream{out: out, buf: append(make([]byte, 0, 2*chunk), '{'), empty: true}
}

func (s *stream) json(v value.Value) {
	if s.err != nil {
		return
	}
	s.buf, s.err = value.AppendJSON(s.buf, v, jsonOptions)
	if len(s.buf) >= chunk {
		s.flush()
	}
}

func (s *stream) flush() {
	if s.err == nil {
		_, s.err = s.out.Write(s.buf)
	}
	s.buf = s.buf[:0]
}

// next goes to the next entry of a list or object.
func (s *stream) next() {
	if !s.empty {
		s.buf = append(s.buf, ", "...)
	}
	s.empty = false
}

// entry writes a key and its value.
func (s *stream) entry(key string, v value.Value) {
	s.key(key)
	s.json(v)
}

func (s *stream) key(key string) {
	s.next()
	s.buf = value.AppendJSONText(s.buf, key)
	s.buf = append(s.buf, ": "...)
}

// raw writes a key and a value that is JSON already.
func (s *stream) raw(key string, json []byte) {
	s.key(key)
	s.buf = append(s.buf, json...)
	if len(s.buf) >= chunk {
		s.flush()
	}
}

// texts writes a key and a list of texts.
func (s *stream) texts(key string, list []string) {
	s.key(key)
	s.buf = appendTexts(s.buf, list)
	if len(s.buf) >= chunk {
		s.flush()
	}
}

// fragment writes a key and a resource.
func (s *stream) fragment(key string, f *filling, json []byte) {
	s.key(key)
	s.element(f, json)
}

// element writes a resource, whose holes f fills; nil where it has none.
func (s *stream) element(f *filling, json []byte) {
	if f == nil {
		s.buf = append(s.buf, json...)
	} else {
		s.buf = f.append(s.buf, json)
	}
	if len(s.buf) >= chunk {
		s.flush()
	}
}

// item writes an entry of a list.
func (s *stream) item(v value.Value) {
	s.next()
	s.json(v)
}

// open begins an object or list below a key.
func (s *stream) open(key string, bracket byte) {
	s.key(key)
	s.buf = append(s.buf, bracket)
	s.empty = true
}

func (s *stream) close(bracket byte) {
	s.buf = append(s.buf, bracket)
	s.empty = false
}

// end closes the document and returns the first error.
func (s *stream) end() error {
	s.close('}')
	s.flush()
	return s.err
}
