#!/usr/bin/env python3
"""runs.py: `mdl run` and `mdl test` of a generated project beside the same SQL run by hand, and beside dbt 2.

    bench/runs.py --gen GEN.py --mdl bin/mdl [--dbt2 DBT --dbt2-lib DIR] --models 1000 --runs 5

By hand means: the statements that the run has left in target/run, one transaction a model, in the order of their
dependencies, over as many connections of one DuckDB process as the run has threads, and nothing else. It needs
Python's duckdb of the version that mdl has inside. Each tool has its own copy of the project; every round starts
from a database that holds the seeds and nothing else. What is measured is the process as the kernel counts it.
By hand, the start of Python and the reading of the files do not count.
"""
import argparse
import json
import os
import pathlib
import queue
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time

DATABASE = "dev.duckdb"
SEEDED = "seeded.duckdb"


def by_hand(folder, threads):
    """Executes the statements of the project's last run, and prints the seconds it took as JSON."""
    import duckdb

    manifest = json.loads((folder / "target" / "manifest.json").read_text())
    models = {i: n for i, n in manifest["nodes"].items() if n["resource_type"] == "model"}
    sql, waits, children = {}, {}, {}
    for i, n in models.items():
        file = folder / "target" / "run" / n["package_name"] / n["original_file_path"]
        sql[i] = f"begin; {file.read_text()}; commit" if file.exists() else None  # ephemeral: nothing to do
        parents = {p for p in n["depends_on"]["nodes"] if p in models}
        waits[i] = len(parents)
        for p in parents:
            children.setdefault(p, []).append(i)
    started, cpu = time.perf_counter(), time.process_time()
    db = duckdb.connect(str(folder / DATABASE))
    ready, done = queue.SimpleQueue(), queue.SimpleQueue()

    def work():
        cursor = db.cursor()
        while (i := ready.get()) is not None:
            try:
                if sql[i]:
                    cursor.execute(sql[i])
                done.put((i, None))
            except Exception as e:
                done.put((i, e))
        cursor.close()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for w in workers:
        w.start()
    for i in models:
        if not waits[i]:
            ready.put(i)
    for _ in models:
        i, error = done.get()
        if error:
            print(f"{i}: {error}", file=sys.stderr)
            os._exit(1)
        for c in children.get(i, []):
            waits[c] -= 1
            if not waits[c]:
                ready.put(c)
    for _ in workers:
        ready.put(None)
    for w in workers:
        w.join()
    db.close()
    print(json.dumps({"wall": time.perf_counter() - started, "cpu": time.process_time() - cpu}))


class Copy:
    """A tool's copy of the project."""

    def __init__(self, name, argv, env, source, folder, threads):
        self.name, self.argv, self.folder = name, argv, folder
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder)
        profiles = folder / "profiles.yml"
        profiles.write_text(re.sub(r"threads: \d+", f"threads: {threads}", profiles.read_text()))
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("DBT_", "RUST_"))}
        self.env = clean | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1", "DBT_PROFILES_DIR": str(folder)} | env

    def do(self, *args):
        """Runs a command: what it cost."""
        log = self.folder / "output.txt"
        with log.open("w") as out:
            started = time.perf_counter()
            process = subprocess.Popen(self.argv + list(args), cwd=self.folder, env=self.env, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{self.name} {args}: exit code {process.returncode}\n{log.read_text()[-2000:]}")
        return {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "mb": usage.ru_maxrss / 1024}

    def seed(self):
        self.do("seed")
        shutil.copy(self.folder / DATABASE, self.folder / SEEDED)

    def restore(self):
        shutil.copy(self.folder / SEEDED, self.folder / DATABASE)
        (self.folder / (DATABASE + ".wal")).unlink(missing_ok=True)

    def results(self):
        """How many nodes the last command ran, by status."""
        results = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        counts = {}
        for r in results:
            counts[r["status"]] = counts.get(r["status"], 0) + 1
        return counts


def measure(o, models):
    source = o.work / f"generated_{models}"
    if not source.exists():
        subprocess.run([sys.executable, o.gen, source, "--models", str(models)], check=True, stdout=subprocess.DEVNULL)
    mdl = Copy("mdl", [o.mdl], {}, source, o.work / "mdl", o.threads)
    copies = [mdl]
    if o.dbt2:
        copies.append(Copy("dbt 2", [o.dbt2], {"LD_LIBRARY_PATH": o.dbt2_lib}, source, o.work / "dbt2", o.threads))
    costs = {}

    def note(work, tool, cost):
        costs.setdefault(work, {}).setdefault(tool, []).append(cost)
        print(f"{models:6} {work:5} {tool:8} {cost['cpu']:8.2f} s CPU {cost['wall']:8.2f} s {cost.get('mb', 0):6.0f} MB", file=sys.stderr, flush=True)

    for c in copies:
        c.seed()
    for i in range(o.runs):
        for c in copies:
            if c is not mdl and i >= o.peer_runs:
                continue
            c.restore()
            note("run", c.name, c.do("run"))
            said = c.results()
            if c is mdl:
                expected = said
            said.pop("skipped", None)  # so dbt 2 calls ephemeral models
            if set(said) != {"success"} or abs(said["success"] - expected["success"]) > models * 0.1:
                raise SystemExit(f"{c.name} run: {said}, mdl: {expected}")
            if c is mdl:
                c.restore()
                out = subprocess.run([sys.executable, __file__, "--by-hand", c.folder, "--threads", str(o.threads)],
                                     check=True, stdout=subprocess.PIPE, text=True).stdout
                note("run", "by hand", json.loads(out))
            note("test", c.name, c.do("test"))
    return costs


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--gen")
    ap.add_argument("--mdl", default="bin/mdl", type=os.path.abspath)
    ap.add_argument("--dbt2", type=os.path.abspath)
    ap.add_argument("--dbt2-lib", default="")
    ap.add_argument("--models", default="1000", help="sizes, separated by commas")
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("--peer-runs", type=int, default=2)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--work", type=lambda s: pathlib.Path(s).absolute(), default=pathlib.Path("/tmp/mdl-runs"))
    ap.add_argument("--by-hand", type=pathlib.Path, help=argparse.SUPPRESS)
    o = ap.parse_args()
    if o.by_hand:
        by_hand(o.by_hand, o.threads)
        return
    o.work.mkdir(parents=True, exist_ok=True)
    for models in map(int, o.models.split(",")):
        costs = measure(o, models)
        print(f"{models} models, {o.threads} threads, {o.runs} rounds; seconds, minimum / median")
        for work, tools in costs.items():
            for tool, runs in tools.items():
                shown = [f"{key} {min(r[key] for r in runs):.2f} / {statistics.median(r[key] for r in runs):.2f}" for key in ("cpu", "wall")]
                ratio = [f"{min(r[key] for r in tools['mdl']) / min(r[key] for r in runs):.2f}" for key in ("cpu", "wall")]
                print(f"  {work:5} {tool:8} {'   '.join(shown)}   mdl / this: {' '.join(ratio)}")


if __name__ == "__main__":
    main()
