package engine

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// Retry says what becomes of a node whose transaction ended with an error that
// the adapter calls transient: it is tried again after a delay. Only what is
// inside the transaction is done again; hooks outside of it have happened once.
type Retry struct {
	// Max is the number of tries after the first one.
	Max int
	// Backoff is "exponential", each delay twice the one before, or "constant".
	Backoff string
	// Base is the first delay, MaxDelay the longest.
	Base, MaxDelay time.Duration
}

// DefaultRetry is for conflicts between the transactions of one run, which end
// at once. Other sorts of errors are worth longer delays, which are configured.
func DefaultRetry() Retry {
	return Retry{Max: 4, Backoff: "exponential", Base: 10 * time.Millisecond, MaxDelay: time.Minute}
}

// configuredBase is the first delay where a configuration names none.
const configuredBase = time.Second

// With returns the policy with what a mapping of max, backoff, base and
// max_delay says. Times are numbers of seconds or texts such as "500ms".
func (r Retry) With(v value.Value) (Retry, error) {
	d, ok := v.(*value.Dict)
	if !ok {
		return r, fmt.Errorf("retry must be a mapping such as {max: 3, backoff: exponential, base: 1, max_delay: 60}")
	}
	if r == DefaultRetry() {
		r.Base = configuredBase
	}
	for k, v := range d.All() {
		text, ok := value.ToStr(v), true
		switch key := value.ToStr(k); key {
		case "max":
			var err error
			r.Max, err = strconv.Atoi(text)
			ok = err == nil && r.Max >= 0
		case "backoff":
			r.Backoff, ok = text, text == "exponential" || text == "constant"
		case "base":
			r.Base, ok = retryTime(text)
		case "max_delay":
			r.MaxDelay, ok = retryTime(text)
		default:
			return r, fmt.Errorf("retry has no key %q: it has max, backoff, base and max_delay", key)
		}
		if !ok {
			return r, fmt.Errorf("%s of retry cannot be %q: max is a number, backoff exponential or constant, base and max_delay are times such as 2 or 500ms", value.ToStr(k), text)
		}
	}
	return r, nil
}

func retryTime(text string) (time.Duration, bool) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds >= 0 && seconds < 1e6 {
		return time.Duration(seconds * float64(time.Second)), true
	}
	d, err := time.ParseDuration(text)
	return d, err == nil && d >= 0
}

// delay is the time before a try; the first one after a failure is 1.
func (r Retry) delay(try int) time.Duration {
	d := r.Base
	for i := 1; i < try && r.Backoff != "constant" && d < r.MaxDelay; i++ {
		d *= 2
	}
	return min(d, r.MaxDelay)
}

// RetryScheduled tells that a node failed for the moment, and when it is tried
// again.
type RetryScheduled struct {
	Node *compiler.Node
	// Try counts from 1 to Max.
	Try, Max int
	Delay    time.Duration
	// Problem is what went wrong, in one line.
	Problem string
	Time    time.Time
}

func (RetryScheduled) event() {}

// sleep waits, or returns the error of a context that ends meanwhile.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// retried does something in a transaction of the session, and does it again
// after a failure that may pass. A transaction that the node's template has
// opened is not repeated: what it did cannot be done again.
func (w *worker) retried(ctx context.Context, n *compiler.Node, do func() error) error {
	open := w.session.open
	for try := 1; ; try++ {
		err := do()
		if err == nil {
			return nil
		}
		w.session.rollback(ctx)
		if adapters.KindOf(err) != adapters.Transient || open {
			return err
		}
		policy, bad := w.retryPolicy(n)
		if bad != nil {
			return bad
		}
		if try > policy.Max {
			return gaveUp(err, try)
		}
		d := queryDiagnostic(err, nil, n)
		delay := policy.delay(try)
		w.reports <- report{event: RetryScheduled{Node: n, Try: try, Max: policy.Max, Delay: delay, Problem: d.Summary, Time: w.opt.Clock()}}
		if w.opt.Sleep(ctx, delay) != nil {
			return &adapters.QueryError{Offset: -1, Kind: adapters.Cancelled, Message: "the run was interrupted", Cause: context.Cause(ctx)}
		}
	}
}

// retryPolicy is what the node's configuration says, over that of the run.
func (w *worker) retryPolicy(n *compiler.Node) (Retry, error) {
	policy := DefaultRetry()
	if w.opt.Retry != nil {
		policy = *w.opt.Retry
	}
	v, ok := n.Config.Get("retry")
	if !ok || value.IsNone(v) {
		return policy, nil
	}
	policy, err := policy.With(v)
	if err != nil {
		return policy, nodeError(codeConfig, n, "%s: %s", n.Name, err)
	}
	return policy, nil
}

// gaveUp adds to an error how often it came.
func gaveUp(err error, tries int) error {
	d, ok := errors.AsType[*diag.Diagnostic](err)
	if !ok || tries == 1 {
		return err
	}
	told := *d
	told.Notes = append(told.Notes[:len(told.Notes):len(told.Notes)], diag.Note{Message: fmt.Sprintf("it was tried %d times", tries)})
	return &told
}
