package value

// strMethod is the table of str's methods.
func strMethod(name string) method[Str] {
	switch name {
	case "capitalize":
		return pure(func(s string) Value { return Str(capitalize(s)) })
	case "casefold":
		return pure(func(s string) Value { return Str(casefold(s)) })
	case "center":
		return method[Str]{1, 2, padder(padCenter)}
	case "count":
		return method[Str]{-1, -1, strCount}
	case "encode":
		return method[Str]{-1, -1, strEncode}
	case "endswith":
		return method[Str]{-1, -1, strEndsWith}
	case "expandtabs":
		return method[Str]{-1, -1, strExpandTabs}
	case "find":
		return method[Str]{-1, -1, finder("find", false, false)}
	case "format":
		return method[Str]{-1, -1, strFormat}
	case "format_map":
		return method[Str]{-1, -1, strFormatMap}
	case "index":
		return method[Str]{-1, -1, finder("index", false, true)}
	case "join":
		return method[Str]{1, 1, strJoin}
	case "ljust":
		return method[Str]{1, 2, padder(padLeft)}
	case "lower":
		return pure(func(s string) Value { return Str(lower(s)) })
	case "lstrip":
		return method[Str]{0, 1, stripper("lstrip", true, false)}
	case "maketrans":
		return method[Str]{1, 3, strMakeTrans}
	case "partition":
		return method[Str]{1, 1, strPartition}
	case "removeprefix":
		return method[Str]{1, 1, strRemovePrefix}
	case "removesuffix":
		return method[Str]{1, 1, strRemoveSuffix}
	case "replace":
		return method[Str]{2, 3, strReplace}
	case "rfind":
		return method[Str]{-1, -1, finder("rfind", true, false)}
	case "rindex":
		return method[Str]{-1, -1, finder("rindex", true, true)}
	case "rjust":
		return method[Str]{1, 2, padder(padRight)}
	case "rpartition":
		return method[Str]{1, 1, strRPartition}
	case "rsplit":
		return method[Str]{-1, -1, strRSplit}
	case "rstrip":
		return method[Str]{0, 1, stripper("rstrip", false, true)}
	case "split":
		return method[Str]{-1, -1, strSplit}
	case "splitlines":
		return method[Str]{-1, -1, strSplitLines}
	case "startswith":
		return method[Str]{-1, -1, strStartsWith}
	case "strip":
		return method[Str]{0, 1, stripper("strip", true, true)}
	case "swapcase":
		return pure(func(s string) Value { return Str(swapCase(s)) })
	case "title":
		return pure(func(s string) Value { return Str(titleCase(s)) })
	case "translate":
		return method[Str]{1, 1, strTranslate}
	case "upper":
		return pure(func(s string) Value { return Str(upper(s)) })
	case "zfill":
		return method[Str]{1, 1, strZFill}
	}
	return strTest(name)
}

// pure makes a method without arguments.
func pure(fn func(string) Value) method[Str] {
	return method[Str]{0, 0, func(_ Thread, s Str, _ Args) (Value, error) { return fn(string(s)), nil }}
}
