package scope

import (
	"regexp"
	"strings"

	"mdl/compiler/jinja/value"
)

// SourceLocation is what a source renders as when its meta or config has an
// external_location, as dbt-duckdb does: the location with the source's fields
// filled in by the formatter that meta names, as a text literal unless it is a
// call of a function. ok is false where there is no external_location.
//
// fields are the source's name, identifier, schema, database and tags, and over
// them all entries of its meta and config.
func SourceLocation(fields *value.Dict) (location string, ok bool, err error) {
	at := field(fields, "external_location")
	if at == value.None {
		return "", false, nil
	}
	if location, err = formatLocation(fields, value.ToStr(at)); err != nil {
		return "", false, err
	}
	if !strings.Contains(location, "(") && !strings.HasPrefix(location, "'") {
		location = "'" + location + "'"
	}
	return location, true, nil
}

func formatLocation(fields *value.Dict, template string) (string, error) {
	switch formatter := textArg(field(fields, "formatter")); formatter {
	case "", "newstyle":
		var a value.Args
		for k, v := range fields.All() {
			a.Kw = append(a.Kw, value.Kwarg{Name: value.ToStr(k), Value: v})
		}
		return value.Format(template, a)
	case "oldstyle":
		return value.Percent(template, fields)
	case "template":
		return substitute(template, fields)
	default:
		return "", value.ValueErrorf("formatter %s of an external_location: it must be newstyle, oldstyle or template",
			value.Repr(value.Str(formatter)))
	}
}

var placeholder = regexp.MustCompile(`\$(\$|[A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\})`)

// substitute is Python's string.Template: $name and ${name}; $$ is a dollar.
func substitute(template string, fields *value.Dict) (string, error) {
	var missing string
	text := placeholder.ReplaceAllStringFunc(template, func(m string) string {
		name := strings.Trim(m[1:], "{}")
		if name == "$" {
			return name
		}
		v, ok := fields.GetStr(name)
		if !ok {
			missing = name
			return m
		}
		return value.ToStr(v)
	})
	if missing != "" {
		return "", value.Errorf("KeyError", "%s", value.Repr(value.Str(missing)))
	}
	return text, nil
}
