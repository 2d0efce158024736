package pymod_test

import (
	"sync"
	"testing"

	"mdl/compiler/jinja/pymod"
	"mdl/compiler/jinja/value"
)

func callModule(module, fn string, args ...value.Value) (value.Value, error) {
	m, err := value.GetAttr(pymod.Modules(noon), module)
	if err != nil {
		return nil, err
	}
	f, err := value.GetAttr(m, fn)
	if err != nil {
		return nil, err
	}
	return thread{}.Call(f, value.Positional(args...))
}

func FuzzRegexp(f *testing.F) {
	for _, p := range []string{`(\w+)-(\d+)`, `(?P<n>a)(?P=n)`, `[^\W\d]+`, `a{2,3}+?`, `(?<=ab|cd)e`, `(?i)x(?#c)`, `(a)?(?(1)b|c)`, `\b\B\A\Z`, `[]a-z]`, `(?x) a # b`} {
		f.Add(p, "abc-12 é", `\1-\g<0>`)
	}
	f.Fuzz(func(t *testing.T, pattern, text, repl string) {
		if len(pattern) > 40 || len(text) > 40 {
			return // exponential patterns take their two seconds
		}
		for _, fn := range []string{"search", "match", "fullmatch", "findall", "split"} {
			_, _ = callModule("re", fn, value.Str(pattern), value.Str(text))
		}
		_, _ = callModule("re", "sub", value.Str(pattern), value.Str(repl), value.Str(text))
		quoted, err := callModule("re", "escape", value.Str(text))
		if err != nil {
			t.Fatal(err)
		}
		m, err := callModule("re", "fullmatch", quoted, value.Str(value.ToStr(quoted)))
		if err != nil {
			t.Fatalf("escape(%q) = %q: %v", text, quoted, err)
		}
		if value.ToStr(quoted) == text && value.IsNone(m) {
			t.Errorf("%q does not match itself", text)
		}
	})
}

func FuzzStrptime(f *testing.F) {
	f.Add("2024-01-02 03:04:05.6", "%Y-%m-%d %H:%M:%S.%f")
	f.Add("Mon Jan  5 2024 +01:30", "%a %b %d %Y %z")
	f.Add("2024 10 1", "%Y %U %w")
	f.Fuzz(func(t *testing.T, text, format string) {
		dt, err := callClass("strptime", text, format)
		if err == nil && dt == nil {
			t.Error("no datetime and no error")
		}
		for _, fn := range []string{"fromisoformat"} {
			if dt, err := callClass(fn, text); err == nil {
				_, _ = value.FormatSpec(dt, format)
			}
		}
	})
}

func callClass(fn string, args ...string) (value.Value, error) {
	m, err := value.GetAttr(pymod.Modules(noon), "datetime")
	if err != nil {
		return nil, err
	}
	class, err := value.GetAttr(m, "datetime")
	if err != nil {
		return nil, err
	}
	f, err := value.GetAttr(class, fn)
	if err != nil {
		return nil, err
	}
	var a value.Args
	for _, s := range args {
		a.Pos = append(a.Pos, value.Str(s))
	}
	return thread{}.Call(f, a)
}

func TestClock(t *testing.T) {
	for fn, want := range map[string]string{
		"now":    "2024-05-06 12:30:00.000789",
		"utcnow": "2024-05-06 12:30:00.000789",
		"today":  "2024-05-06 12:30:00.000789",
	} {
		if got, err := callClass(fn); err != nil || value.ToStr(got) != want {
			t.Errorf("%s() = %v, %v", fn, got, err)
		}
	}
	zone, err := callModule("pytz", "timezone", value.Str("Europe/Berlin"))
	if err != nil {
		t.Fatal(err)
	}
	dt, err := value.GetAttr(pymod.Modules(noon), "datetime")
	if err != nil {
		t.Fatal(err)
	}
	class, err := value.GetAttr(dt, "datetime")
	if err != nil {
		t.Fatal(err)
	}
	now, err := value.GetAttr(class, "now")
	if err != nil {
		t.Fatal(err)
	}
	got, err := thread{}.Call(now, value.Positional(zone))
	if err != nil || value.ToStr(got) != "2024-05-06 14:30:00.000789+02:00" {
		t.Errorf("now(Berlin) = %v, %v", got, err)
	}
}

// One value of modules serves all renders at once.
func TestModulesAreShared(t *testing.T) {
	modules := pymod.Modules(noon)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				re, _ := value.GetAttr(modules, "re")
				p, _, err := value.CallMethod(thread{}, re, "compile", value.Positional(value.Str(`(\d+)`)))
				if err == nil && p != nil {
					_, _, _ = value.CallMethod(thread{}, p, "findall", value.Positional(value.Str("a1b22")))
				}
				pytz, _ := value.GetAttr(modules, "pytz")
				zones, _ := value.GetAttr(pytz, "common_timezones")
				zones.(*value.List).Append(value.None)
			}
		})
	}
	wg.Wait()
}
