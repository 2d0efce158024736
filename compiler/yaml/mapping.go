package yaml

import (
	"strconv"
	"strings"

	"mdl/compiler/diag"
)

// mapper collects the pairs of one mapping. Merged pairs come first, later
// ones win, and a key keeps the place in the order at which it came first: so
// does a Python dict that is filled from the flattened pairs.
type mapper struct {
	c      *converter
	pairs  []Pair
	seen   map[string]int // key -> index in pairs
	merged int            // so many pairs come from merge keys
}

// merge adds the pairs of a merge key's value. Of a list, an earlier mapping
// wins over a later one.
func (m *mapper) merge(from *Node) {
	sources := []*Node{from}
	if from.Kind == Sequence {
		sources = from.Items
	}
	for i := len(sources) - 1; i >= 0; i-- {
		if sources[i].Kind != Mapping {
			m.c.errorf("E153", sources[i].Span, "a merge key needs a mapping, this is %s", sources[i].Kind)
			continue
		}
		if !m.c.grow(len(sources[i].Pairs), sources[i].Span) {
			return
		}
		for _, p := range sources[i].Pairs {
			m.put(p)
		}
	}
}

// add adds a pair of the mapping itself and warns of a duplicate.
func (m *mapper) add(p Pair) {
	if p.Key.Kind == Sequence || p.Key.Kind == Mapping {
		m.c.diags = append(m.c.diags, badKey(p.Key))
		return
	}
	i, ok := m.put(p)
	if ok && i >= m.merged && m.c.size <= maxSize {
		d := diag.Warnf("W151", p.Key.Span, "the key %q is here a second time; the last one wins", p.Key.Text)
		d.Hint = "remove one of the two"
		d.Notes = []diag.Note{{Message: "the first is here", Span: m.pairs[i].Key.Span}}
		m.c.diags = append(m.c.diags, d)
	}
	if p.Key.Kind == String {
		m.pairs[i].Key = p.Key
	}
}

// put adds a pair or gives a known key a new value, and returns its index and
// whether it was known.
func (m *mapper) put(p Pair) (index int, known bool) {
	id := identity(p.Key)
	if i, ok := m.seen[id]; ok {
		m.pairs[i].Value = p.Value
		return i, true
	}
	m.seen[id] = len(m.pairs)
	m.pairs = append(m.pairs, p)
	return len(m.pairs) - 1, false
}

// identity is equal for keys that Python holds for equal: 1, 1.0 and true are.
func identity(key *Node) string {
	if key.Kind == String {
		return "s" + key.Text
	}
	if b, ok := key.Bool(); ok {
		if b {
			return "n1"
		}
		return "n0"
	}
	text := key.String()
	if key.Kind == Float {
		if f, err := strconv.ParseFloat(text, 64); err == nil && f == float64(int64(f)) {
			return "n" + strconv.FormatInt(int64(f), 10)
		}
	}
	if key.Kind == Int || key.Kind == Float {
		return "n" + text
	}
	return strconv.Itoa(int(key.Kind)) + text
}

// badKey reports a list or a mapping in the place of a key, which most often is
// a Jinja expression that was not quoted.
func badKey(key *Node) diag.Diagnostic {
	d := diag.Errorf("E151", key.Span, "%s cannot be a key", key.Kind)
	if text := key.Span.Text(); key.Kind == Mapping && strings.HasPrefix(text, "{") {
		before := key.Span.File.Text[:key.Span.Start]
		if strings.HasSuffix(before, "{") {
			d.Span.Start--
			d.Summary = "a Jinja expression must be quoted"
			d.Hint = `write it as "{{ ... }}"`
		}
	}
	return d
}
