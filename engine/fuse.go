package engine

import (
	"strconv"
	"strings"

	"mdl/compiler"
)

// fuse numbers the tests that one scan answers: tests of one relation that are
// known to the engine and wait for the same steps.
func fuse(m *compiler.Manifest, p *Plan, storeFailures bool) {
	scans := map[string][]*Step{}
	var order []string
	for _, s := range p.Steps {
		if s.Kind != compiler.Test || !fusible(m, s.node, storeFailures) {
			continue
		}
		model, _ := s.node.Test.Kwargs.GetStr("model")
		key := strings.Join(append([]string{s.node.Package, textOf(model)}, s.After...), "\n")
		if scans[key] == nil {
			order = append(order, key)
		}
		scans[key] = append(scans[key], s)
	}
	n := 0
	for _, key := range order {
		if len(scans[key]) < 2 {
			continue
		}
		n++
		for _, s := range scans[key] {
			s.Scan = n
		}
	}
}

// fusible reports whether a test may share a scan: its query is mdl's own, its
// failures are counted and judged in the ordinary way, and nothing is kept.
func fusible(m *compiler.Manifest, n *compiler.Node, storeFailures bool) bool {
	if n == nil || n.Test == nil || storeAs(n, storeFailures) != "" || configured(n, "fail_calc", "count(*)") != "count(*)" {
		return false
	}
	if _, ok := parseThreshold(configured(n, "warn_if", defaultThreshold)); !ok {
		return false
	}
	if _, ok := parseThreshold(configured(n, "error_if", defaultThreshold)); !ok {
		return false
	}
	if limit := n.Config.String("limit"); limit != "" {
		if _, err := strconv.ParseUint(limit, 10, 32); err != nil {
			return false
		}
	}
	return probeOf(m.BuiltinTest(n)) != nil
}

// defaultThreshold is warn_if and error_if where nothing else is said.
const defaultThreshold = "!= 0"

// configured is a configuration of a test as text.
func configured(n *compiler.Node, key, otherwise string) string {
	if s := n.Config.String(key); s != "" {
		return s
	}
	return otherwise
}

// threshold is a condition on a number of failures, such as "> 10".
type threshold struct {
	operator string
	number   int64
}

// parseThreshold reads a condition; false for one that only the warehouse knows.
func parseThreshold(text string) (t threshold, ok bool) {
	text = strings.TrimSpace(text)
	digits := strings.TrimLeft(text, "<>=!")
	t.operator = text[:len(text)-len(digits)]
	switch t.operator {
	case "=", "!=", "<>", "<", ">", "<=", ">=":
	default:
		return t, false
	}
	digits = strings.TrimSpace(digits)
	if digits == "" || len(digits) > 18 {
		return t, false
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return t, false
		}
		t.number = t.number*10 + int64(c-'0')
	}
	return t, true
}

// holds reports whether a number of failures meets the condition.
func (t threshold) holds(n int64) bool {
	switch t.operator {
	case "=":
		return n == t.number
	case "<":
		return n < t.number
	case ">":
		return n > t.number
	case "<=":
		return n <= t.number
	case ">=":
		return n >= t.number
	}
	return n != t.number
}
