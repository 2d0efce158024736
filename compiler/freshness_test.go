package compiler

import (
	"testing"
	"time"

	"mdl/compiler/jinja/value"
)

func TestMaxAge(t *testing.T) {
	limit := func(count, period value.Value) value.Value { return dictOf("count", count, "period", period) }
	for _, c := range []struct {
		name  string
		limit value.Value
		want  time.Duration
		ok    bool
	}{
		{"minutes", limit(value.Int(90), value.Str("minute")), 90 * time.Minute, true},
		{"hours", limit(value.Int(6), value.Str("hour")), 6 * time.Hour, true},
		{"days", limit(value.Int(2), value.Str("day")), 48 * time.Hour, true},
		{"nothing at all", limit(value.Int(0), value.Str("day")), 0, true},
		{"no count", limit(value.None, value.Str("day")), 0, false},
		{"no period", limit(value.Int(1), value.None), 0, false},
		{"no such period", limit(value.Int(1), value.Str("week")), 0, false},
		{"none", value.None, 0, false},
	} {
		s := (&SourceNode{Freshness: dictOf("warn_after", c.limit)}).FreshnessRule()
		got, ok := s.MaxAge("warn_after")
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %v, %v", c.name, got, ok)
		}
		if s.HasLimits() != c.ok {
			t.Errorf("%s: HasLimits is %v", c.name, s.HasLimits())
		}
	}
	if (&SourceNode{}).FreshnessRule().HasLimits() || (&SourceNode{Freshness: value.None}).FreshnessRule().HasLimits() {
		t.Error("a source without freshness has one")
	}
}
