"""compare_relations.py EXPECTED ACTUAL: compares all relations of two DuckDB files.

Names, columns, types and rows (as a bag) must be equal. Of a snapshot's dbt_ columns
only the types are compared: they hold the time of the run. Exit code 1 on a difference.
"""
import collections
import sys

import duckdb


def relations(connection):
    rows = connection.execute(
        "select table_schema, table_name, table_type from information_schema.tables order by all"
    ).fetchall()
    return {(schema, name): kind for schema, name, kind in rows}


def columns(connection, relation):
    return connection.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = ? and table_name = ? order by ordinal_position",
        relation,
    ).fetchall()


def rows(connection, relation, names):
    listed = ", ".join(f'"{n}"' for n in names)
    return collections.Counter(
        connection.execute(f'select {listed} from "{relation[0]}"."{relation[1]}"').fetchall()
    )


def compare(expected, actual, relation):
    """Returns what differs, or the number of rows."""
    wanted, got = columns(expected, relation), columns(actual, relation)
    if wanted != got:
        return f"columns {got}, expected {wanted}", 0
    names = [n for n, _ in wanted if not n.startswith("dbt_")]
    want, have = rows(expected, relation, names), rows(actual, relation, names)
    if want != have:
        missing, extra = want - have, have - want
        return (
            f"{missing.total()} rows missing, {extra.total()} too many;"
            f" missing {next(iter(missing), None)}, too many {next(iter(extra), None)}"
        ), 0
    return None, want.total()


def main(expected_path, actual_path):
    expected = duckdb.connect(expected_path, read_only=True)
    actual = duckdb.connect(actual_path, read_only=True)
    want, have = relations(expected), relations(actual)
    failed = False
    for relation in sorted(want.keys() | have.keys()):
        if want.get(relation) != have.get(relation):
            difference = f"is {have.get(relation)}, expected {want.get(relation)}"
        else:
            difference, count = compare(expected, actual, relation)
        failed = failed or difference is not None
        print(f"{'.'.join(relation)}: {difference or f'{count} rows, equal'}")
    return 1 if failed or not want else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
