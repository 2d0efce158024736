#!/usr/bin/env python3
"""peers.py: mdl beside dbt 2 and dbt-core on generated projects, measured in turn in one run.

    bench/peers.py --gen GEN.py --mdl bin/mdl --dbt2 DBT --dbt2-lib DIR --core DBT --models 100,1000

GEN.py OUT --models N writes a project of N models. A tool that is not given is left out. Each tool
has its own copy of the project, its own home directory and two threads. A round does everything in
`WORKS` with every tool; the rounds are repeated. What is measured is the process as the kernel
counts it: CPU seconds (user and system, children too), wall seconds, peak memory. A run counts only
if the command succeeds and says the same as the other tools: the same names from ls, the same numbers
of resources in the manifest, the same compiled SQL with the line that was just appended to the model.
"""
import argparse
import collections
import datetime
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

THREADS = 2
TAG = "daily"

Tool = collections.namedtuple("Tool", "name argv env most")  # most: the largest N, or None
Work = collections.namedtuple("Work", "name argv cold touch check")

# {model} is a model in the middle of the DAG. A cold start has no file that an earlier run wrote; the
# works after it find what the ones before them left.
WORKS = [
    Work("cold parse", ["parse"], True, False, "manifest"),
    Work("parse, nothing changed", ["parse"], False, False, "manifest"),
    Work("ls", ["ls"], False, False, "names"),
    Work("ls by tag", ["ls", "--select", f"tag:{TAG}"], False, False, "names"),
    Work("ls of one model", ["ls", "--select", "{model}"], False, False, "names"),
    Work("compile one model after a change to it", ["compile", "--select", "{model}"], False, True, "sql"),
]


class Project:
    """A tool's copy of a generated project."""

    def __init__(self, tool, source, folder):
        self.tool, self.folder = tool, folder / "project"
        self.home = folder / "home"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, self.folder)
        profiles = self.folder / "profiles.yml"
        profiles.write_text(re.sub(r"threads: \d+", f"threads: {THREADS}", profiles.read_text()))
        self.given = set(self.folder.iterdir())
        models = sorted((self.folder / "models" / "intermediate").rglob("*.sql"))
        self.model = models[len(models) // 2]
        self.touched = 0

    def prepare(self, work):
        """Brings the folder into the state that the work starts from."""
        if work.cold:
            shutil.rmtree(self.home, ignore_errors=True)
            for path in set(self.folder.iterdir()) - self.given:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.home.mkdir(parents=True, exist_ok=True)
        if work.touch:
            self.touched += 1
            with self.model.open("a") as f:
                f.write(f"\n-- change {self.touched}\n")

    def run(self, work):
        """Runs the tool once: what it cost and what it said."""
        self.prepare(work)
        argv = self.tool.argv + [a.format(model=self.model.stem) for a in work.argv]
        env = {k: v for k, v in os.environ.items() if not k.startswith(("DBT_", "RUST_"))}
        env |= {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1", "HOME": str(self.home),
                "XDG_CACHE_HOME": str(self.home / "cache"), "DBT_PROFILES_DIR": str(self.folder)} | self.tool.env
        out, err = self.folder.parent / "stdout", self.folder.parent / "stderr"
        with out.open("w") as o, err.open("w") as e:
            start = time.perf_counter()
            process = subprocess.Popen(argv, cwd=self.folder, env=env, stdout=o, stderr=e, stdin=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            tail = (out.read_text() + err.read_text())[-2000:]
            raise SystemExit(f"{self.tool.name}: {' '.join(argv)}: exit code {process.returncode}\n{tail}")
        cost = {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "mb": usage.ru_maxrss / 1024}
        return cost, getattr(self, work.check)(out.read_text())

    def names(self, stdout):
        """The last part of every name that ls listed: dbt 2 puts another path before an exposure's.
        Names have no blanks; what else is printed has."""
        return sorted(line.rpartition(".")[2] for line in stdout.splitlines() if re.fullmatch(r"[\w:]+(\.\w+)+", line))

    def manifest(self, _):
        """How many resources of each type the manifest holds."""
        manifest = json.loads((self.folder / "target" / "manifest.json").read_text())
        counts = collections.Counter(n["resource_type"] for n in manifest["nodes"].values())
        return dict(sorted(counts.items())) | {k: len(manifest[k]) for k in ("sources", "exposures")}

    def sql(self, _):
        """The compiled SQL of the model, blanks aside."""
        (path,) = (self.folder / "target" / "compiled").rglob(self.model.name)
        text = " ".join(path.read_text().split())
        if f"-- change {self.touched}" not in text:
            raise SystemExit(f"{self.tool.name}: {path} lacks the change that was just made")
        return text


def agree(work, said):
    """Stops unless all tools said the same, and something."""
    (first, expected), *others = said.items()
    if not expected:
        raise SystemExit(f"{work.name}: {first} said nothing")
    for name, got in others:
        if got != expected:
            shown = [str(x)[:500] for x in (expected, got)]
            if work.check == "names":
                shown = [sorted(set(a) - set(b))[:5] for a, b in ((expected, got), (got, expected))]
            raise SystemExit(f"{work.name}: {first} and {name} differ: {shown[0]} and {shown[1]}")


def measure(tools, models, o):
    """All rounds at one size: {work: {tool: [cost]}}."""
    source = o.work / f"generated_{models}"
    if not source.exists():
        subprocess.run([sys.executable, o.gen, source, "--models", str(models)], check=True, stdout=subprocess.DEVNULL)
    projects = [Project(t, source, o.work / t.name.replace(" ", "_")) for t in tools if not t.most or models <= t.most]
    costs = {w.name: {p.tool.name: [] for p in projects} for w in WORKS}
    for done in range(o.runs):
        for work in WORKS:
            said = {}
            for p in projects:
                if done >= o.peer_runs and p.tool.name != "mdl":
                    continue
                cost, said[p.tool.name] = p.run(work)
                costs[work.name][p.tool.name].append(cost)
                print(f"{models:6} {work.name:40} {p.tool.name:22} "
                      f"{cost['cpu']:8.3f} s CPU {cost['wall']:8.3f} s {cost['mb']:6.0f} MB", file=sys.stderr, flush=True)
            agree(work, said)
    for p in projects:
        shutil.rmtree(p.folder.parent)
    return costs


def summary(costs):
    """{work: {tool: {measure: {min, median}, runs}}}."""
    return {work: {tool: {"runs": len(runs)} | {
        key: {"min": min(r[key] for r in runs), "median": statistics.median(r[key] for r in runs)}
        for key in ("cpu", "wall", "mb")} for tool, runs in by_tool.items()} for work, by_tool in costs.items()}


def times(ratio):
    return f"{ratio:.0f}×" if ratio >= 10 else f"{ratio:.1f}×"


def table(results, tools, stat):
    """One row a work and size: CPU / wall seconds, MB, and a peer's CPU as a multiple of mdl's."""
    lines = ["| work | models | " + " | ".join(t.name for t in tools) + " |", "|---|--:|" + "--:|" * len(tools)]
    for work in WORKS:
        for models, by_work in results.items():
            own = by_work[work.name]["mdl"]["cpu"][stat]
            cells = []
            for t in tools:
                c = by_work[work.name].get(t.name)
                cells.append("" if c is None else f"{c['cpu'][stat]:.3g} / {c['wall'][stat]:.3g} s, {c['mb'][stat]:.0f} MB"
                             + ("" if t.name == "mdl" else f", **{times(c['cpu'][stat] / own)}**"))
            lines.append(f"| {work.name} | {models:,} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def growth(results, tools):
    """How much a tenfold project costs."""
    rows = []
    for small, large in ((n, 10 * n) for n in results if 10 * n in results):
        for work in WORKS:
            both = [(t.name, results[large][work.name][t.name]["cpu"]["min"] / results[small][work.name][t.name]["cpu"]["min"])
                    for t in tools if t.name in results[large][work.name]]
            rows.append(f"- {work.name}, {large:,} models against {small:,}: "
                        + ", ".join(f"{name} {times(r)}" for name, r in both))
    return "\n".join(rows)


def version(tool):
    env = os.environ | tool.env
    text = subprocess.run(tool.argv[:1] + ["--version"], env=env, capture_output=True, text=True).stdout
    found = re.search(r"\d+\.\d+\.\d+\S*", text)
    return found.group() if found else "unknown"


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--gen", required=True, help="the generator of projects")
    p.add_argument("--mdl", required=True)
    p.add_argument("--dbt2", help="dbt 2 (Rust); also measured with --partial-parse")
    p.add_argument("--dbt2-lib", default="", help="the directory with the libduckdb.so that dbt 2 loads")
    p.add_argument("--core", help="dbt-core with dbt-duckdb")
    p.add_argument("--core-most", type=int, help="leave dbt-core out of projects with more models")
    p.add_argument("--models", default="100,1000,5000,10000")
    p.add_argument("--runs", type=int, default=5, help="rounds (5)")
    p.add_argument("--peer-runs", type=int, help="rounds in which the peers take part (all)")
    p.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/mdl-peers"), help="a directory to work in")
    p.add_argument("--json", type=pathlib.Path, help="write every number here")
    p.add_argument("--markdown", type=pathlib.Path, help="write the tables here, else to stdout")
    o = p.parse_args()
    o.peer_runs = o.peer_runs or o.runs
    o.work.mkdir(parents=True, exist_ok=True)
    o.work = o.work.resolve()
    return o


def main():
    o = arguments()
    tools = [Tool("mdl", [os.path.abspath(o.mdl)], {}, None)]
    if o.dbt2:
        env = {"LD_LIBRARY_PATH": os.path.abspath(o.dbt2_lib)} if o.dbt2_lib else {}
        tools.append(Tool("dbt 2", [os.path.abspath(o.dbt2)], env, None))
        tools.append(Tool("dbt 2 --partial-parse", [os.path.abspath(o.dbt2), "--partial-parse"], env, None))
    if o.core:
        tools.append(Tool("dbt-core", [os.path.abspath(o.core)], {}, o.core_most))
    head = {"date": datetime.date.today().isoformat(), "cpus": os.cpu_count(), "threads": THREADS,
            "versions": {t.name: version(t) for t in tools}, "load_before": os.getloadavg()}
    results = {n: summary(measure(tools, n, o)) for n in map(int, o.models.split(","))}
    head["load_after"] = os.getloadavg()
    if o.json:
        o.json.write_text(json.dumps(head | {"results": results}, indent=1) + "\n")
    text = "\n\n".join([
        f"{head['date']}, {head['cpus']} CPUs, {THREADS} threads; " + ", ".join(f"{k} {v}" for k, v in head["versions"].items())
        + f"; load {head['load_before'][0]:.1f} before, {head['load_after'][0]:.1f} after.",
        "Minimum of the runs: CPU / wall, peak memory, CPU as a multiple of mdl's.", table(results, tools, "min"),
        "Median of the runs.", table(results, tools, "median"), growth(results, tools)]) + "\n"
    if o.markdown:
        o.markdown.write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
