package value

import "fmt"

// The years that Python's dates can have.
const (
	MinYear = 1
	MaxYear = 9999

	maxOrdinal = 3652059 // 9999-12-31
	usPerSec   = 1000000
	usPerDay   = 86400 * usPerSec
)

func isLeap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// daysIn is the number of days of a month.
func daysIn(y, m int) int {
	switch m {
	case 2:
		if isLeap(y) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysBefore is the number of days of a year before a month.
func daysBefore(y, m int) int {
	n := [...]int{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}[m-1]
	if m > 2 && isLeap(y) {
		n++
	}
	return n
}

// ordinal numbers the days from 0001-01-01, which is 1.
func ordinal(y, m, d int) int {
	p := y - 1
	return p*365 + p/4 - p/100 + p/400 + daysBefore(y, m) + d
}

// civil is the date of an ordinal.
func civil(ord int) (y, m, d int) {
	n := ord - 1
	n400, n := n/146097, n%146097
	n100, n := n/36524, n%36524
	n4, n := n/1461, n%1461
	n1, n := n/365, n%365
	y = n400*400 + n100*100 + n4*4 + n1 + 1
	if n100 == 4 || n1 == 4 {
		return y - 1, 12, 31
	}
	m = 1
	for n >= daysIn(y, m) {
		n -= daysIn(y, m)
		m++
	}
	return y, m, n + 1
}

func checkDate(y, m, d int) error {
	switch {
	case y < MinYear || y > MaxYear:
		return ValueErrorf("year %d is out of range", y)
	case m < 1 || m > 12:
		return ValueErrorf("month must be in 1..12")
	case d < 1 || d > daysIn(y, m):
		return ValueErrorf("day is out of range for month")
	}
	return nil
}

func checkTime(h, min, s, us int) error {
	switch {
	case h < 0 || h > 23:
		return ValueErrorf("hour must be in 0..23")
	case min < 0 || min > 59:
		return ValueErrorf("minute must be in 0..59")
	case s < 0 || s > 59:
		return ValueErrorf("second must be in 0..59")
	case us < 0 || us > 999999:
		return ValueErrorf("microsecond must be in 0..999999")
	}
	return nil
}

// weekday is 0 on Monday.
func weekday(ord int) int { return (ord + 6) % 7 }

// isoWeek is the year, week and weekday of ISO 8601.
func isoWeek(ord int) (year, week, day int) {
	year, _, _ = civil(ord)
	first := isoYearStart(year)
	switch {
	case ord < first:
		year--
		first = isoYearStart(year)
	case year < MaxYear && ord >= isoYearStart(year+1):
		year++
		first = isoYearStart(year)
	}
	return year, (ord-first)/7 + 1, weekday(ord) + 1
}

// isoYearStart is the Monday of the week that holds the year's first Thursday.
func isoYearStart(year int) int {
	first := ordinal(year, 1, 1)
	monday := first - weekday(first)
	if weekday(first) > 3 {
		monday += 7
	}
	return monday
}

var (
	dayNames = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

	monthNames = [...]string{"", "January", "February", "March", "April", "May", "June", "July",
		"August", "September", "October", "November", "December"}
)

// clockText is hh:mm:ss[.ffffff].
func clockText(us int64) string {
	s := us / usPerSec
	text := fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
	if us %= usPerSec; us != 0 {
		text += fmt.Sprintf(".%06d", us)
	}
	return text
}

// offsetText is an offset from UTC as +hh:mm[:ss[.ffffff]], with a separator.
func offsetText(us int64, sep string) string {
	sign := "+"
	if us < 0 {
		sign, us = "-", -us
	}
	s := us / usPerSec
	text := fmt.Sprintf("%s%02d%s%02d", sign, s/3600, sep, s/60%60)
	if us %= usPerSec; s%60 != 0 || us != 0 {
		text += fmt.Sprintf("%s%02d", sep, s%60)
		if us != 0 {
			text += fmt.Sprintf(".%06d", us)
		}
	}
	return text
}
