package jinja_test

import (
	"bufio"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

// oracleCase is one template with what dbt's own environment made of it.
type oracleCase struct {
	ID       string         `json:"id"`
	Template string         `json:"template"`
	Vars     map[string]any `json:"vars"`
	Macros   string         `json:"macros"`
	Env      map[string]any `json:"env"`
	Expected *string        `json:"expected"`
	Error    string         `json:"error_contains"`
	Native   bool           `json:"native"`
	Lenient  bool           `json:"lenient"`
}

func readCases(t testing.TB, path string) []oracleCase {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []oracleCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c oracleCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

// scope is a small stand-in for dbt's context.
type scope map[string]value.Value

func (s scope) Lookup(name string) (value.Value, bool) {
	v, ok := s[name]
	return v, ok
}

func (s scope) Names() []string {
	var names []string
	for name := range s {
		names = append(names, name)
	}
	return names
}

func fn(name string, f func(args []value.Value) (value.Value, error), params ...value.Param) *value.Func {
	return &value.Func{Name: name, Fn: func(_ value.Thread, args value.Args) (value.Value, error) {
		bound, err := args.Bind(name, params...)
		if err != nil {
			return nil, err
		}
		return f(bound)
	}}
}

// newScope makes the stand-in with a case's variables and macros.
func newScope(t testing.TB, c oracleCase) scope {
	none := value.Optional("default", value.None)
	silent := func([]value.Value) (value.Value, error) { return value.Str(""), nil }
	s := scope{
		"execute": value.True,
		"g_int":   value.Int(7), "g_str": value.Str("global"), "g_none": value.None,
		"g_list": value.NewList(value.Int(1), value.Int(2), value.Int(3)), "g_dict": gDict(),
		"log":   fn("log", silent, value.Required("msg"), value.Optional("info", value.False)),
		"print": fn("print", silent, value.Required("msg")),
		"fromjson": fn("fromjson", func(a []value.Value) (value.Value, error) {
			v, err := value.FromJSON(value.ToStr(a[0]))
			if err != nil {
				return a[1], nil
			}
			return v, nil
		}, value.Required("string"), none),
		"tojson": fn("tojson", func(a []value.Value) (value.Value, error) {
			text, err := value.ToJSON(a[0], value.JSONOptions{SortKeys: value.Truth(a[2])})
			return value.Str(text), err
		}, value.Required("value"), none, value.Optional("sort_keys", value.False)),
		"set": fn("set", func(a []value.Value) (value.Value, error) {
			items, err := value.Items(a[0])
			if err != nil {
				return a[1], nil
			}
			return value.NewSet(items...)
		}, value.Required("value"), none),
		"set_strict": fn("set_strict", func(a []value.Value) (value.Value, error) {
			items, err := value.Items(a[0])
			if err != nil {
				return nil, err
			}
			return value.NewSet(items...)
		}, value.Required("value")),
		"zip": &value.Func{Name: "zip", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
			v, err := value.Zip(a.Pos...)
			if err != nil && len(a.Kw) > 0 {
				return a.Kw[0].Value, nil
			}
			return v, err
		}},
		"zip_strict": &value.Func{Name: "zip_strict", Fn: func(_ value.Thread, a value.Args) (value.Value, error) { return value.Zip(a.Pos...) }},
		"local_md5": fn("local_md5", func(a []value.Value) (value.Value, error) {
			sum := md5.Sum([]byte(value.ToStr(a[0])))
			return value.Str(hex.EncodeToString(sum[:])), nil
		}, value.Required("value")),
		"var": fn("var", func(a []value.Value) (value.Value, error) {
			if v, ok := c.Vars[value.ToStr(a[0])]; ok {
				return value.FromGo(v), nil
			}
			if a[1] == value.Value(nil) {
				return nil, value.Errorf("CompilationError", "Required var %s not found", value.Repr(a[0]))
			}
			return a[1], nil
		}, value.Required("name"), value.Optional("default", value.None)),
	}
	if c.Macros != "" {
		p, list := jinja.ParseBlocks(diag.NewFile("macros/"+c.ID+".sql", c.Macros))
		if err := list.Err(); err != nil {
			t.Fatalf("macros: %v", err)
		}
		for _, b := range p.Blocks() {
			s[b.Name] = p.Macro(b)
		}
		names := value.NewDict()
		for _, b := range p.Blocks() {
			names.SetStr(b.Name, p.Macro(b))
		}
		s["jinja_cases"] = names
	}
	return s
}

func gDict() *value.Dict {
	list := value.NewList(value.Int(10), value.Int(20))
	inner, outer := value.NewDict(), value.NewDict()
	inner.SetStr("c", list)
	outer.SetStr("a", value.Int(1))
	outer.SetStr("b", inner)
	return outer
}

// needsDbt are the names of dbt's context that the stand-in does not have.
var needsDbt = regexp.MustCompile(`\b(adapter|api|modules|run_query|statement|graph|model|ref|source|env_var|this|target|exceptions|is_incremental|dbt|builtins|fromyaml|toyaml|var|config|context|flags|invocation_id|run_started_at|dbt_version|thread_id|load_result|diff_of_two_dicts|project_name|schema|database|selected_resources|submit_python_job|validation|invocation_args_dict|dbt_metadata_envs|column|schemas|node|sql|pre_hooks|post_hooks|store_result|store_raw_result|write|render|try_or_compiler_error|get_columns_spec_ddl)\b *[.(\[]|\b(this|target|model)\b|\btarget\.`)

func render(t testing.TB, c oracleCase) (string, error) {
	o := jinja.Options{Globals: newScope(t, c), Map: true, Lenient: c.Lenient}
	if c.Native {
		v, err := jinja.NativeRender(diag.NewFile("models/probe.sql", c.Template), c.Template, 0, o)
		if err != nil {
			return "", err
		}
		return value.Repr(v), nil
	}
	p, list := jinja.Parse(diag.NewFile("models/probe.sql", c.Template))
	if err := list.Err(); err != nil {
		return "", err
	}
	r, err := p.Render(o)
	if err != nil {
		return "", err
	}
	if r.Value != nil {
		t.Errorf("return() outside of a macro gave %v", r.Value)
	}
	return r.Text, nil
}

func TestOracle(t *testing.T) {
	run := 0
	for _, c := range readCases(t, "testdata/dbt_cases.jsonl") {
		if needsDbt.MatchString(c.Template + c.Macros) {
			continue
		}
		run++
		t.Run(c.ID, func(t *testing.T) { checkCase(t, c) })
	}
	t.Logf("%d cases", run)
}

// TestCases runs the cases that testdata/regenerate.py made.
func TestCases(t *testing.T) {
	for _, c := range readCases(t, "testdata/cases.jsonl") {
		t.Run(c.ID, func(t *testing.T) { checkCase(t, c) })
	}
}

func checkCase(t *testing.T, c oracleCase) {
	got, err := render(t, c)
	if c.Expected == nil {
		if err == nil {
			t.Fatalf("%s\ngave %q\nwant an error: %s", c.Template, got, c.Error)
		}
		if !strings.Contains(err.Error(), ".sql:") {
			t.Errorf("the error has no place: %v", err)
		}
		t.Logf("%v   [dbt: %s]", err, c.Error)
		return
	}
	if err != nil {
		t.Fatalf("%s\n%v\nwant %q", c.Template, err, *c.Expected)
	}
	if got != *c.Expected {
		t.Errorf("%s\ngot  %q\nwant %q", c.Template, got, *c.Expected)
	}
}
