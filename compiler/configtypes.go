package compiler

import (
	"slices"
	"strconv"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/yaml"
)

// configType is what a configuration key takes, as dbt's typed configuration
// has it (dbt/artifacts/resources/v1). None is always allowed but for a
// boolean without need.
type configType struct {
	key  string
	want string
	fits func(value.Value) bool
}

var (
	truth   = func(v value.Value) bool { _, ok := v.(value.Bool); return ok }
	texts   = func(v value.Value) bool { _, ok := v.(value.Str); return ok }
	mapped  = func(v value.Value) bool { _, ok := v.(*value.Dict); return ok }
	wholes  = func(v value.Value) bool { _, ok := v.(value.Int); return ok || texts(v) && isWhole(value.ToStr(v)) }
	strList = func(v value.Value) bool {
		return !slices.ContainsFunc(listify(v), func(item value.Value) bool { return !texts(item) })
	}
)

func isWhole(text string) bool {
	_, err := strconv.Atoi(strings.TrimSpace(text))
	return err == nil
}

// configTypes are checked for everything that has the key.
var configTypes = []configType{
	{"enabled", "true or false", truth},
	{"tags", "text or a list of texts", strList},
	{"materialized", "text", texts},
	{"schema", "text", texts},
	{"database", "text", texts},
	{"alias", "text", texts},
	{"group", "text", texts},
	{"meta", "a mapping", mapped},
	{"persist_docs", "a mapping such as {relation: true, columns: true}", mapped},
	{"quoting", "a mapping such as {identifier: true}", mapped},
	{"column_types", "a mapping from columns to types", mapped},
	{"grants", "a mapping such as {select: [reporter]}", mapped},
	{"docs", "a mapping such as {show: false}", mapped},
	{"contract", "a mapping such as {enforced: true}", mapped},
	{"full_refresh", "true or false", truth},
	{"unique_key", "a column or a list of columns", strList},
	{"incremental_strategy", "text", texts},
	{"on_schema_change", "text", texts},
	{"store_failures", "true or false", truth},
	{"where", "text", texts},
	{"limit", "a number", wholes},
	{"fail_calc", "text", texts},
	{"warn_if", "text such as \">10\"", texts},
	{"error_if", "text such as \">10\"", texts},
	{"strategy", "text", texts},
	{"updated_at", "text", texts},
	{"target_schema", "text", texts},
	{"target_database", "text", texts},
	{"delimiter", "text", texts},
}

// configChoices are keys that take one of a few texts, in any case where fold.
var configChoices = []struct {
	key     string
	fold    bool
	choices []string
}{
	{"severity", true, []string{"error", "warn"}},
	{"store_failures_as", false, []string{"ephemeral", "table", "view"}},
	{"hard_deletes", false, []string{"ignore", "invalidate", "new_record"}},
}

// checkConfigTypes reports values that dbt's typed configuration refuses.
func (r *resolver) checkConfigTypes(d *draft) {
	values := d.node.Config.values
	for _, t := range configTypes {
		v, ok := values.GetStr(t.key)
		if !ok || unset(v) || t.fits(v) {
			continue
		}
		d.diags = append(d.diags, diag.Errorf("E272", r.configSpan(d, t.key), "%s must be %s, this is %s", t.key, t.want, describeValue(v)))
	}
	for _, c := range configChoices {
		v, ok := values.GetStr(c.key)
		if !ok || unset(v) {
			continue
		}
		text := value.ToStr(v)
		if c.fold {
			text = strings.ToLower(text)
		}
		if !texts(v) || !slices.Contains(c.choices, text) {
			d.diags = append(d.diags, diag.Errorf("E272", r.configSpan(d, c.key), "%s cannot be %s", c.key, describeValue(v)).
				WithHint("%s", orElse(diag.DidYouMean(text, c.choices), "it is one of "+strings.Join(c.choices, ", "))))
		}
	}
	if d.node.Kind == Snapshot {
		r.checkSnapshot(d)
	}
}

// unset reports whether a value says nothing: None, or what a macro would have
// given that does not exist, which has a message of its own.
func unset(v value.Value) bool { return value.IsNone(v) || value.IsUndefined(v) }

// describeValue is a value as a message names it.
func describeValue(v value.Value) string {
	text := value.Repr(v)
	if len(text) > 60 {
		text = text[:60] + "..."
	}
	switch v.(type) {
	case *value.Dict:
		return "the mapping " + text
	case *value.List:
		return "the list " + text
	}
	return text
}

// checkSnapshot reports a snapshot that cannot tell a changed row from a new
// one (dbt/artifacts/resources/v1/snapshot.py).
func (r *resolver) checkSnapshot(d *draft) {
	c, n := d.node.Config, d.node
	missing := func(key, hint string) {
		d.diags = append(d.diags, diag.Errorf("E273", n.Span, "snapshot %q needs the configuration %s", n.Name, key).WithHint("%s", hint))
	}
	has := func(key string) bool { v, ok := c.values.GetStr(key); return ok && value.Truth(v) }
	if !has("unique_key") {
		missing("unique_key", "it is the column, or the list of columns, that identifies a row")
	}
	switch strategy := c.String("strategy"); strategy {
	case "":
		missing("strategy", "it is timestamp (with updated_at) or check (with check_cols)")
	case "timestamp":
		if !has("updated_at") {
			missing("updated_at", "the strategy timestamp compares this column; without such a column take the strategy check")
		}
	case "check":
		cols, _ := c.values.GetStr("check_cols")
		_, list := cols.(*value.List)
		switch {
		case !has("check_cols"):
			missing("check_cols", "the strategy check compares these columns: check_cols: all, or a list")
		case !list && value.ToStr(cols) != "all":
			d.diags = append(d.diags, diag.Errorf("E272", r.configSpan(d, "check_cols"), "check_cols must be all or a list of columns, this is %s", describeValue(cols)).
				WithHint("write check_cols: [%s]", value.ToStr(cols)))
		}
	default:
		if _, own := strategyMacro(r.macros, n.Package, strategy); !own {
			d.diags = append(d.diags, diag.Errorf("E273", r.configSpan(d, "strategy"), "there is no snapshot strategy %q", strategy).
				WithHint("%s", orElse(diag.DidYouMean(strategy, []string{"timestamp", "check"}), "it is timestamp or check")))
		}
	}
}

// configSpan is the place that sets a configuration key of a node: config() in
// its file, the arguments of a generic test, its properties, the trees of
// dbt_project.yml (the root's first); else the node's own.
func (r *resolver) configSpan(d *draft, key string) diag.Span {
	names := []string{key}
	if strings.Contains(key, "-") {
		names = append(names, strings.ReplaceAll(key, "-", "_"))
	}
	for _, name := range names {
		if d.call != nil && d.builtin == nil {
			if _, ok := d.call.GetStr(name); ok {
				return d.callSpan(name)
			}
		}
		for _, p := range d.config {
			if p.Key.String() == name {
				return p.Value.Place()
			}
		}
		if _, v := d.patchConfig().Entry(name); v != nil {
			return v.Place()
		}
		for _, pkg := range []string{r.m.ProjectName, d.node.Package} {
			if v := treeValue(r.packages[pkg].Config.Tree(sections[d.node.Kind]), d.node.FQN, name); v != nil {
				return v.Place()
			}
		}
	}
	return d.node.Span
}

// treeValue is the nearest value that a configuration tree has for an FQN.
func treeValue(tree *yaml.Node, fqn []string, key string) *yaml.Node {
	var found *yaml.Node
	for level, i := tree, 0; level.Is(yaml.TMap); i++ {
		for _, name := range []string{key, "+" + key} {
			if v := level.Get(name); v != nil {
				found = v
			}
		}
		if i == len(fqn) {
			break
		}
		level = level.Get(fqn[i])
	}
	return found
}
