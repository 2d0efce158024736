package jinja

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// macroPrefix is what dbt puts before the name of a macro, so that a macro of
// the same file is found only through the context.
const macroPrefix = "dbt_macro__"

// blockStatement reads the tags that define something.
func (p *parser) blockStatement(name token) (stmt, bool) {
	switch name.text {
	case "macro":
		return p.macroTag(MacroBlock, name, "endmacro"), true
	case "test", "data_test":
		return p.macroTag(TestBlock, name, "end"+name.text), true
	case "materialization":
		return p.macroTag(MaterializationBlock, name, "endmaterialization"), true
	case "snapshot":
		return p.textTag(SnapshotBlock), true
	case "docs":
		return p.textTag(DocsBlock), true
	}
	return nil, false
}

// beginBlock makes the Block of a tag; nil inside of another block.
func (p *parser) beginBlock(kind BlockKind) *Block {
	b := &Block{Kind: kind}
	b.NameSpan = p.span(p.tok.pos)
	b.Name = p.tok.text
	b.Span = p.span(pos{p.opener.start, p.tok.end})
	if p.block != nil {
		if kind != SnapshotBlock && kind != DocsBlock && !p.blocksOnly {
			return nil // jinja2 allows it; only dbt's search for blocks does not
		}
		d := diag.Errorf("E110", p.span(pos{p.opener.start, p.tok.end}), "a %s cannot be defined inside of a %s", kind, p.block.Kind)
		d.Notes = []diag.Note{{Message: "the " + p.block.Kind.String() + " begins here", Span: p.block.NameSpan}}
		p.report(d)
		return nil
	}
	return b
}

func (p *parser) macroTag(kind BlockKind, name token, endName string) stmt {
	def := &macroDef{kind: kind}
	def.start = p.opener.start
	b := p.beginBlock(kind)
	if b != nil {
		p.block = b
		b.def = def
	}
	n := p.name()
	def.name = n.name
	outer := p.scope
	def.scope = p.pushFunction()
	def.scope.macro = def
	def.fn = p.scope.fn
	if kind == MaterializationBlock {
		p.materializationHeader(def, b)
	} else {
		p.signature(def)
	}
	def.end = p.tok.end
	soft := p.soft
	p.soft = false
	bodyStart := p.tok.end
	var end string
	def.body, end = p.body(endName)
	p.scope = outer
	p.soft = soft
	bodyEnd := p.opener.start
	p.closeBlock(end)
	if b != nil {
		b.BodySpan = p.span(pos{bodyStart, max(bodyStart, bodyEnd)})
		b.Span.End = int(p.prevEnd)
		b.Params = p.publicParams(def)
		p.block = nil
		if len(p.tags) == 1 && b.Name != "" {
			p.prog.blocks = append(p.prog.blocks, b)
		}
	}
	n.name = macroPrefix + n.name
	p.scope.store(n)
	return &macroStmt{n, def}
}

func (p *parser) publicParams(def *macroDef) []Param {
	params := make([]Param, len(def.params))
	for i, param := range def.params {
		at := param.name.pos
		params[i] = Param{Name: param.name.name, HasDefault: param.def != nil, Span: p.span(at), Type: param.typ}
	}
	return params
}

// signature reads the parameters of a macro, test or call block. dbt allows
// types behind the names; nothing checks them.
func (p *parser) signature(def *macroDef) {
	p.expect(tokLParen)
	for first := true; p.tok.kind != tokRParen && !p.bad; first = false {
		if !first {
			p.expect(tokComma)
			if p.bad {
				return
			}
		}
		n := p.name()
		if p.bad {
			return
		}
		p.scope.up.hide(n.name)
		p.scope.param(n)
		param := macroParam{name: n}
		if p.skip(tokColon) {
			param.typ = p.typeName()
		}
		if p.skip(tokAssign) {
			param.def = p.expression()
		} else if len(def.params) > 0 && def.params[len(def.params)-1].def != nil {
			p.fail("E109", n.pos, "the parameter %q without a default follows one with a default", n.name)
		}
		for _, other := range def.params {
			if other.name.name == n.name {
				p.fail("E109", n.pos, "the parameter %q is given twice", n.name)
			}
		}
		def.explicitCaller = def.explicitCaller || n.name == "caller"
		def.params = append(def.params, param)
	}
	p.expect(tokRParen)
}

// typeName reads a type such as dict[str, list[int]].
func (p *parser) typeName() string {
	if !p.enter() {
		return ""
	}
	defer p.leave()
	name := p.tok.text
	p.expect(tokName)
	if !p.skip(tokLBracket) {
		return name
	}
	var of []string
	for p.tok.kind != tokRBracket && !p.bad {
		if of != nil {
			p.expect(tokComma)
		}
		of = append(of, p.typeName())
	}
	p.expect(tokRBracket)
	return name + "[" + strings.Join(of, ", ") + "]"
}

// materializationHeader reads `, default`, `, adapter='x'` and
// `, supported_languages=[...]`.
func (p *parser) materializationHeader(def *macroDef, b *Block) {
	if b == nil {
		b = &Block{}
	}
	b.Adapter = "default"
	b.Languages = []string{"sql"}
	languages := expr(&listExpr{items: []expr{&constExpr{v: value.Str("sql")}}})
	node := &nameExpr{name: "supported_languages"}
	for p.skip(tokComma) {
		option := p.tok
		p.expect(tokName)
		switch option.text {
		case "default":
		case "adapter":
			p.expect(tokAssign)
			b.Adapter = p.stringOption("adapter")
		case "supported_languages":
			p.expect(tokAssign)
			node.pos = option.pos
			at := p.tok.pos
			languages = p.expression()
			b.Languages = p.languages(languages, at)
		default:
			known := []string{"default", "adapter", "supported_languages"}
			p.failHint(diag.DidYouMean(option.text, known), "E109", option.pos, "a materialization has no argument %q", option.text)
		}
	}
	p.scope.param(node)
	def.params = []macroParam{{name: node, def: languages}}
}

func (p *parser) stringOption(name string) string {
	at := p.tok.pos
	if c, ok := p.expression().(*constExpr); ok {
		if s, ok := c.v.(value.Str); ok {
			return string(s)
		}
	}
	p.fail("E109", at, "%s must be a string", name)
	return ""
}

func (p *parser) languages(e expr, at pos) []string {
	var names []string
	l, ok := e.(*listExpr)
	if ok {
		for _, item := range l.items {
			c, isConst := item.(*constExpr)
			if !isConst {
				ok = false
				break
			}
			s, isStr := c.v.(value.Str)
			ok = ok && isStr
			names = append(names, string(s))
		}
	}
	if !ok {
		p.fail("E109", at, "supported_languages must be a list of strings")
	}
	return names
}

// textTag reads a block whose body is a template of its own: a snapshot or a
// docs block. Its end is found as dbt finds it, without parsing the body.
func (p *parser) textTag(kind BlockKind) stmt {
	b := p.beginBlock(kind)
	top := len(p.tags) == 1 && b != nil
	if b == nil {
		b = &Block{Kind: kind}
	}
	p.name()
	if p.bad || p.tok.kind != tokBlockEnd {
		p.endTag()
		return nil
	}
	start := p.pos
	end, after, ok := findEndTag(p.src, start, "end"+kind.String())
	if top {
		p.block = b
	}
	if !ok {
		open := p.tags[len(p.tags)-1]
		p.report(diag.Errorf("E103", p.span(open.at), "{%% %s %%} is never closed", kind).WithHint("close it with {%% end%s %%}", kind))
		end, after = len(p.src), len(p.src)
	}
	b.BodySpan = p.span(pos{int32(start), int32(end)})
	b.Span.End = after
	if top {
		body, list := parse(source{file: p.file, text: p.src, start: start, end: end, shift: p.shift})
		b.body = body
		for _, d := range list {
			p.report(d)
		}
		p.block = nil
		p.prog.blocks = append(p.prog.blocks, b)
	}
	p.lexer.pos = after
	p.advance()
	return nil
}

// findEndTag finds {% name %} behind an offset and returns where the tag
// begins and ends, with the whitespace that its dashes remove. Comments, raw
// blocks and strings hide it.
func findEndTag(src string, from int, name string) (start, end int, ok bool) {
	l := lexer{src: src, pos: from}
	for {
		tok := l.next()
		switch tok.kind {
		case tokEOF:
			return 0, 0, false
		case tokBad:
			l.skipTag()
		case tokBlockBegin:
			opener := l.opener
			dash := tok.end == opener.end+1 && src[opener.end] == '-'
			if t := l.next(); t.kind == tokName && t.text == name {
				if e := l.next(); e.kind == tokBlockEnd {
					start = int(opener.start)
					if dash {
						start = from + len(trimRight(src[from:start]))
					}
					return start, l.pos, true
				}
			}
		}
	}
}
