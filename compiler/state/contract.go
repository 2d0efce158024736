package state

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// enforced are the constraints that a warehouse enforces: taking one away breaks
// those who rely on it.
var enforced = map[string][]string{
	"duckdb":    {"check", "not_null", "unique", "primary_key", "foreign_key"},
	"postgres":  {"check", "not_null", "unique", "primary_key", "foreign_key"},
	"snowflake": {"not_null"},
	"bigquery":  {"not_null"},
	"trino":     {"not_null"},
}

// findContract compares the contracts of a model. A change that breaks the
// model's readers is told besides: as an error for a model with versions, which
// should have got a new one, else as a warning.
func findContract(p *pair) []Change {
	had, has := isEnforced(p.old), isEnforced(p.now)
	if !had && !has {
		return nil
	}
	was, is := contractOf(p.old), contractOf(p.now)
	change := Change{Part: PartContract, At: -1}
	switch {
	case !had:
		change.Note = "a contract is enforced now"
		return []Change{change}
	case has && field(p.old, "contract", "checksum") != value.None &&
		same(field(p.old, "contract", "checksum"), field(p.now, "contract", "checksum")):
		return nil
	}
	broken := was.brokenBy(is, enforced[p.c.now.Adapter])
	p.c.reportBroken(p.now, broken)
	change.Note = strings.Join(append(broken, was.added(is)...), "; ")
	if change.Note == "" {
		change.Note = "columns or constraints of the contract changed"
	}
	return []Change{change}
}

func isEnforced(d *value.Dict) bool { return value.Truth(field(d, "contract", "enforced")) }

// contract is what a model promises.
type contract struct {
	enforced     bool
	materialized string
	columns      *value.Dict
	constraints  value.Value
}

func contractOf(d *value.Dict) contract {
	return contract{isEnforced(d), text(d, "config", "materialized"), dict(d, "columns"), field(d, "constraints")}
}

// applies reports whether the materialization carries constraints at all.
func (c contract) applies() bool { return c.materialized == "table" || c.materialized == "incremental" }

// brokenBy lists what a new contract takes away.
func (c contract) brokenBy(now contract, enforced []string) []string {
	var broken []string
	if !now.enforced {
		broken = append(broken, "the contract is no longer enforced")
	}
	constrained := len(items(c.constraints)) > 0
	for _, name := range keysOf(c.columns, value.NewDict()) {
		old := dict(c.columns, name)
		constrained = constrained || len(items(field(old, "constraints"))) > 0
		if _, kept := now.columns.GetStr(name); !kept {
			broken = append(broken, "column "+name+" was removed")
			continue
		}
		is := dict(now.columns, name)
		if was, is := text(old, "data_type"), text(is, "data_type"); baseType(was) != baseType(is) {
			broken = append(broken, fmt.Sprintf("the type of column %s changed from %s to %s", name, orWord(was), orWord(is)))
		}
		if c.applies() {
			for _, lost := range missing(field(old, "constraints"), field(is, "constraints"), enforced) {
				broken = append(broken, fmt.Sprintf("column %s lost its constraint %s", name, lost))
			}
		}
	}
	if c.applies() {
		for _, lost := range missing(c.constraints, now.constraints, enforced) {
			broken = append(broken, "the model lost its constraint "+lost)
		}
		if !now.applies() && constrained {
			broken = append(broken, fmt.Sprintf("the materialization changed from %s to %s, which has no constraints", c.materialized, now.materialized))
		}
	}
	return broken
}

// added lists the new columns and the types that changed in their size only.
func (c contract) added(now contract) []string {
	var changes []string
	for _, name := range keysOf(now.columns, value.NewDict()) {
		if _, had := c.columns.GetStr(name); !had {
			changes = append(changes, "column "+name+" was added")
			continue
		}
		was, is := text(c.columns, name, "data_type"), text(now.columns, name, "data_type")
		if was != is && baseType(was) == baseType(is) {
			changes = append(changes, fmt.Sprintf("the type of column %s changed from %s to %s", name, orWord(was), orWord(is)))
		}
	}
	return changes
}

func items(v value.Value) []value.Value {
	if list, ok := v.(*value.List); ok {
		return list.Items()
	}
	return nil
}

// missing names the enforced constraints that are in the first list only.
func missing(old, now value.Value, enforced []string) []string {
	var lost []string
	for _, constraint := range items(old) {
		d, ok := constraint.(*value.Dict)
		if !ok || !slices.Contains(enforced, text(d, "type")) {
			continue
		}
		if slices.ContainsFunc(items(now), func(other value.Value) bool { return sameFields(d, other) }) {
			continue
		}
		name := text(d, "name")
		if name == "" {
			name = text(d, "type")
		}
		lost = append(lost, name)
	}
	return lost
}

// baseType is a type without its size: varchar(10) and VARCHAR(20) keep the same
// promise.
func baseType(t string) string {
	base, _, _ := strings.Cut(t, "(")
	return strings.ToLower(strings.TrimSpace(base))
}

func orWord(t string) string {
	if t == "" {
		return "none"
	}
	return t
}

// reportBroken tells of a contract that does not hold any more.
func (c *Comparison) reportBroken(model *value.Dict, broken []string) {
	if len(broken) == 0 {
		return
	}
	d := diag.Warnf("W441", diag.Span{}, "the contract of %s was broken: %s", text(model, "unique_id"), broken[0])
	d.Detail = strings.Join(broken, "\n")
	d.Hint = "others may rely on it; add to a contract instead of taking away, or make a new version of the model"
	if field(model, "version") != value.None {
		d.Severity, d.Code = diag.Error, "E445"
	}
	if len(broken) == 1 {
		d.Detail = ""
	}
	c.diags = append(c.diags, d)
}

// CheckRemoved tells of models with an enforced contract that the earlier state
// has and the project has not, or has disabled, before their deprecation date.
func (c *Comparison) CheckRemoved(now time.Time) {
	if c.removed {
		return
	}
	c.removed = true
	for _, id := range c.old.nodes {
		if !strings.HasPrefix(id, "model.") || c.now.resource(id) != nil {
			continue
		}
		old := c.old.resource(id)
		if old == nil || !isEnforced(old) || isPast(text(old, "deprecation_date"), now) {
			continue
		}
		what := "the model was deleted or renamed"
		if c.now.disabled[id] {
			what = "the model was disabled"
		}
		c.reportBroken(old, []string{what})
	}
}

// isPast reports whether a date of a manifest lies in the past.
func isPast(date string, now time.Time) bool {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, date); err == nil {
			return t.Before(now)
		}
	}
	return false
}
