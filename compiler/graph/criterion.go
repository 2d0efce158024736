package graph

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"mdl/compiler/diag"
)

// parseCriterion reads one criterion such as `2+tag:nightly+1`:
//
//	[@] [[depth]+] [method[.argument]...:] value [+[depth]]
//
// Whatever does not fit is part of the value, as in dbt.
func parseCriterion(at diag.Span) (*criterion, *diag.Diagnostic) {
	text := at.Text()
	c := &criterion{parentsDepth: -1, childrenDepth: -1, span: at}
	if strings.Contains(text, "\n") {
		return nil, problem("E130", at, "a selector cannot hold a line break")
	}
	rest := text
	rest, c.childrensParents = strings.CutPrefix(rest, "@")
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if strings.HasPrefix(rest[digits:], "+") {
		c.parents, c.parentsDepth = true, depth(rest[:digits])
		rest = rest[digits+1:]
	}
	name, hasMethod := "", false
	if colon := strings.IndexByte(rest, ':'); colon > 0 && isMethodText(rest[:colon]) {
		name, rest, hasMethod = rest[:colon], rest[colon+1:], true
	}
	valueStart := at.Start + len(text) - len(rest)
	c.value = rest
	if stem := strings.TrimRight(rest, "0123456789"); strings.HasSuffix(stem, "+") {
		c.children, c.childrenDepth = true, depth(rest[len(stem):])
		c.value = stem[:len(stem)-1]
	}
	c.valueSpan = diag.Span{File: at.File, Start: valueStart, End: valueStart + len(c.value)}
	if c.children && c.childrensParents {
		return nil, contradiction(at)
	}
	if !hasMethod {
		name = implicitMethod(c.value)
	}
	nameSpan := diag.Span{File: at.File, Start: valueStart - len(name) - 1, End: valueStart - 1}
	if err := c.setMethod(name, nameSpan); err != nil {
		return nil, err
	}
	return c, c.method.checkValue(c)
}

// contradiction is the error for a criterion with both `@` and a final `+`.
func contradiction(at diag.Span) *diag.Diagnostic {
	d := problem("E130", at, `"@" before a name and "+" after it cannot be combined`)
	d.Hint = `"@" already selects all descendants, and the ancestors that they need`
	return d
}

// setMethod looks `name.arg.arg` up.
func (c *criterion) setMethod(text string, at diag.Span) *diag.Diagnostic {
	parts := strings.Split(text, ".")
	c.args = parts[1:]
	if c.method = findMethod(parts[0]); c.method != nil {
		return nil
	}
	names := methodNames()
	d := problem("E230", at, "there is no selector method %q", parts[0])
	d.Hint = diag.DidYouMean(parts[0], names)
	if d.Hint == "" {
		d.Hint = "methods are " + strings.Join(names, ", ")
	}
	return d
}

// implicitMethod is the method of a criterion that names none.
func implicitMethod(value string) string {
	if strings.Contains(value, "/") {
		return "path"
	}
	lower := strings.ToLower(value)
	for _, ext := range []string{".sql", ".py", ".csv"} {
		if strings.HasSuffix(lower, ext) {
			return "file"
		}
	}
	return "fqn"
}

// depth reads the number beside a `+`; none means any depth.
func depth(digits string) int {
	if digits == "" {
		return -1
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return math.MaxInt
	}
	return n
}

// isMethodText reports whether text before a colon is meant as a method:
// letters, digits, `_` and dots only.
func isMethodText(text string) bool {
	for _, r := range text {
		if r != '_' && r != '.' && !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return false
		}
	}
	return true
}

func problem(code string, at diag.Span, format string, args ...any) *diag.Diagnostic {
	d := diag.Errorf(code, at, format, args...)
	return &d
}
