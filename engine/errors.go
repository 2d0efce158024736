package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/scope"
)

// Codes of the engine's diagnostics: E300 + the adapters.ErrorKind for the
// warehouse's own complaints, and these.
const (
	codeMaterialization = "E320" // a materialization or strategy that mdl does not have
	codeConfig          = "E321" // a configuration that cannot be followed
	codeRelation        = "E322" // what stands in the warehouse is not what a node needs
	codeSchemaChange    = "E323" // on_schema_change: fail
	codeSeed            = "E324" // a seed's file cannot be read or loaded
	codeTest            = "E325" // a test's query gave no verdict
	codeMacro           = "E326" // run-operation
	codePast            = "E330" // an interval whose past is not built
	codeUnit            = "E271" // a mistake in a unit test, as the compiler's
	codePublish         = "E331" // publish: after_tests, and a test failed
	codeFile            = "E420" // a file below the target directory cannot be written
	codePanic           = "E399" // a defect of mdl
	warnOmitted         = "W320" // a selected resource that mdl does not run
	warnGrants          = "W321" // grants where the warehouse has none
	warnSchemaChange    = "W322" // an on_schema_change that is not known
	warnColumns         = "W323" // described columns that do not exist
	warnInput           = "W329" // rows of a unit test that nothing reads
	warnStrategy        = "W331" // an incremental strategy that is not known or configured wrongly, and not needed yet
	warnKeys            = "W328" // keys that are null, or that a table has twice
	warnGaps            = "W326" // intervals that are not built
	warnLedger          = "W327" // the ledger cannot be written
	warnThreads         = "W333" // fewer connections than threads
	warnIndexes         = "W332" // indexes of a materialized view that are not the configured ones, and stay
)

// queryDiagnostic says what the warehouse complained about, at the user's own
// line when the script knows it. An error that is a diagnostic already, as one
// from rendering a template, is returned as it is.
func queryDiagnostic(err error, s *script, n *compiler.Node) *diag.Diagnostic {
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
		return d
	}
	q, ok := errors.AsType[*adapters.QueryError](err)
	if !ok {
		d := diag.FromError(err, "E300", nodeSpan(n))
		return &d
	}
	summary, detail, _ := strings.Cut(strings.TrimSpace(q.Message), "\n")
	d := &diag.Diagnostic{
		Code: fmt.Sprintf("E3%02d", int(q.Kind)), Summary: summary, Detail: strings.TrimSpace(detail), Hint: q.Hint, Cause: err,
	}
	if s != nil && q.Offset >= 0 && q.SQL == s.String() {
		d.Span, d.Frames = s.at(q.Offset)
	}
	if d.Span.IsZero() {
		d.Span = nodeSpan(n)
	}
	if d.Hint == "" && q.Kind == adapters.Syntax && s != nil {
		d.Hint = syntaxHint(s)
	}
	return d
}

// syntaxHint explains the most common ways to break a statement around a
// node's SQL.
func syntaxHint(s *script) string {
	for _, r := range s.regions {
		if isBlank(r.code.SQL) {
			return "nothing is left of the file once it is rendered: write a query, or delete the file"
		}
		if strings.HasSuffix(strings.TrimSpace(r.code.SQL), ";") && r.end < s.text.Len() {
			return "remove the semicolon at the end: mdl puts the query into a larger statement"
		}
	}
	return ""
}

// isBlank reports whether SQL is only white space and comments to the end of
// the line.
func isBlank(sql string) bool {
	for line := range strings.Lines(sql) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--") {
			return false
		}
	}
	return true
}

func nodeSpan(n *compiler.Node) diag.Span {
	if n == nil {
		return diag.Span{}
	}
	return n.Span
}

// nodeError returns an error at a node.
func nodeError(code string, n *compiler.Node, format string, args ...any) *diag.Diagnostic {
	d := diag.Errorf(code, nodeSpan(n), format, args...)
	return &d
}

// isCancelled reports whether an error comes from the run having been stopped.
func isCancelled(err error) bool {
	return err != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		adapters.KindOf(err) == adapters.Cancelled)
}

// isMistake reports whether a code is about what the user wrote, which dbt
// calls a compilation error.
func isMistake(code string) bool {
	switch code {
	case codePast, codeMaterialization, codeConfig, codeRelation, codeSchemaChange, codeSeed:
		return true
	}
	return strings.HasPrefix(code, "E1") || strings.HasPrefix(code, "E2")
}

// message is the text of an error in run_results.json: dbt's family of the
// error and the node, then what is wrong.
func message(d *diag.Diagnostic, n *compiler.Node) string {
	family := "Runtime"
	if e, ok := errors.AsType[*scope.Error](d.Cause); ok {
		family = e.Kind.String()
	} else if isMistake(d.Code) {
		family = "Compilation"
	}
	text := d.Summary
	for _, more := range []string{d.Detail, d.Hint} {
		if more != "" {
			text += "\n" + more
		}
	}
	where := ""
	if n != nil {
		where = fmt.Sprintf(" in %s %s (%s)", n.Kind, n.Name, n.OrigPath)
	}
	return family + " Error" + where + "\n  " + strings.ReplaceAll(text, "\n", "\n  ")
}
