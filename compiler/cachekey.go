package compiler

import (
	"crypto/sha256"
	"fmt"

	"mdl/compiler/jinja/value"
	"mdl/compiler/wire"
)

// cacheKey is the sum of what every part of a cache depends on: the program,
// the target's place, and dbt_project.yml but for what is read anew each time.
func cacheKey(c *Context, build string) string {
	h := sha256.New()
	t := c.Target
	fmt.Fprintf(h, "%v %q %q %q %q %q %q %q %v\n", c.Compat, build, wire.Shape[cacheIndex](), wire.Shape[Node](),
		t.ProfileName, t.Type, t.Database, t.Schema, t.Quoting)
	for _, node := range []*value.Dict{c.root.Node.ToDict(), c.root.Raw.ToDict()} {
		for k, v := range node.All() {
			switch name := value.ToStr(k); name {
			case "vars", "query-comment":
			default:
				fmt.Fprintf(h, "%q %s\n", name, value.Repr(v))
			}
		}
	}
	return string(h.Sum(nil))
}
