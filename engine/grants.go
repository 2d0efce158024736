package engine

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// grant is one privilege of one grantee, as the warehouse spells them.
type grant struct{ privilege, grantee string }

// grantsOf reads what is granted on the relations of some schemas: with one
// query, however many there are.
func grantsOf(ctx context.Context, conn adapters.Conn, d *adapters.Dialect, in []adapters.Namespace) (map[adapters.Relation][]grant, error) {
	rows, err := conn.Query(ctx, d.Grants.Show(d, in))
	if err != nil {
		return nil, err
	}
	granted := map[adapters.Relation][]grant{}
	for _, row := range rows.Values {
		var cells [4]string
		for i := range cells {
			if i < len(row) {
				cells[i], _ = row[i].(string)
			}
		}
		// One query reads one database: the rows do not name it.
		key := d.Key(adapters.Relation{Schema: cells[0], Name: cells[1]})
		granted[key] = append(granted[key], grant{cells[2], cells[3]})
	}
	return granted, nil
}

// readGrants reads the grants of the schemas that steps with a `grants`
// configuration build into; nothing is asked where there is no such step.
func (c *coordinator) readGrants(ctx context.Context) error {
	if c.dialect.Grants == nil {
		return nil
	}
	var in []adapters.Namespace
	for _, s := range c.plan.Steps {
		if s.node == nil {
			continue
		}
		if grants, ok := s.node.Config.Get("grants"); !ok || !value.Truth(grants) {
			continue
		}
		if ns := s.node.Relation().Namespace(); !slices.Contains(in, ns) {
			in = append(in, ns)
		}
	}
	if len(in) == 0 {
		return nil
	}
	var err error
	c.catalog.grants, err = grantsOf(ctx, c.main.conn, c.dialect, in)
	return err
}

// applyGrants makes the privileges on the target those that its `grants`
// configuration lists. What a new relation has by default is left alone, as in
// dbt; privileges that are not listed are taken from one that was there.
func (b *build) applyGrants() error {
	config := b.dict("grants")
	if b.d.Grants == nil || config == nil || config.Len() == 0 {
		return nil
	}
	want, err := b.wantedGrants(config)
	if err != nil {
		return err
	}
	var has []grant
	if b.exists && !b.remade {
		key := b.target
		key.Database = ""
		has = b.s.cat.grants[b.d.Key(key)]
	}
	for _, g := range without(has, want) {
		if err := b.do("revoke ", g.privilege, " on ", b.name(b.target), " from ", b.grantee(g.grantee)); err != nil {
			return err
		}
	}
	for _, g := range without(want, has) {
		if err := b.do("grant ", g.privilege, " on ", b.name(b.target), " to ", b.grantee(g.grantee)); err != nil {
			return err
		}
	}
	return nil
}

// wantedGrants are the grants that a configuration lists: by privilege, a
// grantee or a list of them.
func (b *build) wantedGrants(config *value.Dict) ([]grant, error) {
	var list []grant
	for k := range config.All() {
		privilege := value.ToStr(k)
		if !privilegeForm.MatchString(privilege) {
			return nil, b.refuse(codeConfig, "write a privilege such as select: a word or two", "%q in the grants of %s is no privilege", privilege, b.node.Name)
		}
		grantees := dictStrings(config, privilege)
		if v, _ := config.GetStr(privilege); value.IsStr(v) {
			grantees = []string{value.ToStr(v)}
		}
		for _, grantee := range grantees {
			list = append(list, grant{privilege, grantee})
		}
	}
	return list, nil
}

// without returns the grants of list that other does not have. Names are
// compared without case, as dbt does.
func without(list, other []grant) []grant {
	var rest []grant
	for _, g := range list {
		if !slices.ContainsFunc(other, func(o grant) bool {
			return strings.EqualFold(o.privilege, g.privilege) && strings.EqualFold(bare(o.grantee), bare(g.grantee))
		}) {
			rest = append(rest, g)
		}
	}
	return rest
}

// bare is a name without the quotes around it.
func bare(name string) string { return strings.Trim(name, "\"`") }

// A privilege is a word or more. A grantee can stand in SQL as it is where it is
// a name, maybe with what it names before it: `group reporters`.
var (
	privilegeForm = regexp.MustCompile(`^[A-Za-z_]+( [A-Za-z_]+)*$`)
	granteeForm   = regexp.MustCompile(`^((?i:group|role|user|share) )?[A-Za-z_][A-Za-z0-9_$]*$`)
)

// grantee is a name as it stands in SQL: as the user wrote it where that is a
// name, else in quotes.
func (b *build) grantee(name string) string {
	q := b.d.QuoteChar
	quoted := len(name) > 2 && strings.HasPrefix(name, q) && strings.HasSuffix(name, q) && !strings.Contains(name[1:len(name)-1], q)
	if quoted || granteeForm.MatchString(name) {
		return name
	}
	return b.d.Quote(name)
}

// warnOfGrants tells once a run that the warehouse has no grants.
func (c *coordinator) warnOfGrants() *diag.Diagnostic {
	if c.dialect.Grants != nil {
		return nil
	}
	for _, s := range c.plan.Steps {
		if s.node == nil {
			continue
		}
		if grants, ok := s.node.Config.Get("grants"); ok && value.Truth(grants) {
			d := diag.Warnf(warnGrants, s.node.Span, "grants are ignored: %s has none", c.dialect.Name)
			return c.judge(s.node, d)
		}
	}
	return nil
}
