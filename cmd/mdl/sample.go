package main

import (
	"strconv"
	"strings"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/yaml"
)

// grains are the units of --sample, each also with an s at its end.
var grains = []struct {
	name string
	back func(t time.Time, n int) time.Time
}{
	{"hour", func(t time.Time, n int) time.Time { return t.Add(-time.Duration(n) * time.Hour) }},
	{"day", func(t time.Time, n int) time.Time { return t.AddDate(0, 0, -n) }},
	{"month", monthsBack},
	{"year", func(t time.Time, n int) time.Time { return monthsBack(t, 12*n) }},
}

// monthsBack goes back by months; a day that the month does not have becomes
// its last one.
func monthsBack(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()-time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	return first.AddDate(0, 0, min(t.Day(), first.AddDate(0, 1, -1).Day())-1)
}

// maxSample bounds the number of units, so that no time leaves the calendar.
const maxSample = 100_000

// parseSample reads --sample: "3 days" back from now, or a mapping with start
// and end (dbt/event_time/sample_window.py).
func parseSample(text string, now time.Time) (*compiler.Interval, error) {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return parseWindow(text)
	}
	number, grain, ok := strings.Cut(strings.TrimSpace(text), " ")
	if !ok {
		return nil, usagef("--sample cannot be %q: write a number and a unit, as in '3 days', or '{start: 2024-01-01, end: 2024-02-01}'", text)
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n > maxSample {
		return nil, usagef("--sample cannot be %q: %q is not a number of units", text, number)
	}
	unit := strings.TrimRight(strings.ToLower(grain), "s")
	var names []string
	for _, g := range grains {
		if g.name == unit {
			return &compiler.Interval{Start: g.back(now.UTC(), n), End: now.UTC()}, nil
		}
		names = append(names, g.name, g.name+"s")
	}
	return nil, usagef("--sample cannot be %q: the unit %q is none of hours, days, months and years%s", text, grain, meant(diag.Suggest(grain, names)))
}

// meant is a suggestion, if there is one.
func meant(name string) string {
	if name == "" {
		return ""
	}
	return suggestion(name)
}

// parseWindow reads a mapping with start and end; times without a zone are in
// UTC.
func parseWindow(text string) (*compiler.Interval, error) {
	v, err := yaml.FromText(text)
	if err != nil {
		return nil, usagef("--sample cannot be read as YAML: %v", err)
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return nil, usagef("--sample must be a mapping with start and end, or as '3 days'")
	}
	w := &compiler.Interval{}
	for _, side := range []struct {
		name string
		into *time.Time
	}{{"start", &w.Start}, {"end", &w.End}} {
		said, ok := d.GetStr(side.name)
		if !ok {
			return nil, usagef("--sample has no %s; write '{start: 2024-01-01, end: 2024-02-01}'", side.name)
		}
		at, err := value.ISODateTime(value.ToStr(said))
		if err != nil {
			return nil, usagef("--sample: %s is no ISO date or time: %s", side.name, value.ToStr(said))
		}
		us := at.Unix()
		if offset, zoned := at.Offset(); zoned {
			us -= offset
		}
		*side.into = time.UnixMicro(us).UTC()
	}
	if !w.Start.Before(w.End) {
		return nil, usagef("--sample: start must lie before end")
	}
	return w, nil
}

// readSample reads --sample.
func (a *app) readSample() error {
	if a.opt.sample == "" {
		return nil
	}
	var err error
	a.sample, err = parseSample(a.opt.sample, a.started)
	return err
}

// sampleArg is the window as run_results.json tells it: a retry reads the same
// rows as the run did.
func (a *app) sampleArg() *value.Dict {
	d := value.NewDictSize(2)
	for _, side := range []struct {
		name string
		at   time.Time
	}{{"start", a.sample.Start}, {"end", a.sample.End}} {
		layout := "2006-01-02T15:04:05+00:00"
		if side.at.Nanosecond() >= 1000 {
			layout = "2006-01-02T15:04:05.000000+00:00"
		}
		d.SetStr(side.name, value.Str(side.at.Format(layout)))
	}
	return d
}
