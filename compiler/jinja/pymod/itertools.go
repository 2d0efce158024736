package pymod

import "mdl/compiler/jinja/value"

// itertoolsModule has the names of itertools that dbt lets through.
func itertoolsModule() *module {
	return table("itertools", []member{
		function("count", iterCount),
		function("cycle", iterCycle),
		function("repeat", iterRepeat),
		function("accumulate", iterAccumulate),
		function("chain", iterChain),
		function("compress", iterCompress),
		function("islice", iterSlice),
		function("starmap", iterStarMap),
		function("tee", iterTee),
		function("zip_longest", iterZipLongest),
		function("product", iterProduct),
		function("permutations", iterPermutations),
		function("combinations", iterCombinations),
		function("combinations_with_replacement", iterCombinationsRepeated),
	})
}

type next = func() (value.Value, bool, error)

func iterator(name string, fn next) (value.Value, error) {
	return value.NewGenerator("itertools."+name, value.IterFunc(fn)), nil
}

func iterCount(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.BindBuiltin("count", value.Optional("start", value.Int(0)), value.Optional("step", value.Int(1)))
	if err != nil {
		return nil, err
	}
	if !value.IsNumber(got[0]) || !value.IsNumber(got[1]) {
		return nil, value.TypeErrorf("a number is required")
	}
	at := got[0]
	return iterator("count", func() (value.Value, bool, error) {
		v := at
		var err error
		at, err = value.Add(at, got[1])
		return v, err == nil, err
	})
}

func iterCycle(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.BindBuiltin("cycle", value.Required("iterable"))
	if err != nil {
		return nil, err
	}
	items, err := value.Items(got[0])
	if err != nil {
		return nil, err
	}
	i := -1
	return iterator("cycle", func() (value.Value, bool, error) {
		if len(items) == 0 {
			return nil, false, nil
		}
		i = (i + 1) % len(items)
		return items[i], true, nil
	})
}

func iterRepeat(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.BindBuiltin("repeat", value.Required("object"), value.Optional("times", value.None))
	if err != nil {
		return nil, err
	}
	left := -1
	if !value.IsNone(got[1]) {
		if left, err = value.Index(got[1]); err != nil {
			return nil, err
		}
		left = max(left, 0)
	}
	return iterator("repeat", func() (value.Value, bool, error) {
		if left == 0 {
			return nil, false, nil
		}
		if left > 0 {
			left--
		}
		return got[0], true, nil
	})
}

func iterAccumulate(t value.Thread, a value.Args) (value.Value, error) {
	got, err := a.BindBuiltin("accumulate", value.Required("iterable"), value.Optional("func", value.None),
		value.Param{Name: "initial", Default: value.None, Kind: value.KeywordOnly})
	if err != nil {
		return nil, err
	}
	it, err := value.Iterate(got[0])
	if err != nil {
		return nil, err
	}
	var total value.Value
	initial := !value.IsNone(got[2])
	return iterator("accumulate", func() (value.Value, bool, error) {
		if initial {
			initial, total = false, got[2]
			return total, true, nil
		}
		item, ok, err := it.Next()
		if !ok || err != nil {
			return nil, false, err
		}
		switch {
		case total == nil:
			total = item
		case value.IsNone(got[1]):
			total, err = value.Add(total, item)
		default:
			total, err = t.Call(got[1], value.Positional(total, item))
		}
		return total, err == nil, err
	})
}

func iterChain(_ value.Thread, a value.Args) (value.Value, error) {
	if len(a.Kw) > 0 {
		return nil, value.TypeErrorf("chain() takes no keyword arguments")
	}
	rest := a.Pos
	var it value.Iterator
	return iterator("chain", func() (value.Value, bool, error) {
		for {
			if it != nil {
				if v, ok, err := it.Next(); ok || err != nil {
					return v, ok, err
				}
			}
			if len(rest) == 0 {
				return nil, false, nil
			}
			var err error
			if it, err = value.Iterate(rest[0]); err != nil {
				return nil, false, err
			}
			rest = rest[1:]
		}
	})
}

func iterCompress(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.BindBuiltin("compress", value.Required("data"), value.Required("selectors"))
	if err != nil {
		return nil, err
	}
	data, err := value.Iterate(got[0])
	if err != nil {
		return nil, err
	}
	selectors, err := value.Iterate(got[1])
	if err != nil {
		return nil, err
	}
	return iterator("compress", func() (value.Value, bool, error) {
		for {
			v, ok, err := data.Next()
			if !ok || err != nil {
				return nil, false, err
			}
			wanted, ok, err := selectors.Next()
			if !ok || err != nil {
				return nil, false, err
			}
			if value.Truth(wanted) {
				return v, true, nil
			}
		}
	})
}

func iterSlice(_ value.Thread, a value.Args) (value.Value, error) {
	if n := len(a.Pos); n < 2 || n > 4 {
		word, k := "at least", 2
		if n > 4 {
			word, k = "at most", 4
		}
		return nil, value.TypeErrorf("islice expected %s %d arguments, got %d", word, k, n)
	}
	it, err := value.Iterate(a.Pos[0])
	if err != nil {
		return nil, err
	}
	start, stop, step := 0, -1, 1
	bounds := a.Pos[1:]
	if len(bounds) == 1 {
		bounds = []value.Value{value.None, bounds[0]}
	}
	for i, to := range []*int{&start, &stop, &step} {
		if i >= len(bounds) || value.IsNone(bounds[i]) {
			continue
		}
		n, err := value.Index(bounds[i])
		if err != nil || n < 0 || i == 2 && n == 0 {
			return nil, sliceError(i, len(bounds))
		}
		*to = n
	}
	at, wanted := 0, start
	return iterator("islice", func() (value.Value, bool, error) {
		for stop < 0 || wanted < stop {
			v, ok, err := it.Next()
			if !ok || err != nil {
				return nil, false, err
			}
			at++
			if at-1 == wanted {
				wanted += step
				return v, true, nil
			}
		}
		return nil, false, nil
	})
}

func sliceError(i, n int) error {
	switch {
	case i == 2:
		return value.ValueErrorf("Step for islice() must be a positive integer or None.")
	case i == 1 && n == 2:
		return value.ValueErrorf("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
	}
	return value.ValueErrorf("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
}

func iterStarMap(t value.Thread, a value.Args) (value.Value, error) {
	got, err := a.BindBuiltin("starmap", value.Required("function"), value.Required("iterable"))
	if err != nil {
		return nil, err
	}
	it, err := value.Iterate(got[1])
	if err != nil {
		return nil, err
	}
	return iterator("starmap", func() (value.Value, bool, error) {
		item, ok, err := it.Next()
		if !ok || err != nil {
			return nil, false, err
		}
		args, err := value.Items(item)
		if err != nil {
			return nil, false, err
		}
		v, err := t.Call(got[0], value.Positional(args...))
		return v, err == nil, err
	})
}

func iterTee(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.BindBuiltin("tee", value.Required("iterable"), value.Optional("n", value.Int(2)))
	if err != nil {
		return nil, err
	}
	n, err := value.Index(got[1])
	if err != nil {
		return nil, err
	}
	if n < 0 || n > maxPools {
		return nil, value.ValueErrorf("n must be >= 0 and <= %d", maxPools)
	}
	source, err := value.Iterate(got[0])
	if err != nil {
		return nil, err
	}
	var seen []value.Value
	its := make([]value.Value, n)
	for i := range its {
		at := 0
		its[i], _ = iterator("_tee", func() (value.Value, bool, error) {
			if at == len(seen) {
				v, ok, err := source.Next()
				if !ok || err != nil {
					return nil, false, err
				}
				seen = append(seen, v)
			}
			at++
			return seen[at-1], true, nil
		})
	}
	return value.NewTuple(its...), nil
}

func iterZipLongest(_ value.Thread, a value.Args) (value.Value, error) {
	fill := value.None
	for _, kw := range a.Kw {
		if kw.Name != "fillvalue" {
			return nil, value.TypeErrorf("zip_longest() got an unexpected keyword argument")
		}
		fill = kw.Value
	}
	its := make([]value.Iterator, len(a.Pos))
	for i, v := range a.Pos {
		var err error
		if its[i], err = value.Iterate(v); err != nil {
			return nil, err
		}
	}
	return iterator("zip_longest", func() (value.Value, bool, error) {
		row := make([]value.Value, len(its))
		some := false
		for i, it := range its {
			row[i] = fill
			if it == nil {
				continue
			}
			v, ok, err := it.Next()
			if err != nil {
				return nil, false, err
			}
			if !ok {
				its[i] = nil
				continue
			}
			row[i], some = v, true
		}
		if !some {
			return nil, false, nil
		}
		return value.NewTuple(row...), true, nil
	})
}
