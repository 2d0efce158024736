package scope

import "mdl/compiler/jinja/value"

// Result is what store_result keeps and load_result gives: one statement's
// outcome, as an object with response, data and table.
type Result struct {
	Response value.Value
	Table    *Table
}
