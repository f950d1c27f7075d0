"""Fixtures written by DuckDB."""

import os

import duckdb

import by_pyarrow
import rows
from by_pyarrow import EVENTS, SPELLS


def connect():
    con = duckdb.connect(config={"threads": 1})
    for name in rows.SCHEMA:
        t = by_pyarrow.table(name)
        con.register("arrow", t)
        con.execute(f"CREATE TABLE {name} AS FROM arrow")
    return con


def readable(new):
    con = connect()

    def copy(query, out, options=""):
        con.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet{options})")

    out = new("base", "snappy, page v1")
    for name in rows.SCHEMA:
        copy(f"FROM {name}", out / f"{name}.parquet")
    for codec in ("zstd", "gzip", "uncompressed"):
        out = new(f"{codec}-v2", f"{codec}, PARQUET_VERSION V2: delta encodings, BYTE_STREAM_SPLIT, boolean RLE")
        for name in (EVENTS, SPELLS, "patients") if codec == "zstd" else (EVENTS,):
            copy(f"FROM {name}", out / f"{name}.parquet", f", COMPRESSION {codec}, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 5")
    out = new("plain", "no dictionaries, zstd, page v1")
    for name in (EVENTS, SPELLS):
        copy(f"FROM {name}", out / f"{name}.parquet", ", COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 0")
    enum = "ENUM ('<', '≤', '≥', '>')"
    copy(f"SELECT * REPLACE (comparator::{enum} AS comparator, numeric_value::FLOAT AS numeric_value) FROM {EVENTS}",
         new("enum-float", "comparators as ENUM, values as FLOAT") / f"{EVENTS}.parquet")
    out = new("empty", "no rows")
    for name in (EVENTS, SPELLS):
        copy(f"FROM {name} LIMIT 0", out / f"{name}.parquet")
    out = new("parts", "three parts, one of them empty; practice_code in the rows too")
    (out / EVENTS).mkdir()
    for i, where in enumerate(("rowid < 100", "rowid >= 100", "false")):
        copy(f"SELECT '{rows.PRACTICE}' AS practice_code, * FROM {EVENTS} WHERE {where}",
             out / EVENTS / f"data_{i}.parquet", ", ROW_GROUP_SIZE 2048, COMPRESSION zstd")
    nulls = "NULL::DOUBLE AS numeric_value, NULL::VARCHAR AS comparator, NULL::VARCHAR AS unit"
    for version in ("V1", "V2"):
        copy(f"SELECT * REPLACE ({nulls}) FROM {EVENTS} LIMIT 12",
             new(f"nulls-{version.lower()}", "columns of nothing but nulls") / f"{EVENTS}.parquet", f", PARQUET_VERSION {version}")


def refused(new):
    con = connect()

    def one(name, what, replace="", options=", COMPRESSION uncompressed"):
        query = f"SELECT * {f'REPLACE ({replace})' if replace else ''} FROM {EVENTS} LIMIT 12"
        con.execute(f"COPY ({query}) TO '{new(name, what)}/{EVENTS}.parquet' (FORMAT parquet{options})")

    one("lz4-raw", "LZ4_RAW", options=", COMPRESSION lz4_raw")
    one("brotli", "BROTLI", options=", COMPRESSION brotli")
    con.execute("SET force_mbedtls_unsafe = 'true'")  # a fixture needs no strong randomness
    con.execute("PRAGMA add_parquet_key('k', '0123456789112345')")
    one("encrypted", "encrypted footer", options=", ENCRYPTION_CONFIG {footer_key: 'k'}")
    one("timestamp", "dates as TIMESTAMP", "date::TIMESTAMP AS date")
    one("timestamp-ms", "dates as TIMESTAMP_MS", "date::TIMESTAMP_MS AS date")
    one("timestamp-ns", "dates as TIMESTAMP_NS", "date::TIMESTAMP_NS AS date")
    one("timestamp-tz", "dates as TIMESTAMPTZ", "(date::TIMESTAMP AT TIME ZONE 'UTC') AS date")
    one("date-text", "dates as text", "date::VARCHAR AS date")
    one("code-integer", "codes as BIGINT", "snomedct_code::BIGINT AS snomedct_code")
    one("code-hugeint", "codes as HUGEINT, which is a DOUBLE in the file", "snomedct_code::HUGEINT AS snomedct_code")
    one("patient-uuid", "pseudonyms as UUID", "md5(patient_id)::UUID AS patient_id")
    one("value-decimal", "values as DECIMAL", "numeric_value::DECIMAL(12, 3) AS numeric_value")
    one("struct", "the value in a struct", "{'value': numeric_value} AS numeric_value")
    hive = new("hive", "practice_code in the folder alone")
    con.execute(f"COPY patients TO '{hive}' (FORMAT parquet, PARTITION_BY practice_code, OVERWRITE_OR_IGNORE)")
    folder = hive / f"practice_code={rows.PRACTICE}"
    next(folder.iterdir()).rename(hive / "patients.parquet")
    os.rmdir(folder)


def version():
    return duckdb.__version__
