package compiler

import (
	"testing"
	"time"

	"mdl/compiler/diag"
)

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		panic(err)
	}
	return t
}

// TestBatchSize has the examples that dbt gives in its microbatch builder.
func TestBatchSize(t *testing.T) {
	for _, c := range []struct {
		size                             BatchSize
		t, floor, ceil, next, back, name string
	}{
		{Hour, "2024-09-17 16:06:00", "2024-09-17 16:00:00", "2024-09-17 17:00:00", "2024-09-17 17:00:00", "2024-09-17 15:00:00", "2024-09-17T16"},
		{Day, "2024-09-17 16:06:00", "2024-09-17 00:00:00", "2024-09-18 00:00:00", "2024-09-18 00:00:00", "2024-09-16 00:00:00", "2024-09-17"},
		{Month, "2024-09-17 16:06:00", "2024-09-01 00:00:00", "2024-10-01 00:00:00", "2024-10-01 00:00:00", "2024-08-01 00:00:00", "2024-09"},
		{Year, "2024-09-17 16:06:00", "2024-01-01 00:00:00", "2025-01-01 00:00:00", "2025-01-01 00:00:00", "2023-01-01 00:00:00", "2024"},
		{Hour, "2024-09-17 16:00:00", "2024-09-17 16:00:00", "2024-09-17 16:00:00", "2024-09-17 17:00:00", "2024-09-17 15:00:00", "2024-09-17T16"},
		{Month, "2024-01-31 00:00:00", "2024-01-01 00:00:00", "2024-02-01 00:00:00", "2024-02-01 00:00:00", "2023-12-01 00:00:00", "2024-01"},
		{Year, "2024-02-29 00:00:00", "2024-01-01 00:00:00", "2025-01-01 00:00:00", "2025-01-01 00:00:00", "2023-01-01 00:00:00", "2024"},
	} {
		for _, p := range []struct {
			what string
			got  time.Time
			want string
		}{
			{"floor", c.size.Floor(at(c.t)), c.floor}, {"ceil", c.size.Ceil(at(c.t)), c.ceil},
			{"next", c.size.Add(at(c.t), 1), c.next}, {"back", c.size.Add(at(c.t), -1), c.back},
		} {
			if !p.got.Equal(at(p.want)) {
				t.Errorf("%s of %s by %s: %s, want %s", p.what, c.t, c.size, p.got, p.want)
			}
		}
		if got := c.size.Label(at(c.t)); got != c.name {
			t.Errorf("label of %s by %s: %s, want %s", c.t, c.size, got, c.name)
		}
	}
}

func TestIntervals(t *testing.T) {
	for _, c := range []struct {
		start, end string
		want       int
	}{
		{"2024-01-01 00:00:00", "2024-01-04 00:00:00", 3},
		{"2024-01-01 00:00:00", "2024-01-01 00:00:00", 1}, // dbt never makes none
		{"2024-01-01 00:00:00", "2024-01-02 12:00:00", 2},
	} {
		list := Day.Intervals(at(c.start), at(c.end))
		if len(list) != c.want || !list[0].Start.Equal(at(c.start)) || !list[len(list)-1].End.Equal(at(c.end)) {
			t.Errorf("%s to %s: %v", c.start, c.end, list)
		}
		for i := 1; i < len(list); i++ {
			if !list[i].Start.Equal(list[i-1].End) {
				t.Errorf("%v does not follow %v", list[i], list[i-1])
			}
		}
	}
}

func TestHasWord(t *testing.T) {
	for text, want := range map[string]bool{
		"ds": true, "x ds": true, "(ds)": true, "ids": false, "ds_nodash": false, "ids ds": true, "ids, dsx, x_ds": false, "": false, "éds": false,
	} {
		if got := HasWord(text, "ds"); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestMentions(t *testing.T) {
	for text, want := range map[string]bool{
		"select '{{ ds }}'": true,
		"select 1 as ds":    false,
		"{% if is_incremental() %}{{ data_interval_start }}{% endif %}": true,
		"{{ x.ds }}": false,
		"{% macro m() %}{{ prev_ds }}{% endmacro %}": true,
		"{{ f(ds=1) }}": false,
		"{{ f(ds) }}":   true,
	} {
		n := &Node{Kind: Model, Raw: text, File: diag.NewFile("m.sql", text)}
		if got := n.Mentions(IntervalNames...); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
