"""Reads artifacts with other projects' tools and compares what they say with a
record of what they say of dbt's own.

    readers.py ARTIFACTS RECORD [--record]
"""

import json
import pathlib
import re
import subprocess
import sys

from dbt_artifacts_parser import parser


def parsed(artifacts):
    """What dbt-artifacts-parser makes of the four artifacts."""
    read = lambda name: json.loads((artifacts / name).read_text())
    manifest = parser.parse_manifest_v12(read("manifest.json"))
    results = parser.parse_run_results_v6(read("run_results.json"))
    catalog = parser.parse_catalog_v1(read("catalog.json"))
    sources = parser.parse_sources_v3(read("sources.json"))
    return {
        "nodes": {
            i: [type(n).__name__, n.path, n.relation_name, getattr(n.depends_on, "nodes", None), n.config.materialized]
            for i, n in manifest.nodes.items()
        },
        "sources": {i: [s.relation_name, s.loaded_at_field] for i, s in manifest.sources.items()},
        "exposures": {i: e.depends_on.nodes for i, e in manifest.exposures.items()},
        "children": {i: sorted(ids) for i, ids in manifest.child_map.items()},
        "run_results": {r.unique_id: [r.status.value, r.failures, r.compiled] for r in results.results},
        "catalog": {
            i: {c.name: [c.type, c.index] for c in t.columns.values()}
            for i, t in {**catalog.nodes, **catalog.sources}.items()
        },
        "freshness": {r.unique_id: [r.status.value, str(r.max_loaded_at)] for r in sources.results},
    }


def run(*command, cwd, ok):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode not in ok:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def colibri(artifacts):
    """The column lineage that dbt-colibri finds."""
    tool = pathlib.Path(sys.executable).with_name("colibri")
    run(tool, "generate", "--manifest", "manifest.json", "--catalog", "catalog.json", "--output-dir", "colibri",
        "--disable-telemetry", cwd=artifacts, ok=[0])
    edges = json.loads((artifacts / "colibri/colibri-manifest.json").read_text())["lineage"]["edges"]
    return sorted(f"{e['source']}.{e['sourceColumn']} -> {e['target']}.{e['targetColumn']}" for e in edges)


def bouncer(artifacts):
    """The verdicts of dbt-bouncer; 1 says that a check has failed."""
    tool = pathlib.Path(sys.executable).with_name("dbt-bouncer")
    run(tool, "run", "--config-file", "dbt-bouncer.yml", "--output-file", "bouncer.json", cwd=artifacts, ok=[0, 1])
    results = json.loads((artifacts / "bouncer.json").read_text())
    return sorted(f"{r['check_run_id']}: {r['outcome']}" for r in results)


def differences(got, want, at=""):
    """The places at which two documents differ."""
    if isinstance(got, dict) and isinstance(want, dict):
        for key in sorted(got.keys() | want.keys()):
            yield from differences(got.get(key), want.get(key), f"{at}/{key}")
    elif isinstance(got, list) and isinstance(want, list) and len(got) == len(want):
        for i, (g, w) in enumerate(zip(got, want)):
            yield from differences(g, w, f"{at}/{i}")
    elif got != want:
        yield f"{at}: {got!r}, with dbt {want!r}"


def main():
    artifacts, record = map(pathlib.Path, sys.argv[1:3])
    said = {"dbt-artifacts-parser": parsed(artifacts), "dbt-colibri": colibri(artifacts), "dbt-bouncer": bouncer(artifacts)}
    text = json.dumps(said, indent=1, sort_keys=True) + "\n"
    text = re.sub(r"\[\s+([^][{}]*?)\s+\]", lambda m: "[" + re.sub(r"\n\s+", " ", m[1]) + "]", text)
    if sys.argv[3:] == ["--record"]:
        record.write_text(text)
        return
    found = list(differences(json.loads(text), json.loads(record.read_text())))
    for line in found[:40]:
        print(line)
    if found:
        sys.exit(f"{len(found)} differences between what is read of mdl's artifacts and of dbt's")
    print(", ".join(f"{name}: {sum(map(len, part.values())) if isinstance(part, dict) else len(part)} facts" for name, part in said.items()) + ", as with dbt")


main()
