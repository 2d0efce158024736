package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexer turns a range of a file into tokens, one at a time. Outside of tags it
// yields text and tag openers, inside of tags the tokens of the expression.
type lexer struct {
	src string // the file up to the end of the range
	pos int
	// closer is the token that ends the tag being read; tokEOF outside of tags.
	closer tokenKind
	// open holds the brackets that are not closed yet; while there are any, "}}"
	// is two braces.
	open []bracket
	// opener is the place of the last tag's opener.
	opener pos
	// problem is set together with a tokBad.
	problem problem
}

// bracket is an open bracket: where it is and what closes it.
type bracket struct {
	closer byte
	at     int32
}

// problem is a mistake in the text before it becomes a diagnostic.
type problem struct {
	code    string
	at      pos
	message string
	hint    string
}

func (l *lexer) bad(code string, at pos, message, hint string) token {
	l.problem = problem{code, at, message, hint}
	return token{kind: tokBad, pos: at}
}

// next returns the next token.
func (l *lexer) next() token {
	if l.closer == tokEOF {
		return l.data()
	}
	return l.inTag()
}

// data reads template text up to the next tag, then the tag's opener. Comments
// are skipped and raw blocks are text.
func (l *lexer) data() token {
	for {
		i := findOpener(l.src, l.pos)
		if i < 0 {
			return l.rest()
		}
		text := l.src[l.pos:i]
		next := byte(0)
		if i+2 < len(l.src) {
			next = l.src[i+2]
		}
		if next == '-' {
			text = trimRight(text)
		}
		if text != "" {
			start := int32(l.pos)
			l.pos = i
			return token{kind: tokData, pos: pos{start, start + int32(len(text))}, text: newlines(text)}
		}
		body := i + 2
		if next == '-' || next == '+' {
			body++
		}
		if tok, done := l.open2(i, body); done {
			return tok
		}
	}
}

// open2 handles the tag whose opener is at i and whose inside begins at body.
// It reports false where the tag yields no token: a comment or an empty raw.
func (l *lexer) open2(i, body int) (token, bool) {
	l.opener = pos{int32(i), int32(i + 2)}
	kind := tokVarBegin
	switch l.src[i+1] {
	case '#':
		return l.comment(body)
	case '%':
		if tok, isRaw, done := l.raw(body); isRaw {
			return tok, done
		}
		kind = tokBlockBegin
	}
	l.pos = body
	l.closer = kind + 1
	l.open = l.open[:0]
	return token{kind: kind, pos: pos{int32(i), int32(body)}}, true
}

// rest returns the text after the last tag, then the end of the file.
func (l *lexer) rest() token {
	start := l.pos
	l.pos = len(l.src)
	if start == len(l.src) {
		return token{kind: tokEOF, pos: pos{int32(start), int32(start)}}
	}
	return token{kind: tokData, pos: pos{int32(start), int32(l.pos)}, text: newlines(l.src[start:])}
}

func (l *lexer) comment(body int) (token, bool) {
	n := strings.Index(l.src[body:], "#}")
	if n < 0 {
		l.pos = len(l.src)
		return l.bad("E102", l.opener, "the comment is never closed", `close it with "#}"`), true
	}
	l.pos = body + n + 2
	if n > 0 && l.src[body+n-1] == '-' {
		l.pos = skipSpace(l.src, l.pos)
	}
	return token{}, false
}

// raw reads {% raw %}...{% endraw %}. isRaw is false where the tag is another.
func (l *lexer) raw(body int) (tok token, isRaw, done bool) {
	start, ok := rawTag(l.src, body, "raw", false)
	if !ok {
		return token{}, false, false
	}
	for from := start; ; {
		n := strings.Index(l.src[from:], "{%")
		if n < 0 {
			l.pos = len(l.src)
			return l.bad("E102", l.opener, "the raw block is never closed", "close it with {% endraw %}"), true, true
		}
		at := from + n
		inside := at + 2
		strip := inside < len(l.src) && l.src[inside] == '-'
		if strip || inside < len(l.src) && l.src[inside] == '+' {
			inside++
		}
		end, ok := rawTag(l.src, inside, "endraw", true)
		if !ok {
			from = at + 2
			continue
		}
		text := l.src[start:at]
		if strip {
			text = trimRight(text)
		}
		l.pos = end
		tok = token{kind: tokData, pos: pos{int32(start), int32(start + len(text))}, text: newlines(text)}
		return tok, true, text != ""
	}
}

// rawTag matches the inside of a raw or endraw tag and returns the offset
// behind it and behind the whitespace that "-%}" removes.
func rawTag(src string, at int, name string, plus bool) (int, bool) {
	at = skipSpace(src, at)
	if !strings.HasPrefix(src[at:], name) {
		return 0, false
	}
	at = skipSpace(src, at+len(name))
	switch {
	case strings.HasPrefix(src[at:], "%}"):
		return at + 2, true
	case strings.HasPrefix(src[at:], "-%}"):
		return skipSpace(src, at+3), true
	case plus && strings.HasPrefix(src[at:], "+%}"):
		return at + 3, true
	}
	return 0, false
}

// inTag reads one token of an expression, or the end of the tag.
func (l *lexer) inTag() token {
	l.pos = skipSpace(l.src, l.pos)
	if len(l.open) == 0 {
		if tok, ok := l.end(); ok {
			return tok
		}
	}
	if l.pos >= len(l.src) {
		return token{kind: tokEOF, pos: pos{int32(len(l.src)), int32(len(l.src))}}
	}
	c := l.src[l.pos]
	switch {
	case isNameStart(c):
		return l.name()
	case c >= '0' && c <= '9':
		return l.number()
	case c == '"' || c == '\'':
		return l.str(c)
	}
	return l.operator(c)
}

// end matches the end of the tag with its whitespace control.
func (l *lexer) end() (token, bool) {
	p := l.pos
	if p+1 >= len(l.src) {
		return token{}, false
	}
	strip := l.src[p] == '-'
	if strip || l.src[p] == '+' && l.closer == tokBlockEnd {
		p++
	}
	first := byte('}')
	if l.closer == tokBlockEnd {
		first = '%'
	}
	if p+1 >= len(l.src) || l.src[p] != first || l.src[p+1] != '}' {
		return token{}, false
	}
	tok := token{kind: l.closer, pos: pos{int32(l.pos), int32(p + 2)}}
	l.pos = p + 2
	if strip {
		l.pos = skipSpace(l.src, l.pos)
	}
	l.closer = tokEOF
	return tok, true
}

func (l *lexer) name() token {
	start := l.pos
	p := start + 1
	if l.src[start] >= utf8.RuneSelf {
		p = start
	}
	for p < len(l.src) {
		c := l.src[p]
		if c < utf8.RuneSelf {
			if !isNameByte(c) {
				break
			}
			p++
			continue
		}
		r, n := utf8.DecodeRuneInString(l.src[p:])
		if !isNameRune(r) {
			break
		}
		p += n
	}
	if p == start {
		return l.unexpected()
	}
	l.pos = p
	text := l.src[start:p]
	return token{kind: tokName, kw: keywordOf(text), pos: pos{int32(start), int32(p)}, text: text}
}

func (l *lexer) unexpected() token {
	r, n := utf8.DecodeRuneInString(l.src[l.pos:])
	at := pos{int32(l.pos), int32(l.pos + n)}
	l.pos += n
	hint := ""
	if r == '!' || r == '&' {
		hint = "write not, and, or in words"
	}
	return l.bad("E101", at, "unexpected character "+quoteRune(r), hint)
}

func quoteRune(r rune) string {
	if r == utf8.RuneError || !unicode.IsPrint(r) {
		return "in the tag"
	}
	return "`" + string(r) + "`"
}

var operators1 = [utf8.RuneSelf]tokenKind{
	'+': tokAdd, '-': tokSub, '*': tokMul, '/': tokDiv, '%': tokMod, '~': tokTilde, '<': tokLt, '>': tokGt,
	'=': tokAssign, '.': tokDot, ':': tokColon, ',': tokComma, '|': tokPipe, ';': tokSemicolon,
	'(': tokLParen, ')': tokRParen, '[': tokLBracket, ']': tokRBracket, '{': tokLBrace, '}': tokRBrace,
}

// operator reads an operator, the longest first, and keeps the brackets.
func (l *lexer) operator(c byte) token {
	start := l.pos
	if start+1 < len(l.src) {
		if kind := operator2(c, l.src[start+1]); kind != tokEOF {
			l.pos += 2
			return token{kind: kind, pos: pos{int32(start), int32(start + 2)}}
		}
	}
	kind := tokEOF
	if c < utf8.RuneSelf {
		kind = operators1[c]
	}
	if kind == tokEOF {
		return l.unexpected()
	}
	l.pos++
	at := pos{int32(start), int32(start + 1)}
	switch c {
	case '(':
		l.open = append(l.open, bracket{')', at.start})
	case '[':
		l.open = append(l.open, bracket{']', at.start})
	case '{':
		l.open = append(l.open, bracket{'}', at.start})
	case ')', ']', '}':
		if tok, ok := l.closeBracket(c, at); !ok {
			return tok
		}
	}
	return token{kind: kind, pos: at}
}

func operator2(a, b byte) tokenKind {
	if b == '=' {
		switch a {
		case '=':
			return tokEq
		case '!':
			return tokNe
		case '<':
			return tokLe
		case '>':
			return tokGe
		}
	} else if a == b {
		switch a {
		case '*':
			return tokPow
		case '/':
			return tokFloorDiv
		}
	}
	return tokEOF
}

// closeBracket takes the bracket that c closes. It reports false, with a
// tokBad, where c closes none.
func (l *lexer) closeBracket(c byte, at pos) (token, bool) {
	if len(l.open) == 0 {
		return l.wrongEnd(c, at), false
	}
	last := l.open[len(l.open)-1]
	if last.closer == c {
		l.open = l.open[:len(l.open)-1]
		return token{}, true
	}
	opened := pos{last.at, last.at + 1}
	if c == '}' && l.atTagEnd(at) {
		return l.bad("E101", opened, "\""+l.src[last.at:last.at+1]+"\" is never closed", "close it with \""+string(last.closer)+"\""), false
	}
	return l.bad("E101", at, "unexpected \""+string(c)+"\", expected \""+string(last.closer)+"\"", ""), false
}

// atTagEnd reports whether the brace at a place is part of the tag's end.
func (l *lexer) atTagEnd(at pos) bool {
	if l.closer == tokBlockEnd {
		return at.start > 0 && l.src[at.start-1] == '%'
	}
	return int(at.end) < len(l.src) && l.src[at.end] == '}'
}

// wrongEnd reports a closing bracket where none is open, which may be the end
// of another kind of tag.
func (l *lexer) wrongEnd(c byte, at pos) token {
	want := "\"" + tokenTexts[l.closer] + "\""
	switch {
	case c == '}' && l.closer == tokBlockEnd && strings.HasPrefix(l.src[at.start:], "}}"):
		at.end++
	case c == '}' && l.closer == tokVarEnd && at.start > 0 && l.src[at.start-1] == '%':
		at.start--
	case c == '}':
		return l.bad("E101", at, "unexpected \"}\": the tag ends with "+want, "")
	default:
		return l.bad("E101", at, "unexpected \""+string(c)+"\": no bracket is open", "")
	}
	l.pos = int(at.end)
	l.closer = tokEOF
	return l.bad("E101", at, "the tag ends with "+want+", not with \""+l.src[at.start:at.end]+"\"", "")
}

// skipTag gives up on the tag being read and moves behind its end, or before
// the next tag where that comes first. It reports whether the tag was closed.
func (l *lexer) skipTag() bool {
	if l.closer == tokEOF {
		return true
	}
	end := "}}"
	if l.closer == tokBlockEnd {
		end = "%}"
	}
	l.closer = tokEOF
	n := strings.Index(l.src[l.pos:], end)
	if n < 0 {
		n = len(l.src) - l.pos
		end = ""
	}
	if next := findOpener(l.src[:l.pos+n], l.pos); next >= 0 && l.src[next+1] != '#' {
		l.pos = next
		return false
	}
	l.pos += n + len(end)
	return end != ""
}

// findOpener returns the offset of the next "{{", "{%" or "{#", or -1.
func findOpener(src string, from int) int {
	for {
		n := strings.IndexByte(src[from:], '{')
		if n < 0 || from+n+1 >= len(src) {
			return -1
		}
		switch src[from+n+1] {
		case '{', '%', '#':
			return from + n
		}
		from += n + 1
	}
}

// newlines makes every line end a "\n", as jinja2 does.
func newlines(text string) string {
	if strings.IndexByte(text, '\r') < 0 {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

func isNameStart(c byte) bool {
	return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

func isNameByte(c byte) bool {
	return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
}

func isNameRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nl, unicode.Pc)
}

// isSpace reports whether Python's str.isspace holds for a character.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

func skipSpace(src string, p int) int {
	for p < len(src) {
		c := src[p]
		if c < utf8.RuneSelf {
			if c > ' ' || !isSpace(rune(c)) {
				return p
			}
			p++
			continue
		}
		r, n := utf8.DecodeRuneInString(src[p:])
		if !isSpace(r) {
			return p
		}
		p += n
	}
	return p
}

func trimRight(text string) string { return strings.TrimRightFunc(text, isSpace) }
