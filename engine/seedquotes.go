package engine

import (
	"path/filepath"
	"strings"

	"mdl/adapters"
)

// inApostrophes reports whether a field may be meant to be quoted by 'this'.
func inApostrophes[T string | []byte](field T) bool {
	n := len(field)
	return n > 1 && field[0] == '\'' && field[n-1] == '\''
}

// guessQuotes takes the apostrophes around fields away where the warehouse
// takes them for the file's quotes. dbt finds the columns' types with quotes
// that are always "this", and lets the warehouse read the file with its own
// guess (dbt-duckdb's COPY, unless the seed is configured with fast: false).
func (b *build) guessQuotes(t *seedTable) error {
	guesser, ok := b.s.conn.Conn.(adapters.QuoteGuesser)
	if !ok || b.ownQuotes || t.fast != nil || t.nullWord || b.opt.ProjectDir == "" || !t.hasApostrophes() {
		return nil
	}
	quote, err := guesser.GuessQuote(b.ctx, filepath.Join(b.opt.ProjectDir, filepath.FromSlash(t.file)), t.delimiter)
	if err != nil && b.ctx.Err() == nil {
		// The failure may have ended the transaction: once more, without asking.
		b.ownQuotes = true
		return &adapters.QueryError{Offset: -1, Kind: adapters.Transient, Cause: err, Message: "the warehouse cannot say how " + t.file + " is quoted"}
	}
	if err != nil || quote != '\'' {
		return err
	}
	for _, record := range t.records {
		for i, field := range record {
			if inApostrophes(field.text) {
				record[i].text = strings.ReplaceAll(field.text[1:len(field.text)-1], "''", "'")
			}
		}
	}
	return nil
}

func (t *seedTable) hasApostrophes() bool {
	for _, record := range t.records {
		for _, field := range record {
			if inApostrophes(field.text) {
				return true
			}
		}
	}
	return false
}
