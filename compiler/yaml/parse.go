package yaml

import "mdl/compiler/diag"

// Parse reads a file of one document. The node is nil when the file holds
// nothing but comments, or when it cannot be read. Codes: E151 syntax,
// E152 a document that expands too far, W151 a duplicate key.
func Parse(f *diag.File) (*Node, diag.List) { panic("not yet") }
