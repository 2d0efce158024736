package value

import (
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
