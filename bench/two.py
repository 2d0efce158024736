#!/usr/bin/env python3
"""two.py: two mdl processes at once on one project.

    bench/two.py --mdl bin/mdl --project sample_project --runs 50

Each run starts two builds at nearly the same time. Both must end well, or one must refuse with the message
that says who is in the way. After it the contents must be those of one build, and every JSON file in target/
must be whole. A third process lists the project meanwhile and must never fail. In half of the runs nobody
waits (--wait 0), so that one of two refuses. A fifth of the runs uses two target directories, so that the
database itself is what they meet at.
"""
import collections
import json
import time

from safety import Project, json_files, report


def runs(mdl, source, count, rng, folder):
    project = Project(mdl, source, folder)
    project.must("build")
    project.must("build")
    want = project.contents()
    found, complaints = collections.Counter(), []
    for i in range(count):
        wait = ["--wait", "0"] if i % 2 else ["--wait", "60"]
        apart = i % 5 == 4
        files = [project.home / f"out{n}" for n in range(3)]
        first = project.start_into(files[0], "build", *wait)
        time.sleep(rng.uniform(0, 0.05))
        second = project.start_into(files[1], "build", *wait, *(["--target-path", "target2"] if apart else []))
        lister = project.start_into(files[2], "ls", "--quiet")
        for p in (first, second, lister):
            p.wait()
        *outs, listed = [f.read_text(errors="replace") for f in files]
        if lister.returncode:
            complaints.append(f"run {i}: ls failed:\n{listed[-1500:]}")
        for p, out in zip((first, second), outs):
            if p.returncode == 0:
                found["ended well"] += 1
            elif p.returncode == 2 and "in use" in out and " build" in out and "process" in out and i % 2:
                found["refused, with who is in the way"] += 1
            else:
                complaints.append(f"run {i}: exit code {p.returncode}:\n{out[-1500:]}")
        if first.returncode and second.returncode:
            complaints.append(f"run {i}: neither ended well")
        if project.contents() != want:
            complaints.append(f"run {i}: the contents differ")
        for path in json_files(project.folder):
            try:
                json.loads(path.read_text())
            except ValueError:
                complaints.append(f"run {i}: {path.name} is torn")
        ids = {json.loads((project.folder / "target" / n).read_text())["metadata"]["invocation_id"] for n in ("run_results.json",)}
        found["runs"] += 1
        if len(ids) != 1:
            complaints.append(f"run {i}: artifacts of two runs")
        if len(complaints) > 10:
            break
    return dict(sorted(found.items())), complaints


if __name__ == "__main__":
    report(__doc__, "runs", 50, runs)
