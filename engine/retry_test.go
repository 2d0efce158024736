package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mdl/adapters"
	"mdl/adapters/adaptertest"
	"mdl/compiler/jinja/value"
)

// retries runs a model whose statement always fails for the moment, with a
// sleep that only notes; it returns the delays, the events and the result.
func retries(t *testing.T, opt Options, config map[string]any, cancelAt int) ([]time.Duration, []RetryScheduled, *Results, *adaptertest.Fake) {
	t.Helper()
	f := adaptertest.NewFake(nil)
	f.On(`"a" as (`).Fail(&adapters.QueryError{Kind: adapters.Transient, Message: "try again", Offset: -1})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var delays []time.Duration
	var told []RetryScheduled
	opt.Sleep = func(ctx context.Context, d time.Duration) error {
		if delays = append(delays, d); len(delays) == cancelAt {
			cancel()
		}
		return ctx.Err()
	}
	opt.Sink = func(e Event) {
		if r, ok := e.(RetryScheduled); ok {
			told = append(told, r)
		}
	}
	n := hooked(node("model.p.a", "table"))
	if config != nil {
		n = with(n, "retry", config)
	}
	m := manifest(t, n)
	res, err := Run(ctx, f, &renderer{}, m, NewPlan(m, CmdRun, ids(m), PlanOptions{}), opt)
	if err != nil {
		t.Fatal(err)
	}
	return delays, told, res, f
}

func TestRetryDelays(t *testing.T) {
	ms := time.Millisecond
	for _, c := range []struct {
		name   string
		run    *Retry
		config map[string]any
		want   []time.Duration
	}{
		{"default", nil, nil, []time.Duration{10 * ms, 20 * ms, 40 * ms, 80 * ms}},
		{"model", nil, map[string]any{"max": 3}, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}},
		{"capped", nil, map[string]any{"max": 4, "base": "500ms", "max_delay": 1}, []time.Duration{500 * ms, time.Second, time.Second, time.Second}},
		{"constant", nil, map[string]any{"max": 2, "backoff": "constant", "base": 3}, []time.Duration{3 * time.Second, 3 * time.Second}},
		{"none", nil, map[string]any{"max": 0}, nil},
		{"run", &Retry{Max: 1, Base: time.Minute, MaxDelay: time.Hour}, nil, []time.Duration{time.Minute}},
		{"model over run", &Retry{Max: 1, Base: time.Minute, MaxDelay: time.Hour}, map[string]any{"max": 2}, []time.Duration{time.Minute, 2 * time.Minute}},
	} {
		delays, told, res, f := retries(t, Options{Retry: c.run}, c.config, 0)
		if !slices.Equal(delays, c.want) {
			t.Errorf("%s: delays %v, want %v", c.name, delays, c.want)
		}
		if len(told) != len(c.want) || len(told) > 0 && (told[0].Try != 1 || told[0].Max != len(c.want) || told[0].Problem != "try again") {
			t.Errorf("%s: events %+v", c.name, told)
		}
		// Hooks outside the transaction happen once; those inside are undone with it.
		all := strings.Join(worked(f), "|")
		if n := strings.Count(all, "pre outside"); n != 1 {
			t.Errorf("%s: the outer hook ran %d times: %s", c.name, n, all)
		}
		if n := strings.Count(all, "pre inside"); n != len(c.want)+1 {
			t.Errorf("%s: the inner hook ran %d times: %s", c.name, n, all)
		}
		if strings.Contains(all, "commit") || strings.Contains(all, "post outside") {
			t.Errorf("%s: %s", c.name, all)
		}
		d := res.Results[0].Diagnostic
		if d == nil || d.Summary != "try again" {
			t.Fatalf("%s: %+v", c.name, d)
		}
		if want := fmt.Sprintf("it was tried %d times", len(c.want)+1); len(c.want) > 0 && (len(d.Notes) != 1 || d.Notes[0].Message != want) {
			t.Errorf("%s: notes %+v", c.name, d.Notes)
		}
	}
}

func TestRetryIsCancelled(t *testing.T) {
	delays, _, res, _ := retries(t, Options{}, map[string]any{"max": 9}, 2)
	if len(delays) != 2 || !res.Cancelled || res.Results[0].Status != Skipped {
		t.Errorf("%v %+v", delays, res.Results[0])
	}
}

func TestOnlyTransientErrorsAreRetried(t *testing.T) {
	f := adaptertest.NewFake(nil)
	f.On(`"a" as (`).Fail(&adapters.QueryError{Kind: adapters.Memory, Message: "no", Offset: -1})
	res := execute(t, f, &renderer{}, manifest(t, with(node("model.p.a", "table"), "retry", map[string]any{"max": 3})), CmdRun, Options{
		Sleep: func(context.Context, time.Duration) error { return errors.New("nobody waits") },
	})
	if got := res.Results[0].Diagnostic.Summary; got != "no" {
		t.Error(got)
	}
}

func TestRetryMistakes(t *testing.T) {
	for _, c := range []struct {
		config any
		want   string
	}{
		{"often", "retry must be a mapping"},
		{map[string]any{"maximum": 3}, `retry has no key "maximum": it has max, backoff, base and max_delay`},
		{map[string]any{"max": -1}, `max of retry cannot be "-1"`},
		{map[string]any{"backoff": "linear"}, `backoff of retry cannot be "linear"`},
		{map[string]any{"base": "soon"}, `base of retry cannot be "soon"`},
		{map[string]any{"max_delay": "-1s"}, `max_delay of retry cannot be "-1s"`},
	} {
		_, err := DefaultRetry().With(value.FromGo(c.config))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c.config, err)
		}
	}
}
