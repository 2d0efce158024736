package project

import (
	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

// VarsFile is the name of the file that may hold the variables of a project
// instead of dbt_project.yml (dbt 1.12).
const VarsFile = "vars.yml"

var varsSchema = &yaml.Schema{What: VarsFile, Fields: []yaml.Field{{Name: "vars", Type: yaml.TMap | yaml.TNull}}}

// ParseVars reads a vars.yml: what stands below its key vars, not rendered, or
// nil where there is nothing.
func ParseVars(f *diag.File) (*yaml.Node, diag.List) {
	root, diags := yaml.Parse(f)
	if diags.HasErrors() || root.IsNull() || !varsSchema.Check(root, &diags) {
		return nil, diags
	}
	if vars := root.Get("vars"); !vars.IsNull() {
		return vars, diags
	}
	return nil, diags
}

// takeVars takes the variables of vars.yml or those of dbt_project.yml, of
// which only one may have any.
func (p *configParser) takeVars(file *yaml.Node) {
	p.c.Vars = p.get("vars")
	if file == nil {
		return
	}
	if key, own := p.c.Node.Entry("vars"); own != nil && len(own.Pairs) > 0 {
		p.diags = append(p.diags, diag.Errorf("E207", key.Span, "variables stand here and in %s", VarsFile).
			WithHint("move them all to %s", VarsFile))
		return
	}
	p.c.Vars = file
}
