"""safety.py: what kill.py and two.py share: a project in a folder of its own, and the contents of a database."""
import argparse
import hashlib
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import duckdb

# Columns that tell when something was built differ from run to run.
WHEN = re.compile(r"(dbt_updated_at|dbt_valid_from|dbt_valid_to|dbt_scd_id|loaded_at|built_at|run_at)$", re.I)


class Project:
    """A copy of a project and its database."""

    def __init__(self, mdl, source, folder):
        self.mdl, self.folder = str(pathlib.Path(mdl).resolve()), pathlib.Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(source, self.folder, ignore=shutil.ignore_patterns("*.duckdb*", "target", "logs"))
        self.home = self.folder / ".home"
        self.home.mkdir()

    def command(self, *args):
        return [self.mdl, *args]

    def env(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("DBT_", "MDL_"))}
        return env | {"HOME": str(self.home), "NO_COLOR": "1", "DBT_PROFILES_DIR": str(self.folder)}

    def start(self, *args):
        return subprocess.Popen(self.command(*args), cwd=self.folder, env=self.env(), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")

    def start_into(self, out, *args):
        """Like start, into a file: a process whose pipe nobody reads would stand still, with its locks."""
        with open(out, "w") as f:
            return subprocess.Popen(self.command(*args), cwd=self.folder, env=self.env(), stdout=f, stderr=subprocess.STDOUT)

    def run(self, *args):
        p = self.start(*args)
        out, _ = p.communicate()
        return p.returncode, out

    def must(self, *args):
        code, out = self.run(*args)
        if code:
            raise SystemExit(f"{' '.join(args)} ended with exit code {code}:\n{out[-1500:]}")
        return out

    def database(self):
        found = [p for p in self.folder.rglob("*.duckdb") if "target" not in p.relative_to(self.folder).parts[:-1]]
        found += [p for p in (self.folder / "target").glob("*.duckdb")]
        if len(found) != 1:
            raise SystemExit(f"{self.folder}: one database expected, not {found}")
        return found[0]

    def save(self, into):
        """Keeps the state of the database and of target/."""
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(self.folder, into)

    def restore(self, saved):
        shutil.rmtree(self.folder)
        shutil.copytree(saved, self.folder)

    def contents(self):
        """The contents of each relation: its kind, columns, number of rows and a hash of them."""
        con = duckdb.connect(str(self.database()), read_only=False)
        try:
            return contents(con)
        finally:
            con.close()

    def leftovers(self):
        """Files in target/ that a killed process was writing."""
        tmp = self.folder / "target" / ".mdl" / "tmp"
        found = [str(p) for p in tmp.glob("*")] if tmp.exists() else []
        return found + [str(p) for p in (self.folder / "target").rglob(".mdl-*")]


def plain(v):
    """Sums of floating-point numbers depend on the order in which threads add."""
    return f"{v:.7g}" if isinstance(v, float) else v


def contents(con):
    found = {}
    for schema, name, kind in con.execute(
            "select table_schema, table_name, table_type from information_schema.tables order by all").fetchall():
        relation = '"%s"."%s"' % (schema.replace('"', '""'), name.replace('"', '""'))
        cursor = con.execute(f"select * from {relation}")
        columns = [(c[0], str(c[1])) for c in cursor.description]
        keep = [i for i, c in enumerate(columns) if not WHEN.search(c[0])]
        rows = sorted(repr(tuple(plain(row[i]) for i in keep)) for row in cursor.fetchall())
        found[f"{schema}.{name}"] = (kind, tuple(columns), len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16])
    return found


def json_files(folder):
    """The JSON artifacts of target/: each must be whole."""
    return sorted((folder / "target").glob("*.json"))


def report(doc, what, usual, look):
    """The command line of both: look(mdl, source, how many, rng, folder) gives for each project what it found,
    a number by name, and the defects."""
    ap = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--mdl", required=True)
    ap.add_argument("--project", action="append", required=True)
    ap.add_argument("--" + what, dest="count", type=int, default=usual, help="in all, shared by the projects")
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    rng, bad = random.Random(args.seed), False
    with tempfile.TemporaryDirectory(prefix=f"mdl-{what}-") as tmp:
        for i, source in enumerate(args.project):
            found, complaints = look(args.mdl, source, args.count // len(args.project), rng, pathlib.Path(tmp) / str(i))
            print(f"{source}: " + ", ".join(f"{k}: {v}" for k, v in found.items()))
            print(f"{source}: {len(complaints)} defects")
            for c in complaints:
                print("  " + c)
            bad |= bool(complaints)
    sys.exit(bad)
