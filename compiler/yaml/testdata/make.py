"""Writes cases.json: what PyYAML makes of scalars and documents, and what it
dumps. Run it with a Python that has PyYAML:

    python testdata/make.py > testdata/cases.json
"""
import datetime
import json
import sys

import yaml

SCALARS = """
y Y yes Yes YES yEs n N no No NO on On ON oN off Off OFF true True TRUE tRue false False FALSE
null Null NULL nULL ~ none None nil = <
0 1 -1 +1 00 007 017 018 08 0o17 0b101 0b2 0b -0b11 0x1F 0X1F 0xG 0x 1_000 _1 1_ 0_ 0_7 1__2 - +
123456789012345678901234567890 -123456789012345678901234567890 0xffffffffffffffffffff
1.0 -1.5 +1.5 1. .5 -.5 +.5 . .. ._ ._5 .5_ 1_0.5_0 1e3 1E3 1.0e3 1.0e+3 1.0E-3 1.e+3 .5e+1 .5e1 1.0e+ 1.5e+400
1e+3 12e03 0.1 00.5 1.2.3 v1.2 1.11.16 1.0.0 .inf .Inf .INF -.inf +.inf .iNF .nan .NaN .NAN -.nan inf nan
1:30 01:30 190:20:30 190:20:30.15 1:60 1:5 -1:30 12:30:45 0:30 1:30: :30 1_0:30 1:3_0 1:30.5 1:30. 20:59 a:b
2024-01-31 2024-1-31 2024-01-31T10:20:30 2024-01-31t10:20:30.5 2024-01-31T10:20:30Z 2024-01-31T10:20:30+02:00
2024-01-31T1:20:30-5 2001-12-14T21:59:43.10-05:00 2024-01-31T10:20 2024-01 20240131 2024-001-1 2024-01-31x
2001-12-15T2:59:43.1234567Z 2024-01-31T10:20:30.000001 2024-01-31T10:20:30+0200 10000-01-01
abc a#b -a ?a :a a: "'" '"' 'it''s' "a\\tb\\u00e9\\x41" '' "" %a=b {{x}}
!!str:1 +12a 1-2 1/2 50% $1 ^ ref('x')
""".split()

SCALARS += [
    "2024-01-31 10:20:30", "2024-01-31 10:20:30 +02:00", "2024-1-31 1:20:30.5", "2024-01-31  10:20:30 Z",
    "!!str 1", "!!str yes", "!!int \"3\"", "!!float 3", "!!float 1.5", "!!bool \"yes\"", "!!null ''",
    "!!str 2024-01-31", "a b  c", "'a  b'", '"a  b"', "a # comment", "a #", "'a # b'", "a, b", "[]", "{}", "! 1",
]

DOCUMENTS = [
    "", "\n", "# only\n", "---\n", "--- a\n", "---\na: 1\n...\n", "\ufeffa: 1\n", "a: 1\r\nb:\r\n  - x\r\n",
    "a:\n- 1\n- 2\n", "a:\n  - 1\n  - - 2\n    - 3\n", "- a: 1\n  b: 2\n- c\n", "a: b\n\n\nc: d\n",
    "a: |\n  x\n   y\n\n  z\n", "a: |-\n  x\n  y\n\n", "a: |+\n  x\n\n\nb: 1\n", "a: >\n  x\n  y\n\n  z\n   w\n  v\n",
    "a: >-\n  x\n  y\n", "a: |2\n    x\n   y\n", "a: |\nb: 1\n", "a: >\n\n\n  x\n", "a: |  # note\n  x\n",
    "a: one\n  two\n  three\n", "a: 'one\n  two\n\n  three'\n", 'a: "one\\\n  two\n  three"\n', "a:\n  long\n  text\n",
    "{a: 1, b: [1, 2, {c: d}], }\n", "[a, b, ]\n", "[a: 1, b]\n", "{a, b: }\n", "{a: , 'b':1}\n", "[\n  a, # x\n  b\n]\n",
    "? a\n: b\n", "? [a, b]\n: c\n", "? a\n", "1: a\ntrue: b\nnull: c\n1.5: d\n2024-01-31: e\n", "yes: no\n", "on: x\n",
    "a: &x [1, 2]\nb: *x\n", "a: &x 1\nb: [*x, *x]\n", "&x a: 1\nb: *x\n",
    "a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n  r: 4\n", "a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc:\n  <<: [*x, *y]\n",
    "a: &x {p: 1}\nb:\n  p: 0\n  <<: *x\n", "a: &x {p: 1}\nb:\n  <<: *x\n  <<: {z: 1}\n", "a: {<<: {b: {<<: {c: 1}}}}\n",
    "a: 1\na: 2\nb: 3\n", "a: 1\nb: 2\na: 3\n", "a: !!set {x, y}\n", "a: !!python/object:x 1\n", "a: !custom 1\n",
    "1: a\n1.0: b\ntrue: c\n", "'<<': 1\n", "a: <<\n", "\"a\": 1\n'b': 2\n", "a:   \nb:\n  \nc: ''\n",
    "a: *b\n", "a: @b\n", "a: `b`\n", "a: %b\n", "a: {{ x }}\n", "a: {% x %}\n", "a: b: c\n", "a:\n\t- b\n", "a\tb: 1\n", "a:\t1\n",
    "a: 'x\nb: c\n", "a: \"x\nb: c\n", "a: [1, 2\nb: c\n", "a: {b: 1\n", "a: 'x' y\n", "a: \"\\q\"\n", "a: \"\\x4\"\n",
    "models:\n  - name: x\n  desc: y\n", "models:\n  - name: x\n   desc: y\n", "a: 1\n b: 2\n", "  a: 1\nb: 2\n", "key\nother: x\n",
    "a: - b\n", "- a\nb: 1\n", "a: 1\n- b\n", "a: 1\n---\nb: 2\n", "a: 1\n...\nb: 2\n", "%YAML 1.1\n---\na: 1\n", "%FOO\n---\na\n",
    "a: x\x01y\n", "a: x\x7fy\n", "a: x\u0085y\n", "a: 'x\u2028y'\n", "a: \U0001f600 \u00e9\n", "a: \ufeffb\n",
    "a: http://x.y/z?a=b#c\n", "a: C:\\x\n", "a: x:y\n", "{a:1}\n", "{a:1, b}\n", "{\"a\":1}\n", "[a:b]\n", "- - - a\n", "-\n  - a\n", "- \n", "-\n- a\n",
    "a: 1 #x\n#y\nb: 2\n", "a: &x\nb: *x\n", "a: !!str\nb: 1\n", "a: &x !!str 1\n", "a: !!str &x 1\nb: *x\n", "&x\na: 1\n", "- &x\n  a: 1\n- *x\n",
    "a: &x\n  - *x\n", "a: \"\\u263a\\n\\t\\\\\\/\\e\\0\"\n", "a: ''''\n", "a: 'x''y'\n", "a: ? b\n", "a: -\n", "a: -1-\n", "a: x -\n  - y\n",
    "a: >+\n  x\n\n\n", "a: |1\n x\n", "a: |3\n  x\n", "a: |\n\n   \n  x\n", "a: |\n    \n  x\n", "a: >\n  x\n    y\n  z\n\n\n  w\n", "- |\n x\n- y\n",
    "a: |\n  x\n # c\nb: 1\n", "a: x\n # c\n y\n", "a: x\n  # c\nb: 1\n", "a: 'x\n  # c\n  y'\n", "a: 2024-13-45\n", "a: 2024-02-30T00:00:00\n",
]

VALUES = [
    None, True, False, 0, -1, 10**30, 1.0, 1e300, 1e-7, 0.1, 123456789.123, float("inf"), float("-inf"), 1e16, 1e15, 100.0,
    "", "a", "a b", " a", "a ", "a\nb", "a\n", "a\n\n", "\n", "\ta", "a\tb", "yes", "no", "null", "~", "1", "1.5", "1e3", "0x1", "017", "2024-01-31",
    "1:30", "=", "<<", "-", "- a", "-a", "?", "? a", ":", "a:", "a: b", "a:b", ":a", "#", "# a", "a #b", "a#b", "a # b", "!", "!a", "&a", "*a", "@a", "`a", "%a", "|", ">",
    "[a]", "{a}", "a, b", "a]", "a}", "'", "''", "it's", '"', 'say "x"', "it's \"x\"", "\\", "a\\b", "{{ x }}", "{% x %}", "é", "日本", "\U0001f600", "\u0085", "\u2028",
    "\x00", "\x07", "\x7f", "\xa0", "a\r\nb", "\ufeff", "true story", "---", "--- a", "...", "a\n---\nb", "a\n  b", "  a\nb", "x" * 100,
    "word " * 30, "word " * 30 + "\nnext", "'quoted' " * 20, "é word " * 20, "a: " * 30, "select *\nfrom x\nwhere a = 'b'\n", "a\n\n\nb", "a  b " * 20,
    [], {}, [1, "a", None], [[], {}], [[1], [2, [3]]], {"a": 1}, {"b": 1, "a": 2}, {"a": [1, 2], "b": {"c": []}, "d": {}}, [{"a": 1, "b": 2}, {"c": 3}], {"a": [{"b": [1]}]},
    {1: 2}, {True: "x"}, {None: 1}, {"": 1}, {"a b": 1}, {"yes": "no"}, {"a:": 1}, {"x" * 130: 1}, {"a\nb": 1}, {1.5: 1}, {"é": "é"}, {"a": "x" * 100}, {"k": "word " * 30}, ["word " * 30],
    {"a": {"b": {"c": "deep " * 30}}}, ["- x", "a\nb"], {"a": "b\nc\n"}, (1, 2), {"t": (1, "a")},
    {"'": '"'}, {"? a": 1}, [None, None], {"a": None}, {"-": "-"}, "a" * 90 + " b", "a " + "b" * 90 + " c",
]


def show(v):
    if isinstance(v, datetime.date):
        return v.isoformat()
    if isinstance(v, dict):
        return "{" + ", ".join(show(k) + ": " + show(x) for k, x in v.items()) + "}"
    if isinstance(v, list):
        return "[" + ", ".join(map(show, v)) + "]"
    return repr(v)


def load(text):
    try:
        v = yaml.load(text, yaml.CSafeLoader)
        return {"yaml": text, "want": show(v)}
    except RecursionError:
        return {"yaml": text, "error": "recursion"}
    except Exception as e:
        return {"yaml": text, "error": str(getattr(e, "problem", None) or e)}


def encode(v):
    """JSON with a tag where JSON has no such value."""
    if isinstance(v, dict):
        return {"map": [[encode(k), encode(x)] for k, x in v.items()]}
    if isinstance(v, (list, tuple)):
        return {type(v).__name__: [encode(x) for x in v]}
    if isinstance(v, (int, float)) and not isinstance(v, bool):
        return {type(v).__name__: repr(v)}
    return v


out = {
    "scalars": [load("k: " + s) for s in SCALARS],
    "documents": [load(s) for s in DOCUMENTS],
    "dumps": [{"value": encode(v), "want": yaml.safe_dump(v, sort_keys=False)} for v in VALUES],
}
json.dump(out, sys.stdout, indent=0, ensure_ascii=True)
