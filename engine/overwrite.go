package engine

import (
	"fmt"
	"slices"
	"strings"

	"mdl/compiler/jinja/value"
)

// overwriteRows replaces the partitions that the new rows have rows of, or
// without partition_by all rows. It is one transaction, as every build.
func overwriteRows(inc *increment) error {
	parts, err := inc.partitions()
	if err != nil {
		return err
	}
	drop := "delete from " + inc.name(inc.target)
	if len(parts) > 0 {
		// A partition of nulls is one, too. The names inside are those of the
		// target's rows: the inner query has no others.
		var named, same []string
		for i, part := range parts {
			name := fmt.Sprintf("mdl_partition_%d", i+1)
			named = append(named, part+" as "+name)
			same = append(same, name+" is not distinct from ("+part+")")
		}
		drop += "\nwhere exists (\n  select 1 from (select distinct " + strings.Join(named, ", ") + " from " + inc.name(inc.temp) +
			") as mdl_partitions\n  where " + strings.Join(same, " and ") + "\n)"
	}
	for i, p := range inc.predicates {
		word := "\n  and "
		if i == 0 && len(parts) == 0 {
			word = "\nwhere "
		}
		drop += word + "(" + p + ")"
	}
	if err := inc.do(drop); err != nil {
		return err
	}
	return appendRows(inc)
}

// granularities are the units by which a partition_by with a field can cut time.
var granularities = []string{"hour", "day", "month", "year"}

// partitions are the expressions of partition_by: columns or expressions, or
// what BigQuery's form means, a field with a granularity.
func (b *build) partitions() ([]string, error) {
	v, set := b.node.Config.Get("partition_by")
	if !set {
		return nil, nil
	}
	d, ok := v.(*value.Dict)
	if !ok {
		list := b.list("partition_by")
		if slices.ContainsFunc(list, func(p string) bool { return strings.TrimSpace(p) == "" || strings.HasPrefix(p, "{") }) {
			return nil, b.badPartition("it must name columns, or be one mapping with a field")
		}
		return list, nil
	}
	field, hasField := d.GetStr("field")
	if _, ranged := d.GetStr("range"); ranged || !hasField || !value.IsStr(field) {
		return nil, b.badPartition("a mapping must have a field, and no range")
	}
	unit := "day"
	if g, ok := d.GetStr("granularity"); ok && g != value.None {
		unit = strings.ToLower(value.ToStr(g))
	}
	if !slices.Contains(granularities, unit) {
		return nil, b.badPartition("the granularity %q is not one of %s", unit, strings.Join(granularities, ", "))
	}
	return []string{"date_trunc(" + b.d.Literal(unit) + ", " + value.ToStr(field) + ")"}, nil
}

func (b *build) badPartition(format string, args ...any) error {
	return b.refuse(codeConfig, "write partition_by='day', ['day', 'shop'], or {'field': 'created_at', 'granularity': 'day'}",
		"partition_by of %s cannot be followed: %s", b.node.Name, fmt.Sprintf(format, args...))
}
