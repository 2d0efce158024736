package deps

import (
	"fmt"
	"regexp"
	"strings"

	"mdl/compiler/diag"
)

// failure is a diagnostic on its way up.
type failure struct{ diag.Diagnostic }

// Unwrap lets diag.FromError find the diagnostic.
func (f *failure) Unwrap() error { return &f.Diagnostic }

// WithHint returns the failure with a hint.
func (f *failure) WithHint(format string, args ...any) *failure {
	f.Hint = fmt.Sprintf(format, args...)
	return f
}

func failf(code string, at diag.Span, format string, args ...any) *failure {
	return &failure{diag.Errorf(code, at, format, args...)}
}

// fileError is an error of the file system, which names the path itself.
func fileError(err error) error { return failf("E433", diag.Span{}, "%v", err) }

// userInfo is the part of a URL that may be a password or a token.
var userInfo = regexp.MustCompile(`://[^/@\s"']+@`)

// mask hides secrets and the credentials of URLs.
func mask(text string, secrets []string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "*****")
		}
	}
	return userInfo.ReplaceAllString(text, "://*****@")
}

// masked returns the diagnostics with nothing secret in them, nor in the lines of the
// file that they show.
func (r *run) masked() diag.List {
	files := map[*diag.File]*diag.File{}
	for i := range r.diags {
		d := &r.diags[i]
		d.Summary = mask(d.Summary, r.Secrets)
		d.Detail = mask(d.Detail, r.Secrets)
		d.Hint = mask(d.Hint, r.Secrets)
		if f := d.Span.File; f != nil {
			if files[f] == nil {
				files[f] = maskedFile(f, r.Secrets)
			}
			d.Span.File = files[f]
		}
	}
	return r.diags
}

// maskedFile returns a file of the same length with credentials blanked out.
func maskedFile(f *diag.File, secrets []string) *diag.File {
	text := userInfo.ReplaceAllStringFunc(f.Text, func(found string) string {
		if strings.Contains(found, "{{") {
			return found // the name of a variable, not its value
		}
		return "://" + strings.Repeat("*", len(found)-len("://@")) + "@"
	})
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, strings.Repeat("*", len(s)))
		}
	}
	return diag.NewFile(f.Path, text)
}
