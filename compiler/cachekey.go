package compiler

import (
	"crypto/sha256"
	"fmt"

	"mdl/compiler/jinja/value"
	"mdl/compiler/wire"
)

// cacheKey is the sum of what every part of a cache depends on: the program,
// the target's place, and dbt_project.yml as it is written and as it is
// rendered, but for what is read anew each time.
func cacheKey(c *Context, build string) string {
	h := sha256.New()
	t := c.Target
	fmt.Fprintf(h, "%v %q %q %q %q %q %q %q %v\n", c.Compat, build, wire.Shape[cacheIndex](), wire.Shape[Node](),
		t.ProfileName, t.Type, t.Database, t.Schema, t.Quoting)
	h.Write([]byte(c.root.File.Text)) // places in it, too
	for k, v := range c.root.Node.ToDict().All() {
		if name := value.ToStr(k); name != "vars" && name != "query-comment" {
			fmt.Fprintf(h, "%q %s\n", name, value.Repr(v))
		}
	}
	return string(h.Sum(nil))
}
