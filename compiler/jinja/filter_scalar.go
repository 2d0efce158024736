package jinja

import (
	"math"
	"math/rand/v2"
	"strconv"

	"mdl/compiler/jinja/value"
)

func filterAbs(_ *thread, v value.Value, _ []value.Value) (value.Value, error) { return value.Abs(v) }

// filterAttr looks up an attribute without falling back to the item.
func filterAttr(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	name, ok := args[0].(value.Str)
	if !ok {
		return nil, value.TypeErrorf("attribute name must be string, not '%s'", args[0].TypeName())
	}
	from := v
	if _, isDict := v.(*value.Dict); isDict {
		from = value.NewDict()
	}
	found, err := value.GetAttr(from, string(name))
	if u, ok := found.(*value.Undefined); ok && u.Kind == "" {
		return &value.Undefined{Name: string(name), Obj: v}, err
	}
	return value.GetAttr(v, string(name))
}

func filterDefault(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	if value.IsUndefined(v) || value.Truth(args[1]) && !value.Truth(v) {
		return args[0], nil
	}
	return v, nil
}

func filterString(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	if value.IsStr(v) {
		return v, nil
	}
	return value.Str(value.ToStr(v)), nil
}

func filterIsList(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	_, ok := v.(*value.List)
	return value.Bool(ok), nil
}

// isConversionError tells whether a number could not be read, as opposed to an
// undefined value.
func isConversionError(err error, kinds ...string) bool {
	return value.IsKind(err, append(kinds, "TypeError", "ValueError")...)
}

func filterInt(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	base := 10
	if value.IsStr(v) {
		b, ok := args[1].(value.Int)
		if !ok {
			return nil, value.TypeErrorf("'%s' object cannot be interpreted as an integer", args[1].TypeName())
		}
		base = int(b)
	}
	n, err := value.ToInt(v, base)
	if err == nil || !isConversionError(err) {
		return n, err
	}
	f, err := value.ToFloat(v)
	if err == nil {
		n, err = value.ToInt(f, 10)
	}
	if isConversionError(err, "OverflowError") {
		return args[0], nil
	}
	return n, err
}

func filterFloat(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	f, err := value.ToFloat(v)
	if isConversionError(err) {
		return args[0], nil
	}
	return f, err
}

func filterRound(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	method := value.ToStr(args[1])
	switch method {
	case "common":
		return value.Round(v, args[0])
	case "ceil", "floor":
	default:
		return nil, filterError("method must be common, ceil or floor")
	}
	scale, err := value.Pow(value.Int(10), args[0])
	if err != nil {
		return nil, err
	}
	scaled, err := value.Mul(v, scale)
	if err != nil {
		return nil, err
	}
	whole, err := roundTo(scaled, method)
	if err != nil {
		return nil, err
	}
	return value.Div(whole, scale)
}

// roundTo is math.ceil or math.floor.
func roundTo(v value.Value, method string) (value.Value, error) {
	f, ok := v.(value.Float)
	if !ok {
		return value.Pos(v)
	}
	whole := math.Floor(float64(f))
	if method == "ceil" {
		whole = math.Ceil(float64(f))
	}
	return value.ToInt(value.Float(whole), 10)
}

func filterFilesizeformat(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	n, err := value.ToFloat(v)
	if err != nil {
		return nil, err
	}
	size, _ := n.(value.Float)
	bytes, base, infix := float64(size), 1000.0, "kB"
	if value.Truth(args[0]) {
		base, infix = 1024, "KiB"
	}
	switch {
	case bytes == 1:
		return value.Str("1 Byte"), nil
	case bytes < base:
		return value.Str(strconv.FormatInt(int64(bytes), 10) + " Bytes"), nil
	}
	units := "kMGTPEZY"
	unit := base
	i := 0
	for ; i < len(units)-1 && bytes >= unit*base; i++ {
		unit *= base
	}
	name := infix
	if i > 0 {
		name = units[i:i+1] + infix[1:]
	}
	return value.Str(strconv.FormatFloat(base*bytes/(unit*base), 'f', 1, 64) + " " + name), nil
}

func filterRandom(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return undefinedValue("No random item, sequence was empty."), nil
	}
	return items[rand.IntN(len(items))], nil
}

func filterFormat(_ *thread, v value.Value, args value.Args) (value.Value, error) {
	if len(args.Pos) > 0 && len(args.Kw) > 0 {
		return nil, filterError("can't handle positional and keyword arguments at the same time")
	}
	var operand value.Value = value.NewTuple(args.Pos...)
	if len(args.Kw) > 0 {
		d := value.NewDict()
		for _, kw := range args.Kw {
			d.SetStr(kw.Name, kw.Value)
		}
		operand = d
	}
	return value.Mod(value.Str(value.ToStr(v)), operand)
}
