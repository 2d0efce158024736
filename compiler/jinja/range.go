package jinja

import "mdl/compiler/diag"

// ParseRange parses the bytes from start to end of a file as a template of its
// own, with places in the file: dbt removes the white space around a model's
// text before it parses it.
func ParseRange(f *diag.File, start, end int) (*Program, diag.List) {
	return parse(source{file: f, text: f.Text, start: start, end: end})
}
