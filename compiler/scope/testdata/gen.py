#!/usr/bin/env python3
"""Writes what dbt-core makes of the templates in templates.txt.

    /work/oracle-env/bin/python gen.py

cases.jsonl has one case a line: {"id", "template", "parse"?} with "expected", or
"error" (dbt's class; "message" only where the text is the user's or Python's).
queries.jsonl has the rows of every query that the templates ran, so that the Go
tests need no database. The templates are rendered in the context of the model
`m` of a scratch project, inside dbt's own process.
"""
import contextlib, datetime, decimal, io, json, os, pathlib, tempfile, uuid

HERE = pathlib.Path(__file__).resolve().parent
os.environ.update(DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1", TZ="UTC",
                  SCOPE_SET="42", SCOPE_EMPTY="", DBT_ENV_SECRET_SCOPE="hush")

import duckdb
import dbt.task.compile as task
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.cli.main import dbtRunner
from dbt.clients import jinja
from dbt.context.context_config import ContextConfig
from dbt.context.providers import generate_parser_model_context, generate_runtime_model_context

SETUP = """
create schema other;
create table t1 as select 1 as id, 'x'::varchar as name, 1.5::decimal(10,2) as amt, date '2020-01-01' as d,
    true as ok, {'a': 1, 'b': 'y'} as st;
create view v1 as select 1 as id;
create table other.t2 (id integer, extra varchar, "Mixed Case" double);
"""
VARS = {"list": [1, 2], "text": "hello", "nested": {"a": {"b": 7}}, "both": "project", "zero": 0, "empty": "",
        "no": False, "templated": "{{ project_name }}-{{ 1 + 1 }}"}
CLI = {"cli": 7, "both": "cli"}


def templates():
    for line in (HERE / "templates.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        mode, _, rest = line.partition(" ")
        yield (mode, rest) if mode in ("parse", "exact") else ("", line)


def encode(v, typ=""):
    """A value of a query in the form that the Go test reads."""
    if v is None or isinstance(v, bool):
        return v
    if isinstance(v, int):
        return {"int": str(v)}
    if isinstance(v, float):
        return {"float": repr(v)}
    if isinstance(v, decimal.Decimal):
        return {"decimal": str(v)}
    if isinstance(v, (str, uuid.UUID)):
        return {"text": str(v)}
    if isinstance(v, bytes):
        return {"blob": v.hex()}
    if isinstance(v, datetime.datetime):
        return {"timestamptz" if v.tzinfo else "timestamp": v.replace(tzinfo=None).isoformat()}
    if isinstance(v, datetime.date):
        return {"date": v.isoformat()}
    if isinstance(v, datetime.time):
        if v.tzinfo:
            return {"timetz": v.replace(tzinfo=None).isoformat(), "offset": int(v.utcoffset().total_seconds())}
        return {"time": v.isoformat()}
    if isinstance(v, datetime.timedelta):
        return {"interval": [v.days, v.seconds * 1000000 + v.microseconds]}
    if isinstance(v, list):
        return {"list": [encode(x) for x in v]}
    if isinstance(v, dict):
        return {"map" if typ.startswith("MAP") else "struct": [[encode(k), encode(x)] for k, x in v.items()]}
    raise TypeError(type(v))


queries = {}
execute = DuckDBAdapter.execute


def recording(self, sql, auto_begin=False, fetch=False, limit=None):
    """adapter.execute, which also keeps the rows."""
    key = sql.strip()
    if fetch and key not in queries and key.startswith("select"):
        cursor = self.connections.get_thread_connection().handle.cursor()
        try:
            cursor.execute(key)
            names = [[c[0], str(c[1])] for c in cursor.description]
            queries[key] = {"sql": key, "columns": names,
                            "rows": [[encode(v, t) for v, (_, t) in zip(row, names)] for row in cursor.fetchall()]}
        except Exception:
            queries[key] = {"sql": key, "error": True}
    return execute(self, sql, auto_begin, fetch, limit)


def render(runner, manifest, mode, template):
    node, config = runner.node, runner.config
    if mode == "parse":
        context = generate_parser_model_context(
            node, config, manifest, ContextConfig(config, node.fqn, node.resource_type, "probe"))
        return jinja.get_rendered(template, context, node, capture_macros=True)
    return jinja.get_rendered(template, generate_runtime_model_context(node, config, manifest), node)


def main():
    out = []

    def compile(runner, manifest):
        for number, (mode, template) in enumerate(templates(), 1):
            case = {"id": number, "template": template}
            if mode == "parse":
                case["parse"] = True
            try:
                case["expected"] = render(runner, manifest, mode, template)
            except Exception as e:
                case["error"] = type(e).__name__
                if mode == "exact":
                    case["message"] = str(getattr(e, "msg", e))
                runner.adapter.connections.rollback_if_open()
            out.append(case)
        return runner.node

    task.CompileRunner.compile = compile
    DuckDBAdapter.execute = recording
    with tempfile.TemporaryDirectory() as d:
        root = pathlib.Path(d)
        (root / "models").mkdir()
        (root / "models" / "m.sql").write_text("select 1 as id")
        (root / "dbt_project.yml").write_text(
            'name: probe\nversion: "1.0"\nconfig-version: 2\nprofile: probe\nvars: ' + json.dumps(VARS) + "\n")
        (root / "profiles.yml").write_text(
            "probe:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: '%s', schema: main, threads: 1}\n"
            % (root / "wh.duckdb"))
        with duckdb.connect(str(root / "wh.duckdb")) as c:
            c.execute(SETUP)
        os.chdir(d)
        with contextlib.redirect_stdout(io.StringIO()):
            result = dbtRunner().invoke(["--quiet", "compile", "--project-dir", d, "--profiles-dir", d,
                                         "--vars", json.dumps(CLI)])
        os.chdir(HERE)
    if not result.success:
        raise SystemExit(f"dbt failed: {result.exception}")
    for name, rows in (("cases", out), ("queries", queries.values())):
        (HERE / f"{name}.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))
    print(len(out), "cases,", len(queries), "queries")


if __name__ == "__main__":
    main()
