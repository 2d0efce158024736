package engine

import (
	"regexp"
	"strings"
	"time"

	"mdl/adapters"
)

// seedType is what a seed's column looks like. The rules are those of agate as
// dbt configures it.
type seedType uint8

// The types, in the order in which they are preferred. typeInteger and
// typeBigint are numbers without decimals, told apart by their size.
const (
	typeInteger seedType = iota
	typeBigint
	typeNumber
	typeDate
	typeDateTime
	typeBoolean
	typeText
)

// sqlType is the type of the warehouse for what a column looks like.
func (t seedType) sqlType(d *adapters.Dialect) string {
	names := d.Types.Seed
	switch t {
	case typeInteger:
		return names.Integer
	case typeBigint:
		return d.Types.BigInt
	case typeNumber:
		return names.Number
	case typeDate:
		return names.Date
	case typeDateTime:
		return names.Timestamp
	case typeBoolean:
		return names.Boolean
	}
	return names.Text
}

// inference narrows down the types of one column, value by value.
type inference struct {
	noNumber, noDate, noDateTime, noISO, noBoolean bool
	decimals                                       bool
	wide                                           bool // an integer beyond 32 bits
}

// see takes a value into account. Empty values and "null" fit every type.
func (f *inference) see(text string) {
	text = strings.TrimSpace(text)
	if isNullText(text) || f.result() == typeText {
		return
	}
	if !f.noNumber {
		f.seeNumber(text)
	}
	if !f.noDate {
		_, err := time.Parse("2006-1-2", text)
		f.noDate = err != nil
	}
	f.noDateTime = f.noDateTime || !isDateTime(text)
	f.noISO = f.noISO || !isISODateTime(text)
	if !f.noBoolean {
		plain := strings.TrimSpace(strings.ReplaceAll(text, ",", ""))
		f.noBoolean = plain != "" && !strings.EqualFold(plain, "true") && !strings.EqualFold(plain, "false")
	}
}

func (f *inference) seeNumber(text string) {
	n, ok := plainNumber(text)
	if !ok {
		f.noNumber = true
		return
	}
	whole, isWhole := wholeNumber(n)
	switch {
	case !isWhole:
		f.decimals = true
	case len(whole) > 10 || len(whole) == 10 && whole > "2147483647":
		f.wide = true
	}
}

// merge takes into account what another inference has seen.
func (f *inference) merge(o inference) {
	f.noNumber, f.noDate, f.noDateTime = f.noNumber || o.noNumber, f.noDate || o.noDate, f.noDateTime || o.noDateTime
	f.noISO, f.noBoolean = f.noISO || o.noISO, f.noBoolean || o.noBoolean
	f.decimals, f.wide = f.decimals || o.decimals, f.wide || o.wide
}

// result is the best type that fits all values seen.
func (f *inference) result() seedType {
	switch {
	case !f.noNumber && f.decimals:
		return typeNumber
	case !f.noNumber && f.wide:
		return typeBigint
	case !f.noNumber:
		return typeInteger
	case !f.noDate:
		return typeDate
	case !f.noDateTime, !f.noISO:
		return typeDateTime
	case !f.noBoolean:
		return typeBoolean
	}
	return typeText
}

// isNullText reports whether a trimmed value means null in columns that are
// not text.
func isNullText(text string) bool { return text == "" || strings.EqualFold(text, "null") }

const currencySymbols = "؋$ƒ៛¥₡₱£€¢﷼₪₩₭₮₦฿₤₫"

var numberText = regexp.MustCompile(`^[+-]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][+-]?[0-9]+)?$`)

// plainNumber returns a number as the warehouse reads it: without percent and
// currency signs and separators of thousands.
func plainNumber(text string) (string, bool) {
	text = strings.Trim(text, "%")
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	text = strings.Trim(text, currencySymbols)
	text = strings.ReplaceAll(text, ",", "")
	if !numberText.MatchString(text) {
		if isSpecialNumber(text) {
			return sign + text, true
		}
		return "", false
	}
	if sign == "-" && text[0] == '-' {
		sign, text = "", text[1:]
	}
	if sign == "-" && text[0] == '+' {
		text = text[1:]
	}
	return sign + strings.ReplaceAll(text, "_", ""), true
}

func isSpecialNumber(text string) bool {
	text = strings.ToLower(strings.TrimLeft(text, "+-"))
	return text == "nan" || text == "inf" || text == "infinity"
}

// wholeNumber returns the digits of a number without a fraction, and false for
// one that has a fraction. Trailing zeros after the point are no fraction.
func wholeNumber(n string) (string, bool) {
	n = strings.TrimLeft(n, "+-")
	if isSpecialNumber(n) || strings.ContainsAny(n, "eE") {
		return n, false
	}
	whole, fraction, _ := strings.Cut(n, ".")
	whole = strings.TrimLeft(whole, "0")
	return whole, strings.Trim(fraction, "0") == ""
}

// isDateTime reports whether a value is a date and a time of whole seconds with
// a space between them.
func isDateTime(text string) bool {
	_, err := time.Parse("2006-1-2 15:4:5", text)
	return err == nil && !strings.ContainsAny(text, ".,")
}

// isISODateTime reports whether a value is a date and time of ISO 8601. All
// values of a column must be of this form, or all of the other.
func isISODateTime(text string) bool {
	day, clock, ok := strings.Cut(text, "T")
	return ok && isoDate.MatchString(day) && isoTime.MatchString(clock)
}

var isoDate = regexp.MustCompile(`^[0-9]{4}(-?[0-9]{2}(-?[0-9]{2})?|-?W[0-9]{2}(-?[0-9])?|-?[0-9]{3})?$`)

var isoTime = regexp.MustCompile(`^([0-9]{2}(:?[0-9]{2}(:?[0-9]{2})?)?)([.,][0-9]+)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?$`)
