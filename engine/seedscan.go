package engine

import (
	"bytes"
	"io"
	"runtime"
	"sync"
	"unicode/utf8"
)

// seedScan is what one pass over a seed's file finds out without keeping it.
type seedScan struct {
	header  []string
	columns []columnScan
	rows    int
	// crlf tells how lines end; quotedLines that a quoted field has several.
	crlf, lf, quotedLines bool
	// odd tells that the file has something in it that the warehouse's reader
	// may understand in another way than Python's does, or that is an error.
	odd bool
}

// columnScan is what the values of a column look like.
type columnScan struct {
	inference
	// text is set as soon as the column can only be text, or has a type by
	// configuration: its values are not looked at any more.
	text bool
	// special tells of values that the warehouse reads in another way than
	// agate does, unless they are text.
	special bool
	// seen are the shapes that have been taken into account, as bits.
	seen uint8
	// zeros tells of numbers such as 1.0, which agate takes for integers.
	zeros bool
}

// blockSize is how much of a file is looked at at a time. A longer record is
// odd; that is below DuckDB's limit of two million bytes.
const blockSize = 1 << 20

// scanSeed reads a file of records. declared are the names of columns whose
// types need not be found. What is odd ends the scan.
func scanSeed(in io.Reader, delimiter byte, declared func(name string) bool) (*seedScan, error) {
	b := &blocks{in: in, buf: make([]byte, 0, blockSize)}
	first, err := b.next()
	if err != nil {
		return nil, err
	}
	total := &seedScan{}
	records := total.readHeader(first, delimiter)
	if total.odd {
		return total, nil
	}
	for _, name := range total.header {
		total.columns = append(total.columns, columnScan{text: declared(name)})
	}
	return total, total.scanBlocks(b, records, delimiter)
}

// readHeader reads the first line of the first block, and returns the rest.
func (s *seedScan) readHeader(block []byte, delimiter byte) []byte {
	end := bytes.IndexByte(block, '\n')
	if s.odd = end <= 0 || bytes.HasPrefix(block, utf8BOM) || !utf8.Valid(block[:end]); s.odd {
		return nil
	}
	r := &csvReader{text: block[:end+1], delimiter: delimiter}
	for _, field := range r.record() {
		s.header = append(s.header, field.text)
	}
	s.odd = r.pos != end+1
	return block[end+1:]
}

// scanBlocks looks at all blocks, several at a time.
func (s *seedScan) scanBlocks(b *blocks, first []byte, delimiter byte) error {
	work, spare := make(chan []byte), make(chan []byte, runtime.GOMAXPROCS(0)+2)
	parts := make([]*blockScanner, min(runtime.GOMAXPROCS(0), 8))
	var wait sync.WaitGroup
	for i := range parts {
		parts[i] = newBlockScanner(s.columns, delimiter)
		wait.Go(func() {
			for block := range work {
				parts[i].scan(block)
				select {
				case spare <- block[:0]:
				default:
				}
			}
		})
	}
	err := error(nil)
	for block := first; block != nil && err == nil; block, err = b.next() {
		work <- block
		select {
		case b.spare = <-spare:
		default:
		}
	}
	close(work)
	wait.Wait()
	for _, p := range parts {
		s.add(&p.seedScan)
	}
	s.odd = s.odd || b.odd || s.crlf && s.lf
	return err
}

// add takes into account what another scan has found. No value's effect depends
// on those before it.
func (s *seedScan) add(o *seedScan) {
	s.rows += o.rows
	s.crlf, s.lf = s.crlf || o.crlf, s.lf || o.lf
	s.quotedLines, s.odd = s.quotedLines || o.quotedLines, s.odd || o.odd
	for i := range s.columns {
		a, b := &s.columns[i], &o.columns[i]
		a.merge(b.inference)
		a.special, a.zeros = a.special || b.special, a.zeros || b.zeros
		a.text = a.text || b.text
	}
}

// blocks cuts a file into pieces that end with a record.
type blocks struct {
	in    io.Reader
	buf   []byte // what is read and not given away
	spare []byte // to read into, or nil
	ended bool
	odd   bool
}

// next returns the next block, which ends in a newline; nil at the end of the
// file. A record that is longer than a block is odd.
func (b *blocks) next() ([]byte, error) {
	if b.odd || b.ended && len(b.buf) == 0 {
		return nil, nil
	}
	if !b.ended {
		n, err := io.ReadFull(b.in, b.buf[len(b.buf):cap(b.buf)])
		b.buf = b.buf[:len(b.buf)+n]
		if b.ended = err == io.EOF || err == io.ErrUnexpectedEOF; err != nil && !b.ended {
			return nil, err
		}
	}
	block, cut := b.buf, len(b.buf)
	if b.ended {
		b.buf = nil
		if cut > 0 && block[cut-1] != '\n' {
			block = append(block, '\n')
		}
		return block, nil
	}
	if cut = lastRecordEnd(block); cut == 0 {
		b.odd = true
		return nil, nil
	}
	next := b.spare
	if cap(next) < blockSize {
		next = make([]byte, 0, blockSize)
	}
	b.buf, b.spare = append(next[:0], block[cut:]...), nil
	return block[:cut], nil
}

// lastRecordEnd is the offset after the last newline that is not inside quotes,
// given that the block begins outside of them; 0 if there is none. Where quotes
// stand in an unquoted field it errs, but the scan of the block finds those.
func lastRecordEnd(block []byte) int {
	quotes := bytes.Count(block, quote)
	for end := len(block); ; {
		at := bytes.LastIndexByte(block[:end], '\n')
		if at < 0 {
			return 0
		}
		quotes -= bytes.Count(block[at:end], quote)
		if quotes%2 == 0 {
			return at + 1
		}
		end = at
	}
}

var quote = []byte{'"'}

// The bytes that end a field without quotes.
const (
	ordinary uint8 = iota
	endsField
	endsLine
	oddByte
)

// blockScanner scans blocks one after the other.
type blockScanner struct {
	seedScan
	class [256]uint8
}

func newBlockScanner(columns []columnScan, delimiter byte) *blockScanner {
	s := &blockScanner{}
	s.columns = append(s.columns, columns...)
	s.class['"'], s.class[0] = oddByte, oddByte
	s.class['\n'], s.class['\r'] = endsLine, endsLine
	s.class[delimiter] = endsField
	return s
}

// scan looks at the records of a block.
func (s *blockScanner) scan(block []byte) {
	if s.odd || !utf8.Valid(block) {
		s.odd = true
		return
	}
	for at := 0; at < len(block) && !s.odd; {
		at = s.record(block, at)
		s.rows++
	}
}

// record looks at the record that begins at an offset, and returns its end.
func (s *blockScanner) record(block []byte, at int) int {
	class, columns, start := &s.class, s.columns, at
	for i := range columns {
		var value []byte
		hasQuotes := false
		if block[at] == '"' {
			if value, hasQuotes, at = s.quoted(block, at); s.odd {
				return at
			}
		} else {
			from := at
			for at < len(block) && class[block[at]] == ordinary {
				at++
			}
			value = block[from:at]
			s.odd = s.odd || inApostrophes(value)
		}
		if c := &columns[i]; !c.text && len(value) > 0 {
			c.look(value, hasQuotes)
		}
		switch class[block[at]] { // a block ends in a newline
		case endsField:
			at++
			continue
		case endsLine:
			s.odd = s.odd || i != len(columns)-1 || i == 0 && len(value) == 0 || at == start
			return s.lineEnd(block, at)
		}
		break
	}
	s.odd = true // a quote or a zero, or too many fields
	return at
}

// lineEnd returns the offset after the line end at an offset.
func (s *blockScanner) lineEnd(block []byte, at int) int {
	if block[at] == '\n' {
		s.lf = true
		return at + 1
	}
	if at+1 == len(block) || block[at+1] != '\n' {
		s.odd = true
		return at
	}
	s.crlf = true
	return at + 2
}

// quoted returns what stands in the quotes that open at an offset, whether
// quotes are in it, and the offset after it.
func (s *blockScanner) quoted(block []byte, at int) (value []byte, hasQuotes bool, after int) {
	from := at + 1
	for at = from; ; at++ {
		n := bytes.IndexByte(block[at:], '"')
		if n < 0 {
			s.odd = true
			return nil, false, len(block) - 1
		}
		if at += n + 1; at == len(block) || block[at] != '"' {
			break
		}
		hasQuotes = true
	}
	value = block[from : at-1]
	if at == len(block) {
		s.odd = true
		return nil, false, len(block) - 1
	}
	if bytes.IndexByte(value, '\n') >= 0 {
		s.quotedLines = true
	}
	s.odd = s.odd || bytes.IndexByte(value, '\r') >= 0 || bytes.IndexByte(value, 0) >= 0
	return value, hasQuotes, at
}
