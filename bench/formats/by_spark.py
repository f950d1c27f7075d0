"""Fixtures written by Spark (parquet-mr); needs Java 17."""

import pathlib
import shutil
import tempfile

import pyspark
from pyspark.sql import SparkSession, functions as f, types as t

import rows
from by_pyarrow import EVENTS, SPELLS

TYPES = {
    "text": t.StringType(), "date": t.DateType(), "number": t.DoubleType(), "bool": t.BooleanType(),
    "integer": t.LongType(), "list": t.ArrayType(t.StringType()),
}
V2 = {"parquet.writer.version": "v2"}
PLAIN = {"parquet.enable.dictionary": "false", "compression": "none"}


class Session:
    """One local Spark, and how to write a frame as one variant."""

    def __init__(self):
        self.spark = (
            SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC").config("spark.log.level", "ERROR").getOrCreate()
        )

    def table(self, name, data=None):
        schema = t.StructType([t.StructField(c, TYPES[k], True) for c, k, _ in rows.SCHEMA[name]])
        return self.spark.createDataFrame(rows.all_rows()[name] if data is None else data, schema).coalesce(1)

    def write(self, frame, out, name, whole=False, settings=(), **options):
        """The folder as Spark leaves it, or its one part as a file."""
        target = pathlib.Path(tempfile.mkdtemp()) / "t"
        for key, value in dict(settings).items():
            self.spark.conf.set(key, value)
        frame.write.options(**options).parquet(str(target))
        for key in dict(settings):
            self.spark.conf.unset(key)
        if whole:
            shutil.copytree(target, out / name)
        else:
            shutil.copy(next(target.rglob("part-*.parquet")), out / f"{name}.parquet")
        shutil.rmtree(target.parent)


def readable(new):
    s = Session()
    events, spells = s.table(EVENTS), s.table(SPELLS)
    out = new("base", "snappy, folders as Spark leaves them")
    for name in rows.SCHEMA:
        s.write(s.table(name), out, name, whole=True)
    for codec in ("zstd", "gzip", "none"):
        out = new(f"{codec}-v2", f"{codec}, writer version v2: page v2, delta encodings")
        for name, frame in ((EVENTS, events), (SPELLS, spells))[: 2 if codec == "zstd" else 1]:
            s.write(frame, out, name, compression=codec, **V2)
    out = new("plain-v2", "no dictionaries, writer version v2, BYTE_STREAM_SPLIT, pages of 500 bytes")
    options = {**V2, "parquet.enable.dictionary": "false", "parquet.enable.bytestreamsplit": "true", "parquet.page.size": "500"}
    for name, frame in ((EVENTS, events), (SPELLS, spells), ("patients", s.table("patients"))):
        s.write(frame, out, name, compression="zstd", **options)
    out = new("fallback", "dictionary falling back to plain in mid-chunk, small pages, bloom filter, several row groups")
    options = {"parquet.dictionary.page.size": "900", "parquet.page.size": "300", "parquet.page.row.count.limit": "50",
               "parquet.bloom.filter.enabled#patient_id": "true", "parquet.bloom.filter.expected.ndv#patient_id": "60",
               "parquet.block.row.count.limit": "150", "compression": "zstd"}
    s.write(events, out, EVENTS, **options)
    s.write(spells, out, SPELLS, **options)
    out = new("parts", "several parts, legacy format: older lists")
    s.write(events, out, EVENTS, whole=True, maxRecordsPerFile=150, compression="zstd")
    s.write(spells, out, SPELLS, settings={"spark.sql.parquet.writeLegacyFormat": "true"})
    s.write(events.withColumn("numeric_value", f.col("numeric_value").cast("float")), new("float", "values as FLOAT"), EVENTS)
    out = new("empty", "no rows: a part of no row group")
    s.write(events.limit(0), out, EVENTS, whole=True)
    s.write(s.table(SPELLS, []), out, SPELLS)
    nulls = events.limit(12).withColumns({
        "numeric_value": f.lit(None).cast("double"), "comparator": f.lit(None).cast("string"), "unit": f.lit(None).cast("string")})
    for codec in ("none", "snappy", "gzip", "zstd"):
        s.write(nulls, new(f"nulls-{codec}-v2", "columns of nothing but nulls"), EVENTS, compression=codec, **V2)


def refused(new):
    s = Session()
    e = s.table(EVENTS, rows.events()[:12])

    def one(name, what, frame=e, settings=(), **options):
        s.write(frame, new(name, what), EVENTS, settings=settings, **(options or PLAIN))

    one("lz4", "LZ4 in Hadoop's frames", compression="lz4")
    one("lz4-raw", "LZ4_RAW", compression="lz4_raw")
    stamped = e.withColumn("date", f.col("date").cast("timestamp"))
    for kind in ("INT96", "TIMESTAMP_MILLIS", "TIMESTAMP_MICROS"):
        one(kind.lower().replace("_", "-"), f"dates as {kind}", stamped, {"spark.sql.parquet.outputTimestampType": kind})
    one("timestamp-ntz", "dates as TIMESTAMP without a zone", e.withColumn("date", f.col("date").cast("timestamp_ntz")))
    one("date-text", "dates as text", e.withColumn("date", f.col("date").cast("string")))
    one("code-integer", "codes as LONG", e.withColumn("snomedct_code", f.col("snomedct_code").cast("long")))
    decimal = e.withColumn("numeric_value", f.col("numeric_value").cast("decimal(12,3)"))
    one("value-decimal", "values as DECIMAL in INT64", decimal)
    one("value-decimal-legacy", "values as DECIMAL in bytes", decimal, {"spark.sql.parquet.writeLegacyFormat": "true"})
    one("struct", "the value in a struct", e.withColumn("numeric_value", f.struct(f.col("numeric_value").alias("value"))))
    hive = new("hive", "practice_code in the folder alone")
    target = pathlib.Path(tempfile.mkdtemp()) / "t"
    s.table("patients").write.partitionBy("practice_code").parquet(str(target))
    shutil.copy(next(target.rglob("part-*.parquet")), hive / "patients.parquet")
    shutil.rmtree(target.parent)
    encrypted(s, e, new)


def encrypted(s, e, new):
    """Spark's columnar encryption, where the mock key service is in the jars."""
    s.spark.sparkContext._jsc.hadoopConfiguration().set(
        "parquet.crypto.factory.class", "org.apache.parquet.crypto.keytools.PropertiesDrivenCryptoFactory")
    mock = "org.apache.parquet.crypto.keytools.mocks.InMemoryKMS"
    try:
        s.spark.sparkContext._jvm.java.lang.Class.forName(mock)
    except Exception:  # py4j's own
        print("spark: no mock key service in its jars: no encrypted file from Spark")
        return
    s.write(e, new("encrypted", "encrypted footer"), EVENTS, **{"parquet.encryption.uniform.key": "k"})


def version():
    return pyspark.__version__
