package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/jinja/value"
)

// Vars returns the variables that the templates of a package see. The dict must
// not be changed.
func (m *Manifest) Vars(pkg string) *value.Dict {
	if vars := m.vars[pkg]; vars != nil {
		return vars
	}
	return value.NewDict()
}

// writtenConfig is the configuration in properties whose text is a template, as
// it is written; nil when there is none.
func (d *draft) writtenConfig() *value.Dict {
	pairs := d.config
	if config := d.patchConfig(); config != nil {
		pairs = append(slices.Clip(pairs), config.Pairs...)
	}
	var written *value.Dict
	for _, p := range pairs {
		text := p.Value.Place().Text()
		if !strings.Contains(text, "{{") && !strings.Contains(text, "{%") || strings.Contains(p.Value.String(), "{{") {
			continue // no template, or one that is not rendered here, such as a hook
		}
		if written == nil {
			written = value.NewDict()
		}
		written.SetStr(p.Key.String(), value.Str(text))
	}
	return written
}
