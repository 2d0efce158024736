package state

import (
	"maps"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

func splitPath(name string) []string { return strings.Split(name, ".") }

// findBody compares the text; of a seed the checksum, which is its path when
// the file is too big to be read.
func findBody(p *pair) []Change {
	if p.kind == "seed" {
		return p.findSeed()
	}
	old, now := field(p.old, "raw_code"), field(p.now, "raw_code")
	if same(old, now) {
		return nil
	}
	return []Change{{Part: PartBody, Old: orNil(old), New: orNil(now), At: -1}}
}

func (p *pair) findSeed() []Change {
	equal := text(p.old, "checksum", "name") == text(p.now, "checksum", "name") &&
		text(p.old, "checksum", "checksum") == text(p.now, "checksum", "checksum")
	var note string
	if text(p.now, "checksum", "name") == "path" {
		switch {
		case text(p.old, "checksum", "name") != "path":
			note = "it has grown beyond 1 MB, so it has changed"
		case equal:
			note = "it is larger than 1 MB, so that a change cannot be seen: taken to be the same"
		default:
			note = "it is larger than 1 MB and was at another path: taken to have changed"
		}
		p.c.diags = append(p.c.diags, diag.Warnf("W442", diag.Span{}, "seed %s: %s", text(p.now, "name"), note))
	}
	if equal {
		return nil
	}
	return []Change{{Part: PartBody, Old: orNil(field(p.old, "checksum", "checksum")), New: orNil(field(p.now, "checksum", "checksum")), At: -1, Note: note, checksum: true}}
}

// notConfig are the keys that are compared as the relation, or not at all.
var notConfig = []string{"alias", "schema", "database", "tags", "group"}

// testModifiers are the only keys that count for tests.
var testModifiers = []string{"severity", "where", "limit", "fail_calc", "warn_if", "error_if", "store_failures", "store_failures_as"}

// counts reports whether a key of the configuration of a kind is compared.
func counts(kind, key string) bool {
	switch kind {
	case "test", genericTest:
		return slices.Contains(testModifiers, key)
	case "source":
		return true
	case "exposure":
		return true
	case "metric":
		return key != "group"
	}
	return !slices.Contains(notConfig, key)
}

// findConfigs compares the configuration before it was rendered, key by key.
func findConfigs(p *pair) []Change {
	var changes []Change
	old, now := dict(p.old, "unrendered_config"), dict(p.now, "unrendered_config")
	for _, key := range keysOf(old, now) {
		if !counts(p.kind, key) {
			continue
		}
		if was, is, differ := p.configDiffers(old, now, key); differ {
			changes = append(changes, Change{Part: PartConfigs, What: key, Old: was, New: is, At: -1})
		}
	}
	return changes
}

// configDiffers compares one key; a key that is absent is nil. Where the values
// differ, what is written decides if it is known: both times the same text may
// well give different values for different targets.
func (p *pair) configDiffers(old, now *value.Dict, key string) (was, is value.Value, differ bool) {
	was, _ = old.GetStr(key)
	is, _ = now.GetStr(key)
	if was != nil && is != nil && same(was, is) || was == nil && is == nil {
		return was, is, false
	}
	if a, b, ok := p.writtenInCall(key); ok && p.kind != genericTest { // of which dbt writes the call
		return was, is, a != b
	}
	if a, b, ok := p.writtenInProperties(key); ok {
		return was, is, a != b
	}
	return was, is, true
}

// writtenInCall returns what both texts of a node write for a key in config().
func (p *pair) writtenInCall(key string) (old, now string, ok bool) {
	old, had := configArgument(text(p.old, "raw_code"), key)
	now, has := configArgument(text(p.now, "raw_code"), key)
	return old, now, had && has
}

// configArgument returns the text of a keyword argument of the config() call in
// a template, without its white space.
func configArgument(raw, key string) (string, bool) {
	if !strings.Contains(raw, "config") {
		return "", false
	}
	name := strings.ReplaceAll(key, "-", "_") // post-hook is written post_hook
	program, _ := jinja.Parse(diag.NewFile("", raw))
	if at, ok := program.KeywordSpan("config", name); ok {
		return strings.Join(strings.Fields(at.Text()), " "), true
	}
	return "", false
}

// writtenInProperties does the same for what properties say as a template,
// which only a state of mdl's knows.
func (p *pair) writtenInProperties(key string) (old, now string, ok bool) {
	if p.c.old.Inputs == nil || p.c.now.Inputs == nil {
		return "", "", false
	}
	old, had := p.c.old.Inputs.Written[p.id][key]
	now, has := p.c.now.Inputs.Written[p.id][key]
	return old, now, had && has
}

// findRenderedConfig compares the configuration as it is.
func findRenderedConfig(p *pair) []Change {
	var changes []Change
	old, now := dict(p.old, "config"), dict(p.now, "config")
	for _, key := range keysOf(old, now) {
		was, is := field(old, key), field(now, key)
		if !sameFields(was, is) {
			changes = append(changes, Change{Part: PartConfigs, What: key, Old: orNil(was), New: orNil(is), At: -1})
		}
	}
	return changes
}

// keysOf are the keys of two dicts, sorted.
func keysOf(a, b *value.Dict) []string {
	keys := map[string]bool{}
	for _, d := range []*value.Dict{a, b} {
		for _, k := range d.Keys() {
			keys[value.ToStr(k)] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// findRelation compares the configured place, not the place that came of it:
// what generate_schema_name makes of it differs from target to target.
func findRelation(p *pair) []Change {
	var changes []Change
	for _, key := range []string{"database", "schema", "alias"} {
		old, now := dict(p.old, "unrendered_config"), dict(p.now, "unrendered_config")
		was, is := field(old, key), field(now, key)
		if same(was, is) {
			continue
		}
		if _, _, differ := p.configDiffers(old, now, key); differ {
			changes = append(changes, Change{Part: PartRelation, What: key, Old: orNil(was), New: orNil(is), At: -1})
		}
	}
	return changes
}

// findSourceRelation compares where a source table is. Where both states know
// how database and schema are written, that is compared.
func findSourceRelation(p *pair) []Change {
	var changes []Change
	for _, key := range []string{"database", "schema", "identifier"} {
		was, is := field(p.old, key), field(p.now, key)
		if same(was, is) {
			continue
		}
		oldText, nowText := field(p.old, "unrendered_"+key), field(p.now, "unrendered_"+key)
		if key != "identifier" && same(oldText, nowText) {
			continue
		}
		changes = append(changes, Change{Part: PartRelation, What: key, Old: orNil(was), New: orNil(is), At: -1})
	}
	return changes
}

// findDescriptions compares descriptions where they are written to the
// warehouse.
func findDescriptions(p *pair) []Change {
	var changes []Change
	persist := dict(p.now, "config", "persist_docs")
	if value.Truth(field(persist, "relation")) {
		if was, is := field(p.old, "description"), field(p.now, "description"); !same(was, is) {
			changes = append(changes, Change{Part: PartDescriptions, Old: orNil(was), New: orNil(is), At: -1})
		}
	}
	if value.Truth(field(persist, "columns")) {
		old, now := dict(p.old, "columns"), dict(p.now, "columns")
		for _, column := range keysOf(old, now) {
			was, is := field(old, column, "description"), field(now, column, "description")
			if !same(was, is) {
				changes = append(changes, Change{Part: PartDescriptions, What: column, Old: orNil(was), New: orNil(is), At: -1})
			}
		}
	}
	return changes
}
