#!/usr/bin/env python3
"""Write cases.jsonl: what dbt's own environment makes of the templates in templates.txt.

    ORACLE/bin/python regenerate.py

templates.txt holds cases: a line "=== id [native] [lenient]", the template, and optionally a line "--- macros" with a macro
file. `native` renders as dbt renders YAML values and records the repr of the value; `lenient` renders with dbt's Undefined of
parse time. The names below CONTEXT are what oracle_test.go offers too.
"""
import json
import pathlib
import re
from types import SimpleNamespace

from dbt.clients.jinja import MacroGenerator, MacroStack, get_rendered
from dbt.context.base import BaseContext
from dbt_common.clients.jinja import extract_toplevel_blocks

HERE = pathlib.Path(__file__).resolve().parent
MACRO_TAGS = {"macro", "materialization", "test", "data_test"}


def context(macros):
    ctx = {"execute": True, "log": lambda msg, info=False: "", "print": lambda msg: ""}
    for name in ("fromjson", "tojson", "set_strict", "zip_strict", "local_md5"):
        ctx[name] = getattr(BaseContext, name)
    ctx["return"], ctx["set"], ctx["zip"] = BaseContext._return, BaseContext._set, BaseContext._zip
    ctx["g_int"], ctx["g_str"], ctx["g_list"], ctx["g_none"] = 7, "global", [1, 2, 3], None
    ctx["g_dict"] = {"a": 1, "b": {"c": [10, 20]}}
    for block in extract_toplevel_blocks(macros, allowed_blocks=MACRO_TAGS, collect_raw_data=False):
        node = SimpleNamespace(name=block.block_name, macro_sql=block.full_block, unique_id=block.block_name,
                               original_file_path="macros/m.sql")
        ctx[block.block_name] = MacroGenerator(node, ctx, None, MacroStack())
    return ctx


def cases(text):
    for part in re.split(r"^=== ", text, flags=re.M)[1:]:
        head, _, body = part.partition("\n")
        name, *flags = head.split()
        template, _, macros = body.removesuffix("\n").partition("\n--- macros\n")
        yield name, flags, template, macros


def main():
    out, seen = [], set()
    for name, flags, template, macros in cases((HERE / "templates.txt").read_text()):
        assert name not in seen, name
        seen.add(name)
        case = {"id": name, "template": template}
        if macros:
            case["macros"] = macros
        for flag in flags:
            case[flag] = True
        try:
            got = get_rendered(template, context(macros), None, capture_macros="lenient" in flags, native="native" in flags)
            case["expected"] = repr(got) if "native" in flags else got
        except Exception as e:  # whatever dbt says
            lines = [line.strip() for line in str(e).splitlines()]
            case["error_contains"] = lines[1] if len(lines) > 1 and lines[0].endswith("Error") else lines[0]
        out.append(json.dumps(case, ensure_ascii=False))
    (HERE / "cases.jsonl").write_text("\n".join(out) + "\n")
    print(len(out), "cases,", sum("error_contains" in line for line in out), "of them errors")


if __name__ == "__main__":
    main()
