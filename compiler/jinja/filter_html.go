package jinja

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"sync"

	"mdl/compiler/jinja/value"
)

var htmlEscaper = strings.NewReplacer("&", "&amp;", ">", "&gt;", "<", "&lt;", "'", "&#39;", `"`, "&#34;")

func escapeHTML(s string) string { return htmlEscaper.Replace(s) }

func filterEscape(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	return value.Str(escapeHTML(value.ToStr(v))), nil
}

// filterStriptags removes tags and comments, and the entities with them.
func filterStriptags(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	s := value.ToStr(v)
	var b strings.Builder
	for {
		start := strings.IndexByte(s, '<')
		if start < 0 {
			break
		}
		closer, from := ">", start
		if strings.HasPrefix(s[start:], "<!--") {
			closer, from = "-->", start+4
		}
		n := strings.Index(s[from:], closer)
		if n < 0 {
			break
		}
		b.WriteString(s[:start])
		s = s[from+n+len(closer):]
	}
	b.WriteString(s)
	words := strings.FieldsFunc(b.String(), isSpace)
	return value.Str(html.UnescapeString(strings.Join(words, " "))), nil
}

func filterXmlattr(t *thread, v value.Value, args []value.Value) (value.Value, error) {
	pairs, err := dictItems(t, v)
	if err != nil {
		return nil, err
	}
	var attrs []string
	for _, pair := range pairs {
		kv := pair.(*value.Tuple).Items()
		if value.IsNone(kv[1]) || value.IsUndefined(kv[1]) {
			continue
		}
		name, err := textOf(kv[0])
		if err != nil {
			return nil, err
		}
		if strings.ContainsAny(name, " \t\n\r\f\v/>=") {
			return nil, value.ValueErrorf("Invalid character in attribute name: %s", value.Repr(kv[0]))
		}
		attrs = append(attrs, escapeHTML(name)+`="`+escapeHTML(value.ToStr(kv[1]))+`"`)
	}
	out := strings.Join(attrs, " ")
	if out != "" && value.Truth(args[0]) {
		out = " " + out
	}
	return value.Str(out), nil
}

// quoteURL escapes for a path, or for a query string.
func quoteURL(s string, query bool) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z', isDigit(c), strings.IndexByte("_.-~", c) >= 0, c == '/' && !query:
			b.WriteByte(c)
		case c == ' ' && query:
			b.WriteByte('+')
		default:
			b.WriteByte('%')
			b.WriteByte("0123456789ABCDEF"[c>>4])
			b.WriteByte("0123456789ABCDEF"[c&15])
		}
	}
	return b.String()
}

func filterUrlencode(t *thread, v value.Value, _ []value.Value) (value.Value, error) {
	if value.IsStr(v) {
		return value.Str(quoteURL(value.ToStr(v), false)), nil
	}
	var pairs []value.Value
	var err error
	if _, isDict := v.(*value.Dict); isDict {
		pairs, err = dictItems(t, v)
	} else if pairs, err = value.Items(v); err != nil {
		return value.Str(quoteURL(value.ToStr(v), false)), nil
	}
	if err != nil {
		return nil, err
	}
	parts := make([]string, len(pairs))
	for i, pair := range pairs {
		kv, err := value.Items(pair)
		if err != nil {
			return nil, err
		}
		if len(kv) != 2 {
			return nil, value.ValueErrorf("expected pairs of a key and a value")
		}
		parts[i] = quoteURL(value.ToStr(kv[0]), true) + "=" + quoteURL(value.ToStr(kv[1]), true)
	}
	return value.Str(strings.Join(parts, "&")), nil
}

var urlizeParams = params(opt("trim_url_limit", value.None), opt("nofollow", value.False), opt("target", value.None),
	opt("rel", value.None), opt("extra_schemes", value.None))

// The patterns of words are made when a text is first looked at: few are.
var (
	urlPattern = pattern(`(?i)^(?:(?:https?://|www\.)(?:(?:[\p{L}\p{N}_%-]+\.)+)?(?:[a-z]{2,63}|xn--[\p{L}\p{N}_%]{2,59})` +
		`|(?:[\p{L}\p{N}_%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)` +
		`|https?://(?:\d{1,3}(?:\.\d{1,3}){3}|\[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\]))` +
		`(?::\d{1,5})?(?:[/?#]\S*)?$`)
	emailPattern = pattern(`^\S+@[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+$`)
	headPattern  = pattern(`^(?:[(<]|&lt;)+`)
	tailPattern  = pattern(`(?:[)>.,\n]|&gt;)+$`)
	spacePattern = pattern(`\s+`)
	uriScheme    = pattern(`^[\p{L}\p{N}_.+-]{2,}:/{0,2}$`)
)

// pattern compiles a regular expression when it is first asked for.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// linker makes links of the words of a text.
type linker struct {
	limit   int // of a shown address; negative: none
	attrs   string
	schemes []string
}

func filterUrlize(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	l := linker{limit: -1}
	if !value.IsNone(args[0]) {
		n, err := intArg(args[0])
		if err != nil {
			return nil, err
		}
		l.limit = n
	}
	rel := []string{"noopener"}
	if value.Truth(args[3]) {
		rel = append(rel, strings.Fields(value.ToStr(args[3]))...)
	}
	if value.Truth(args[1]) {
		rel = append(rel, "nofollow")
	}
	slices.Sort(rel)
	l.attrs = ` rel="` + escapeHTML(strings.Join(slices.Compact(rel), " ")) + `"`
	if value.Truth(args[2]) {
		l.attrs += ` target="` + escapeHTML(value.ToStr(args[2])) + `"`
	}
	if !value.IsNone(args[4]) {
		schemes, err := value.Items(args[4])
		if err != nil {
			return nil, err
		}
		for _, s := range schemes {
			if !uriScheme().MatchString(value.ToStr(s)) {
				return nil, filterError("%s is not a valid URI scheme prefix.", value.Repr(s))
			}
			l.schemes = append(l.schemes, value.ToStr(s))
		}
	}
	return value.Str(l.text(escapeHTML(value.ToStr(v)))), nil
}

func (l linker) text(s string) string {
	var b strings.Builder
	from := 0
	for _, gap := range append(spacePattern().FindAllStringIndex(s, -1), []int{len(s), len(s)}) {
		b.WriteString(l.word(s[from:gap[0]]))
		b.WriteString(s[gap[0]:gap[1]])
		from = gap[1]
	}
	return b.String()
}

func (l linker) word(word string) string {
	head := headPattern().FindString(word)
	middle := word[len(head):]
	tail := tailPattern().FindString(middle)
	middle = middle[:len(middle)-len(tail)]
	for _, pair := range [][2]string{{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}} {
		opened := strings.Count(middle, pair[0])
		if opened <= strings.Count(middle, pair[1]) {
			continue
		}
		for range min(opened, strings.Count(tail, pair[1])) {
			n := strings.Index(tail, pair[1]) + len(pair[1])
			middle += tail[:n]
			tail = tail[n:]
		}
	}
	return head + l.link(middle) + tail
}

func (l linker) link(s string) string {
	mail, isMailto := strings.CutPrefix(s, "mailto:")
	switch {
	case urlPattern().MatchString(s):
		target := s
		if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
			target = "https://" + s
		}
		return `<a href="` + target + `"` + l.attrs + ">" + l.shorten(s) + "</a>"
	case isMailto && emailPattern().MatchString(mail):
		return `<a href="` + s + `">` + mail + "</a>"
	case strings.Contains(s, "@") && !strings.HasPrefix(s, "www.") && !strings.HasPrefix(s, "@") &&
		!strings.Contains(s, ":") && emailPattern().MatchString(s):
		return `<a href="mailto:` + s + `">` + s + "</a>"
	}
	for _, scheme := range l.schemes {
		if s != scheme && strings.HasPrefix(s, scheme) {
			return `<a href="` + s + `"` + l.attrs + ">" + s + "</a>"
		}
	}
	return s
}

func (l linker) shorten(s string) string {
	if runes := []rune(s); l.limit >= 0 && len(runes) > l.limit {
		return string(runes[:l.limit]) + "..."
	}
	return s
}
