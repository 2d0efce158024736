package scope

import (
	"mdl/compiler/jinja/value"
)

// macroMethods are the methods of adapter that dbt carries out by a macro of
// the same name, each with what the cached catalog is told afterwards. Where a
// project has a macro of that name, or a variant of it for the warehouse, it is
// called; mdl needs no macro for its own.
var macroMethods = map[string]func(s *Scope, t value.Thread, got []value.Value) (value.Value, error){
	"drop_relation":           cacheDropped,
	"rename_relation":         cacheRenamed,
	"truncate_relation":       nothingTold,
	"create_schema":           nothingTold,
	"drop_schema":             nothingTold,
	"get_columns_in_relation": nil,
}

func nothingTold(*Scope, value.Thread, []value.Value) (value.Value, error) { return value.None, nil }

// overridden calls the project's macro for a method of adapter; done is false
// where there is none. Within that macro the method is mdl's own.
func (s *Scope) overridden(t value.Thread, name string, got []value.Value) (v value.Value, done bool, err error) {
	tell, ok := macroMethods[name]
	if !ok || s.bind.Override == nil || s.calling[name] {
		return nil, false, nil
	}
	macro := s.bind.Override(name)
	if macro == nil {
		return nil, false, nil
	}
	if s.calling == nil {
		s.calling = map[string]bool{}
	}
	s.calling[name] = true
	defer delete(s.calling, name)
	if v, err = t.Call(macro, value.Positional(got...)); err != nil || tell == nil {
		return v, true, err
	}
	_, err = tell(s, t, got)
	return value.None, true, err
}
