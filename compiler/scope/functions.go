package scope

import (
	"crypto/md5"
	"encoding/hex"
	"strings"

	"mdl/compiler/jinja/value"
	"mdl/compiler/yaml"
)

// functions are the names that need nothing but their arguments.
var functions = []*value.Func{
	{Name: "fromjson", Fn: fromJSON},
	{Name: "tojson", Fn: toJSON},
	{Name: "fromyaml", Fn: fromYAML},
	{Name: "toyaml", Fn: toYAML},
	{Name: "set", Fn: set},
	{Name: "set_strict", Fn: setStrict},
	{Name: "zip", Fn: zip},
	{Name: "zip_strict", Fn: zipStrict},
	{Name: "diff_of_two_dicts", Fn: diffOfTwoDicts},
	{Name: "local_md5", Fn: localMD5},
}

func fromJSON(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("fromjson", value.Required("string"), value.Optional("default", value.None))
	if err != nil {
		return nil, err
	}
	text, ok := got[0].(value.Str)
	if !ok {
		return nil, value.TypeErrorf("the JSON object must be str, bytes or bytearray, not %s", got[0].TypeName())
	}
	v, err := value.FromJSON(string(text))
	if err != nil {
		return got[1], nil
	}
	return v, nil
}

func toJSON(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("tojson", value.Required("value"), value.Optional("default", value.None),
		value.Optional("sort_keys", value.False))
	if err != nil {
		return nil, err
	}
	text, err := value.ToJSON(got[0], value.JSONOptions{SortKeys: value.Truth(got[2])})
	return orDefault(text, err, got[1], "ValueError")
}

// orDefault answers text, or def where err is of a kind that dbt swallows.
func orDefault(text string, err error, def value.Value, kinds ...string) (value.Value, error) {
	switch {
	case err == nil:
		return value.Str(text), nil
	case value.IsKind(err, kinds...):
		return def, nil
	}
	return nil, err
}

func fromYAML(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("fromyaml", value.Required("value"), value.Optional("default", value.None))
	if err != nil {
		return nil, err
	}
	text, ok := got[0].(value.Str)
	if !ok {
		return got[1], nil
	}
	v, err := yaml.FromText(string(text))
	if err != nil {
		return got[1], nil
	}
	return v, nil
}

func toYAML(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("toyaml", value.Required("value"), value.Optional("default", value.None),
		value.Optional("sort_keys", value.False))
	if err != nil {
		return nil, err
	}
	text, err := yaml.ToYAML(got[0], value.Truth(got[2]))
	if err != nil {
		return got[1], nil
	}
	return value.Str(text), nil
}

func newSet(v value.Value) (value.Value, error) {
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	return value.NewSet(items...)
}

func set(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("set", value.Required("value"), value.Optional("default", value.None))
	if err != nil {
		return nil, err
	}
	v, err := newSet(got[0])
	if value.IsKind(err, "TypeError") {
		return got[1], nil
	}
	return v, err
}

func setStrict(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("set_strict", value.Required("value"))
	if err != nil {
		return nil, err
	}
	return newSet(got[0])
}

func zip(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("zip", value.Param{Name: "args", Kind: value.Rest},
		value.Param{Name: "default", Default: value.None, Kind: value.KeywordOnly})
	if err != nil {
		return nil, err
	}
	v, err := value.Zip(got[0].(*value.Tuple).Items()...)
	if value.IsKind(err, "TypeError") {
		return got[1], nil
	}
	return v, err
}

func zipStrict(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("zip_strict", value.Param{Name: "args", Kind: value.Rest})
	if err != nil {
		return nil, err
	}
	return value.Zip(got[0].(*value.Tuple).Items()...)
}

// diffOfTwoDicts takes lists of texts by key from lists of texts by key,
// comparing keys and texts without case.
func diffOfTwoDicts(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("diff_of_two_dicts", value.Required("dict_a"), value.Required("dict_b"))
	if err != nil {
		return nil, err
	}
	from, okA := got[0].(*value.Dict)
	less, okB := got[1].(*value.Dict)
	if !okA || !okB {
		return nil, value.TypeErrorf("diff_of_two_dicts() takes two dicts of lists")
	}
	minus := map[string]map[string]bool{}
	for k, v := range less.All() {
		items, err := value.Items(v)
		if err != nil {
			return nil, err
		}
		folded := map[string]bool{}
		for _, item := range items {
			folded[fold(item)] = true
		}
		minus[fold(k)] = folded
	}
	diff := value.NewDict()
	for k, v := range from.All() {
		gone, found := minus[fold(k)]
		if !found {
			_ = diff.Set(k, v) // the key of a dict
			continue
		}
		items, err := value.Items(v)
		if err != nil {
			return nil, err
		}
		var left []value.Value
		for _, item := range items {
			if !gone[fold(item)] {
				left = append(left, item)
			}
		}
		if len(left) > 0 {
			_ = diff.Set(k, value.NewList(left...)) // the key of a dict
		}
	}
	return diff, nil
}

func fold(v value.Value) string { return strings.ToLower(value.ToStr(v)) }

func localMD5(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("local_md5", value.Required("value"))
	if err != nil {
		return nil, err
	}
	text, ok := got[0].(value.Str)
	if !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'encode'", got[0].TypeName())
	}
	sum := md5.Sum([]byte(text))
	return value.Str(hex.EncodeToString(sum[:])), nil
}
