package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/engine"
)

// lockTimeoutKey is the key of a profile's target that says how long to wait
// for a database that another process has open.
const lockTimeoutKey = "lock_timeout"

// readWait finds how long to wait for other processes: --wait, the profile, or
// a short time.
func (s *session) readWait() error {
	s.wait = defaultWait
	if v, ok := s.profile.Credentials.GetStr(lockTimeoutKey); ok && !value.IsNone(v) {
		d, good := parseWait(value.ToStr(v))
		if !good {
			bad := diag.Errorf("E210", s.profile.KeySpan(lockTimeoutKey), "target %s: %s: %q is no time", s.profile.Target, lockTimeoutKey, value.ToStr(v))
			return s.stop(diag.List{bad.WithHint("write a number of seconds, or a time such as 30s or 10m")})
		}
		s.wait = d
	}
	if s.opt.wait != "" {
		d, good := parseWait(s.opt.wait)
		if !good {
			return usagef("--wait cannot be %q: a number of seconds, or a time such as 30s or 10m", s.opt.wait)
		}
		s.wait = d
	}
	return nil
}

// retryKey is the key of a profile's target that says what becomes of errors
// that may pass: {max, backoff, base, max_delay}.
const retryKey = "retry"

// readRetry finds what becomes of errors that may pass: --retries over the
// profile.
func (s *session) readRetry() error {
	policy := engine.DefaultRetry()
	if v, ok := s.profile.Credentials.GetStr(retryKey); ok && !value.IsNone(v) {
		var err error
		if policy, err = policy.With(v); err != nil {
			bad := diag.Errorf("E210", s.profile.KeySpan(retryKey), "target %s: %v", s.profile.Target, err)
			return s.stop(diag.List{bad})
		}
	}
	if s.opt.given["retries"] {
		if s.opt.retries < 0 {
			return usagef("--retries must be 0 or more")
		}
		if policy.Max = s.opt.retries; policy.Base < time.Second {
			policy.Base = time.Second
		}
	}
	s.retry = policy
	return nil
}

// patient returns the adapter such that connecting waits for a database that
// another process has open.
func (s *session) patient() adapters.Adapter { return patient{s.warehouse.adapter, s} }

type patient struct {
	adapters.Adapter
	session *session
}

// Connect implements adapters.Adapter.
func (p patient) Connect(ctx context.Context) (adapters.Conn, error) {
	var err error
	wait := p.session.waiting(p.session.wait, func() string {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return first
	})
	for {
		var conn adapters.Conn
		conn, err = p.Adapter.Connect(ctx)
		if adapters.KindOf(err) != adapters.Locked || !wait.pause(ctx) {
			return conn, explainWait(err, p.session.wait)
		}
	}
}

// explainWait says how to wait longer.
func explainWait(err error, waited time.Duration) error {
	q, ok := err.(*adapters.QueryError)
	if !ok || q.Kind != adapters.Locked {
		return err
	}
	told := *q
	told.Hint = fmt.Sprintf("%s; mdl waited for %s, --wait 10m waits longer", q.Hint, waited)
	return &told
}
