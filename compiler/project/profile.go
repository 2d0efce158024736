package project

import (
	"strconv"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/yaml"
)

// Profile is one target of a profile in profiles.yml, rendered.
type Profile struct {
	Name   string
	Target string
	Type   string
	// Threads is 1 unless the target says otherwise.
	Threads int
	// Credentials are the target's other keys in the order of the file. They
	// may hold secrets: never print them.
	Credentials *value.Dict
	// Config is the deprecated config block of profiles.yml, or nil.
	Config *yaml.Node
	// Span is the target's key, TypeSpan its type's value; their file has the
	// secrets blanked out.
	Span, TypeSpan diag.Span

	output *yaml.Node
}

// ProfileOptions choose the target and say how it is rendered.
type ProfileOptions struct {
	// Name is the profile's name, NameSpan where the project says so.
	Name     string
	NameSpan diag.Span
	// Target overrides the profile's own target; "" does not.
	Target string
	// Globals is the context: env_var and var. For a variable whose name starts
	// with SecretPrefix, env_var must answer SecretPlaceholder(name).
	Globals jinja.Globals
	// Secret looks up a secret environment variable.
	Secret func(name string) (string, bool)
}

// ParseProfile reads the chosen target of a profile; no other target is
// rendered. The result is nil when there are errors. Diagnostics never show
// the value of a secret. Codes: E15x for the YAML, E21x for its contents.
func ParseProfile(f *diag.File, o ProfileOptions) (*Profile, diag.List) {
	p := profileParser{o: o, clean: redact(f)}
	out := p.parse(f)
	for i := range p.diags {
		p.diags[i] = p.hide(p.diags[i], f)
	}
	if p.diags.HasErrors() {
		return nil, p.diags
	}
	return out, p.diags
}

type profileParser struct {
	o     ProfileOptions
	clean *diag.File // the file with its secrets blanked out
	diags diag.List
}

func (p *profileParser) fail(d diag.Diagnostic) *Profile {
	p.diags = append(p.diags, d)
	return nil
}

func (p *profileParser) parse(f *diag.File) *Profile {
	root, diags := yaml.Parse(f)
	p.diags = diags
	if diags.HasErrors() {
		return nil
	}
	if !root.Is(yaml.TMap) {
		return p.fail(diag.Errorf("E210", diag.Span{File: f}, "%s must be a mapping of profiles", f.Path))
	}
	key, profile := root.Entry(p.o.Name)
	if key == nil {
		d := diag.Errorf("E211", p.o.NameSpan, "Could not find profile named '%s' in %s", p.o.Name, f.Path)
		names := root.Without("config").Keys()
		return p.fail(withChoices(d, p.o.Name, "profiles", names))
	}
	if !profile.Is(yaml.TMap) || !profile.Get("outputs").Is(yaml.TMap) {
		return p.fail(diag.Errorf("E210", key.Span, "the profile %q has no outputs", p.o.Name).
			WithHint("under it, write outputs: with at least one target"))
	}
	return p.target(root, key, profile)
}

// target picks and renders one output.
func (p *profileParser) target(root, key, profile *yaml.Node) *Profile {
	out := &Profile{Name: p.o.Name, Target: p.o.Target, Threads: 1, Config: root.Get("config")}
	at := key.Span
	if n := profile.Get("target"); out.Target == "" && !n.IsNull() {
		rendered, ok := p.value(n, "target")
		if !ok {
			return nil
		}
		out.Target, at = rendered.String(), n.Span
	}
	if out.Target == "" {
		out.Target = "default"
	}
	outputs := profile.Get("outputs")
	name, output := outputs.Entry(out.Target)
	if name == nil {
		if p.o.Target != "" {
			at = key.Span
		}
		d := diag.Errorf("E212", at, "The profile '%s' does not have a target named '%s'.", p.o.Name, out.Target)
		return p.fail(withChoices(d, out.Target, "targets", outputs.Keys()))
	}
	if !output.Is(yaml.TMap) {
		return p.fail(diag.Errorf("E210", name.Span, "the target %q must be a mapping", out.Target))
	}
	out.Span = diag.Span{File: p.clean, Start: name.Span.Start, End: name.Span.End}
	out.output = output
	p.credentials(out, output, name)
	return out
}

func withChoices(d diag.Diagnostic, name, what string, choices []string) diag.Diagnostic {
	d.Hint = diag.DidYouMean(name, choices)
	if len(choices) > 0 {
		d.Detail = "its " + what + " are: " + strings.Join(choices, ", ")
	}
	return d
}

// credentials renders the keys of an output.
func (p *profileParser) credentials(out *Profile, output, name *yaml.Node) {
	out.Credentials = value.NewDict()
	for _, pair := range output.Pairs {
		key := pair.Key.String()
		n := pair.Value.Map(func(path []string, scalar *yaml.Node) *yaml.Node {
			inner := key
			if len(path) > 0 {
				inner = path[len(path)-1]
			}
			rendered, _ := p.value(scalar, inner)
			return rendered
		})
		switch key {
		case "type":
			out.Type, out.TypeSpan = n.String(), diag.Span{File: p.clean, Start: pair.Value.Span.Start, End: pair.Value.Span.End}
		case "threads":
			threads, ok := wholeNumber(n)
			if !ok || threads < 1 {
				p.diags = append(p.diags, diag.Errorf("E210", pair.Value.Span, "threads must be a number of 1 or more"))
			}
			out.Threads = threads
		default:
			out.Credentials.SetStr(key, n.ToValue())
		}
	}
	if out.Type == "" {
		p.diags = append(p.diags, diag.Errorf("E210", name.Span, "the target %q needs the key \"type\"", out.Target).
			WithHint("for DuckDB write type: duckdb"))
	}
}

// wholeNumber reads a number, which is text where Jinja made it.
func wholeNumber(n *yaml.Node) (int, bool) {
	if i, ok := n.Int(); ok {
		return int(i), true
	}
	text, _ := n.Str()
	i, err := strconv.Atoi(strings.TrimSpace(text))
	return i, err == nil
}

// value renders a scalar and puts secrets in for their placeholders. A password
// that is no template is itself: it may have braces.
func (p *profileParser) value(n *yaml.Node, key string) (*yaml.Node, bool) {
	rendered, err := renderScalar(n, p.o.Globals)
	if err != nil && key == "password" {
		rendered, err = n, nil
	}
	if err != nil {
		if secretKey.MatchString(key + ":") {
			*err = diag.Errorf(err.Code, err.Span, "the value of %s cannot be rendered", key)
		}
		p.diags = append(p.diags, *err)
		return n, false
	}
	return reveal(rendered, p.o.Secret), true
}

// hide moves a diagnostic to the file without secrets.
func (p *profileParser) hide(d diag.Diagnostic, f *diag.File) diag.Diagnostic {
	move := func(s diag.Span) diag.Span {
		switch s.File {
		case f:
			s.File = p.clean
		case nil, p.clean, p.o.NameSpan.File:
		default: // a template of its own: its text may be a secret
			return diag.Span{File: p.clean}
		}
		return s
	}
	d.Span = move(d.Span)
	d.Notes = append([]diag.Note(nil), d.Notes...)
	for i := range d.Notes {
		d.Notes[i].Span = move(d.Notes[i].Span)
	}
	d.Frames = nil
	return d
}

// KeySpan is the place of a key of the output by its path, such as
// "attach[0].path", or of the nearest mapping above it that is there.
func (p *Profile) KeySpan(path string) diag.Span {
	at, n := p.Span, p.output
	for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		place := func(to *yaml.Node) { at.Start, at.End, n = to.Span.Start, to.Span.End, to }
		if i, err := strconv.Atoi(part); err == nil && n.Is(yaml.TList) && i < len(n.Items) {
			place(n.Items[i])
			continue
		}
		key, val := n.Entry(part)
		if key == nil {
			break
		}
		place(val)
		at.Start, at.End = key.Span.Start, key.Span.End
	}
	return at
}
