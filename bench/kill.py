#!/usr/bin/env python3
"""kill.py: mdl is killed (SIGKILL) at random instants of a build.

    bench/kill.py --mdl bin/mdl --project sample_project --project GENERATED --kills 200

A project is built once: the old contents. Then its models are changed, and it is built again
without a kill: the new contents. From then on each round starts with the old database, kills the second
build at a random instant, and looks at what is there: each relation must have its old contents or its new
ones, no other relation may exist, and each JSON file in target/ must be whole. A clean run after it must
leave the new contents and no file of the killed one. Half of the kills come while nodes are being built,
the rest anywhere between the start and the end of the process.
"""
import collections
import json
import signal
import sys
import time

from safety import Project, json_files, report

def change(project):
    """Makes the second build differ from the first: every table and view gets one more column."""
    for path in sorted((project.folder / "models").rglob("*.sql")):
        text = path.read_text()
        if "incremental" in text or "contract" in text:
            continue
        head, body = split_config(text)
        path.write_text(f"{head}\nselect mdl_changed.*, 1 as mdl_new_column from (\n{body}\n) as mdl_changed\n")


def split_config(text):
    """The config() call of a model must stay in front."""
    start = text.find("{{ config(") if "{{ config(" in text else text.find("{{config(")
    if start < 0:
        return "", text
    end = text.index("}}", start) + 2
    return text[:end], text[end:]


def torn(project):
    """JSON artifacts that cannot be read."""
    bad = []
    for path in json_files(project.folder):
        try:
            json.loads(path.read_text())
        except ValueError:
            bad.append(path.name)
    return bad


def rounds(mdl, source, kills, rng, folder):
    project = Project(mdl, source, folder / "p")
    project.must("build", "--full-refresh")
    project.must("build")
    old = project.contents()
    change(project)
    project.save(folder / "old")
    start = time.perf_counter()
    project.must("build")
    took = time.perf_counter() - start
    new = project.contents()
    found = collections.Counter()
    complaints = []
    for i in range(kills):
        project.restore(folder / "old")
        at = rng.uniform(0, took * 1.05)
        p = project.start("build")
        if i % 2:  # while nodes are built
            line = ""
            while "START" not in line:
                line = p.stdout.readline()
                if not line:
                    break
            at = rng.uniform(0, took * 0.8)
        time.sleep(at)
        p.send_signal(signal.SIGKILL)
        p.communicate()
        killed = p.returncode == -signal.SIGKILL
        found["killed" if killed else "had ended"] += 1
        now = project.contents()
        changed = {name for name in new if old.get(name) != new[name]}
        for name, what in now.items():
            if what == old.get(name) or what == new.get(name):
                if name in changed:
                    found["relations old" if what == old.get(name) else "relations new"] += 1
                continue
            complaints.append(f"kill {i} after {at:.3f} s: {name} is neither old nor new: {what}")
        for name in old:
            if name not in now and name in new:
                complaints.append(f"kill {i} after {at:.3f} s: {name} is gone")
        complaints += [f"kill {i}: {name} is torn" for name in torn(project)]
        found["kills with files left behind"] += bool(project.leftovers())
        code, out = project.run("build")
        if code:
            complaints.append(f"kill {i}: the clean run failed:\n{out[-1500:]}")
        again = project.contents()
        if again != new:
            differ = [n for n in set(again) | set(new) if again.get(n) != new.get(n)]
            complaints.append(f"kill {i}: after a clean run these differ: {sorted(differ)[:5]}")
        if project.leftovers():
            complaints.append(f"kill {i}: files are left: {project.leftovers()[:3]}")
        if i % 10 == 9:
            print(f"  {i + 1} rounds, {len(complaints)} defects", file=sys.stderr, flush=True)
        if len(complaints) > 20:
            break
    found["relations that the build changes"] = len(changed)
    found["relations"] = len(new)
    return {"seconds of a build": f"{took:.2f}"} | found, complaints


if __name__ == "__main__":
    report(__doc__, "kills", 200, rounds)
