package value

// strMethod is the table of str's methods.
func strMethod(name string) method[Str] {
	switch name {
	case "capitalize":
		return method[Str]{0, 0, strCapitalize}
	case "casefold":
		return method[Str]{0, 0, strCasefold}
	case "center":
		return method[Str]{1, 2, strCenter}
	case "count":
		return method[Str]{-1, -1, strCount}
	case "encode":
		return method[Str]{-1, -1, strEncode}
	case "endswith":
		return method[Str]{-1, -1, strEndsWith}
	case "expandtabs":
		return method[Str]{-1, -1, strExpandTabs}
	case "find":
		return method[Str]{-1, -1, strFind}
	case "format":
		return method[Str]{-1, -1, strFormat}
	case "format_map":
		return method[Str]{-1, -1, strFormatMap}
	case "index":
		return method[Str]{-1, -1, strIndex}
	case "join":
		return method[Str]{1, 1, strJoin}
	case "ljust":
		return method[Str]{1, 2, strLJust}
	case "lower":
		return method[Str]{0, 0, strLower}
	case "lstrip":
		return method[Str]{0, 1, strLStrip}
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
		return method[Str]{-1, -1, strRFind}
	case "rindex":
		return method[Str]{-1, -1, strRIndex}
	case "rjust":
		return method[Str]{1, 2, strRJust}
	case "rpartition":
		return method[Str]{1, 1, strRPartition}
	case "rsplit":
		return method[Str]{-1, -1, strRSplit}
	case "rstrip":
		return method[Str]{0, 1, strRStrip}
	case "split":
		return method[Str]{-1, -1, strSplit}
	case "splitlines":
		return method[Str]{-1, -1, strSplitLines}
	case "startswith":
		return method[Str]{-1, -1, strStartsWith}
	case "strip":
		return method[Str]{0, 1, strStrip}
	case "swapcase":
		return method[Str]{0, 0, strSwapcase}
	case "title":
		return method[Str]{0, 0, strTitle}
	case "translate":
		return method[Str]{1, 1, strTranslate}
	case "upper":
		return method[Str]{0, 0, strUpper}
	case "zfill":
		return method[Str]{1, 1, strZFill}
	}
	return strTest(name)
}
