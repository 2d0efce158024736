"""mdl beside hand-written SQL: incremental models and snapshots on tables of many rows.

    python3 bench/history.py MDL [--rows N] [--rounds N] [--only NAME,...] [--dir DIR]

The data is made in DuckDB. Of each case the first build and a run with a tenth of the rows new or changed are done by
mdl and by the statements that one would write by hand, in one transaction of one process (this script's Python with the
duckdb module of the same version), in turn, each on a fresh copy of the same file. Printed are the least wall and CPU
seconds and the peak memory of the rounds, and their ratios. The two results are compared row by row.
"""
import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time

HASH = "md5(coalesce(cast(id as varchar), '') || '|' || coalesce(cast({} as varchar), ''))"
COLUMNS = "id, name, amount, status, updated_at"


def source(rows):
    """Two states of a table: in the second one tenth of the rows have changed, and some are new and some gone."""
    state = "select {0} as id, 'customer ' || {0} as name, ({0} * 7919 % 100000) / 100.0::double as amount, " \
            "['new', 'paid', 'sent', 'gone'][1 + {0} * 7919 % 4] as status, timestamp '2024-01-01' + interval ({0} % 1000000) second as updated_at from range({1}) t(i)"
    return [
        "create table src1 as " + state.format("i", rows),
        "create table src2 as select * replace (case when id % 10 = 0 then amount + 1 else amount end as amount, "
        "case when id % 10 = 0 then timestamp '2025-01-01' + interval (id % 1000) second else updated_at end as updated_at) "
        f"from src1 where id >= {rows // 1000} union all " + state.format(f"(i + {rows})", rows // 1000),
        "create table delta1 as select * from src1",
        f"create table delta2 as select * from src2 where id % 10 = 0 or id >= {rows}",
    ]


def history(changed, at, deletes=""):
    """The statements by hand that keep the history of src2 in the table t."""
    new = f"select {COLUMNS}, {HASH.format(at)}, {at}, {at}, null from changes" + (" where id is not null" if deletes else "")
    return [
        f"create temp table changes as select s.*, h.row from src2 s {'full' if deletes else 'left'} join "
        f"(select *, rowid as row from t where dbt_valid_to is null) h on h.id = s.id where h.row is null or ({changed})" + (" or s.id is null" if deletes else ""),
        f"update t set dbt_valid_to = {'case when c.id is null then ' + deletes + ' else ' if deletes else ''}{at.replace('updated_at', 'c.updated_at')}{' end' if deletes else ''} "
        "from changes c where t.rowid = c.row",
        "insert into t " + new, "drop table changes",
    ]


def begin(at):
    return [f"create table t as select *, {HASH.format(at)} as dbt_scd_id, {at} as dbt_updated_at, {at} as dbt_valid_from, cast(null as timestamp) as dbt_valid_to from src1"]


NOW = "now()::timestamp"
DIFFERS = " or ".join(f"h.{c} is distinct from s.{c}" for c in COLUMNS.split(", "))
SET = ", ".join(f"{c} = s.{c}" for c in COLUMNS.split(", "))

# name: (what mdl is told, the table's two states, by hand: first and again)
CASES = {
    "merge": ("model", "materialized='incremental', incremental_strategy='merge', unique_key='id'", "delta",
              ["create table t as select * from delta1"],
              [f"merge into t using delta2 s on t.id = s.id when matched then update set {SET} when not matched then insert ({COLUMNS}) values ({', '.join('s.' + c for c in COLUMNS.split(', '))})"]),
    "delete+insert": ("model", "materialized='incremental', incremental_strategy='delete+insert', unique_key='id'", "delta",
                      ["create table t as select * from delta1"],
                      ["create temp table new as select * from delta2", "delete from t where id in (select id from new)", "insert into t select * from new", "drop table new"]),
    "append": ("model", "materialized='incremental', incremental_strategy='append'", "delta",
               ["create table t as select * from delta1"], ["insert into t select * from delta2"]),
    "timestamp": ("snapshot", "strategy='timestamp', updated_at='updated_at', unique_key='id'", "src",
                  begin("updated_at"), history("h.dbt_valid_from < s.updated_at", "updated_at")),
    "check": ("snapshot", "strategy='check', check_cols='all', unique_key='id'", "src", begin(NOW), history(DIFFERS, NOW)),
    "invalidate": ("snapshot", "strategy='timestamp', updated_at='updated_at', unique_key='id', hard_deletes='invalidate'", "src",
                   begin("updated_at"), history("h.dbt_valid_from < s.updated_at", "updated_at", NOW)),
}


def measure(command, env=None, cwd=None):
    """(wall, cpu, peak MB) of a process; it must succeed."""
    start = time.time()
    process = subprocess.Popen(command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.time() - start
    if status:
        sys.exit(f"{command}\n{out}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def by_hand(path, statements):
    """What the child process of this script does."""
    import duckdb
    con = duckdb.connect(path)
    con.execute("set timezone = 'UTC'")
    con.begin()
    for sql in statements:
        con.execute(sql)
    con.commit()
    con.close()


def project(root, kind, config, table):
    (root / "models").mkdir(parents=True)
    (root / "snapshots").mkdir()
    (root / "dbt_project.yml").write_text("name: p\nversion: '1.0'\nprofile: p\n")
    (root / "profiles.yml").write_text("p: {target: d, outputs: {d: {type: duckdb, path: w.duckdb, schema: main, threads: 4, settings: {TimeZone: UTC}}}}\n")
    text = "{{ config(" + config + ") }}\nselect * from main." + table + "{{ var('state') }}\n"
    if kind == "model":
        (root / "models" / "t.sql").write_text(text)
    else:
        (root / "snapshots" / "t.sql").write_text("{% snapshot t %}\n" + text.replace(") }}", ", target_schema='main') }}", 1) + "{% endsnapshot %}\n")


def same(ours, hand, kind):
    """Compares the two tables t but for what follows the clock."""
    cells = COLUMNS if kind == "model" else COLUMNS + ", dbt_valid_to is null, dbt_valid_from > timestamp '2026-01-01', dbt_valid_to > timestamp '2026-01-01'"
    code = "import duckdb, sys\nfor p in sys.argv[2:]: print('=', duckdb.connect(p, read_only=True).execute(sys.argv[1]).fetchone())"
    sql = f"select count(*), sum(hash({cells})::hugeint) from t"
    out = subprocess.run([sys.executable, "-c", code, sql, str(ours), str(hand)], capture_output=True, text=True, check=True).stdout
    a, b = (line.split("=")[1] for line in out.splitlines() if "=" in line)  # beside them stands DuckDB's progress bar
    return a == b


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mdl")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(CASES))
    parser.add_argument("--dir", default="/tmp/mdl-history")
    options = parser.parse_args()
    root = pathlib.Path(options.dir)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    base = root / "base.duckdb"
    measure([sys.executable, __file__, "--by-hand", str(base), *source(options.rows)])  # so that this process stays small
    print(f"{options.rows:,} rows, least of {options.rounds} rounds, load {os.getloadavg()[0]:.1f}")
    print(f"{'':24}{'wall s':>22}{'cpu s':>22}{'peak MB':>22}")
    for name in options.only.split(","):
        kind, config, table, first, again = CASES[name]
        p = root / name
        project(p, kind, config, table)
        before = base
        for state, statements in ((1, first), (2, again)):
            best = {}
            for _ in range(options.rounds):
                for who in ("mdl", "hand"):
                    db = p / ("w.duckdb" if who == "mdl" else "hand.duckdb")
                    shutil.copy(before, db)
                    if who == "mdl":
                        got = measure([options.mdl, "snapshot" if kind == "snapshot" else "run", "-q", "--vars", f"state: {state}"], cwd=p)
                    else:
                        got = measure([sys.executable, __file__, "--by-hand", str(db), *statements])
                    best[who] = [min(a, b) for a, b in zip(best.get(who, got), got)]
            ok = "" if same(p / "w.duckdb", p / "hand.duckdb", kind) else "  DIFFERENT CONTENTS"
            cells = "".join(f"{m:8.2f} /{h:6.2f} {m / h:5.2f}" if m < 100 else f"{m:8.0f} /{h:6.0f} {m / h:5.2f}" for m, h in zip(best["mdl"], best["hand"]))
            print(f"{name + (' first' if state == 1 else ' again'):24}{cells}{ok}", flush=True)
            if state == 1:
                before = p / "one.duckdb"
                shutil.move(p / "hand.duckdb", before)
        shutil.rmtree(p)
    shutil.rmtree(root)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--by-hand"]:
        by_hand(sys.argv[2], sys.argv[3:])
    else:
        main()
