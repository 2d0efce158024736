"""A large seed: `mdl seed` beside DuckDB's own CSV reader.

    python3 bench/seed.py MDL [--rows 1000000] [--times 5]

needs the Python package duckdb. Both build the same file into a database file
that is new: mdl as a user calls it, with the project's parse and the artifacts;
DuckDB by `create table as select * from read_csv(file)` in one Python process
that has been started already. They take turns. Of each, the least wall time,
CPU time and memory of all turns are shown: on a machine that does other things
besides, the least is nearest to what the work costs.
"""

import argparse
import datetime
import os
import random
import subprocess
import sys
import tempfile
import time

WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]

BASELINE = """
import duckdb, resource, sys, time
start = time.perf_counter()
before = resource.getrusage(resource.RUSAGE_SELF)
con = duckdb.connect("base.duckdb")
con.execute("set enable_progress_bar = false")
con.execute("create table big as select * from read_csv('seeds/big.csv')")
con.close()
after = resource.getrusage(resource.RUSAGE_SELF)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(time.perf_counter() - start, cpu, after.ru_maxrss // 1024)
"""


def generate(path, rows):
    """Eight columns: integer, text, decimal, date, timestamp, boolean, text of few values, text with quotes and nulls."""
    rng = random.Random(7)
    day, moment = datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1)
    with open(path, "w") as f:
        f.write("id,name,amount,day,moment,active,category,note\n")
        for i in range(rows):
            note = " ".join(rng.choice(WORDS) for _ in range(3))
            if i % 5 == 0:
                note = ""
            elif i % 50 == 1:
                note = '"said ""hi"", then left"'
            f.write(
                f"{i},user {i % 9973},{rng.randint(-100000, 1000000) / 100},{day + datetime.timedelta(days=i % 1500)},"
                f"{moment + datetime.timedelta(seconds=i * 37)},{'true' if i % 3 else 'false'},{rng.choice(WORDS)},{note}\n"
            )


def run_mdl(mdl, project):
    start = time.perf_counter()
    process = subprocess.Popen([mdl, "seed", "-q"], cwd=project)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit("mdl seed failed")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def run_duckdb(project):
    out = subprocess.run([sys.executable, "-c", BASELINE], cwd=project, capture_output=True, text=True, check=True)
    return tuple(float(x) for x in out.stdout.split())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mdl")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as project:
        os.mkdir(os.path.join(project, "seeds"))
        for name, text in {
            "dbt_project.yml": "name: p\nprofile: p\n",
            "profiles.yml": "p: {target: dev, outputs: {dev: {type: duckdb, path: w.duckdb}}}\n",
        }.items():
            with open(os.path.join(project, name), "w") as f:
                f.write(text)
        generate(os.path.join(project, "seeds", "big.csv"), args.rows)
        best = {}
        for _ in range(args.times):
            for name, run in {"duckdb": run_duckdb, "mdl": lambda p: run_mdl(os.path.abspath(args.mdl), p)}.items():
                for file in ("w.duckdb", "base.duckdb"):
                    if os.path.exists(os.path.join(project, file)):
                        os.remove(os.path.join(project, file))
                got = run(project)
                best[name] = tuple(map(min, got, best.get(name, got)))
        for name, (wall, cpu, memory) in best.items():
            print(f"{name:8} {wall:6.2f} s wall {cpu:6.2f} s cpu {memory:6.0f} MB")
        ratio = [m / d for m, d in zip(best["mdl"], best["duckdb"])]
        print(f"mdl / duckdb: {ratio[0]:.2f} wall, {ratio[1]:.2f} cpu, {ratio[2]:.2f} memory")


if __name__ == "__main__":
    main()
