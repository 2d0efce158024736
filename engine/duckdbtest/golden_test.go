// Package duckdbtest runs the engine on real DuckDB: the materializations
// against what dbt-core and dbt-duckdb made of the same cases, and what only a
// real database can show.
package duckdbtest

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"mdl/adapters"
	"mdl/adapters/duckdb"
	"mdl/compiler"
	"mdl/compiler/jinja/value"
	"mdl/engine"
	"mdl/engine/internal/enginetest"
)

// goldenCase is one case of testdata/gen.py: runs of one node on one database.
type goldenCase struct {
	Kind, Name string
	Config     map[string]any
	Runs       []struct {
		Text, Status, Message string
		Config                map[string]any
		Relation              *relation
	}
}

type relation struct {
	Type    string
	Columns [][2]string
	Rows    [][]*string
}

// better are the runs that end in another way than with dbt-duckdb, by case and
// run, with the status that is right.
var better = map[string]engine.Status{
	"s_quotes 0":      engine.Success, // a quote in a column's name is doubled
	"s_semicolon 0":   engine.Success, // "1,5" is read as the number that its column was found to be
	"s_blank_lines 0": engine.Success, // the message counts the rows that are there
}

// saner are the cases, with their first such run, whose contents are others than
// dbt's, which ends the mark of a deletion before it began; see TestSnapshotReturns.
var saner = map[string]int{"n_ts_new_record": 3, "n_ts_current_new_record": 2}

func TestGolden(t *testing.T) {
	for name, rule := range map[string]adapters.TransactionRule{
		"everything": adapters.Everything, "rows only": adapters.RowsOnly, "nothing": adapters.Nothing,
	} {
		t.Run(name, func(t *testing.T) { testGolden(t, rule) })
	}
}

// testGolden pretends that DuckDB's transactions can hold no more than a rule
// says.
func testGolden(t *testing.T, rule adapters.TransactionRule) {
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	db := open(t)
	db.dialect.Transactions = rule
	db.dialect.NoTemporaryTables = rule == adapters.Nothing
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			for i, run := range c.Runs {
				n := goldenNode(c, i)
				files := fstest.MapFS{"seeds/" + c.Name + ".csv": {Data: []byte(run.Text)}}
				res := db.run(t, engine.Options{Project: files}, n)
				status, differs := better[fmt.Sprint(c.Name, " ", i)]
				if !differs {
					status = engine.Status(run.Status)
				}
				if res.Status != status {
					t.Fatalf("run %d: %s, dbt: %s\n%s\n%s", i, res.Status, run.Status, res.Message, run.Message)
				}
				if differs && string(status) != run.Status {
					return
				}
				if run.Status == "success" && res.Message != run.Message && !differs {
					t.Errorf("run %d: message %q, dbt: %q", i, res.Message, run.Message)
				}
				if from, ok := saner[c.Name]; ok && i >= from {
					continue
				}
				got := mask(c, db.relation(t, c.Name))
				if g, w := render(got), render(run.Relation); g != w {
					t.Errorf("run %d:\n%s\ndbt has\n%s", i, g, w)
				}
			}
		})
	}
}

// goldenNode makes the node of one run of a case.
func goldenNode(c goldenCase, run int) *compiler.Node {
	materialized := map[string]string{"seed": "seed", "snapshot": "snapshot"}[c.Kind]
	n := enginetest.Node(c.Kind+".p."+c.Name, materialized)
	n.Database, n.Schema, n.Raw = "p", "main", c.Runs[run].Text
	if c.Kind == "seed" {
		n.OrigPath = "seeds/" + c.Name + ".csv"
	}
	for _, config := range []map[string]any{c.Config, c.Runs[run].Config} {
		for k, v := range config {
			enginetest.With(n, k, v)
		}
	}
	if _, ok := n.Config.Get("contract"); ok {
		n.Columns = []compiler.Column{{Name: "id", DataType: "integer", Constraints: constraints("not_null")}, {Name: "v", DataType: "varchar"}}
	}
	return n
}

func constraints(kinds ...string) []*value.Dict {
	var list []*value.Dict
	for _, k := range kinds {
		d := value.NewDict()
		d.SetStr("type", value.Str(k))
		list = append(list, d)
	}
	return list
}

// database is a DuckDB database in a file of the test's own.
type database struct {
	*duckdb.Adapter
	dialect *adapters.Dialect
}

// Dialect is the one that the engine is told of.
func (db database) Dialect() *adapters.Dialect { return db.dialect }

func open(t testing.TB) database {
	t.Helper()
	cfg, err := duckdb.ParseConfig(map[string]any{
		"type": "duckdb", "path": filepath.Join(t.TempDir(), "p.duckdb"), "schema": "main", "settings": map[string]any{"TimeZone": "UTC"},
	})
	if err != nil {
		t.Fatal(err)
	}
	ad, err := duckdb.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ad.Close(); err != nil {
			t.Error(err)
		}
	})
	return database{ad, duckdb.NewDialect()}
}

// run builds nodes and returns the result of the last one.
func (db database) run(t testing.TB, opt engine.Options, nodes ...*compiler.Node) *engine.Result {
	t.Helper()
	res := db.runAll(t, opt, nodes...)
	return res.Results[len(res.Results)-1]
}

func (db database) runAll(t testing.TB, opt engine.Options, nodes ...*compiler.Node) *engine.Results {
	t.Helper()
	m := enginetest.Manifest(t, nodes...)
	plan := engine.NewPlan(m, engine.CmdBuild, m.Graph.IDs(), engine.PlanOptions{StoreFailures: opt.StoreFailures})
	res, err := engine.Run(context.Background(), db, &enginetest.Renderer{}, m, plan, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func (db database) query(t testing.TB, sql string) [][]string {
	t.Helper()
	conn, err := db.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	rows, err := conn.Query(context.Background(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	var out [][]string
	for _, row := range rows.Values {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = fmt.Sprint(v)
		}
		out = append(out, cells)
	}
	return out
}

// relation reads a relation with all cells as text; nil when there is none.
func (db database) relation(t testing.TB, name string) *relation {
	t.Helper()
	kind := db.query(t, "select table_type from information_schema.tables where table_name = '"+name+"'")
	if len(kind) == 0 {
		return nil
	}
	rel := &relation{Type: "table"}
	if kind[0][0] == "VIEW" {
		rel.Type = "view"
	}
	d := db.Dialect()
	var cells []string
	for _, c := range db.query(t, "describe "+d.Quote(name)) {
		rel.Columns = append(rel.Columns, [2]string{c[0], c[1]})
		cells = append(cells, "cast("+d.Quote(c[0])+" as varchar)")
	}
	conn, err := db.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	rows, err := conn.Query(context.Background(), "select "+strings.Join(cells, ", ")+" from "+d.Quote(name))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows.Values {
		out := make([]*string, len(row))
		for i, v := range row {
			if s, ok := v.(string); ok {
				out[i] = &s
			}
		}
		rel.Rows = append(rel.Rows, out)
	}
	return rel
}

// mask does what gen.py does: times of the run become <1>, <2> ... in their
// order, identities that follow the recipe <md5>.
func mask(c goldenCase, rel *relation) *relation {
	if rel == nil {
		return nil
	}
	if c.Kind == "snapshot" {
		maskIdentities(c, rel)
		maskTimes(rel)
	}
	slices.SortFunc(rel.Rows, compareRows)
	return rel
}

func maskIdentities(c goldenCase, rel *relation) {
	own, _ := c.Config["snapshot_meta_column_names"].(map[string]any)
	index := func(name string) int {
		if s, ok := own[name].(string); ok {
			name = s
		}
		return slices.IndexFunc(rel.Columns, func(col [2]string) bool { return col[0] == name })
	}
	scd, updated := index("dbt_scd_id"), index("dbt_updated_at")
	keys, ok := c.Config["unique_key"].([]any)
	if !ok {
		keys = []any{c.Config["unique_key"]}
	}
	var identities []string
	for _, row := range rel.Rows {
		identities = append(identities, *row[scd])
	}
	for _, row := range rel.Rows {
		if row[updated] == nil || !now.MatchString(*row[updated]) {
			continue
		}
		texts := []string{}
		for _, id := range identities {
			texts = append(texts, id+"|"+*row[updated])
		}
		var parts []string
		for _, k := range keys {
			if i := index(k.(string)); i >= 0 {
				parts = append(parts, *row[i])
			}
		}
		texts = append(texts, strings.Join(append(parts, *row[updated]), "|"))
		for _, text := range texts {
			sum := md5.Sum([]byte(text))
			if hex.EncodeToString(sum[:]) == *row[scd] {
				row[scd] = new("<md5>")
				break
			}
		}
	}
}

var now = regexp.MustCompile(`^20(2[5-9]|[3-9]\d)-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$`)

func maskTimes(rel *relation) {
	var times []string
	for _, row := range rel.Rows {
		for _, v := range row {
			if v != nil && now.MatchString(*v) {
				times = append(times, *v)
			}
		}
	}
	slices.Sort(times)
	times = slices.Compact(times)
	for _, row := range rel.Rows {
		for i, v := range row {
			if v == nil {
				continue
			}
			if n, found := slices.BinarySearch(times, *v); found {
				row[i] = new(fmt.Sprintf("<%d>", n+1))
			}
		}
	}
}

func compareRows(a, b []*string) int {
	for i := range a {
		if order := cmp.Or(cmp.Compare(btoi(a[i] != nil), btoi(b[i] != nil)), strings.Compare(deref(a[i]), deref(b[i]))); order != 0 {
			return order
		}
	}
	return 0
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func render(rel *relation) string {
	if rel == nil {
		return "nothing"
	}
	var b strings.Builder
	fmt.Fprintln(&b, rel.Type, rel.Columns)
	for _, row := range rel.Rows {
		for i, v := range row {
			if i > 0 {
				b.WriteString(" | ")
			}
			if v == nil {
				b.WriteString("NULL")
			} else {
				fmt.Fprintf(&b, "%q", *v)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
