package engine

import (
	"context"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
)

// storeAs says what keeps a test's failing rows, "table" or "view", or "" when
// nothing does. The test's own configuration wins over the flag.
func storeAs(n *compiler.Node, flag bool) string {
	as := n.Config.String("store_failures_as")
	switch as {
	case "ephemeral":
		return ""
	case "":
		as = "table"
	default:
		return as
	}
	if own, set := n.Config.Bool("store_failures"); set {
		flag = own
	}
	if flag {
		return as
	}
	return ""
}

// test runs a data test: the rows that its query returns are failures.
func (w *worker) test(ctx context.Context, res *Result) error {
	t := w.dataTest(ctx, res)
	if as := storeAs(res.Node, w.opt.StoreFailures); as != "" {
		if err := t.store(as); err != nil {
			return err
		}
	}
	v, err := t.verdict()
	if err != nil {
		return err
	}
	return t.end(v)
}

// countedTest ends a test of which the number of failures is known.
func (w *worker) countedTest(ctx context.Context, res *Result, failures int64) error {
	t := w.dataTest(ctx, res)
	if limit, err := strconv.ParseInt(t.str("limit", ""), 10, 64); err == nil {
		failures = min(failures, limit)
	}
	t.question()
	res.Response = &Response{Message: "OK", RowsAffected: -1}
	warn, _ := parseThreshold(t.str("warn_if", defaultThreshold))
	fail, _ := parseThreshold(t.str("error_if", defaultThreshold))
	return t.end(verdict{failures, warn.holds(failures), fail.holds(failures)})
}

func (w *worker) dataTest(ctx context.Context, res *Result) *dataTest {
	t := &dataTest{worker: w, ctx: ctx, node: res.Node, res: res, query: newScript("select * from (").code(res.Compiled).add(") as mdl_test")}
	if limit := t.str("limit", ""); limit != "" {
		t.query.add("\nlimit ", limit)
	}
	return t
}

// end judges a test and shows some of what failed.
func (t *dataTest) end(v verdict) error {
	t.judge(v)
	if t.res.Status == Fail || t.res.Status == Warn {
		return t.sample()
	}
	return nil
}

// dataTest is one test that is run.
type dataTest struct {
	*worker
	ctx   context.Context
	node  *compiler.Node
	res   *Result
	query *script // its rows are the failures
	ran   []string
}

func (t *dataTest) str(key, otherwise string) string { return configured(t.node, key, otherwise) }

// store keeps the failing rows in a relation and lets the rest of the test
// read them there.
func (t *dataTest) store(as string) error {
	kind := adapters.ParseRelationKind(as)
	if kind != adapters.Table && kind != adapters.View {
		d := nodeError(codeConfig, t.node, "'%s' is not a valid value for store_failures_as of %s", as, t.node.Name)
		d.Hint = "Accepted values are: ['ephemeral', 'table', 'view']"
		return d
	}
	target := t.node.Relation()
	target.Kind = kind
	s := t.session
	if err := s.begin(t.ctx); err != nil {
		return err
	}
	if err := s.dropAny(t.ctx, target); err != nil {
		return err
	}
	name := t.dialect.Render(target)
	create := newScript("create ", as, " ", name, " as (\n").embed(t.query).add("\n)")
	t.ran = append(t.ran, create.String())
	if _, err := s.conn.Exec(t.ctx, create.String()); err != nil {
		return queryDiagnostic(err, create, t.node)
	}
	s.Added(target)
	if err := s.Commit(t.ctx); err != nil {
		return err
	}
	t.res.StoredIn = name
	t.query = newScript("select * from ", name)
	return nil
}

// verdict is what the warehouse says about a test.
type verdict struct {
	failures                int64
	shouldWarn, shouldError bool
}

// question is the statement that asks for the verdict. It is written below
// target/run, whether it is sent or answered by a scan.
func (t *dataTest) question() *script {
	calc := t.str("fail_calc", "count(*)")
	q := newScript("select\n  ", calc, " as failures,\n  ", calc, " ", t.str("warn_if", defaultThreshold), " as should_warn,\n  ",
		calc, " ", t.str("error_if", defaultThreshold), " as should_error\nfrom (\n").embed(t.query).add("\n) as dbt_internal_test")
	t.ran = append(t.ran, q.String())
	t.res.RunPath, _ = t.write("run", t.node, statements(t.ran))
	return q
}

func (t *dataTest) verdict() (verdict, error) {
	q := t.question()
	rows, err := t.session.conn.Query(t.ctx, q.String())
	if err != nil {
		return verdict{}, queryDiagnostic(err, q, t.node)
	}
	if len(rows.Values) != 1 || len(rows.Values[0]) != 3 {
		return verdict{}, t.noVerdict("its query gave no single row of three values")
	}
	row := rows.Values[0]
	failures, ok := toCount(row[0])
	if !ok {
		return verdict{}, t.noVerdict(fmt.Sprintf("fail_calc %q gave %v, which is no number", t.str("fail_calc", "count(*)"), row[0]))
	}
	t.res.Response = answered(rows)
	return verdict{failures, toBool(row[1]), toBool(row[2])}, nil
}

func (t *dataTest) noVerdict(why string) error {
	d := nodeError(codeTest, t.node, "the test %s gave no verdict: %s", t.node.Name, why)
	d.Hint = "fail_calc, warn_if and error_if must make a number and two conditions of the failing rows"
	return d
}

// judge turns a verdict into a status by the test's severity.
func (t *dataTest) judge(v verdict) {
	none := int64(0)
	res := t.res
	res.Failures = &none
	fail := func(status Status, verb, condition string) {
		count := fmt.Sprintf("%d results", v.failures)
		if v.failures == 1 {
			count = "1 result"
		}
		res.Status, res.Failures = status, &v.failures
		res.Message = fmt.Sprintf("Got %s, configured to %s if %s", count, verb, condition)
	}
	switch {
	case v.shouldError && strings.EqualFold(t.str("severity", "error"), "error"):
		fail(Fail, "fail", t.str("error_if", defaultThreshold))
	case v.shouldWarn && t.opt.WarnError:
		fail(Fail, "fail", t.str("warn_if", defaultThreshold))
	case v.shouldWarn:
		fail(Warn, "warn", t.str("warn_if", defaultThreshold))
	default:
		res.Status = Pass
	}
}

// sample fetches a few of the failing rows.
func (t *dataTest) sample() error {
	if t.opt.Sample <= 0 {
		return nil
	}
	rows, err := t.session.conn.Query(t.ctx, fmt.Sprintf("select * from (\n%s\n) as mdl_sample limit %d", t.query, t.opt.Sample))
	if err != nil {
		if isCancelled(err) {
			return err
		}
		return nil // the verdict stands without a sample
	}
	t.res.Rows = rows
	return nil
}

// toCount reads a count that the warehouse answered; fractions are cut off.
func toCount(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case float64:
		return int64(v), true
	case *big.Int:
		return v.Int64(), true
	case adapters.Decimal:
		whole, _, _ := strings.Cut(string(v), ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		return n, err == nil
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// toBool reads a condition; warehouses without booleans give numbers or texts.
func toBool(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		switch strings.ToLower(v) {
		case "y", "yes", "t", "true", "on", "1":
			return true
		}
		return false
	}
	n, ok := toCount(v)
	return ok && n != 0
}
