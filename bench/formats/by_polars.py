"""Fixtures written by Polars."""

import os

import polars as pl

import by_pyarrow
import rows
from by_pyarrow import EVENTS, SPELLS


def table(name):
    return pl.from_arrow(by_pyarrow.table(name))


def readable(new):
    e, s = table(EVENTS), table(SPELLS)
    out = new("base", "zstd")
    for name in rows.SCHEMA:
        table(name).write_parquet(out / f"{name}.parquet")
    for codec in ("snappy", "gzip", "uncompressed"):
        out = new(codec, codec)
        e.write_parquet(out / f"{EVENTS}.parquet", compression=codec)
        if codec == "snappy":
            s.write_parquet(out / f"{SPELLS}.parquet", compression=codec)
    out = new("groups", "row groups of 130, pages of 256 bytes, no statistics")
    e.write_parquet(out / f"{EVENTS}.parquet", row_group_size=130, data_page_size=256, statistics=False)
    s.write_parquet(out / f"{SPELLS}.parquet", row_group_size=40, data_page_size=256, statistics=False)
    words = [pl.col(c).cast(pl.Categorical) for c in ("patient_id", "snomedct_code", "unit")]
    words.append(pl.col("comparator").cast(pl.Enum(["<", "≤", "≥", ">"])))
    e.with_columns(words).write_parquet(new("categorical", "Categorical and Enum") / f"{EVENTS}.parquet")
    e.with_columns(pl.col("numeric_value").cast(pl.Float32)).write_parquet(new("float", "values as Float32") / f"{EVENTS}.parquet")
    out = new("empty", "no rows")
    e.clear().write_parquet(out / f"{EVENTS}.parquet")
    s.clear().write_parquet(out / f"{SPELLS}.parquet")
    nulls = e.head(12).with_columns(pl.lit(None, pl.Float64).alias("numeric_value"), *[
        pl.lit(None, pl.String).alias(c) for c in ("comparator", "unit")])
    nulls.write_parquet(new("nulls", "columns of nothing but nulls") / f"{EVENTS}.parquet")
    hive = new("hive", "partitioned: practice_code in the folder and in the file")
    table("patients").write_parquet(hive, partition_by="practice_code")
    folder = hive / f"practice_code={rows.PRACTICE}"
    next(folder.iterdir()).rename(hive / "patients.parquet")
    os.rmdir(folder)


def refused(new):
    e = table(EVENTS).head(12)

    def one(name, what, frame, **options):
        frame.write_parquet(new(name, what) / f"{EVENTS}.parquet", statistics=False, **options)

    def retyped(name, what, *columns):
        one(name, what, e.with_columns(*columns), compression="uncompressed")

    one("lz4", "LZ4_RAW", e, compression="lz4")
    one("brotli", "BROTLI", e, compression="brotli")
    for unit in ("ms", "us", "ns"):
        retyped(f"datetime-{unit}", f"dates as Datetime {unit}", pl.col("date").cast(pl.Datetime(unit)))
    retyped("date-text", "dates as text", pl.col("date").cast(pl.String))
    retyped("code-integer", "codes as Int64", pl.col("snomedct_code").cast(pl.Int64))
    retyped("value-decimal", "values as Decimal", pl.col("numeric_value").cast(pl.Decimal(20, 3)))
    retyped("unit-null", "a column of the Null type", pl.lit(None).alias("unit"))
    retyped("struct", "the value in a struct", pl.struct(value="numeric_value").alias("numeric_value"))


def version():
    return pl.__version__
