package engine

import (
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// chooseStrategy works out how a changed row is known: by its time, by its
// columns, or as a macro of the project says.
func (s *snapshot) chooseStrategy() error {
	own, err := s.renderer.SnapshotStrategy(s.ctx, s.node, s.sql.SQL, snapshotHeld, snapshotSource, s.exists, s.s)
	if err != nil {
		return err
	}
	if own != nil {
		return s.followMacro(own)
	}
	s.at = s.str("updated_at")
	switch name := s.str("strategy"); {
	case name == "timestamp" && s.at == "":
		return s.refuse(codeConfig, "name the column that holds the time of a row's last change", "the snapshot %s has no updated_at, which the timestamp strategy needs", s.node.Name)
	case name == "timestamp":
		s.ordered = true
		s.changed = snapshotHeld + "." + fromColumn + " < " + snapshotSource + "." + atColumn
	case name == "check":
		if s.at == "" {
			s.at, s.ordered = s.d.Now, true
		}
		return s.checkColumns()
	default:
		return s.refuse(codeConfig, "choose timestamp or check", "strategy %q of the snapshot %s is not one that mdl has", name, s.node.Name)
	}
	return nil
}

// followMacro takes over what a strategy macro has answered.
func (s *snapshot) followMacro(answer *value.Dict) error {
	s.keys, s.ordered = dictTexts(answer, "unique_key"), true
	s.at, s.changed, s.id = dictString(answer, "updated_at"), dictString(answer, "row_changed"), dictString(answer, "scd_id")
	if deletes := dictString(answer, "hard_deletes"); deletes != "" {
		s.deletes = deletes
	} else if v, _ := answer.GetStr("invalidate_hard_deletes"); v != nil && value.Truth(v) {
		s.deletes = "invalidate"
	}
	return nil
}

// dictTexts is a value that is a text or a list of texts.
func dictTexts(d *value.Dict, key string) []string {
	if v, _ := d.GetStr(key); v != nil && v.TypeName() == "str" {
		return []string{dictString(d, key)}
	}
	return dictStrings(d, key)
}

// checkColumns works out the condition of the check strategy: a difference in
// any of check_cols. A column that the table does not have yet makes every row
// a changed one.
func (s *snapshot) checkColumns() error {
	v, ok := s.node.Config.Get("check_cols")
	if !ok || !value.Truth(v) {
		return s.refuse(codeConfig, "write all, or a list of columns", "the snapshot %s has no check_cols, which the check strategy needs", s.node.Name)
	}
	if _, isText := v.(value.Str); isText && value.ToStr(v) != "all" {
		return s.refuse(codeConfig, "write all, or a list of columns", "check_cols of the snapshot %s cannot be %q", s.node.Name, value.ToStr(v))
	} else if !s.exists {
		return nil
	} else if isText {
		s.changed = s.differ(s.columns)
		return nil
	}
	// The warehouse knows each name as the query spells it.
	checked, err := s.s.Describe(s.ctx, "select "+strings.Join(s.list("check_cols"), ", ")+" from (\n"+s.sql.SQL+"\n) as source")
	if err != nil {
		return queryDiagnostic(err, nil, s.node)
	}
	s.changed = s.differ(checked)
	return nil
}

// differ is the condition that any of the columns has another value than the
// open state.
func (s *snapshot) differ(columns []adapters.Column) string {
	var differ []string
	for _, c := range columns {
		if _, found := findColumn(s.d, s.held, c.Name); !found {
			return "true"
		}
		name := s.d.Quote(c.Name)
		differ = append(differ, snapshotHeld+"."+name+" is distinct from "+snapshotSource+"."+name)
	}
	return strings.Join(differ, " or ")
}
