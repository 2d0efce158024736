"""Write shop.json: the nodes of a small project and what dbt selects from it.

Run with the oracle's Python: /work/oracle-env/bin/python gen.py
It builds the project below in a temporary directory, parses it once, asks
`dbt ls` in process for every case of cases.txt and records the selected ids,
the criteria that dbt warned about, and whether dbt refused the arguments.
"""
import json
import os
import shlex
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

os.environ.update(DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1")

import networkx as nx  # noqa: E402
from dbt.cli.main import dbtRunner  # noqa: E402
from dbt.clients.yaml_helper import load_yaml_text  # noqa: E402
from dbt.compilation import Linker  # noqa: E402
from dbt.config.selectors import selector_config_from_data  # noqa: E402

HERE = Path(__file__).resolve().parent

FILES = {
    "profiles.yml": """
shop: {target: dev, outputs: {dev: {type: duckdb, path: "shop.duckdb"}}}
""",
    "dbt_project.yml": """
name: shop
version: "1.0"
profile: shop
models:
  shop:
    +meta: {owner: core, tier: 1}
    staging: {+materialized: view, +tags: [staging, nightly]}
    marts: {+materialized: table, finance: {+tags: finance, +group: finance, +schema: fin}}
seeds:
  shop: {+tags: raw, +quote_columns: true}
on-run-start: "select 1"
""",
    "packages.yml": """
packages: [{local: pack}]
""",
    "selectors.yml": (HERE / "selectors.yml").read_text(),
    # the local package
    "pack/dbt_project.yml": """
name: pack
version: "1.0"
models: {pack: {+tags: [packaged], only: {+materialized: ephemeral}}}
""",
    "pack/models/staging/stg_events.sql": "select 1 as id",
    "pack/models/staging/stg_extra.sql": "select id from {{ ref('stg_events') }}",
    "pack/models/only/pack_only.sql": "select id from {{ ref('stg_extra') }}",
    "pack/models/pack.yml": """
version: 2
models:
  - name: stg_events
    columns: [{name: id, data_tests: [unique]}]
sources:
  - name: web
    tables: [{name: clicks}]
exposures:
  - {name: pack_board, type: dashboard, owner: {name: x}, depends_on: [ref('pack_only')]}
""",
    # raw data
    "seeds/countries.csv": "code,name\nde,Germany\n",
    "seeds/geo/regions.csv": "id,name\n1,North\n",
    "seeds/seeds.yml": """
version: 2
seeds:
  - name: countries
    columns: [{name: code, data_tests: [unique, not_null]}]
""",
    "models/sources.yml": """
version: 2
sources:
  - name: raw
    tags: [ingest]
    tables:
      - {name: customers, columns: [{name: id, data_tests: [not_null]}]}
      - {name: orders, tags: [hourly]}
      - {name: items}
  - name: web
    tables: [{name: visits}, {name: clicks}]
""",
    # staging
    "models/staging/stg_customers.sql": "select * from {{ source('raw', 'customers') }}",
    "models/staging/stg_orders.sql": "select * from {{ source('raw', 'orders') }}",
    "models/staging/stg_items.sql": "{{ config(tags=['heavy']) }} select * from {{ source('raw', 'items') }}",
    "models/staging/web/stg_visits.sql": "select * from {{ source('web', 'visits') }}, {{ source('web', 'clicks') }}",
    "models/staging/staging.yml": """
version: 2
models:
  - name: stg_customers
    group: sales
    config: {meta: {owner: sales, contains_pii: true, levels: [a, b]}}
    columns:
      - name: id
        data_tests: [unique, {not_null: {config: {severity: warn, tags: [critical]}}}]
  - name: stg_orders
    columns:
      - name: id
        data_tests:
          - unique
          - relationships: {arguments: {to: ref('stg_customers'), field: id}}
      - name: status
        data_tests: [{accepted_values: {arguments: {values: [a, b]}}}]
""",
    # intermediate
    "models/intermediate/int_orders.sql": "select * from {{ ref('stg_orders') }} join {{ ref('stg_items') }} using (id)",
    "models/intermediate/int_sessions.sql": "{{ config(materialized='ephemeral') }} select * from {{ ref('stg_visits') }}",
    "models/intermediate/int_geo.sql": "select * from {{ ref('countries') }}, {{ ref('regions') }}",
    # marts
    "models/marts/dim_customers.sql": "select * from {{ ref('stg_customers') }}, {{ ref('int_geo') }}",
    "models/marts/fct_orders.sql": "{{ config(materialized='incremental', unique_key='id') }} select * from {{ ref('int_orders') }}, {{ ref('dim_customers') }}",
    "models/marts/finance/revenue.sql": "select * from {{ ref('fct_orders') }}",
    "models/marts/finance/margins.sql": "{{ config(meta={'nested': {'deep': 'yes', 'n': 5}}, enabled=true) }} select * from {{ ref('revenue') }}, {{ ref('countries') }}",
    "models/marts/finance/secret.sql": "select 1 as id",
    "models/marts/finance/old_margins.sql": "{{ config(enabled=false) }} select 1",
    "models/marts/legacy.daily.sql": "select * from {{ ref('fct_orders') }}, {{ ref('stg_events') }}",
    "models/marts/orders_daily.sql": "select * from {{ ref('fct_orders') }}, {{ ref('int_sessions') }}",
    "models/marts/users_v1.sql": "select 1 as id",
    "models/marts/users_v2.sql": "select id from {{ ref('stg_customers') }}",
    "models/marts/users_v3.sql": "select id from {{ ref('dim_customers') }}",
    "models/marts/use_users.sql": "select id from {{ ref('users', v=1) }}, {{ ref('users') }}",
    "models/marts/scores.py": "def model(dbt, session):\n    return dbt.ref('fct_orders')\n",
    "models/marts/marts.yml": """
version: 2
groups:
  - {name: finance, owner: {name: f}}
  - {name: sales, owner: {name: s}}
models:
  - name: users
    latest_version: 2
    access: public
    columns: [{name: id, data_tests: [not_null]}]
    versions: [{v: 1}, {v: 2}, {v: 3, config: {tags: [preview]}}]
  - name: dim_customers
    access: public
    data_tests:
      - row_match: {arguments: {other: ref('stg_customers')}}
    columns: [{name: id, data_tests: [unique, not_null]}]
  - name: fct_orders
    data_tests:
      - row_match: {arguments: {other: ref('int_orders')}}
      - row_match: {name: match_customers, arguments: {other: ref('dim_customers')}, config: {tags: [slow], where: "1=1"}}
  - {name: secret, access: private}
  - name: revenue
    columns:
      - name: country
        data_tests: [{relationships: {arguments: {to: ref('countries'), field: code}}}]
unit_tests:
  - name: revenue_adds_up
    model: revenue
    config: {tags: [ut]}
    given: [{input: ref('fct_orders'), rows: [{id: 1}]}]
    expect: {rows: [{id: 1}]}
  - name: users_keep_id
    model: users
    given: [{input: ref('stg_customers'), rows: [{id: 1}]}]
    expect: {rows: [{id: 1}]}
exposures:
  - name: finance_board
    type: dashboard
    tags: [board, nightly]
    owner: {name: x}
    depends_on: [ref('margins'), ref('revenue')]
  - name: crm_sync
    type: application
    owner: {name: y}
    depends_on: ["ref('dim_customers')", "source('raw', 'customers')"]
""",
    "models/metrics/time_spine.sql": "select cast('2024-01-01' as date) as date_day",
    "models/metrics/metrics.yml": """
version: 2
models:
  - name: time_spine
    time_spine: {standard_granularity_column: date_day}
    columns: [{name: date_day, granularity: day}]
semantic_models:
  - name: orders_sem
    model: ref('fct_orders')
    defaults: {agg_time_dimension: ordered}
    entities: [{name: id, type: primary}]
    dimensions: [{name: ordered, type: time, type_params: {time_granularity: day}}]
    measures: [{name: amount, agg: sum, create_metric: false}]
metrics:
  - name: total_amount
    label: Total
    type: simple
    type_params: {measure: amount}
    config: {tags: [kpi], group: finance}
saved_queries:
  - name: weekly
    query_params: {metrics: [total_amount]}
""",
    # the rest
    "snapshots/customers_snap.sql": "{% snapshot customers_snap %}{{ config(unique_key='id', strategy='check', check_cols='all', target_schema='snap') }} select * from {{ ref('stg_customers') }}{% endsnapshot %}",
    "snapshots/snap.yml": """
version: 2
snapshots:
  - name: orders_snap
    relation: source('raw', 'orders')
    config: {unique_key: id, strategy: timestamp, updated_at: ts, tags: [hist]}
  - name: customers_snap
    columns: [{name: id, data_tests: [not_null]}]
""",
    "analyses/adhoc.sql": "select * from {{ ref('revenue') }}",
    "macros/row_match.sql": "{% test row_match(model, other) %} select 1 from {{ model }}, {{ other }} {% endtest %}",
    "tests/no_lost_orders.sql": "select 1 from {{ ref('fct_orders') }}, {{ ref('stg_orders') }}",
    "tests/finance/margins_positive.sql": "{{ config(tags=['finance', 'slow'], severity='warn') }} select 1 from {{ ref('margins') }}",
    "tests/source_is_fresh.sql": "select 1 from {{ source('raw', 'orders') }}, {{ source('raw', 'items') }}",
    "tests/across.sql": "select 1 from {{ ref('stg_events') }}, {{ source('web', 'visits') }}, {{ ref('dim_customers') }}",
}


def nodes_of(manifest):
    """The manifest's enabled nodes as the Go test reads them."""
    groups = (manifest.nodes, manifest.sources, manifest.exposures, manifest.metrics,
              manifest.semantic_models, manifest.saved_queries, manifest.unit_tests)
    for group in groups:
        for node in group.values():
            metadata = getattr(node, "test_metadata", None)
            config = written(node.config.to_dict()) if group in groups[:2] else None
            version = getattr(node, "version", None)
            latest = getattr(node, "latest_version", None)
            row = {
                "id": node.unique_id,
                "name": node.name,
                "package": node.package_name,
                "type": str(node.resource_type),
                "fqn": node.fqn,
                "tags": list(getattr(node, "tags", [])),
                "path": node.original_file_path,
                "patch": getattr(node, "patch_path", None) or "",
                "parents": list(node.depends_on_nodes) if group is not manifest.sources else [],
                "source": getattr(node, "source_name", ""),
                "access": str(getattr(node, "access", "") or ""),
                "group": (node.config.get("group") or "") if group in (manifest.nodes, manifest.metrics) else "",
                "version": "" if version is None or node.resource_type != "model" else str(version),
                "latest": "" if latest is None else str(latest),
                "test": metadata.name if metadata else "",
                "config": config,
            }
            yield {key: value for key, value in row.items() if value not in (None, "", [])}


def cases_of(line):
    """The argument lists that one line of cases.txt stands for."""
    words = shlex.split(line, comments=True)
    if words[:1] == ["modes"]:
        for mode in ("eager", "cautious", "buildable", "empty"):
            yield [*words[1:], "--indirect-selection", mode]
    elif words:
        yield words


def written(config):
    """A configuration without the keys that nobody set: they match nothing."""
    return {key: value for key, value in config.items() if value not in (None, [], {})}


def ask(manifest, args):
    """What `dbt ls` answers for one argument list."""
    unmatched = []

    def listen(event):
        if event.info.name == "NoNodesForSelectionCriteria":
            unmatched.append(event.data.spec_raw)

    runner = dbtRunner(manifest=manifest, callbacks=[listen])
    res = runner.invoke(["--quiet", "ls", "--output", "json", "--output-keys", "unique_id", *args])
    case = {"args": args}
    if res.exception is not None:
        case["error"] = str(res.exception).strip().split("\n")[-1].strip()
        return case
    case["ids"] = sorted(json.loads(line)["unique_id"] for line in res.result)
    if unmatched:
        case["unmatched"] = unmatched
    return case


# Texts of selectors.yml that dbt may refuse.
SELECTORS = [
    "",
    "selectors: []",
    "selectors:",
    "version: 2\nselectors: []",
    "selector: []",
    "selectors: {}",
    "selectors: [a]",
    "selectors: [{name: a}]",
    "selectors: [{definition: a}]",
    "selectors: [{name: a, definition: b}]",
    "selectors: [{name: a, definition: [b]}]",
    "selectors: [{name: a, definition: 5}]",
    "selectors: [{name: a, definition: b, default: true}, {name: c, definition: d, default: true}]",
    "selectors: [{name: a, definition: b, default: 'yes'}]",
    "selectors: [{name: a, definition: b, colour: red}]",
    "selectors: [{name: a, definition: {tga: b}}]",
    "selectors: [{name: a, definition: {method: tga, value: b}}]",
    "selectors: [{name: a, definition: 'tga:b'}]",
    "selectors: [{name: a, definition: '@b+'}]",
    "selectors: [{name: a, definition: {method: fqn, value: b, children: true, childrens_parents: true}}]",
    "selectors: [{name: a, definition: {method: fqn}}]",
    "selectors: [{name: a, definition: {value: b, children: true}}]",
    "selectors: [{name: a, definition: {}}]",
    "selectors: [{name: a, definition: {union: b}}]",
    "selectors: [{name: a, definition: {union: [5]}}]",
    "selectors: [{name: a, definition: {union: [[b]]}}]",
    "selectors: [{name: a, definition: {union: [b], intersection: [c]}}]",
    "selectors: [{name: a, definition: {union: [b], exclude: [c]}}]",
    "selectors: [{name: a, definition: {union: [b, exclude: [c], exclude: [d]]}}]",
    "selectors: [{name: a, definition: {union: [b, {exclude: [c]}, {exclude: [d]}]}}]",
    "selectors: [{name: a, definition: {union: [b, {exclude: c}]}}]",
    "selectors: [{name: a, definition: {method: tag, value: b, exclude: c}}]",
    "selectors: [{name: a, definition: {method: tag, value: b, indirect_selection: eagre}}]",
    "selectors: [{name: a, definition: {method: tag, value: b, parents: true, parents_depth: x}}]",
    "selectors: [{name: a, definition: {method: tag, value: b, parents: true, parents_depth: 2}}]",
    "selectors: [{name: a, definition: {method: tag, value: b, colour: red}}]",
    "selectors: [{name: a, definition: {method: selector, value: b}}]",
    "selectors: [{name: a, definition: {method: selector, value: b}}, {name: b, definition: c}]",
    "selectors: [{name: b, definition: c}, {name: a, definition: {method: selector, value: b}}]",
    "selectors: [{name: b, definition: c}, {name: a, definition: {selector: b}}]",
    "selectors: [{name: a, definition: {method: selector, value: a}}]",
    "selectors: [{name: a, definition: b}, {name: a, definition: c}]",
]


PATTERNS = ["", "*", "?", "??", "a*", "*a", "*a*", "a*b*c", "a**b", "[abc]", "[!abc]", "[a-c]", "[c-a]", "[!c-a]",
            "[]", "[!]", "[]]", "[!]]", "[]a]", "[a", "[", "a[", "[a-]", "[-a]", "[!-a]", "[a-c-e]", "[--a]", "[^a]",
            "[a^]", "[a\\]", "x[0-9]y", "a]", "*.*", "a.b", "[.]", "[a-c][x-z]*", "\u00e9*", "?\u00e9", "[\u00e0-\u00ff]", "a\nb", "*b"]
NAMES = ["", "a", "b", "c", "e", "-", "^", "!", "]", "[", "[a", "a[", "[]", "[!]", "\\", "ab", "aXbYc", "abc", "aab", "a]",
         "x5y", "a.b", ".", "a.b.c", "ax", "cz9", "\u00e9", "\u00e9t\u00e9", "x\u00e9", "a\nb", "A"]


def refusal(text):
    """Why dbt refuses the text of a selectors.yml, or None."""
    try:
        selector_config_from_data(load_yaml_text(text))
    except Exception as exc:
        return str(exc).strip().split("\n")[-1].strip()


def waiting(manifest):
    """What dbt makes wait for each data test in `build`, directly or not."""
    manifest.build_parent_and_child_maps()
    linker = Linker()
    linker.link_graph(manifest)
    linker.add_test_edges_1(manifest)
    tests = sorted(i for i in linker.nodes() if i.startswith("test."))
    below = ((i, sorted(set(nx.descendants(linker.graph, i)) & set(manifest.nodes))) for i in tests)
    return {i: [n for n in ids if not n.startswith("test.")] for i, ids in below}


def main():
    cases = [case for line in (HERE / "cases.txt").open() for case in cases_of(line)]
    with tempfile.TemporaryDirectory() as tmp:
        for name, text in FILES.items():
            path = Path(tmp, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.lstrip("\n"))
        os.chdir(tmp)
        os.environ["DBT_PROFILES_DIR"] = tmp
        for command in (["deps"], ["parse"]):
            res = dbtRunner().invoke(["--quiet", *command])
            if not res.success:
                sys.exit(f"dbt {command[0]}: {res.exception}")
        manifest = res.result
        nodes = sorted(nodes_of(manifest), key=lambda n: n["id"])
        sys.stdout = open(os.devnull, "w")
        answers = [ask(manifest, args) for args in cases]
        sys.stdout = sys.__stdout__
    row = lambda items: ",\n".join(json.dumps(i, sort_keys=True, default=str) for i in items)  # noqa: E731
    texts = [{"text": text, "error": refusal(text)} for text in SELECTORS]
    globs = [{"pattern": p, "names": [n for n in NAMES if fnmatch(n, p)]} for p in PATTERNS]
    parts = {"globs": globs, "names": [NAMES], "nodes": nodes, "cases": answers, "selectors": texts, "waiting": [waiting(manifest)]}
    text = "{%s}\n" % ",\n".join('"%s": [\n%s\n]' % (k, row(v)) for k, v in parts.items())
    (HERE / "shop.json").write_text(text)
    refused = sum("error" in a for a in answers)
    print(f"{len(nodes)} nodes, {len(answers)} cases, {refused} of them refused by dbt")


if __name__ == "__main__":
    main()
