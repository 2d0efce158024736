package duckdb

import (
	"context"
	"fmt"
	"strings"

	"mdl/adapters"
)

var (
	_ adapters.CSVLoader    = (*conn)(nil)
	_ adapters.QuoteGuesser = (*conn)(nil)
)

// GuessQuote asks DuckDB's sniffer, which fails on a file that it cannot make
// sense of.
func (c *conn) GuessQuote(ctx context.Context, path string, delimiter byte) (byte, error) {
	d := c.adapter.dialect
	rows, err := c.Query(ctx, "select quote from sniff_csv("+d.Literal(path)+", delim = "+d.Literal(string(delimiter))+", header = true)")
	if err == nil && len(rows.Values) == 1 {
		if text, ok := rows.Values[0][0].(string); ok && len(text) == 1 {
			return text[0], nil
		}
	}
	return 0, err
}

// LoadCSV inserts the records of a file through DuckDB's own reader. Nothing
// is left to its guesses: not the dialect, the types, nor what the path means.
func (c *conn) LoadCSV(ctx context.Context, table adapters.Relation, columns []string, f adapters.CSVFile) (int64, error) {
	d := c.adapter.dialect
	if strings.ContainsAny(f.Path, "*?[]{}") || strings.Contains(f.Path, "://") {
		return 0, &adapters.QueryError{Offset: -1, Kind: adapters.Other, Message: fmt.Sprintf("the path %q is a pattern for DuckDB", f.Path)}
	}
	names, types := make([]string, len(columns)), make([]string, len(columns))
	for i, name := range columns {
		names[i] = d.Quote(name)
		types[i] = fmt.Sprintf("'c%d': %s", i, d.Literal(f.Types[i]))
	}
	newline := `\n`
	if f.CRLF {
		newline = `\r\n`
	}
	out, err := c.Exec(ctx, "insert into "+d.Render(table)+" ("+strings.Join(names, ", ")+")\nselect * from read_csv("+d.Literal(f.Path)+
		", columns = {"+strings.Join(types, ", ")+"}, auto_detect = false, header = true, delim = "+d.Literal(string(f.Delimiter))+
		`, quote = '"', escape = '"', new_line = `+d.Literal(newline)+", nullstr = '', compression = 'none', encoding = 'utf-8'"+
		fmt.Sprintf(", parallel = %t, hive_partitioning = false, union_by_name = false, filename = false)", !f.QuotedLines))
	return out.RowsAffected, err
}
