package scope

// Column is a column as templates see it: name, dtype and what follows from it.
type Column struct {
	class            *columnClass
	name, dtype      string
	charSize         *int
	precision, scale *int
}

type columnClass struct{ name string }
