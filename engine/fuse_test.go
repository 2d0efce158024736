package engine

import (
	"strings"
	"testing"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

func TestThreshold(t *testing.T) {
	for _, c := range []struct {
		text  string
		holds []int64 // of 0 to 3
		ok    bool
	}{
		{"!= 0", []int64{1, 2, 3}, true},
		{"<>0", []int64{1, 2, 3}, true},
		{" > 1 ", []int64{2, 3}, true},
		{">=2", []int64{2, 3}, true},
		{"= 0", []int64{0}, true},
		{"<1", []int64{0}, true},
		{"<= 1", []int64{0, 1}, true},
		{"between 1 and 2", nil, false},
		{"> 1 or 1 = 1", nil, false},
		{"> 1.5", nil, false},
		{"> -1", nil, false},
		{"=> 1", nil, false},
		{"== 1", nil, false},
		{"!= ", nil, false},
		{"", nil, false},
		{"> 9999999999999999999", nil, false},
	} {
		th, ok := parseThreshold(c.text)
		if ok != c.ok {
			t.Errorf("%q: ok %v", c.text, ok)
			continue
		}
		var holds []int64
		for n := range int64(4) {
			if ok && th.holds(n) {
				holds = append(holds, n)
			}
		}
		if len(holds) != len(c.holds) || len(holds) > 0 && holds[0] != c.holds[0] {
			t.Errorf("%q holds for %v, want %v", c.text, holds, c.holds)
		}
	}
}

func TestFragment(t *testing.T) {
	for sql, want := range map[string]bool{
		"a = 1":                    true,
		"a in (select ')' from t)": true,
		`"odd )" = 'it''s'`:        true,
		"list[1] = {'a': 1}.a":     true,
		"a - b / c > 1":            true,
		"a = 1) or (1 = 1":         false,
		"a = 1 -- all":             false,
		"a /* x */ = 1":            false,
		"a = 1; drop table t":      false,
		"a = 'x":                   false,
		"a = $$x$$":                false,
		"(a]":                      false,
		"((a)":                     false,
		"":                         false,
		"  ":                       false,
	} {
		if got := isFragment(sql); got != want {
			t.Errorf("isFragment(%q) = %v", sql, got)
		}
	}
}

func FuzzFragment(f *testing.F) {
	f.Add("a = (1)")
	f.Add("'\"(")
	f.Fuzz(func(t *testing.T, sql string) {
		if !isFragment(sql) {
			return
		}
		if !isFragment("(" + sql + ")") {
			t.Errorf("%q is one, in brackets it is none", sql)
		}
		if strings.Contains(sql, "--") && !strings.ContainsAny(sql, `'"`) {
			t.Errorf("%q holds a comment", sql)
		}
	})
}

// scannedTest is a test with rendered arguments.
func scannedTest(over, where string, mk probeMaker, args ...any) *scanned {
	d := value.NewDict()
	for i := 0; i < len(args); i += 2 {
		d.SetStr(args[i].(string), value.FromGo(args[i+1]))
	}
	n := &compiler.Node{Config: compiler.NewConfig(value.NewDict())}
	if where != "" {
		config := value.NewDict()
		config.SetStr("where", value.Str(where))
		n.Config = compiler.NewConfig(config)
		over = "(select * from " + over + " where " + where + ") dbt_subquery"
	}
	sql := &compiler.Compiled{SQL: "select 1"}
	given := testArgs{d, sql}
	p, ok := mk(given)
	if !ok {
		return nil
	}
	p.over = over
	return &scanned{res: &Result{Node: n}, probe: p, args: given}
}

func TestScanSQL(t *testing.T) {
	tests := []*scanned{
		scannedTest("t", "", probeNotNull, "column_name", "id"),
		scannedTest("t", "a > 1 or b", probeNotNull, "column_name", `"odd id"`),
		scannedTest("t", "", probeAcceptedValues, "column_name", "st", "values", []any{"new", "old"}),
		scannedTest("t", "", probeRelationships, "column_name", "id"),
		scannedTest("t", "b) or (c", probeNotNull, "column_name", "id"),
		scannedTest("t", "", probeAcceptedRange, "column_name", "n", "min_value", 0, "max_value", "10", "inclusive", false),
	}
	shareScans(tests)
	want := `select
  mdl_n0,
  mdl_n1,
  mdl_n2,
  (select count(*) from (
select 1
) as mdl_test) as mdl_n3,
  mdl_n4,
  mdl_n5
from (
  select
    count(1) - count(id) as mdl_n0,
    count(case when (a > 1 or b) then 1 end) - count(case when (a > 1 or b) then "odd id" end) as mdl_n1,
    count(case when st not in ('new', 'old') then 1 end) as mdl_n2,
    count(case when not n > 0 or not n < 10 then 1 end) as mdl_n5
  from t
) as mdl_scan0, (
  select
    count(1) - count(id) as mdl_n4
  from (select * from t where b) or (c) dbt_subquery
) as mdl_scan1`
	if got := scanSQL(tests); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestProbesAreSimple has arguments that are more than a name or a plain value:
// such a test runs by itself.
func TestProbesAreSimple(t *testing.T) {
	for name, s := range map[string]*scanned{
		"an expression":     scannedTest("t", "", probeNotNull, "column_name", "a || b"),
		"no column":         scannedTest("t", "", probeNotNull),
		"a quote":           scannedTest("t", "", probeAcceptedValues, "column_name", "a", "values", []any{"it's"}),
		"no values":         scannedTest("t", "", probeAcceptedValues, "column_name", "a", "values", []any{}),
		"quote as text":     scannedTest("t", "", probeAcceptedValues, "column_name", "a", "values", []any{"x"}, "quote", "no"),
		"no bound":          scannedTest("t", "", probeAcceptedRange, "column_name", "a"),
		"a comment":         scannedTest("t", "", probeExpression, "expression", "a > 1 -- b"),
		"groups":            scannedTest("t", "", probeAtLeastOne, "column_name", "a", "group_by_columns", []any{"b"}),
		"an odd expression": scannedTest("t", "", probeExpression, "column_name", "a b", "expression", "> 1"),
	} {
		if s != nil {
			t.Errorf("%s is probed: %s", name, s.number(s.row))
		}
	}
}

// TestWhereAlone: where every test has a condition, the warehouse may read what
// each asks for only.
func TestWhereAlone(t *testing.T) {
	tests := []*scanned{
		scannedTest("t", "a", probeNotNull, "column_name", "id"),
		scannedTest("t", "b", probeNotNull, "column_name", "id"),
	}
	shareScans(tests)
	if sql := scanSQL(tests); strings.Count(sql, " from ") != 4 || strings.Contains(sql, "case") {
		t.Errorf("got\n%s", sql)
	}
}

func TestParts(t *testing.T) {
	var tests []*scanned
	for _, mk := range []probeMaker{probeRelationships, probeNotNull, probeRelationships, probeRelationships, probeGroups, probeRelationships, probeRelationships} {
		tests = append(tests, scannedTest("t", "", mk, "column_name", "id"))
	}
	var sizes []int
	for _, part := range parts(tests) {
		sizes = append(sizes, len(part))
	}
	if len(sizes) != 3 || sizes[0] != 4 || sizes[1] != 2 || sizes[2] != 1 {
		t.Errorf("parts of %v tests", sizes)
	}
}

func TestOneDistinct(t *testing.T) {
	tests := []*scanned{
		scannedTest("t", "", probeUnique, "column_name", "a"),
		scannedTest("t", "", probeNotNull, "column_name", "a"),
		scannedTest("t", "", probeUnique, "column_name", "b"),
		scannedTest("t", "", probeUnique, "column_name", "c"),
	}
	oneDistinct(tests)
	sql := scanSQL(tests)
	if strings.Count(sql, "distinct") != 1 || strings.Count(sql, "from (\nselect 1\n)") != 2 || tests[0].exact || !tests[2].exact {
		t.Errorf("got\n%s", sql)
	}
}

// TestScanIsTakenWhole: the steps of a scan are taken together, when all that
// they wait for has ended.
func TestScanIsTakenWhole(t *testing.T) {
	p := &Plan{Steps: []*Step{
		{ID: "a", Priority: 2}, {ID: "b", Priority: 1},
		{ID: "t1", After: []string{"a"}, Scan: 1}, {ID: "t2", After: []string{"a"}, Scan: 1},
		{ID: "t3", After: []string{"a", "b"}},
	}}
	g := newProgress(p)
	if got := g.take(); len(got) != 1 || got[0] != 0 {
		t.Fatalf("took %v", got)
	}
	g.done(0, false)
	g.take() // b
	if got := g.take(); len(got) != 2 || got[0] != 2 || got[1] != 3 {
		t.Errorf("took %v, want the scan", got)
	}
	if got := g.take(); got != nil {
		t.Errorf("took %v before its parent had ended", got)
	}
	g.done(1, true)
	if got := g.take(); len(got) != 1 || got[0] != 4 || g.cause[4] != 1 {
		t.Errorf("took %v, cause %d", got, g.cause[4])
	}
	if g.left != 0 {
		t.Errorf("%d steps are left", g.left)
	}
}
