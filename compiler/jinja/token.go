package jinja

// tokenKind is what a token is.
type tokenKind uint8

const (
	tokEOF tokenKind = iota
	tokBad           // a lexical error that was already reported
	tokData
	tokVarBegin
	tokVarEnd
	tokBlockBegin
	tokBlockEnd
	tokName
	tokString
	tokInt
	tokFloat
	tokAdd
	tokSub
	tokMul
	tokDiv
	tokFloorDiv
	tokMod
	tokPow
	tokTilde
	tokEq
	tokNe
	tokLt
	tokLe
	tokGt
	tokGe
	tokAssign
	tokDot
	tokColon
	tokComma
	tokPipe
	tokSemicolon
	tokLParen
	tokRParen
	tokLBracket
	tokRBracket
	tokLBrace
	tokRBrace
)

var tokenTexts = [...]string{
	tokEOF: "the end of the file", tokBad: "an error", tokData: "text",
	tokVarBegin: "{{", tokVarEnd: "}}", tokBlockBegin: "{%", tokBlockEnd: "%}",
	tokName: "a name", tokString: "a string", tokInt: "a number", tokFloat: "a number",
	tokAdd: "+", tokSub: "-", tokMul: "*", tokDiv: "/", tokFloorDiv: "//", tokMod: "%", tokPow: "**",
	tokTilde: "~", tokEq: "==", tokNe: "!=", tokLt: "<", tokLe: "<=", tokGt: ">", tokGe: ">=",
	tokAssign: "=", tokDot: ".", tokColon: ":", tokComma: ",", tokPipe: "|", tokSemicolon: ";",
	tokLParen: "(", tokRParen: ")", tokLBracket: "[", tokRBracket: "]", tokLBrace: "{", tokRBrace: "}",
}

// describe says what a kind of token is in a message: operators in quotes.
func (k tokenKind) describe() string {
	text := tokenTexts[k]
	if k >= tokVarBegin && k <= tokBlockEnd || k >= tokAdd {
		return `"` + text + `"`
	}
	return text
}

// keyword marks the names that the expression grammar looks for, so that the
// parser compares a byte instead of a string. Any of them is still a name.
type keyword uint8

const (
	kwNone keyword = iota
	kwAnd
	kwElse
	kwIf
	kwIn
	kwIs
	kwNot
	kwOr
	kwRecursive
	kwTrue
	kwFalse
	kwNull
)

func keywordOf(name string) keyword {
	switch len(name) {
	case 2:
		return keywordOf2(name)
	case 3:
		if name == "and" {
			return kwAnd
		}
		if name == "not" {
			return kwNot
		}
	case 4, 5:
		return keywordOf45(name)
	case 9:
		if name == "recursive" {
			return kwRecursive
		}
	}
	return kwNone
}

func keywordOf2(name string) keyword {
	switch name {
	case "if":
		return kwIf
	case "in":
		return kwIn
	case "is":
		return kwIs
	case "or":
		return kwOr
	}
	return kwNone
}

func keywordOf45(name string) keyword {
	switch name {
	case "else":
		return kwElse
	case "true", "True":
		return kwTrue
	case "false", "False":
		return kwFalse
	case "none", "None":
		return kwNull
	}
	return kwNone
}

// pos is a byte range of the program's file.
type pos struct{ start, end int32 }

// token is one token. text is the name, the decoded string, the digits of a
// number, or the template text after whitespace control.
type token struct {
	kind tokenKind
	kw   keyword
	pos
	text string
}

// describe says what the token is in a message.
func (t token) describe() string {
	switch t.kind {
	case tokName, tokInt, tokFloat:
		return `"` + t.text + `"`
	}
	return t.kind.describe()
}
