package project

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// semver is a version taken apart.
type semver struct {
	num [3]int
	pre string // behind "-"; "" for a release
}

var semverPattern = regexp.MustCompile(`^(\d+)\.(\d+)\.(\d+)(?:-?([0-9A-Za-z][0-9A-Za-z.-]*))?(?:\+[0-9A-Za-z.-]+)?$`)

func parseVersion(text string) (semver, error) {
	m := semverPattern.FindStringSubmatch(text)
	if m == nil {
		return semver{}, fmt.Errorf("%q is not a version such as 1.2.3", text)
	}
	v := semver{pre: m[4]}
	for i := range v.num {
		v.num[i], _ = strconv.Atoi(m[i+1])
	}
	return v, nil
}

// compare orders versions; a pre-release comes before its release.
func (v semver) compare(w semver) int {
	for i := range v.num {
		if v.num[i] != w.num[i] {
			return v.num[i] - w.num[i]
		}
	}
	switch {
	case v.pre == w.pre:
		return 0
	case v.pre == "":
		return 1
	case w.pre == "":
		return -1
	}
	return comparePre(strings.Split(v.pre, "."), strings.Split(w.pre, "."))
}

// comparePre compares the parts of two pre-releases: numbers by value and
// before words, a shorter list before a longer one.
func comparePre(a, b []string) int {
	for i := range min(len(a), len(b)) {
		x, errX := strconv.Atoi(a[i])
		y, errY := strconv.Atoi(b[i])
		switch {
		case errX == nil && errY == nil && x != y:
			return x - y
		case errX == nil && errY != nil:
			return -1
		case errX != nil && errY == nil:
			return 1
		case a[i] != b[i]:
			return strings.Compare(a[i], b[i])
		}
	}
	return len(a) - len(b)
}

// CompareVersions orders two versions: negative when a is older. Its error is a
// text that is no version.
func CompareVersions(a, b string) (int, error) {
	v, err := parseVersion(a)
	if err != nil {
		return 0, err
	}
	w, err := parseVersion(b)
	if err != nil {
		return 0, err
	}
	return v.compare(w), nil
}

// SatisfiesVersion reports whether a version meets all constraints, each of
// them a list such as ">=1.3.0,<2.0.0" of =, >, >=, < and <=. Its error is a
// text that is no version.
func SatisfiesVersion(version string, constraints ...string) (bool, error) {
	v, err := parseVersion(version)
	if err != nil {
		return false, err
	}
	for _, list := range constraints {
		for _, c := range strings.Split(list, ",") {
			c = strings.TrimSpace(c)
			rest := strings.TrimLeft(c, "=<> ")
			w, err := parseVersion(rest)
			if err != nil {
				return false, err
			}
			if !holds(strings.TrimSpace(c[:len(c)-len(rest)]), v.compare(w)) {
				return false, nil
			}
		}
	}
	return true, nil
}

func holds(op string, order int) bool {
	switch op {
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	}
	return order == 0
}
