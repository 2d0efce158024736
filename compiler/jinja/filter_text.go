package jinja

import (
	"strings"
	"unicode/utf8"

	"mdl/compiler/jinja/value"
)

// text is the str that a filter works on, without conversion.
func textOf(v value.Value) (string, error) {
	switch v := v.(type) {
	case value.Str:
		return string(v), nil
	case *value.Undefined:
		return "", v.Err()
	}
	return "", value.TypeErrorf("expected a str, got '%s'", v.TypeName())
}

func filterReplace(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	count := -1
	if !value.IsNone(args[2]) {
		n, err := intArg(args[2])
		if err != nil {
			return nil, err
		}
		count = n
	}
	s, err := value.Replace(value.ToStr(v), value.ToStr(args[0]), value.ToStr(args[1]), count)
	return value.Str(s), err
}

// filterTitle makes the first letter of every word a capital and the others
// small; words begin behind spaces, dashes and opening brackets.
func filterTitle(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	s := value.ToStr(v)
	var b strings.Builder
	for len(s) > 0 {
		n := chunkEnd(s)
		_, first := utf8.DecodeRuneInString(s)
		b.WriteString(strCase(s[:first], "upper"))
		b.WriteString(strCase(s[first:n], "lower"))
		s = s[n:]
	}
	return value.Str(b.String()), nil
}

// chunkEnd is the length of the word, or of the stretch between words, at the
// start of s.
func chunkEnd(s string) int {
	separates := func(r rune) bool { return isSpace(r) || strings.ContainsRune("-({[<", r) }
	first, _ := utf8.DecodeRuneInString(s)
	in := separates(first)
	for i, r := range s {
		if separates(r) != in {
			return i
		}
	}
	return len(s)
}

// strCase runs a method of str that changes case.
func strCase(s, method string) string {
	v, _, err := value.CallMethod(nil, value.Str(s), method, value.Args{})
	if err != nil {
		return s
	}
	return value.ToStr(v)
}

func filterIndent(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	indention, err := indentOf(args[0])
	if err != nil {
		return nil, err
	}
	v, err = value.Add(v, value.Str("\n"))
	if err != nil {
		return nil, err
	}
	lines := value.SplitLines(value.ToStr(v), false)
	if len(indention) > 0 && len(lines) > value.MaxText/len(indention) {
		return nil, value.Errorf("MemoryError", "the string is too big")
	}
	blank := value.Truth(args[2])
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i == 0 && value.Truth(args[1]) || i > 0 && (blank || line != "") {
			b.WriteString(indention)
		}
		b.WriteString(line)
	}
	return value.Str(b.String()), nil
}

func indentOf(width value.Value) (string, error) {
	if s, ok := width.(value.Str); ok {
		return string(s), nil
	}
	n, err := intArg(width)
	if err != nil {
		return "", err
	}
	if n > value.MaxText {
		return "", value.Errorf("MemoryError", "the string is too big")
	}
	return strings.Repeat(" ", max(0, n)), nil
}

func filterTruncate(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	length, err := intArg(args[0])
	if err != nil {
		return nil, err
	}
	leeway := 5
	if !value.IsNone(args[3]) {
		if leeway, err = intArg(args[3]); err != nil {
			return nil, err
		}
	}
	end := []rune(value.ToStr(args[2]))
	switch {
	case length < len(end):
		return nil, value.Errorf("AssertionError", "expected length >= %d, got %d", len(end), length)
	case leeway < 0:
		return nil, value.Errorf("AssertionError", "expected leeway >= 0, got %d", leeway)
	}
	text, err := textOf(v)
	if err != nil {
		return nil, err
	}
	s := []rune(text)
	if len(s) <= length+leeway {
		return v, nil
	}
	kept := string(s[:length-len(end)])
	if !value.Truth(args[1]) {
		if i := strings.LastIndexByte(kept, ' '); i >= 0 {
			kept = kept[:i]
		}
	}
	return value.Str(kept + string(end)), nil
}

var wordPattern = pattern(`[\p{L}\p{N}_]+`)

func filterWordcount(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	return value.Int(len(wordPattern().FindAllStringIndex(value.ToStr(v), -1))), nil
}

func filterTojson(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	o := value.JSONOptions{SortKeys: true}
	if !value.IsNone(args[0]) {
		indent, err := indentOf(args[0])
		if err != nil {
			return nil, err
		}
		o.Indent = indent
	}
	text, err := value.ToJSON(v, o)
	if err != nil {
		return nil, err
	}
	return value.Str(jsonHTML.Replace(text)), nil
}

var jsonHTML = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`)
