package jinja

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// Bounds that keep a hostile text from exhausting the stack of the parser or
// of the evaluator. Python gives up far below them.
const (
	maxNesting = 200
	maxChain   = 10_000
	maxErrors  = 20
)

// parser turns tokens into the tree. After a mistake in a tag, bad is set and
// the current token is a tokBad, so that every rule ends at once; the end of
// the tag clears it, and parsing goes on behind the tag.
type parser struct {
	lexer
	file     *diag.File
	shift    int // from offsets of the source to offsets of the file
	tok      token
	ahead    token
	hasAhead bool
	prevEnd  int32 // end of the last token that was passed

	bad      bool
	diags    diag.List
	mistakes int // how many were reported, as errors or as warnings

	scope  *scope
	scopes []*scope // in order of creation: a scope comes after those around it
	nest   int
	tags   []openTag
	// atTag: a block tag's opener was passed and its name is the current token.
	atTag bool
	// soft: the place is a branch of an if or of a conditional expression,
	// where jinja2 refuses an unknown filter only when it is reached.
	soft bool
	// blocksOnly: mistakes outside of blocks are warnings.
	blocksOnly bool
	unknown    []string // unknown tags, whose end tags are not reported again
	// unknownNames are the unknown filters and tests of the tag being read.
	unknownNames []diag.Diagnostic

	prog  *Program
	block *Block // the top-level block being read

	exprs  stack[expr]
	stmts  stack[stmt]
	consts slab[constExpr]
	names  slab[nameExpr]
	texts  slab[textStmt]
	prints slab[outputStmt]
}

// openTag is a block tag that waits for its end.
type openTag struct {
	name string
	at   pos
	ends []string
}

func (p *parser) span(at pos) diag.Span {
	return diag.Span{File: p.file, Start: int(at.start) + p.shift, End: int(at.end) + p.shift}
}

// advance moves to the next token.
func (p *parser) advance() {
	if p.bad {
		return
	}
	p.prevEnd = p.tok.end
	if p.hasAhead {
		p.tok, p.hasAhead = p.ahead, false
	} else {
		p.tok = p.lexer.next()
	}
	if p.tok.kind == tokBad {
		at := p.problem.at
		p.report(diag.Errorf(p.problem.code, p.span(at), "%s", p.problem.message).WithHint("%s", p.problem.hint))
		p.bad = true
	}
}

// peek returns the token after the current one.
func (p *parser) peek() tokenKind {
	if !p.hasAhead && !p.bad {
		p.ahead, p.hasAhead = p.lexer.next(), true
	}
	return p.ahead.kind
}

// fail reports a mistake in the current tag and gives up on the tag.
func (p *parser) fail(code string, at pos, format string, args ...any) {
	p.failHint("", code, at, format, args...)
}

func (p *parser) failHint(hint, code string, at pos, format string, args ...any) {
	if p.bad {
		return
	}
	p.report(diag.Errorf(code, p.span(at), format, args...).WithHint("%s", hint))
	p.giveUp()
}

// giveUp ends the reading of the current tag, at the current token.
func (p *parser) giveUp() {
	if p.closer != tokEOF {
		p.lexer.pos = int(p.tok.start)
	}
	p.bad = true
	p.tok = token{kind: tokBad, pos: p.tok.pos}
}

// report keeps a diagnostic, unless there are too many already.
func (p *parser) report(d diag.Diagnostic) {
	if d.Severity == diag.Error {
		p.mistakes++
	}
	if p.blocksOnly && p.block == nil && d.Severity == diag.Error {
		d.Severity, d.Code = diag.Warning, "W"+d.Code[1:]
	}
	if len(p.diags) < maxErrors {
		p.diags = append(p.diags, d)
	}
	if d.Severity != diag.Error {
		return
	}
	if p.prog.err == nil {
		p.prog.err = &d
	}
	if p.block != nil && p.block.def != nil && p.block.def.err == nil {
		p.block.def.err = &d
	}
}

// unexpected reports the current token where something else had to stand.
func (p *parser) unexpected(want string) {
	if p.bad {
		return
	}
	t := p.tok
	switch {
	case t.kind == tokEOF && len(p.open) > 0:
		last := p.open[len(p.open)-1]
		p.failHint(`close it with "`+string(last.closer)+`"`, "E102", pos{last.at, last.at + 1}, "%q is never closed", p.src[last.at:last.at+1])
	case t.kind == tokEOF:
		end := tokenTexts[p.closer]
		p.failHint(`close it with "`+end+`"`, "E102", p.opener, "the tag is never closed")
	default:
		p.failHint(p.hintFor(t), "E101", t.pos, "expected %s, found %s", want, t.describe())
	}
}

// hintFor says what a misplaced token may have been meant for.
func (p *parser) hintFor(t token) string {
	switch {
	case t.kind == tokAssign:
		return `compare with "==", assign with {% set name = value %}`
	case t.kind == tokName && t.start == p.prevEnd && t.start > 0 && (p.src[t.start-1] == '\'' || p.src[t.start-1] == '"'):
		return `a quote inside of a string is written with a backslash before it`
	case t.kind == tokLBrace || t.kind == tokMod && t.start > 0 && p.src[t.start-1] == '{':
		return "inside of a tag, names stand as they are, without braces"
	}
	return ""
}

// expect passes a token of a kind, which must be the current one.
func (p *parser) expect(kind tokenKind) bool {
	if p.tok.kind != kind {
		p.unexpected(kind.describe())
		return false
	}
	p.advance()
	return !p.bad
}

// skip passes a token of a kind if it is the current one.
func (p *parser) skip(kind tokenKind) bool {
	if p.tok.kind != kind {
		return false
	}
	p.advance()
	return true
}

func (p *parser) isName(name string) bool { return p.tok.kind == tokName && p.tok.text == name }

func (p *parser) skipName(name string) bool {
	if !p.isName(name) {
		return false
	}
	p.advance()
	return true
}

// enter bounds the nesting of expressions and statements; leave undoes it.
func (p *parser) enter() bool {
	p.nest++
	if p.nest > maxNesting {
		p.fail("E108", p.tok.pos, "the nesting is too deep: more than %d levels", maxNesting)
		return false
	}
	return true
}

func (p *parser) leave() { p.nest-- }

// push opens a scope in a function; pop returns to the one around.
func (p *parser) push(fn *function) *scope {
	p.scope = &scope{up: p.scope, fn: fn}
	p.scopes = append(p.scopes, p.scope)
	return p.scope
}

func (p *parser) pop() { p.scope = p.scope.up }

// pushFunction opens the scope of a new function.
func (p *parser) pushFunction() *scope {
	fn := &function{}
	if p.scope != nil {
		fn.up = p.scope.fn
	}
	return p.push(fn)
}

// endTag passes the end of the current tag, or gives up on the tag and goes on
// behind it. It reports whether the tag was right.
func (p *parser) endTag() bool {
	want := p.closer
	if want == tokEOF {
		want = tokBlockEnd
		if p.tok.kind == tokVarEnd {
			want = tokVarEnd
		}
	}
	if !p.bad && p.tok.kind != want {
		p.unclosed(want)
	}
	if len(p.unknownNames) > 0 {
		p.reportUnknown()
	}
	if !p.bad {
		p.advance()
		return true
	}
	p.recover()
	return false
}

// unclosed reports that the tag does not end where it should. Where another
// tag begins before any end, the end was forgotten.
func (p *parser) unclosed(want tokenKind) {
	next := findOpener(p.src, int(p.tok.start))
	end := strings.Index(p.src[min(int(p.tok.start), len(p.src)):], tokenTexts[want])
	if next >= 0 && (end < 0 || next < int(p.tok.start)+end) {
		p.failHint(`close it with "`+tokenTexts[want]+`"`, "E102", p.opener, "the tag is never closed")
		return
	}
	p.unexpected(want.describe())
}

// recover leaves a tag that has a mistake.
func (p *parser) recover() {
	p.bad = false
	p.hasAhead = false
	p.exprs.take(0)
	p.skipTag()
	p.advance()
}

// statements reads a body up to one of the end tags, which becomes the current
// token. At the end of the file, or where the end tag of a block around comes
// first, the mistake is reported and end is "".
func (p *parser) statements(ends ...string) (body []stmt, end string) {
	mark := len(p.stmts)
	end = p.pushStatements(ends)
	return p.stmts.take(mark), end
}

func (p *parser) pushStatements(ends []string) (end string) {
	for {
		if p.atTag || p.tok.kind == tokBlockBegin {
			again := p.atTag // the tag was left over by a block inside
			if !again {
				p.advance()
			}
			p.atTag = false
			if p.tok.kind == tokName && slices.Contains(ends, p.tok.text) {
				return p.tok.text
			}
			if p.tok.kind == tokName && p.closesOuter(p.tok.text, again) {
				p.atTag = true
				return ""
			}
			if s := p.tag(); s != nil {
				p.stmts.push(s)
			}
			continue
		}
		switch p.tok.kind {
		case tokData:
			s := p.texts.new()
			s.pos, s.text = p.tok.pos, p.tok.text
			p.stmts.push(s)
			p.advance()
		case tokVarBegin:
			if s := p.output(); s != nil {
				p.stmts.push(s)
			}
		case tokBad:
			p.recover()
		default:
			if len(ends) > 0 {
				p.neverClosed()
			}
			return ""
		}
	}
}

// body reads the body of a block tag whose header has just been read, and
// passes the tag that ends it.
func (p *parser) body(ends ...string) (body []stmt, end string) {
	p.skip(tokColon)
	p.endTag()
	if !p.enter() {
		p.recover()
	}
	p.tags[len(p.tags)-1].ends = ends
	body, end = p.statements(ends...)
	if end != "" {
		p.advance()
	}
	p.leave()
	return body, end
}

// closesOuter reports an end tag that belongs to a block around the innermost
// open one, unless that was said already.
func (p *parser) closesOuter(name string, said bool) bool {
	for i := len(p.tags) - 2; i >= 0; i-- {
		if !slices.Contains(p.tags[i].ends, name) {
			continue
		}
		if said {
			return true
		}
		inner := p.tags[len(p.tags)-1]
		d := diag.Errorf("E105", p.span(p.tok.pos), "unexpected {%% %s %%}: {%% %s %%} is still open", name, inner.name)
		d = d.WithHint("close it with {%% %s %%} first", inner.end())
		for _, open := range slices.Backward(p.tags[i+1:]) {
			d.Notes = append(d.Notes, diag.Note{Message: "{% " + open.name + " %} was opened here", Span: p.span(open.at)})
		}
		p.report(d)
		return true
	}
	return false
}

// end is the tag that ends the block.
func (t openTag) end() string {
	for _, name := range t.ends {
		if strings.HasPrefix(name, "end") {
			return name
		}
	}
	return "end" + t.name
}

// neverClosed reports that the file ends inside of a block.
func (p *parser) neverClosed() {
	inner := p.tags[len(p.tags)-1]
	d := diag.Errorf("E103", p.span(inner.at), "{%% %s %%} is never closed", inner.name)
	d = d.WithHint("close it with {%% %s %%}", inner.end())
	for i := len(p.tags) - 2; i >= 0; i-- {
		d.Notes = append(d.Notes, diag.Note{Message: "inside of {% " + p.tags[i].name + " %}", Span: p.span(p.tags[i].at)})
	}
	p.report(d)
	for i := range p.tags {
		p.tags[i].ends = nil
	}
}

// tagList writes tag names as `{% a %}, {% b %} or {% c %}`.
func tagList(names []string) string {
	var b strings.Builder
	for i, name := range names {
		switch {
		case i > 0 && i == len(names)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString("{% " + name + " %}")
	}
	return b.String()
}

// output reads {{ ... }}.
func (p *parser) output() stmt {
	start := p.tok.start
	p.advance()
	e := p.tuple(tupleRule{conditional: true})
	if !p.endTag() {
		return nil
	}
	s := p.prints.new()
	s.pos, s.e = pos{start, p.prevEnd}, e
	return s
}

// name passes a name and makes its node.
func (p *parser) name() *nameExpr {
	if p.tok.kind != tokName {
		p.unexpected("a name")
		return &nameExpr{pos: p.tok.pos}
	}
	n := p.names.new()
	n.pos, n.name = p.tok.pos, p.tok.text
	if p.tok.kw >= kwTrue {
		p.fail("E101", p.tok.pos, "%s cannot be assigned to", p.tok.text)
	}
	p.advance()
	return n
}

// target reads the left side of an assignment. Its names are not registered
// yet: the caller knows the scope.
func (p *parser) target(namespaces, in bool) target {
	first := p.tok.pos
	var items []target
	tuple := false
	for {
		if p.tok.kind == tokRParen || p.tok.kind == tokBlockEnd || in && p.tok.kw == kwIn {
			break
		}
		items = append(items, p.targetItem(namespaces))
		if p.bad || !p.skip(tokComma) {
			break
		}
		tuple = true
	}
	switch {
	case p.bad:
		return target{pos: first}
	case len(items) == 0:
		p.unexpected("a name")
		return target{pos: first}
	case !tuple:
		return items[0]
	}
	return target{pos: pos{first.start, p.prevEnd}, items: items}
}

func (p *parser) targetItem(namespaces bool) target {
	at := p.tok.pos
	switch p.tok.kind {
	case tokLParen:
		if !p.enter() {
			return target{pos: at}
		}
		defer p.leave()
		p.advance()
		t := p.target(namespaces, false)
		p.expect(tokRParen)
		return t
	case tokName:
		n := p.name()
		if namespaces && p.tok.kind == tokDot {
			p.advance()
			attr := p.tok.text
			p.expect(tokName)
			return target{pos: pos{at.start, p.prevEnd}, name: n, attr: attr}
		}
		return target{pos: at, name: n}
	case tokString, tokInt, tokFloat, tokLBracket, tokLBrace:
		p.fail("E101", at, "cannot assign to %s", p.tok.describe())
	default:
		p.unexpected("a name")
	}
	return target{pos: at}
}

// declare registers the names of a target in the current scope.
func (p *parser) declare(t target, param bool) {
	switch {
	case t.items != nil:
		for _, item := range t.items {
			p.declare(item, param)
		}
	case t.name == nil:
	case t.attr != "":
		p.scope.load(t.name)
	case param:
		p.scope.param(t.name)
	default:
		p.scope.store(t.name)
	}
}

// hide tells the scopes that the names of a target are written.
func (p *parser) hide(t target) {
	for _, item := range t.items {
		p.hide(item)
	}
	if t.name == nil || t.attr != "" {
		return
	}
	p.scope.hide(t.name.name)
	if t.name.name == "loop" && p.inLoop() {
		p.fail("E101", t.pos, "loop cannot be assigned to inside of a loop")
	}
}

// inLoop reports whether the place is inside of a loop, through any function.
func (p *parser) inLoop() bool {
	for s := p.scope; s != nil; s = s.up {
		if s.loop != nil {
			return true
		}
	}
	return false
}

// clone copies a target with nodes of its own.
func (t target) clone() target {
	if t.name != nil {
		n := *t.name
		t.name = &n
	}
	t.items = slices.Clone(t.items)
	for i, item := range t.items {
		t.items[i] = item.clone()
	}
	return t
}

// intValue is the value of an integer literal.
func intValue(text string) value.Value {
	text = strings.ReplaceAll(text, "_", "")
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return value.Int(n)
	}
	if strings.Trim(text, "0") == "" {
		return value.Int(0)
	}
	n, _ := new(big.Int).SetString(text, 0)
	return value.NewInt(n)
}

// floatValue is the value of a float literal; too big ones are infinite.
func floatValue(text string) value.Value {
	f, _ := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	return value.Float(f)
}
