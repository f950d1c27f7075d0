"""Compares two sets of per-person bands, and published tables, and prints every
kind of difference with a few people. Exit code 1 where there is any.

Data are synthetic, so pseudonyms may be printed.
"""
import argparse
import sys

import duckdb

COLUMNS = ["band", "tier", "reasons", "registers"]
TABLES = {
    "band_by_age_sex": ["area_type", "area_code", "sex", "age_band", "band"],
    "band_by_imd": ["area_type", "area_code", "imd_quintile", "band"],
    "band_by_practice": ["area_type", "area_code", "band"],
}


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--secure", required=True, help="the product's secure root")
    a.add_argument("--release", help="the product's public root")
    a.add_argument("--peer", required=True, help="folder the peer wrote")
    a.add_argument("--name", default="peer")
    o = a.parse_args()
    con = duckdb.connect()
    ours = f"read_parquet('{o.secure}/runs/*/patients/practice_code=*/patient_bands.parquet', hive_partitioning = false)"
    theirs = f"read_parquet('{o.peer}/patients/**/*.parquet', hive_partitioning = false)"
    differences = people(con, ours, theirs, o.name)
    if o.release:
        for table, keys in TABLES.items():
            differences += published(con, o, table, keys)
    n = con.execute(f"SELECT count(*) FROM {ours}").fetchone()[0]
    print(f"{o.name}: {n} people compared, {differences} differences")
    sys.exit(1 if differences or not n else 0)


def people(con, ours, theirs, name):
    differs = " OR ".join(f"a.{c} IS DISTINCT FROM b.{c}" for c in COLUMNS)
    con.execute(f"""
        CREATE TEMP TABLE differing AS
        SELECT coalesce(a.practice_code, b.practice_code) AS practice, coalesce(a.patient_id, b.patient_id) AS patient,
            {", ".join(f"a.{c} AS riskband_{c}, b.{c} AS peer_{c}" for c in COLUMNS)}
        FROM {ours} a FULL JOIN {theirs} b ON a.practice_code = b.practice_code AND a.patient_id = b.patient_id
        WHERE a.patient_id IS NULL OR b.patient_id IS NULL OR {differs}""")
    n = con.execute("SELECT count(*) FROM differing").fetchone()[0]
    if n:
        print(f"{name}: {n} people differ; the first of them:")
        for row in con.execute("SELECT * FROM differing ORDER BY ALL LIMIT 10").fetchall():
            print("  ", row)
    return n


def published(con, o, table, keys):
    """Rows the peer has must be equal; rows it lacks must be shown as 0."""
    by = " AND ".join(f"a.{k} = b.{k}" for k in keys)
    rows = con.execute(f"""
        SELECT {", ".join(f"coalesce(a.{k}, b.{k})" for k in keys)}, a.people_rounded5, b.people_rounded5, a.status, b.status
        FROM read_parquet('{o.release}/current/release/{table}.parquet') a
        FULL JOIN read_parquet('{o.peer}/{table}.parquet') b ON {by}
        WHERE a.area_code IS NULL
            OR (b.area_code IS NULL AND a.people_rounded5 IS DISTINCT FROM 0)
            OR (b.area_code IS NOT NULL AND (a.people_rounded5 IS DISTINCT FROM b.people_rounded5
                OR coalesce(a.status, '') IS DISTINCT FROM b.status))
        ORDER BY ALL""").fetchall()
    if rows:
        print(f"{o.name}: {table}: {len(rows)} rows differ; the first of them:")
        for row in rows[:10]:
            print("  ", row)
    return len(rows)


if __name__ == "__main__":
    main()
