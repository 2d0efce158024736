package state

import (
	"slices"

	"mdl/compiler/jinja/value"
)

// genericTest is the kind of a test that the properties define.
const genericTest = "generic_test"

// finder finds the changes of one part of a resource.
type finder func(p *pair) []Change

// kind says what counts for one type of resources.
type kind struct {
	// contents are what state:modified looks at.
	contents []finder
	// others only belong to sub-selectors; silent are their parts.
	others []finder
	silent []string
	// parts are the sub-selectors that know the type.
	parts []string
	// newIsSame: state:modified does not select a new one, only state:new.
	newIsSame bool
}

var nodeParts = []string{PartBody, PartConfigs, PartRelation, PartDescriptions, PartContract, PartVars, PartEnvVars}

// node is what counts for everything that is built, and more.
func node(more ...finder) kind {
	return kind{
		contents: append([]finder{findBody, findConfigs, findDescriptions, findProperties("fqn"), findRelation}, more...),
		parts:    nodeParts,
	}
}

// described is a kind of which the listed properties count, and its
// configuration as find compares it.
func described(find finder, properties ...string) kind {
	return kind{contents: []finder{findProperties(properties...), find}, parts: []string{PartConfigs}, newIsSame: true}
}

// kinds are the rules by type.
var kinds = map[string]kind{
	"model":         node(findContract, findProperties("latest_version", "access", "deprecation_date")),
	"seed":          node(),
	"snapshot":      node(),
	"test":          node(),
	"analysis":      node(),
	"operation":     node(),
	"sql_operation": node(),
	"function":      node(findProperties("arguments", "returns")),
	genericTest: {
		contents: []finder{findConfigs, findProperties("fqn")},
		others:   []finder{findBody, findDescriptions, findRelation},
		silent:   []string{PartBody, PartDescriptions, PartRelation},
		parts:    nodeParts,
	},
	"source": {
		contents: []finder{
			findSourceRelation, findProperties("fqn"), findConfigs,
			findProperties("quoting", "freshness", "loaded_at_field", "external"),
		},
		parts: []string{PartConfigs, PartRelation}, newIsSame: true,
	},
	"exposure": described(findConfigs, "fqn", "type", "owner", "maturity", "url", "description", "label", "depends_on.nodes"),
	"metric":   described(findConfigs, "type", "description", "label"),
	"semantic_model": described(findRenderedConfig, "model", "description", "defaults", "entities", "dimensions", "measures",
		"primary_entity", "group"),
	"saved_query": described(findRenderedConfig, "query_params.metrics", "query_params.group_by", "description",
		"query_params.where", "label", "group", "exports", "tags"),
	"unit_test": {contents: []finder{findProperties("checksum")}},
}

func hasPart(kindName, part string) bool { return slices.Contains(kinds[kindName].parts, part) }

// findProperties compares entries of the resource by their dotted names.
func findProperties(names ...string) finder {
	return func(p *pair) []Change {
		var changes []Change
		for _, name := range names {
			path := splitPath(name)
			old, now := field(p.old, path...), field(p.now, path...)
			if comparable(name, old, now) {
				continue
			}
			changes = append(changes, Change{Part: PartProperties, What: name, Old: orNil(old), New: orNil(now), At: -1})
		}
		return changes
	}
}

// comparable reports that two values of a property mean the same: dependencies
// have no order, access has a default, and of exports the names and where they
// go count.
func comparable(name string, old, now value.Value) bool {
	switch name {
	case "depends_on.nodes":
		return slices.Equal(sortedTexts(old), sortedTexts(now))
	case "access":
		return orProtected(old) == orProtected(now)
	case "exports":
		return same(exportsOf(old), exportsOf(now))
	}
	return sameFields(old, now)
}

func orProtected(v value.Value) string {
	if v == value.None {
		return "protected"
	}
	return value.ToStr(v)
}

func sortedTexts(v value.Value) []string {
	var texts []string
	if list, ok := v.(*value.List); ok {
		for _, item := range list.Items() {
			texts = append(texts, value.ToStr(item))
		}
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// exportsOf reduces the exports of a saved query to what is compared.
func exportsOf(v value.Value) value.Value {
	out := value.NewList()
	list, ok := v.(*value.List)
	if !ok {
		return out
	}
	for _, item := range list.Items() {
		d, ok := item.(*value.Dict)
		if !ok {
			continue
		}
		export := value.NewDict()
		export.SetStr("name", field(d, "name"))
		for _, key := range []string{"export_as", "schema", "alias"} {
			export.SetStr(key, field(d, "unrendered_config", key))
		}
		out.Append(export)
	}
	return out
}
