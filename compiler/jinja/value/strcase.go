package value

import (
	"strings"
	"unicode"
)

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
		return pure(func(s string) Value { return Bool(isASCII(s)) })
	case "isdecimal":
		return every(unicode.IsDigit)
	case "isdigit":
		return every(isDigit)
	case "isidentifier":
		return pure(func(s string) Value { return Bool(isIdentifier(s)) })
	case "islower":
		return pure(func(s string) Value { return Bool(onlyCase(s, isLower, isUpper)) })
	case "isnumeric":
		return every(isNumeric)
	case "isprintable":
		return pure(func(s string) Value { return Bool(allRunes(s, isPrintable)) })
	case "isspace":
		return every(isSpace)
	case "istitle":
		return pure(func(s string) Value { return Bool(isTitle(s)) })
	case "isupper":
		return pure(func(s string) Value { return Bool(onlyCase(s, isUpper, isLower)) })
	}
	return method[Str]{}
}

// every makes a method that asks whether a str is not empty and all its
// characters pass.
func every(ok func(rune) bool) method[Str] {
	return pure(func(s string) Value { return Bool(s != "" && allRunes(s, ok)) })
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
