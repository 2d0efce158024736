package project

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

func refused(s *yaml.Schema) *yaml.Schema {
	s.Others = yaml.Refused
	return s
}

var baseFields = []yaml.Field{
	{Name: "name", Type: yaml.TString, Required: true}, {Name: "description", Type: yaml.TString}, {Name: "config", Type: yaml.TMap},
}

var (
	macroSchema = schema("a macro", "macros", baseFields,
		yaml.Field{Name: "arguments", Type: yaml.TList}, yaml.Field{Name: "meta", Type: yaml.TMap}, yaml.Field{Name: "docs", Type: yaml.TMap})
	argumentSchema = &yaml.Schema{What: "an argument", Fields: []yaml.Field{
		{Name: "name", Type: yaml.TString, Required: true}, {Name: "type", Type: optional}, {Name: "description", Type: yaml.TString},
	}}
	exposureSchema = refused(schema("an exposure", "exposures", baseFields,
		yaml.Field{Name: "type", Type: yaml.TString, Required: true}, yaml.Field{Name: "owner", Type: yaml.TMap, Required: true},
		yaml.Field{Name: "label", Type: optional}, yaml.Field{Name: "maturity", Type: optional}, yaml.Field{Name: "url", Type: optional},
		yaml.Field{Name: "meta", Type: yaml.TMap}, yaml.Field{Name: "tags", Type: yaml.TList}, yaml.Field{Name: "depends_on", Type: yaml.TList}))
	unitTestSchema = refused(schema("a unit test", "unit_tests", baseFields,
		yaml.Field{Name: "model", Type: yaml.TString, Required: true}, yaml.Field{Name: "given", Type: yaml.TList, Required: true},
		yaml.Field{Name: "expect", Type: yaml.TMap, Required: true}, yaml.Field{Name: "overrides", Type: yaml.TMap | yaml.TNull},
		yaml.Field{Name: "versions", Type: yaml.TMap | yaml.TNull}))
	groupSchema = refused(&yaml.Schema{What: "a group", Hint: inConfig("groups"), Fields: []yaml.Field{
		{Name: "name", Type: yaml.TString, Required: true}, {Name: "owner", Type: yaml.TMap, Required: true},
		{Name: "description", Type: optional}, {Name: "config", Type: yaml.TMap},
	}})
)

func (p *propsParser) addMacro(e Entry) {
	m := &MacroProps{Entry: e, Meta: mapping(e.Node.Get("meta")), Docs: mapping(e.Node.Get("docs"))}
	for _, n := range list(e.Node.Get("arguments")) {
		if argumentSchema.Check(n, p.diags) {
			m.Arguments = append(m.Arguments, MacroArgument{
				Name: text(n.Get("name")), Type: text(n.Get("type")), Description: text(n.Get("description")),
			})
		}
	}
	p.out.Macros = append(p.out.Macros, m)
}

func (p *propsParser) addExposure(e Entry) {
	n := e.Node
	x := &Exposure{
		Entry: e, Type: text(n.Get("type")), Label: text(n.Get("label")), Maturity: text(n.Get("maturity")),
		URL: text(n.Get("url")), Owner: mapping(n.Get("owner")), Meta: mapping(n.Get("meta")), Tags: n.Get("tags").Strings(),
	}
	p.oneOf("type", x.Type, "dashboard", "notebook", "analysis", "ml", "application")
	p.oneOf("maturity", x.Maturity, "low", "medium", "high")
	p.owner("an exposure", x.Owner)
	for _, d := range list(n.Get("depends_on")) {
		if d.Kind != yaml.String {
			p.report(diag.Errorf("E202", d.Span, "an entry of depends_on must be text such as ref('orders'), this is %s", d.Kind))
			continue
		}
		x.DependsOn = append(x.DependsOn, text(d))
	}
	p.out.Exposures = append(p.out.Exposures, x)
}

// oneOf reports a text that is none of those that are allowed.
func (p *propsParser) oneOf(what string, t Text, allowed ...string) {
	if t.IsSet() && !slices.Contains(allowed, t.Value) {
		d := diag.Errorf("E205", t.Span, "%s cannot be %q", what, t.Value)
		d.Hint = diag.DidYouMean(t.Value, allowed)
		d.Detail = "it is one of " + strings.Join(allowed, ", ")
		p.report(d)
	}
}

// owner reports an owner whom nobody could write to.
func (p *propsParser) owner(what string, n *yaml.Node) {
	if n != nil && n.Get("name").IsNull() && n.Get("email").IsNull() {
		p.report(diag.Errorf("E203", n.Span, "the owner of %s needs a name or an email", what))
	}
}

func (p *propsParser) addUnitTest(e Entry) {
	n := e.Node
	u := &UnitTest{
		Entry: e, Model: text(n.Get("model")), Given: n.Get("given"), Expect: n.Get("expect"),
		Overrides: present(n.Get("overrides")), Versions: present(n.Get("versions")),
	}
	if include, exclude := u.Versions.Get("include"), u.Versions.Get("exclude"); isTruthy(include) && isTruthy(exclude) {
		p.report(diag.Errorf("E205", exclude.Span, "versions have include or exclude, not both"))
	}
	for _, input := range list(u.Given) {
		p.unitTestRows("an input", input, true)
	}
	if u.Expect.Is(yaml.TMap) {
		p.unitTestRows("expect", u.Expect, false)
	}
	p.out.UnitTests = append(p.out.UnitTests, u)
}

func (p *propsParser) addGroup(e Entry) {
	g := &Group{Entry: e, Owner: mapping(e.Node.Get("owner"))}
	p.owner("a group", g.Owner)
	p.out.Groups = append(p.out.Groups, g)
}
