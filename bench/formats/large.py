"""Writes the same 2,000,000 clinical events once by each writer and layout.

python large.py --out DIR: one extract folder a layout, ready for riskband seal;
their content digests must be equal. Values come from a hash of the row's number.
"""

import argparse
import pathlib
import shutil
import tempfile
import time

import duckdb
import polars as pl
import pyarrow.parquet as pq

import by_spark
import rows

ROWS, PEOPLE = 2_000_000, 20_000
EVENTS = f"""
SELECT substr(md5('p' || hash(i) % {PEOPLE}), 1, 16) AS patient_id,
  DATE '2000-01-01' + (hash(i + 1) % 9500)::INT AS date,
  {rows.SNOMED}[1 + (hash(i + 2) % 8)::INT] AS snomedct_code,
  CASE WHEN hash(i + 3) % 3 = 0 THEN (hash(i + 4) % 2000) / 10.0::DOUBLE END AS numeric_value,
  CASE WHEN hash(i + 3) % 30 = 0 THEN ['<', '≤', '≥', '>'][1 + (hash(i + 5) % 4)::INT] END AS comparator,
  CASE WHEN hash(i + 3) % 3 = 0 THEN ['mmHg', 'mm[Hg]', 'µg/l'][1 + (hash(i + 6) % 3)::INT] END AS unit
FROM range({ROWS}) t(i)
"""
PATIENTS = f"""
SELECT substr(md5('p' || i), 1, 16) AS patient_id, '{rows.PRACTICE}' AS practice_code, DATE '2010-01-01' AS registration_start,
  date_trunc('month', DATE '1930-01-01' + (i % 30000)::INT)::DATE AS birth_month, ['female', 'male'][1 + i % 2] AS sex
FROM range({PEOPLE}) t(i)
"""
DELTA = {"patient_id": "DELTA_BYTE_ARRAY", "date": "DELTA_BINARY_PACKED", "snomedct_code": "DELTA_LENGTH_BYTE_ARRAY",
         "numeric_value": "BYTE_STREAM_SPLIT", "comparator": "DELTA_BYTE_ARRAY", "unit": "DELTA_BYTE_ARRAY"}


def layouts(con, spark):
    """Name and writer of each layout; a writer takes the file's path."""
    t = con.execute(f"{EVENTS}").to_arrow_table()
    frame = pl.from_arrow(t)

    def duck(options):
        return lambda p: con.execute(f"COPY events TO '{p}' (FORMAT parquet{options})")

    def arrow(**options):
        return lambda p: pq.write_table(t, p, **options)

    def by_polars(**options):
        return lambda p: frame.write_parquet(p, **options)

    def sparked(**options):
        def write(path):
            target = pathlib.Path(tempfile.mkdtemp()) / "t"
            spark.spark.read.parquet(source).coalesce(1).write.options(**options).parquet(str(target))
            shutil.move(next(target.glob("part-*.parquet")), path)
        return write

    con.register("arrow", t)
    con.execute("CREATE TABLE events AS FROM arrow")
    source = tempfile.mkdtemp() + "/source.parquet"
    pq.write_table(t, source, compression="zstd")
    plain = {"compression": "zstd", "parquet.writer.version": "v2", "parquet.enable.dictionary": "false",
             "parquet.enable.bytestreamsplit": "true"}
    return {
        "pyarrow": arrow(), "pyarrow-delta-v2": arrow(use_dictionary=False, column_encoding=DELTA, data_page_version="2.0", compression="zstd"),
        "pyarrow-fallback-gzip": arrow(dictionary_pagesize_limit=100_000, compression="gzip"),
        "pyarrow-plain-none": arrow(use_dictionary=False, compression="none"),
        "duckdb": duck(""), "duckdb-zstd-v2": duck(", COMPRESSION zstd, PARQUET_VERSION V2"),
        "duckdb-delta-gzip": duck(", COMPRESSION gzip, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 5"),
        "polars": by_polars(), "polars-snappy": by_polars(compression="snappy", row_group_size=100_000),
        "spark": sparked(), "spark-zstd-v2": sparked(**{"compression": "zstd", "parquet.writer.version": "v2"}),
        "spark-delta-v2": sparked(**plain),
    }


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    out = arguments.parse_args().out
    con = duckdb.connect()
    for name, write in layouts(con, by_spark.Session()).items():
        folder = out / name / f"practice_code={rows.PRACTICE}"
        folder.mkdir(parents=True)
        began = time.perf_counter()
        write(folder / "clinical_events.parquet")
        took = time.perf_counter() - began
        con.execute(f"COPY ({PATIENTS}) TO '{folder}/patients.parquet' (FORMAT parquet)")
        size = (folder / "clinical_events.parquet").stat().st_size
        print(f"{name}: {size / 1e6:.1f} MB, written in {took:.1f} s", flush=True)


if __name__ == "__main__":
    main()
