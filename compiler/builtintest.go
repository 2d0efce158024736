package compiler

import (
	"mdl/compiler/jinja/value"
)

// BuiltinTest returns the package and the name of the generic test that a node
// calls, as "dbt.unique" or "dbt_utils.accepted_range", where what it runs is
// mdl's own: neither the macro nor the variant that it dispatches to belongs to
// the project or one of its packages. For all other nodes it is "".
func (m *Manifest) BuiltinTest(n *Node) string {
	macros := m.Macros()
	if n.Test == nil || macros == nil {
		return ""
	}
	def, ok := macros.Test(n.Package, n.Test.Namespace, n.Test.Name)
	if !ok || !def.Internal {
		return ""
	}
	variant, _ := macros.search(def.Package, def.Name, def.Package)
	if variant == nil || !variant.Internal {
		return ""
	}
	return def.Package + "." + n.Test.Name
}

// testArgs are the rendered arguments of a generic test, once it is rendered.
func (s *runNames) testArgs() *value.Dict {
	if s.n.Test == nil || s.extra == nil {
		return nil
	}
	args, _ := s.extra.GetStr(testKwargsName)
	dict, _ := args.(*value.Dict)
	return dict
}
