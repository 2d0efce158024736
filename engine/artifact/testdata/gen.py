"""Makes manifest.json here of a manifest.json that dbt-core 1.11.16 wrote for a project with one of everything.

    python gen.py PROJECT/target/manifest.json > manifest.json

Macros and dbt's own docs are dropped, times are fixed, and what is ordered by file in dbt is ordered by id.
"""
import json, sys

m = json.load(open(sys.argv[1]))


def fix(x):
    if isinstance(x, dict):
        return {k: 1795471780.25 if k == "created_at" else "/project" if k == "root_path" else fix(v) for k, v in x.items()}
    return [fix(v) for v in x] if isinstance(x, list) else x


m = fix(m)
m["macros"] = {}
m["docs"].pop("doc.dbt.__overview__")
order = [sorted(m[k]) for k in ("nodes", "sources", "exposures", "unit_tests")]
order = {id: i for i, id in enumerate(sum(order, []))}
m = {k: v if k == "metadata" else dict(sorted(v.items(), key=lambda e: (order.get(e[0], 0), e[0]))) for k, v in m.items()}
m["metadata"].update(generated_at="2026-11-23T22:09:40.250000Z")
for n in m["nodes"].values():  # only where mdl differs on purpose
    n["depends_on"]["macros"] = [x for x in n["depends_on"]["macros"] if not x.startswith("macro.dbt.")]
json.dump(m, sys.stdout, indent=1)
