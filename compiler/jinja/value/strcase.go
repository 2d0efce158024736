package value

import (
	"strings"
	"unicode"
)

func strCapitalize(_ Thread, s Str, _ Args) (Value, error) { return Str(capitalize(string(s))), nil }

func strCasefold(_ Thread, s Str, _ Args) (Value, error) { return Str(casefold(string(s))), nil }

func strLower(_ Thread, s Str, _ Args) (Value, error) { return Str(lower(string(s))), nil }

func strSwapcase(_ Thread, s Str, _ Args) (Value, error) { return Str(swapCase(string(s))), nil }

func strTitle(_ Thread, s Str, _ Args) (Value, error) { return Str(titleCase(string(s))), nil }

func strUpper(_ Thread, s Str, _ Args) (Value, error) { return Str(upper(string(s))), nil }

// capitalize is str.capitalize: the first character in title case.
func capitalize(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i == 0 {
			writeTitle(&b, r)
		} else {
			writeLower(&b, s, i, r)
		}
	}
	return b.String()
}

// titleCase is str.title: a word starts after what is not a cased letter.
func titleCase(s string) string {
	var b strings.Builder
	inWord := false
	for i, r := range s {
		if inWord {
			writeLower(&b, s, i, r)
		} else {
			writeTitle(&b, r)
		}
		inWord = isCased(r)
	}
	return b.String()
}

// swapCase is str.swapcase.
func swapCase(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case isUpper(r):
			writeLower(&b, s, i, r)
		case isLower(r):
			writeUpper(&b, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// strTest is the table of the str methods that answer a question.
func strTest(name string) method[Str] {
	switch name {
	case "isalnum":
		return every(isAlnum)
	case "isalpha":
		return every(unicode.IsLetter)
	case "isascii":
		return question(isASCII)
	case "isdecimal":
		return every(unicode.IsDigit)
	case "isdigit":
		return every(isDigit)
	case "isidentifier":
		return question(isIdentifier)
	case "islower":
		return question(func(s string) bool { return onlyCase(s, isLower, isUpper) })
	case "isnumeric":
		return every(isNumeric)
	case "isprintable":
		return question(func(s string) bool { return allRunes(s, isPrintable) })
	case "isspace":
		return every(isSpace)
	case "istitle":
		return question(isTitle)
	case "isupper":
		return question(func(s string) bool { return onlyCase(s, isUpper, isLower) })
	}
	return method[Str]{}
}

// question makes a method without arguments that answers yes or no.
func question(ask func(string) bool) method[Str] {
	return method[Str]{0, 0, func(_ Thread, s Str, _ Args) (Value, error) { return Bool(ask(string(s))), nil }}
}

// every makes a method that asks whether a str is not empty and all its
// characters pass.
func every(ok func(rune) bool) method[Str] {
	return question(func(s string) bool { return s != "" && allRunes(s, ok) })
}

func allRunes(s string, ok func(rune) bool) bool {
	for _, r := range s {
		if !ok(r) {
			return false
		}
	}
	return true
}

// onlyCase tells whether s has a letter of a case and none of the other.
func onlyCase(s string, want, other func(rune) bool) bool {
	found := false
	for _, r := range s {
		if other(r) || unicode.IsTitle(r) {
			return false
		}
		found = found || want(r)
	}
	return found
}

func isTitle(s string) bool {
	found, inWord := false, false
	for _, r := range s {
		switch {
		case isUpper(r) || unicode.IsTitle(r):
			if inWord {
				return false
			}
			found, inWord = true, true
		case isLower(r):
			if !inWord {
				return false
			}
			found = true
		default:
			inWord = false
		}
	}
	return found
}

func isIdentifier(s string) bool {
	for i, r := range s {
		if i == 0 && !isIdentStart(r) || i > 0 && !isIdentPart(r) {
			return false
		}
	}
	return s != ""
}
