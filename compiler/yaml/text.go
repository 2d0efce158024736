package yaml

import "mdl/compiler/jinja/value"

// FromText reads YAML as dbt's fromyaml does: yaml.safe_load. Its error is a
// *diag.Diagnostic whose file is the text.
func FromText(text string) (value.Value, error) { panic("not yet") }

// ToYAML writes a value as PyYAML's safe_dump does, with the keys sorted or in
// their order. Its error is a value that YAML cannot hold.
func ToYAML(v value.Value, sortKeys bool) (string, error) { panic("not yet") }
