package compiler

import (
	"regexp"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/yaml"
)

// resolve binds the names in semantic nodes and checks what they say. As in
// dbt nothing is checked before there are both semantic models and metrics
// (dbt_semantic_interfaces/validations).
func (s *semanticLayer) resolve() {
	s.bind()
	s.checkTimeSpines()
	if len(s.models) == 0 || len(s.metrics) == 0 {
		return
	}
	c := &semanticCheck{semanticLayer: s, elements: map[string]*element{}, pairs: map[[2]string]*element{}, labels: map[[2]string]string{}}
	c.custom = s.customGranularities()
	for _, d := range s.models {
		c.model(d)
	}
	for _, d := range s.metrics {
		c.metric(d)
	}
	for _, d := range s.queries {
		c.query(d)
	}
}

// semanticCheck is one check of the semantic layer.
type semanticCheck struct {
	*semanticLayer
	custom   []string            // the project's own granularities
	elements map[string]*element // the first of each name
	// pairs are the dimensions by their name and their primary entity.
	pairs  map[[2]string]*element
	labels map[[2]string]string // by kind and label, who has it
}

// element is an entity, a dimension or a measure of a semantic model.
type element struct {
	kind    string // "entity", "dimension" or "measure"
	model   *semanticDraft
	dict    *value.Dict
	written *yaml.Node
}

func (e *element) name() string { return textOf(e.dict, "name") }

// at is where the element says something, or its name.
func (e *element) at(keys ...string) diag.Span {
	n := e.written
	for _, key := range keys {
		n = n.Get(key)
	}
	return orSpan(n.Place(), orSpan(e.written.Get("name").Place(), e.model.node.Span))
}

// elementsOf are the elements of one kind of a semantic model.
func elementsOf(d *semanticDraft, list, kind string) []*element {
	var out []*element
	written := d.entry.Node.Get(list).List()
	for i, dict := range elements(d.node.Body, list) {
		out = append(out, &element{kind, d, dict, written[i]})
	}
	return out
}

func (c *semanticCheck) fault(d *semanticDraft, at diag.Span, hint, format string, args ...any) {
	c.r.report(d.node.Package, diag.Errorf("E282", at, format, args...).WithHint("%s", hint))
}

// warn says what dbt only warns of.
func (c *semanticCheck) warn(d *semanticDraft, at diag.Span, hint, format string, args ...any) {
	c.r.report(d.node.Package, diag.Warnf("W282", at, format, args...).WithHint("%s", hint))
}

// validName is what MetricFlow takes for a name: two letters or more, and no __,
// with which it joins names.
var validName = regexp.MustCompile(`^[a-z](_?[a-z0-9])+$`)

// reservedNames are words of SQL that a column cannot be selected by.
var reservedNames = strings.Fields(`and as create distinct for from full having in inner into is join left like natural not null
	on or right select union using where with`)

// checkName reports a name that MetricFlow could not use.
func (c *semanticCheck) checkName(d *semanticDraft, at diag.Span, name string) {
	switch {
	case !validName.MatchString(name):
		c.fault(d, at, "use lower case letters, digits and single underscores, two characters at least", "%q cannot be a name in the semantic layer", name)
	case slices.Contains(project.Granularities, name):
		c.fault(d, at, "choose another name", "%q is the name of a granularity of time and cannot be used", name)
	case name == "metric_time" || name == "mf_internal_uuid":
		c.fault(d, at, "choose another name", "%q is a name that MetricFlow keeps for itself", name)
	}
}

// checkLabel reports a label that another of the kind has.
func (c *semanticCheck) checkLabel(d *semanticDraft, kind, name string, label value.Value, at diag.Span) {
	text, ok := label.(value.Str)
	if !ok {
		return
	}
	key := [2]string{kind, string(text)}
	if other, taken := c.labels[key]; taken {
		c.fault(d, at, "labels tell people what is what: choose another one", "the label %q of %q belongs to %q already", string(text), name, other)
		return
	}
	c.labels[key] = name
}

func (c *semanticCheck) model(d *semanticDraft) {
	n := d.node
	c.checkName(d, n.Span, n.Name)
	c.checkLabel(d, "semantic model", n.Name, valueOf(n.Body, "label"), orSpan(d.entry.Node.Get("label").Place(), n.Span))
	entities, dimensions, measures := elementsOf(d, "entities", "entity"), elementsOf(d, "dimensions", "dimension"), elementsOf(d, "measures", "measure")
	own := map[string]*element{}
	for _, e := range slices.Concat(measures, entities, dimensions) {
		c.element(d, e, own)
	}
	primary := c.primaryEntity(d, entities, len(dimensions) > 0)
	for _, e := range dimensions {
		if other := c.pairs[[2]string{primary, e.name()}]; other != nil && primary != "" {
			c.fault(d, e.at(), "rename one of the two", "the dimension %q of entity %q is in semantic model %q already", e.name(), primary, other.model.node.Name)
		}
		c.pairs[[2]string{primary, e.name()}] = e
	}
	c.validity(d, entities, dimensions, measures)
	times := timeDimensions(dimensions)
	fallback := ""
	if defaults, ok := typed[*value.Dict](n.Body, "defaults"); ok {
		fallback = textOf(defaults, "agg_time_dimension")
	}
	if fallback != "" && times[fallback] == nil {
		at := d.entry.Node.Get("defaults").Get("agg_time_dimension").Place()
		c.fault(d, at, orElse(diag.DidYouMean(fallback, sortedKeys(times)), "declare it under dimensions:, with type: time"),
			"semantic model %q has no time dimension %q", n.Name, fallback)
	}
	for _, e := range measures {
		c.measure(d, e, times, fallback, entities)
	}
}

// element checks what all elements have in common.
func (c *semanticCheck) element(d *semanticDraft, e *element, own map[string]*element) {
	name := e.name()
	c.checkName(d, e.at(), name)
	if slices.Contains(reservedNames, strings.ToLower(name)) {
		c.fault(d, e.at(), "name it differently and say expr: "+name, "%q is a word of SQL and cannot be the name of a %s", name, e.kind)
	}
	if slices.Contains(c.custom, name) {
		c.fault(d, e.at(), "rename one of the two", "%q is a custom granularity of the time spine and cannot be the name of a %s", name, e.kind)
	}
	if kind := e.kind; kind != "entity" {
		c.checkLabel(d, kind+" of "+d.node.Name, name, valueOf(e.dict, "label"), e.at("label"))
	}
	if other := own[name]; other != nil {
		c.fault(d, e.at(), "rename one of the two", "semantic model %q has two elements named %q: a %s and a %s", d.node.Name, name, other.kind, e.kind)
		return
	}
	own[name] = e
	other := c.elements[name]
	switch {
	case other == nil:
		c.elements[name] = e
	case other.kind != e.kind:
		c.fault(d, e.at(), "rename one of the two", "%q is a %s here and a %s of semantic model %q", name, e.kind, other.kind, other.model.node.Name)
	case e.kind == "measure":
		c.fault(d, e.at(), "rename one of the two: metrics know measures by their names", "the semantic model %q has a measure %q, too", other.model.node.Name, name)
	case e.kind == "dimension" && !sameEntries(e.dict, other.dict, "type", "is_partition"):
		c.fault(d, e.at("type"), "dimensions of one name must be of one type and agree on is_partition", "the dimension %q is another one in semantic model %q", name, other.model.node.Name)
	case e.kind == "entity" && differentLabels(e.dict, other.dict):
		c.fault(d, e.at("label"), "give both the same label", "the entity %q has another label in semantic model %q", name, other.model.node.Name)
	}
}

func sameEntries(a, b *value.Dict, keys ...string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return !value.Equal(orNone(valueOf(a, key)), orNone(valueOf(b, key))) })
}

func differentLabels(a, b *value.Dict) bool {
	one, two := textOf(a, "label"), textOf(b, "label")
	return one != "" && two != "" && one != two
}

// timeDimensions are the dimensions of time by their names.
func timeDimensions(dimensions []*element) map[string]*element {
	times := map[string]*element{}
	for _, e := range dimensions {
		if textOf(e.dict, "type") == "time" {
			times[e.name()] = e
		}
	}
	return times
}

// primaryEntity checks that a semantic model has one, and returns its name.
func (c *semanticCheck) primaryEntity(d *semanticDraft, entities []*element, needed bool) string {
	named := textOf(d.node.Body, "primary_entity")
	var primary []*element
	for _, e := range entities {
		if textOf(e.dict, "type") == "primary" {
			primary = append(primary, e)
		}
	}
	switch {
	case len(primary) > 1:
		c.fault(d, primary[1].at("type"), "make one of them unique or foreign", "semantic model %q has two primary entities", d.node.Name)
	case len(primary) == 1 && named != "":
		c.fault(d, d.entry.Node.Get("primary_entity").Place(), "leave out primary_entity", "semantic model %q has an entity of type primary and primary_entity, too", d.node.Name)
	case len(primary) == 0 && named == "" && needed:
		c.fault(d, d.node.Span, "give one of its entities type: primary, or name one with primary_entity:", "semantic model %q has dimensions, but no primary entity", d.node.Name)
	}
	if named == "" && len(primary) > 0 {
		return primary[0].name()
	}
	return named
}

// validity checks semantic models whose rows hold for a span of time.
func (c *semanticCheck) validity(d *semanticDraft, entities, dimensions, measures []*element) {
	var natural, keys, window []*element
	starts, ends := 0, 0
	for _, e := range entities {
		switch textOf(e.dict, "type") {
		case "natural":
			natural = append(natural, e)
		case "primary", "unique":
			keys = append(keys, e)
		}
	}
	for _, e := range dimensions {
		params, _ := typed[*value.Dict](e.dict, "type_params")
		if validity, ok := typed[*value.Dict](params, "validity_params"); ok {
			window = append(window, e)
			starts += count(validity, "is_start")
			ends += count(validity, "is_end")
		}
	}
	name := d.node.Name
	switch {
	case len(natural) > 1:
		c.fault(d, natural[1].at("type"), "one natural key is enough", "semantic model %q has two natural entities", name)
	case len(natural) == 1 && len(window) == 0:
		c.fault(d, natural[0].at("type"), "give two time dimensions validity_params: {is_start: true} and {is_end: true}", "the natural entity %q needs a window in which its rows hold", natural[0].name())
	}
	if len(window) == 0 {
		return
	}
	if len(window) != 2 || starts != 1 || ends != 1 {
		c.fault(d, window[0].at("type_params", "validity_params"), "a window has two dimensions: one with is_start, one with is_end", "the validity window of semantic model %q is not complete", name)
	}
	if len(natural) == 0 {
		c.fault(d, d.node.Span, "give one of its entities type: natural", "semantic model %q has a validity window, but no natural entity", name)
	}
	if len(keys) > 0 {
		c.fault(d, keys[0].at("type"), "make the entity natural or foreign", "semantic model %q has a validity window: its rows have no key %q", name, keys[0].name())
	}
	if len(measures) > 0 {
		c.fault(d, measures[0].at(), "put measures into a semantic model without validity_params", "semantic model %q has a validity window and cannot have measures", name)
	}
}

// count is 1 for a key that is true.
func count(d *value.Dict, key string) int {
	if v, ok := typed[value.Bool](d, key); ok && bool(v) {
		return 1
	}
	return 0
}
