package pymod

import "mdl/compiler/jinja/value"

// maxPools bounds the places of a combination.
const maxPools = 1000

// odometer gives tuples of items by indexes that an advance function moves on.
func odometer(name string, n int, item func(place, index int) value.Value, indexes []int, advance func([]int) bool) (value.Value, error) {
	started, done := false, indexes == nil
	return iterator(name, func() (value.Value, bool, error) {
		if done {
			return nil, false, nil
		}
		if started && !advance(indexes) {
			done = true
			return nil, false, nil
		}
		started = true
		row := make([]value.Value, n)
		for i := range row {
			row[i] = item(i, indexes[i])
		}
		return value.NewTuple(row...), true, nil
	})
}

func iterProduct(_ value.Thread, a value.Args) (value.Value, error) {
	times := 1
	for _, kw := range a.Kw {
		if kw.Name != "repeat" {
			return nil, value.TypeErrorf("'%s' is an invalid keyword argument for product()", kw.Name)
		}
		var err error
		if times, err = value.Index(kw.Value); err != nil {
			return nil, err
		}
		if times < 0 {
			return nil, value.ValueErrorf("repeat argument cannot be negative")
		}
	}
	var once [][]value.Value
	for _, v := range a.Pos {
		items, err := value.Items(v)
		if err != nil {
			return nil, err
		}
		once = append(once, items)
	}
	if len(once) > 0 && times > maxPools/len(once) {
		return nil, value.Errorf("MemoryError", "product of more than %d places", maxPools)
	}
	pools := make([][]value.Value, 0, len(once)*times)
	if len(once) > 0 {
		for range times {
			pools = append(pools, once...)
		}
	}
	indexes := make([]int, len(pools))
	for _, p := range pools {
		if len(p) == 0 {
			indexes = nil
			break
		}
	}
	return odometer("product", len(pools), func(place, i int) value.Value { return pools[place][i] }, indexes,
		func(ix []int) bool {
			for i := len(ix) - 1; i >= 0; i-- {
				if ix[i]++; ix[i] < len(pools[i]) {
					return true
				}
				ix[i] = 0
			}
			return false
		})
}

// poolArgs binds an iterable and the length r of the tuples.
func poolArgs(name string, a value.Args, r value.Param) (pool []value.Value, n int, err error) {
	got, err := a.BindBuiltin(name, value.Required("iterable"), r)
	if err != nil {
		return nil, 0, err
	}
	if pool, err = value.Items(got[0]); err != nil {
		return nil, 0, err
	}
	n = len(pool)
	if !value.IsNone(got[1]) {
		if n, err = value.Index(got[1]); err != nil {
			return nil, 0, err
		}
	}
	if n < 0 {
		return nil, 0, value.ValueErrorf("r must be non-negative")
	}
	if n > maxPools && n <= len(pool) {
		return nil, 0, value.Errorf("MemoryError", "%s of more than %d places", name, maxPools)
	}
	return pool, n, nil
}

// ascending is 0, 1, ... n-1, or nil when a pool is too small for n places.
func ascending(n, pool int) []int {
	if n > pool {
		return nil
	}
	ix := make([]int, n)
	for i := range ix {
		ix[i] = i
	}
	return ix
}

func iterPermutations(_ value.Thread, a value.Args) (value.Value, error) {
	pool, r, err := poolArgs("permutations", a, value.Optional("r", value.None))
	if err != nil {
		return nil, err
	}
	item := func(_, i int) value.Value { return pool[i] }
	return odometer("permutations", r, item, ascending(r, len(pool)), func(ix []int) bool {
		used := make([]bool, len(pool))
		for _, i := range ix {
			used[i] = true
		}
		for place := len(ix) - 1; place >= 0; place-- {
			used[ix[place]] = false
			if up := firstFree(used, ix[place]+1); up >= 0 {
				ix[place], used[up] = up, true
				for rest := place + 1; rest < len(ix); rest++ {
					ix[rest] = firstFree(used, 0)
					used[ix[rest]] = true
				}
				return true
			}
		}
		return false
	})
}

func firstFree(used []bool, from int) int {
	for i := from; i < len(used); i++ {
		if !used[i] {
			return i
		}
	}
	return -1
}

func iterCombinations(_ value.Thread, a value.Args) (value.Value, error) {
	pool, r, err := poolArgs("combinations", a, value.Required("r"))
	if err != nil {
		return nil, err
	}
	item := func(_, i int) value.Value { return pool[i] }
	return odometer("combinations", r, item, ascending(r, len(pool)), func(ix []int) bool {
		for i := len(ix) - 1; i >= 0; i-- {
			if ix[i] < len(pool)-len(ix)+i {
				ix[i]++
				for j := i + 1; j < len(ix); j++ {
					ix[j] = ix[j-1] + 1
				}
				return true
			}
		}
		return false
	})
}

func iterCombinationsRepeated(_ value.Thread, a value.Args) (value.Value, error) {
	pool, r, err := poolArgs("combinations_with_replacement", a, value.Required("r"))
	if err != nil {
		return nil, err
	}
	if r > maxPools {
		return nil, value.Errorf("MemoryError", "combinations of more than %d places", maxPools)
	}
	indexes := make([]int, r)
	if len(pool) == 0 && r > 0 {
		indexes = nil
	}
	item := func(_, i int) value.Value { return pool[i] }
	return odometer("combinations_with_replacement", r, item, indexes, func(ix []int) bool {
		for i := len(ix) - 1; i >= 0; i-- {
			if ix[i] < len(pool)-1 {
				up := ix[i] + 1
				for j := i; j < len(ix); j++ {
					ix[j] = up
				}
				return true
			}
		}
		return false
	})
}
