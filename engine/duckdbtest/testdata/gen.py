"""Runs the cases below with dbt-core + dbt-duckdb and writes what came out to golden.json.

    DBT_SEND_ANONYMOUS_USAGE_STATS=false /work/oracle-env/bin/python gen.py

Every case has runs, one after the other on the same database. Of each run the
golden has the node's status, and the relation's columns and rows: cells as text,
sorted. What depends on the clock is masked, see mask().
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import duckdb

HERE = pathlib.Path(__file__).parent
DBT = pathlib.Path(sys.executable).parent / "dbt"


def seed(name, *runs, **config):
    return {"kind": "seed", "name": name, "config": config, "runs": [r if isinstance(r, dict) else {"text": r} for r in runs]}


def model(name, *runs, **config):
    return {"kind": "model", "name": name, "config": config, "runs": [r if isinstance(r, dict) else {"text": r} for r in runs]}


def snap(name, *runs, **config):
    config.setdefault("unique_key", "id")
    return {"kind": "snapshot", "name": name, "config": config, "runs": [r if isinstance(r, dict) else {"text": r} for r in runs]}


def full(text):
    return {"text": text, "config": {"full_refresh": True}}


def rows(*tuples, cols="id, v, ts"):
    values = ", ".join("(" + ", ".join("null" if v is None else repr(v) for v in t) + ")" for t in tuples)
    names = cols.split(", ")
    casts = ", ".join(f"{n}::timestamp as {n}" if n == "ts" else n for n in names)
    return f"select {casts} from (values {values}) as t({cols})"


T1, T2, T3 = "2024-01-01 10:00:00", "2024-01-02 11:30:00", "2024-01-03 00:00:00.123456"

SEEDS = [
    seed("s_types", "i,n,t,b,d,dt,iso,mixed,empty\n1,1.5,a,true,2024-01-02,2024-01-02 03:04:05,2024-01-02T03:04:05,2024-01-02,\n"
         "-20,2,b,FALSE,2024-1-3,2024-01-03 00:00:00,2024-01-03T00:00:00,2024-01-02 10:00:00,\n,,,,,,,,\n"),
    seed("s_numbers", "plus,exp,point,zeros,leading,spaces,neg_zero\n+1,1e3,1.,1.00,007, 5 ,-0\n2,2E-2,2.,2.50,08,6,-0.0\n"),
    seed("s_whole", "a,b\n1.0,1.00\n2.0,3\n"),
    seed("s_bools", "tf,yn,t,mixed\ntrue,yes,t,true\nFalse,no,f,1\n"),
    seed("s_dates", "frac,zoned,short,only_time,year,compact\n2024-01-02 03:04:05.5,2024-01-02T03:04:05+01:00,24-01-02,10:00:00,2024,20240102\n"
         "2024-01-02 03:04:05.25,2024-01-02T03:04:05Z,24-01-03,11:00:00,2025,20240103\n"),
    seed("s_quotes", 'a,"b ""x""",c\n"one, two","say ""hi""","line\nbreak"\n \'single\' ,in"side,"" \n"","",""\n'),
    seed("s_bom", "\ufeffid,näme\n1,Zoë\n2,日本\n"),
    seed("s_crlf", "id,name\r\n1,a\r\n2,b\r\n"),
    seed("s_no_final_newline", "id,name\n1,a\n2,b"),
    seed("s_blank_lines", "id,name\n\n1,a\n\n2,b\n\n"),
    seed("s_header_only", "id,name\n"),
    seed("s_all_null", "id,name\n1,\n2,\n"),
    seed("s_text_null", "id,name\n1,null\n2,NULL\n3,x\n4,na\n"),
    seed("s_semicolon", "id;v\n1;1,5\n2;a;b\n".replace("a;b", "2,5"), delimiter=";"),
    seed("s_tab", "id\tv\n1\ta b\n2\tc\n", delimiter="\t"),
    seed("s_column_types", "id,zip,amount\n1,01234,1.10\n2,00501,2.25\n", column_types={"zip": "varchar", "amount": "decimal(10,2)"}),
    seed("s_unquoted", "Id,Some_Name\n1,a\n", quote_columns=False),
    seed("s_quoted_case", "Id,Some Name\n1,a\n", quote_columns=True),
    seed("s_spaces", "id, name ,v\n1, a , 2\n2,b ,3\n"),
    seed("s_reload", "id,v\n1,a\n2,b\n", "id,v\n3,c\n", full("id,v,w\n4,d,1.5\n")),
    seed("s_retyped", "id,v\n1,1\n", full("id,v\n1,x\n")),
    seed("s_long_text", "id,v\n1," + "x" * 5000 + "\n"),
    seed("s_one_column", "v\na\nb\n"),
    seed("s_unicode_space", "id,v\n1,\u00a0a\n"),
]

INC = dict(materialized="incremental")
MODELS = [
    model("m_table", "select 1 as id, 'a' as v", "select 2 as id, 'b' as v, 1.5 as w", materialized="table"),
    model("m_view", "select 1 as id", "select 2 as id", materialized="view"),
    model("m_view_then_table", {"text": "select 1 as id", "config": {"materialized": "view"}},
          {"text": "select 2 as id", "config": {"materialized": "table"}}, {"text": "select 3 as id", "config": {"materialized": "view"}},
          {"text": "select 4 as id", "config": {"materialized": "incremental"}}, {"text": "select 5 as id", "config": {"materialized": "incremental"}}),
    model("m_append", "select 1 as id, 'a' as v", "select 1 as id, 'b' as v", full("select 9 as id, 'z' as v"), **INC),
    model("m_append_named", "select 1 as id", "select 1 as id", incremental_strategy="append", unique_key="id", **INC),
    model("m_key", rows((1, "a"), (2, "b"), cols="id, v"), rows((2, "c"), (3, "d"), cols="id, v"), unique_key="id", **INC),
    model("m_key_expression", rows((1, "a"), (2, "b"), cols="id, v"), rows((2, "B"), (2, "b"), cols="id, v"), unique_key="lower(v)", **INC),
    model("m_keys", rows((1, "a", "x"), (1, "b", "y"), (None, "n", "z"), cols="id, v, w"), rows((1, "b", "Y"), (None, "n", "Z"), cols="id, v, w"),
          unique_key=["id", "v"], **INC),
    model("m_predicates", rows((1, "a"), (2, "b"), cols="id, v"), rows((1, "A"), (2, "B"), cols="id, v"), unique_key="id", incremental_predicates=["v <> 'a'"], **INC),
    model("m_predicates_list_key", rows((1, "a"), (2, "b"), cols="id, v"), rows((1, "A"), (2, "B"), cols="id, v"), unique_key=["id"],
          incremental_predicates=["DBT_INCREMENTAL_TARGET.v <> 'a'"], **INC),
    model("m_merge", rows((1, "a", "x"), (2, "b", "y"), cols="id, v, w"), rows((2, "c", "Y"), (3, "d", "z"), cols="id, v, w"),
          unique_key="id", incremental_strategy="merge", **INC),
    model("m_merge_no_key", rows((1, "a"), cols="id, v"), rows((1, "b"), cols="id, v"), incremental_strategy="merge", **INC),
    model("m_merge_keys", rows((1, "a", "x"), (2, "b", "y"), cols="id, v, w"), rows((2, "b", "Y"), (2, "c", "z"), cols="id, v, w"),
          unique_key=["id", "v"], incremental_strategy="merge", **INC),
    model("m_merge_only", rows((1, "a", "x"), cols="id, v, w"), rows((1, "b", "y"), (2, "c", "z"), cols="id, v, w"),
          unique_key="id", incremental_strategy="merge", merge_update_columns=["v"], **INC),
    model("m_merge_except", rows((1, "a", "x"), cols="id, v, w"), rows((1, "b", "y"), (2, "c", "z"), cols="id, v, w"),
          unique_key="id", incremental_strategy="merge", merge_exclude_columns=["v"], **INC),
    model("m_merge_both", rows((1, "a", "x"), cols="id, v, w"), rows((1, "b", "y"), cols="id, v, w"),
          unique_key="id", incremental_strategy="merge", merge_exclude_columns=["v"], merge_update_columns=["w"], **INC),
    model("m_merge_predicate", rows((1, "a"), (2, "b"), cols="id, v"), rows((1, "A"), (2, "B"), cols="id, v"),
          unique_key="id", incremental_strategy="merge", incremental_predicates=["DBT_INTERNAL_DEST.v <> 'a'"], **INC),
    model("m_merge_conditions", rows((1, "a"), (2, "b"), cols="id, v"), rows((1, "A"), (2, "B"), (3, "C"), (4, "D"), cols="id, v"),
          unique_key="id", incremental_strategy="merge", merge_update_condition="DBT_INTERNAL_SOURCE.id > 1",
          merge_insert_condition="DBT_INTERNAL_SOURCE.id < 4", **INC),
    model("m_merge_set", rows((1, "a", "x"), cols="id, v, w"), rows((1, "b", "y"), cols="id, v, w"), unique_key="id", incremental_strategy="merge",
          merge_update_set_expressions={"v": "DBT_INTERNAL_DEST.v || DBT_INTERNAL_SOURCE.v"}, **INC),
    model("m_merge_using", rows((1, "a"), cols="id, v"), rows((1, "b"), (2, "c"), cols="id, v"), incremental_strategy="merge", merge_on_using_columns=["id"], **INC),
    model("m_merge_clauses", rows((1, "a", "x"), (2, "b", "y"), (3, "c", "z"), cols="id, v, w"),
          rows((1, "A", "X"), (2, "gone", "Y"), (4, "d", "q"), (5, "no", "q"), cols="id, v, w"), unique_key="id", incremental_strategy="merge", merge_clauses={
              "when_matched": [{"action": "delete", "condition": "DBT_INTERNAL_SOURCE.v = 'gone'"},
                               {"action": "update", "mode": "explicit", "update": {"exclude": ["w"], "set_expressions": {"w": "'set'"}}}],
              "when_not_matched": [{"action": "do_nothing", "condition": "DBT_INTERNAL_SOURCE.v = 'no'"},
                                   {"action": "insert", "mode": "explicit", "insert": {"columns": ["id", "v"], "values": ["DBT_INTERNAL_SOURCE.id", "'new'"]}},
                                   {"action": "delete", "by": "source", "condition": ["DBT_INTERNAL_DEST.id = 3"]}]}, **INC),
    model("m_merge_clauses_usual", rows((1, "a"), cols="id, v"), rows((1, "b"), (2, "c"), cols="id, v"), unique_key="id", incremental_strategy="merge",
          merge_clauses={"when_matched": [{"action": "do_nothing"}]}, **INC),
    model("m_merge_clauses_names", rows((1, "a"), cols="id, v"), rows(("b", 1), ("c", 2), cols="v, id"), unique_key="id", incremental_strategy="merge",
          merge_clauses={"when_matched": [{"action": "update", "mode": "by_name"}], "when_not_matched": [{"action": "insert", "mode": "by_name"}]}, **INC),
    model("m_bad_strategy", rows((1, "a"), cols="id, v"), rows((1, "b"), cols="id, v"), incremental_strategy="upsert", **INC),
    model("m_ignore_new", rows((1, "a"), cols="id, v"), rows((2, "b", "x"), cols="id, v, w"), on_schema_change="ignore", **INC),
    model("m_ignore_reordered", rows((1, "a"), cols="id, v"), rows(("b", 2), cols="v, id"), **INC),
    model("m_fail_same", rows((1, "a"), cols="id, v"), rows((2, "b"), cols="id, v"), on_schema_change="fail", **INC),
    model("m_fail_new", rows((1, "a"), cols="id, v"), rows((2, "b", "x"), cols="id, v, w"), on_schema_change="fail", **INC),
    model("m_fail_type", "select 1 as id", "select 1.5 as id", on_schema_change="fail", **INC),
    model("m_append_new", rows((1, "a"), cols="id, v"), rows((2, "b", "x"), cols="id, v, w"), on_schema_change="append_new_columns", **INC),
    model("m_append_new_key", rows((1, "a"), cols="id, v"), rows((1, "b", "x"), (2, "c", "y"), cols="id, v, w"), on_schema_change="append_new_columns",
          unique_key="id", **INC),
    model("m_append_new_merge", rows((1, "a"), cols="id, v"), rows((1, "b", "x"), (2, "c", "y"), cols="id, v, w"), on_schema_change="append_new_columns",
          unique_key="id", incremental_strategy="merge", **INC),
    model("m_append_new_gone", rows((1, "a", "x"), cols="id, v, w"), rows((2, "b"), cols="id, v"), on_schema_change="append_new_columns", **INC),
    model("m_sync", rows((1, "a", "x"), cols="id, v, w"), rows((2, "b", "y"), cols="id, v, z"), on_schema_change="sync_all_columns", **INC),
    model("m_sync_key", rows((1, "a", "x"), cols="id, v, w"), rows((1, "b", "y"), cols="id, v, z"), on_schema_change="sync_all_columns", unique_key="id", **INC),
    model("m_contract", "select 1::integer as id, 'a'::varchar as v", materialized="table", contract={"enforced": True}),
    model("m_header", "select getvariable('x') as v", materialized="table", sql_header="set variable x = 5;"),
]

TS = dict(strategy="timestamp", updated_at="ts")
CHECK = dict(strategy="check")
SNAPSHOTS = [
    snap("n_ts", rows((1, "a", T1), (2, "b", T1)), rows((1, "a", T1), (2, "c", T2), (3, "n", T2)), rows((1, "x", T3), (2, "late", T1)), rows((1, "x", T3)), **TS),
    snap("n_ts_keys", rows((1, "a", T1), (1, "b", T1)), rows((1, "a", T2), (1, "b", T1)), **{**TS, "unique_key": ["id", "v"]}),
    snap("n_ts_expression_key", rows((1, "a", T1), (2, "b", T1)), rows((1, "a", T2), (2, "b", T1)), **{**TS, "unique_key": "id || '-' || v"}),
    snap("n_ts_invalidate", rows((1, "a", T1), (2, "b", T1)), rows((1, "a", T1)), rows((1, "a", T1), (2, "b", T2)), hard_deletes="invalidate", **TS),
    snap("n_ts_legacy", rows((1, "a", T1), (2, "b", T1)), rows((1, "a", T1)), invalidate_hard_deletes=True, **TS),
    snap("n_ts_new_record", rows((1, "a", T1), (2, "b", T1)), rows((1, "a", T1)), rows((1, "a", T1)), rows((1, "a", T1), (2, "b", T2)), rows((1, "c", T3)),
         hard_deletes="new_record", **TS),
    snap("n_ts_current", rows((1, "a", T1), (2, "b", T1)), rows((1, "c", T2), (2, "b", T1)), rows((1, "c", T2)), dbt_valid_to_current="'9999-12-31'::timestamp",
         hard_deletes="invalidate", **TS),
    snap("n_ts_current_new_record", rows((1, "a", T1), (2, "b", T1)), rows((1, "a", T1)), rows((1, "a", T1), (2, "d", T2)), dbt_valid_to_current="'9999-12-31'::timestamp",
         hard_deletes="new_record", **TS),
    snap("n_ts_names", rows((1, "a", T1)), rows((1, "b", T2)), snapshot_meta_column_names={
        "dbt_valid_from": "from_ts", "dbt_valid_to": "to_ts", "dbt_scd_id": "scd", "dbt_updated_at": "upd"}, **TS),
    snap("n_ts_column_added", rows((1, "a", T1), (2, "b", T1)), rows((1, "a", T1, "w"), (2, "c", T2, "w"), cols="id, v, ts, w"), rows((2, "d", T3)), **TS),
    snap("n_ts_null_time", rows((1, "a", T1)), rows((1, "b", None)), **TS),
    snap("n_ts_empty", rows((1, "a", T1)) + " where false", rows((1, "a", T1)), **TS),
    snap("n_check_all", rows((1, "a"), (2, None), (3, "c"), cols="id, v"), rows((1, "b"), (2, "n"), (3, None), cols="id, v"), rows((1, "b"), (2, "n"), (3, None), cols="id, v"),
         check_cols="all", **CHECK),
    snap("n_check_some", rows((1, "a", "x"), cols="id, v, w"), rows((1, "a", "y"), cols="id, v, w"), rows((1, "b", "z"), cols="id, v, w"), check_cols=["v"], **CHECK),
    snap("n_check_updated_at", rows((1, "a", T1), (2, "b", T1)), rows((1, "c", T2), (2, "b", T2)), check_cols=["v"], updated_at="ts", **CHECK),
    snap("n_check_all_added", rows((1, "a"), (2, "b"), cols="id, v"), rows((1, "a", "x"), (2, "b", None), cols="id, v, w"), check_cols="all", **CHECK),
    snap("n_check_new_record", rows((1, "a"), (2, "b"), cols="id, v"), rows((1, "a"), cols="id, v"), rows((1, "a"), (2, "b"), cols="id, v"),
         check_cols="all", hard_deletes="new_record", **CHECK),
    snap("n_check_keys", rows((1, "a", "x"), (1, "b", "y"), cols="id, k, w"), rows((1, "a", "x"), (1, "b", "z"), cols="id, k, w"), check_cols=["w"],
         **{**CHECK, "unique_key": ["id", "k"]}),
    snap("n_check_case", 'select 1 as id, 1 as "Some Name"', 'select 1 as id, 2 as "Some Name"', check_cols="all", **CHECK),
]

CASES = SEEDS + MODELS + SNAPSHOTS


def literal(v):
    return repr(v)


def write_node(project, case, run):
    config = {**case["config"], **run.get("config", {})}
    name = case["name"]
    if case["kind"] == "seed":
        (project / "seeds" / f"{name}.csv").write_bytes(run["text"].encode())
        (project / "seeds" / f"{name}.yml").write_text(json.dumps({"version": 2, "seeds": [{"name": name, "config": config}]}))
        return
    args = ", ".join(f"{k}={literal(v)}" for k, v in config.items())
    text = "{{ config(" + args + ") }}\n" + run["text"]
    if case["kind"] == "model":
        (project / "models" / f"{name}.sql").write_text(text)
        if config.get("contract"):
            columns = [{"name": "id", "data_type": "integer", "constraints": [{"type": "not_null"}]}, {"name": "v", "data_type": "varchar"}]
            (project / "models" / f"{name}.yml").write_text(json.dumps({"version": 2, "models": [{"name": name, "columns": columns}]}))
    else:
        (project / "snapshots" / f"{name}.sql").write_text("{% snapshot " + name + " %}\n" + text + "\n{% endsnapshot %}\n")


def relation(con, name):
    kind = con.execute("select table_type from information_schema.tables where table_name = ?", [name]).fetchall()
    if not kind:
        return None
    columns = con.execute(f'describe "{name}"').fetchall()
    cells = ", ".join('cast("' + c[0].replace('"', '""') + '" as varchar)' for c in columns)
    found = con.execute(f'select {cells} from "{name}"').fetchall()
    return {"type": "view" if kind[0][0] == "VIEW" else "table", "columns": [[c[0], c[1]] for c in columns], "rows": [list(r) for r in found]}


def mask(rel, case):
    """Replaces times of the run by <1>, <2> ... in their order, and identities that follow the recipe by <md5>."""
    if rel is None:
        return None
    names = [c[0] for c in rel["columns"]]
    if case["kind"] == "snapshot":
        own = case["config"].get("snapshot_meta_column_names", {})
        scd, upd = names.index(own.get("dbt_scd_id", "dbt_scd_id")), names.index(own.get("dbt_updated_at", "dbt_updated_at"))
        keys = case["config"]["unique_key"]
        key = names.index(keys) if isinstance(keys, str) and keys in names else None
        ids = [r[scd] for r in rel["rows"]]
        for row in rel["rows"]:
            if not is_now(row[upd]):
                continue
            texts = {"|".join([row[names.index(k)] or "" for k in keys] + [row[upd]])} if isinstance(keys, list) else {(row[key] if key is not None else "") + "|" + row[upd]}
            texts |= {i + "|" + row[upd] for i in ids}
            if row[scd] in {hashlib.md5(t.encode()).hexdigest() for t in texts}:
                row[scd] = "<md5>"
        times = sorted({v for row in rel["rows"] for v in row if is_now(v)})
        rel["rows"] = [["<%d>" % (times.index(v) + 1) if is_now(v) else v for v in row] for row in rel["rows"]]
    rel["rows"].sort(key=lambda r: [(v is not None, v or "") for v in r])
    return rel


def is_now(v):
    return isinstance(v, str) and re.fullmatch(r"20(2[5-9]|[3-9]\d)-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", v) is not None


def main():
    work = pathlib.Path(tempfile.mkdtemp())
    for d in ("models", "seeds", "snapshots"):
        (work / d).mkdir()
    (work / "dbt_project.yml").write_text("name: p\nversion: '1.0'\nprofile: p\nflags: {send_anonymous_usage_stats: false}\n")
    (work / "profiles.yml").write_text("p: {target: d, outputs: {d: {type: duckdb, path: p.duckdb, schema: main, threads: 1}}}\n")
    env = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1", "TZ": "UTC"}
    last = max(len(c["runs"]) for c in CASES)
    for i in range(last):
        active = [c for c in CASES if i < len(c["runs"])]
        for d in ("models", "seeds", "snapshots"):
            for f in (work / d).iterdir():
                f.unlink()
        for case in active:
            write_node(work, case, case["runs"][i])
        out = subprocess.run([DBT, "-q", "--no-partial-parse", "build"], cwd=work, env=env, capture_output=True, text=True).stdout
        if not (work / "target/run_results.json").exists():
            sys.exit(out)
        results = {r["unique_id"].split(".")[-1]: r for r in json.loads((work / "target/run_results.json").read_text())["results"]}
        con = duckdb.connect(str(work / "p.duckdb"))
        con.execute("set timezone = 'UTC'")
        for case in active:
            result = results[case["name"]]
            case["runs"][i]["status"] = result["status"]
            case["runs"][i]["message"] = result["message"] if result["status"] == "success" else ""
            case["runs"][i]["relation"] = mask(relation(con, case["name"]), case)
        con.close()
    (HERE / "golden.json").write_text(json.dumps(CASES, indent=1, ensure_ascii=False) + "\n")
    shutil.rmtree(work)
    for case in CASES:
        for i, run in enumerate(case["runs"]):
            if run["status"] != "success":
                print(case["name"], i, run["status"])


main()
