package main

import (
	"testing"
	"time"
)

func TestParseSample(t *testing.T) {
	now := time.Date(2024, 3, 31, 16, 6, 0, 5000, time.UTC)
	for text, start := range map[string]string{
		"1 day": "2024-03-30 16:06:00", "3 Days": "2024-03-28 16:06:00", "2 hours": "2024-03-31 14:06:00",
		"1 month": "2024-02-29 16:06:00", "13 months": "2023-02-28 16:06:00", "1 year": "2023-03-31 16:06:00", "0 days": "2024-03-31 16:06:00",
		`{"start": "2024-01-01T01:00:00+01:00", "end": "2024-03-31T16:06:00.000005+00:00"}`: "2024-01-01 00:00:00",
	} {
		w, err := parseSample(text, now)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := w.Start.Format(time.DateTime); got != start || !w.End.Equal(now) {
			t.Errorf("%s: from %s to %s", text, got, w.End)
		}
	}
}

func FuzzParseSample(f *testing.F) {
	for _, text := range []string{"3 days", "{start: 2024-01-01, end: 2024-02-01}", "{", "x days", "-1 day", "{start: 1}"} {
		f.Add(text)
	}
	now := time.Date(2024, 3, 31, 16, 6, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		if w, err := parseSample(text, now); err == nil && w.End.Before(w.Start) {
			t.Errorf("%q: from %s to %s", text, w.Start, w.End)
		}
	})
}
