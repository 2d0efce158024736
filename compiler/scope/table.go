package scope

// Table is a query's result as templates see it: the part of agate's Table
// that macros use.
type Table struct {
	names []string
}
