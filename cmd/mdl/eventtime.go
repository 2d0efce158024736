package main

import (
	"time"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// momentForms are the ways to write a moment on the command line: dbt's.
var momentForms = []string{time.DateOnly, "2006-01-02T15:04:05", time.DateTime}

// moment reads a moment in UTC that a flag gives.
func moment(flag, text string) (time.Time, error) {
	for _, form := range momentForms {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("--%s cannot be %q: write a date or a time in UTC, as in 2024-01-31 or 2024-01-31T06:00:00", flag, text)
}

// readEventTime reads --event-time-start and --event-time-end, which need each
// other.
func (a *app) readEventTime() error {
	start, end := a.opt.eventTimeStart, a.opt.eventTimeEnd
	switch {
	case start == "" && end == "":
		return nil
	case start == "":
		return usagef("--event-time-end needs --event-time-start, too")
	case end == "":
		return usagef("--event-time-start needs --event-time-end, too")
	}
	from, err := moment("event-time-start", start)
	if err != nil {
		return err
	}
	to, err := moment("event-time-end", end)
	if err != nil {
		return err
	}
	if !from.Before(to) {
		return usagef("--event-time-start must be before --event-time-end, but %s is not before %s", start, end)
	}
	a.eventTime = &compiler.Interval{Start: from, End: to}
	return nil
}

// eventTimes are the two ends of the event time as templates see them; none
// where nothing was said.
func (a *app) eventTimes() (start, end value.Value) {
	if a.eventTime == nil {
		return value.None, value.None
	}
	return value.DateTimeOf(a.eventTime.Start), value.DateTimeOf(a.eventTime.End)
}
