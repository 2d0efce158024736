package project

import (
	"regexp"
	"strings"
)

// ignorer decides by a .dbtignore file which files are left out. Its patterns
// are those of .gitignore; the last one that matches decides.
type ignorer []ignorePattern

type ignorePattern struct {
	re     *regexp.Regexp
	negate bool
}

// parseIgnore reads a .dbtignore. A line that is no pattern is skipped.
func parseIgnore(text string) ignorer {
	var out ignorer
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if !strings.HasSuffix(line, `\ `) {
			line = strings.TrimRight(line, " ")
		}
		if line == "" || line[0] == '#' {
			continue
		}
		body, negate := strings.CutPrefix(line, "!")
		if re, err := regexp.Compile(ignoreRegexp(body)); err == nil {
			out = append(out, ignorePattern{re, negate})
		}
	}
	return out
}

// ignores reports whether a file, named from the package's directory, is left out.
func (ig ignorer) ignores(path string) bool {
	for i := len(ig) - 1; i >= 0; i-- {
		if ig[i].re.MatchString(path) {
			return !ig[i].negate
		}
	}
	return false
}

// ignoreRegexp is a pattern as a regular expression over a file's path: a
// pattern with a slash but at its end is anchored, others match at any depth;
// what matches a directory takes all that is in it.
func ignoreRegexp(pattern string) string {
	body, dirOnly := strings.CutSuffix(pattern, "/")
	rooted := strings.Contains(body, "/")
	body = strings.TrimPrefix(body, "/")
	var b strings.Builder
	b.WriteString("^")
	if !rooted {
		b.WriteString("(?:.*/)?")
	}
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case strings.HasPrefix(body[i:], "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(body[i:], "/**") && i+3 == len(body):
			b.WriteString("/.*")
			i += 2
		case c == '*':
			b.WriteString("[^/]*")
		case c == '?':
			b.WriteString("[^/]")
		case c == '[' && strings.IndexByte(body[i+1:], ']') > 0:
			end := i + 1 + strings.IndexByte(body[i+1:], ']')
			b.WriteString("[" + strings.Replace(body[i+1:end], "!", "^", 1) + "]")
			i = end
		case c == '\\' && i+1 < len(body):
			i++
			b.WriteString(regexp.QuoteMeta(body[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(body[i : i+1]))
		}
	}
	if dirOnly {
		return b.String() + "/.*$"
	}
	return b.String() + "(?:/.*)?$"
}
