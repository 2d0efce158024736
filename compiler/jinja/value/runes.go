package value

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isASCII tells whether code points and bytes of s are the same.
func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// runeCount is the length of s in code points.
func runeCount(s string) int { return utf8.RuneCountInString(s) }

// runeLen is the number of bytes of the first code point of s, which is not empty.
func runeLen(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// byteOffset is the offset in bytes of the i-th code point of s, or len(s).
func byteOffset(s string, i int) int {
	if i <= 0 {
		return 0
	}
	for at := range s {
		if i == 0 {
			return at
		}
		i--
	}
	return len(s)
}

func isPrintable(r rune) bool { return unicode.IsPrint(r) }

func isDigit(r rune) bool { return unicode.IsDigit(r) || unicode.Is(digitTable, r) }

func isNumeric(r rune) bool { return isDigit(r) || unicode.Is(numericTable, r) }

func isAlnum(r rune) bool { return unicode.IsLetter(r) || isNumeric(r) }

// isSpace is str.isspace of one character: Unicode's white space and the four
// ASCII separators.
func isSpace(r rune) bool {
	return r >= 0x1c && r <= 0x1f || unicode.IsSpace(r)
}

func isLower(r rune) bool {
	return unicode.IsLower(r) || unicode.Is(unicode.Other_Lowercase, r)
}

func isUpper(r rune) bool {
	return unicode.IsUpper(r) || unicode.Is(unicode.Other_Uppercase, r)
}

// isCased tells whether a word goes on after r in title().
func isCased(r rune) bool { return isLower(r) || isUpper(r) || unicode.IsTitle(r) }

func isIdentStart(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r)
}

func isIdentPart(r rune) bool {
	return isIdentStart(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}

// upper is str.upper, with the characters that become several.
func upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	var b strings.Builder
	for _, r := range s {
		writeUpper(&b, r)
	}
	return b.String()
}

func writeUpper(b *strings.Builder, r rune) {
	if special := upperSpecial(r); special != "" {
		b.WriteString(special)
	} else {
		b.WriteRune(unicode.ToUpper(r))
	}
}

func writeTitle(b *strings.Builder, r rune) {
	if special := titleSpecial(r); special != "" {
		b.WriteString(special)
	} else {
		b.WriteRune(unicode.ToTitle(r))
	}
}

// lower is str.lower, with the sigma that ends a word.
func lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for i, r := range s {
		writeLower(&b, s, i, r)
	}
	return b.String()
}

// writeLower writes the lower case of r, which stands at s[i:].
func writeLower(b *strings.Builder, s string, i int, r rune) {
	switch {
	case r == 'İ':
		b.WriteString("i̇")
	case r == 'Σ' && endsWord(s, i):
		b.WriteRune('ς')
	default:
		b.WriteRune(unicode.ToLower(r))
	}
}

// endsWord tells whether the sigma at s[i:] has a cased letter before it and
// none behind it, apart from characters that case ignores.
func endsWord(s string, i int) bool {
	before := strings.TrimRightFunc(s[:i], isCaseIgnorable)
	r, n := utf8.DecodeLastRuneInString(before)
	if n == 0 || !isCased(r) {
		return false
	}
	after := strings.TrimLeftFunc(s[i+len("Σ"):], isCaseIgnorable)
	r, n = utf8.DecodeRuneInString(after)
	return n == 0 || !isCased(r)
}

func isCaseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', '·', '͵', '’', '‘', '․', '‧', '︓', '﹒', '﹕', '＇', '．', '：':
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

// casefold is str.casefold.
func casefold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range s {
		switch special := foldSpecial(r); {
		case special != "":
			b.WriteString(special)
		case r == 'İ':
			b.WriteString("i̇")
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
