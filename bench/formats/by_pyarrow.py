"""Fixtures written by pyarrow, and the logical rows as an Arrow table."""

import datetime as dt
import os
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

import rows

TYPES = {
    "text": pa.string(), "date": pa.date32(), "number": pa.float64(), "bool": pa.bool_(),
    "integer": pa.int64(), "list": pa.list_(pa.string()),
}
EVENTS, SPELLS = "clinical_events", "apcs"


def table(name, data=None, required=False):
    schema = pa.schema([pa.field(c, TYPES[k], nullable=n or not required) for c, k, n in rows.SCHEMA[name]])
    data = rows.all_rows()[name] if data is None else data
    return pa.Table.from_arrays([pa.array([r[i] for r in data], f.type) for i, f in enumerate(schema)], schema=schema)


def recast(t, **types):
    """The table with some columns of other types; a value may be a function of the column."""
    for name, to in types.items():
        i = t.schema.get_field_index(name)
        column = to(t[name]) if callable(to) else t[name].cast(to)
        t = t.set_column(i, name, column)
    return t


def stamp(unit):
    return lambda c: c.cast(pa.timestamp(unit))


class FixedKeys(pe.KmsClient):
    """Hands keys out as they are: for a fixture, not for use."""

    def __init__(self, _):
        pe.KmsClient.__init__(self)

    def wrap_key(self, key, _):
        return key

    def unwrap_key(self, key, _):
        return key


def encryption(**options):
    config = pe.EncryptionConfiguration(footer_key="footer", double_wrapping=False, **options)
    return pe.CryptoFactory(FixedKeys).file_encryption_properties(pe.KmsConnectionConfig(), config)


def many(out, names, **options):
    for name in names:
        pq.write_table(table(name), out / f"{name}.parquet", **options)


def readable(new):
    everything, both = list(rows.SCHEMA), [EVENTS, SPELLS]
    e, s = table(EVENTS), table(SPELLS)
    many(new("base", "snappy, dictionaries, page v1, every column optional"), everything)
    out = new("required", "required columns declared so; zstd, page v2, no ARROW:schema")
    for name in everything:
        pq.write_table(table(name, required=True), out / f"{name}.parquet", compression="zstd",
                       data_page_version="2.0", store_schema=False)
    many(new("plain-none", "no dictionary, no compression"), [EVENTS], use_dictionary=False, compression="none", store_schema=False)
    many(new("gzip-v2", "gzip, page v2"), [EVENTS], compression="gzip", data_page_version="2.0", store_schema=False)
    many(new("fallback", "dictionary falling back to plain in mid-chunk, small pages"), both,
         dictionary_pagesize_limit=300, write_batch_size=32, data_page_size=800, compression="zstd", store_schema=False)
    many(new("fallback-v2", "the same, page v2, snappy"), [EVENTS],
         dictionary_pagesize_limit=300, write_batch_size=32, data_page_size=800, data_page_version="2.0", store_schema=False)
    delta = {"patient_id": "DELTA_BYTE_ARRAY", "date": "DELTA_BINARY_PACKED", "snomedct_code": "DELTA_LENGTH_BYTE_ARRAY",
             "numeric_value": "BYTE_STREAM_SPLIT", "comparator": "DELTA_LENGTH_BYTE_ARRAY", "unit": "DELTA_BYTE_ARRAY"}
    spell = {"patient_id": "DELTA_BYTE_ARRAY", "admission_date": "DELTA_BINARY_PACKED", "cost_pence": "DELTA_BINARY_PACKED",
             "spell_id": "DELTA_LENGTH_BYTE_ARRAY", "secondary_diagnoses.list.element": "DELTA_BYTE_ARRAY"}
    for version in ("1.0", "2.0"):
        out = new(f"delta-v{version[0]}", f"delta encodings and BYTE_STREAM_SPLIT, page v{version[0]}, small pages")
        for t, name, encoding in ((e, EVENTS, delta), (s, SPELLS, spell)):
            pq.write_table(t, out / f"{name}.parquet", use_dictionary=False, column_encoding=encoding, compression="zstd",
                           data_page_version=version, write_batch_size=64, data_page_size=1024, store_schema=False)
    out = new("split", "BYTE_STREAM_SPLIT on dates, integers and fixed text")
    fixed = recast(e, patient_id=lambda c: c.cast(pa.binary()).cast(pa.binary(16)))
    pq.write_table(fixed, out / f"{EVENTS}.parquet", use_dictionary=False, compression="zstd",
                   use_byte_stream_split=["patient_id", "date", "numeric_value"])
    pq.write_table(recast(s, cost_pence=pa.int32()), out / f"{SPELLS}.parquet", use_dictionary=False, compression="zstd",
                   use_byte_stream_split=["cost_pence", "admission_date", "discharge_date"])
    pq.write_table(recast(e, numeric_value=pa.float32()), new("float", "values as FLOAT") / f"{EVENTS}.parquet")
    pq.write_table(recast(e, numeric_value=pa.float32()), new("float-split", "values as FLOAT, BYTE_STREAM_SPLIT") /
                   f"{EVENTS}.parquet", use_byte_stream_split=["numeric_value"], use_dictionary=["patient_id"])
    types(new, e, s)
    layouts(new, e, s)


def types(new, e, s):
    """Other Arrow types of the same values."""
    big = {"patient_id": pa.large_string(), "snomedct_code": pa.string_view(), "unit": pa.large_string()}
    out = new("large", "LargeUtf8, string_view and large lists; a page of 400 kB beside the contract's columns")
    note = pa.array(["x" * 1000 + str(i % 5) for i in range(e.num_rows)])
    wide = recast(e, **big).append_column("note", note)
    pq.write_table(wide, out / f"{EVENTS}.parquet", compression="zstd", use_dictionary=["snomedct_code"])
    pq.write_table(recast(s, secondary_diagnoses=pa.large_list(pa.large_string()), procedures=pa.large_list(pa.string())),
                   out / f"{SPELLS}.parquet", compression="zstd", use_compliant_nested_type=False)
    category = {c: lambda x: x.combine_chunks().dictionary_encode() for c in ("patient_id", "snomedct_code", "comparator", "unit")}
    pq.write_table(recast(e, **category), new("categorical", "Arrow dictionary type") / f"{EVENTS}.parquet", compression="zstd")
    nan = recast(e, numeric_value=lambda c: c.fill_null(float("nan")))
    pq.write_table(nan, new("nan", "missing values as NaN") / f"{EVENTS}.parquet", compression="zstd")
    binary = recast(e, patient_id=pa.binary(), date=pa.date64())
    pq.write_table(binary, new("binary", "pseudonyms as bytes without a text type, dates from date64") / f"{EVENTS}.parquet")
    out = new("extra", "columns outside the contract: half floats, decimals, timestamps, structs, maps, nulls, practice_code")
    n = e.num_rows
    extra = {
        "half": pa.array([1.5] * n, pa.float16()), "price": pa.array([1] * n, pa.decimal128(30, 2)),
        "loaded": pa.array([dt.datetime(2026, 1, 1)] * n, pa.timestamp("ns")), "clock": pa.array([1] * n, pa.time64("ns")),
        "place": pa.array([{"a": 1, "b": {"c": ["x"]}}] * n), "tags": pa.array([[("k", 1)]] * n, pa.map_(pa.string(), pa.int8())),
        "nothing": pa.nulls(n), "practice_code": pa.array([rows.PRACTICE] * n), "big": pa.array([2**63] * n, pa.uint64()),
    }
    for name, column in extra.items():
        e = e.add_column(1, name, column)
    pq.write_table(e, out / f"{EVENTS}.parquet")


def layouts(new, e, s):
    """Row groups, parts, empty files and what lies beside them."""
    out = new("parts", "row groups of 90, three parts, page indexes, sums, bloom filters, _SUCCESS and metadata beside")
    (out / EVENTS).mkdir()
    written = []
    for i, at in enumerate((0, 150, 151)):
        part = e.slice(at, (150, 1, e.num_rows)[i])
        pq.write_table(part, out / EVENTS / f"part-{i}.parquet", row_group_size=90, compression="zstd", store_schema=False,
                       write_page_index=True, write_page_checksum=True, data_page_size=512, metadata_collector=written,
                       bloom_filter_options={"patient_id": {"ndv": 16, "fpp": 0.2}})
    for i, m in enumerate(written):
        m.set_file_path(f"part-{i}.parquet")
        written[0].append_row_groups(m) if i else None
    written[0].write_metadata_file(str(out / EVENTS / "_metadata"))
    pq.write_metadata(e.schema, out / EVENTS / "_common_metadata")
    (out / EVENTS / "_SUCCESS").write_text("")
    (out / EVENTS / ".part-0.parquet.crc").write_bytes(b"crc\x00\x00\x00\x02\x00")
    pq.write_table(s, out / f"{SPELLS}.parquet", row_group_size=30, store_schema=False, compression="zstd",
                   write_statistics=False)
    out = new("empty", "no rows in one row group, and no row group at all")
    pq.write_table(e.slice(0, 0), out / f"{EVENTS}.parquet")
    with pq.ParquetWriter(out / f"{SPELLS}.parquet", s.schema):
        pass
    out = new("empty-groups", "full and empty row groups in turn, full and empty parts")
    (out / EVENTS).mkdir()
    with pq.ParquetWriter(out / EVENTS / "a.parquet", e.schema, compression="zstd") as w:
        for part in (e.slice(0, 0), e.slice(0, 200), e.slice(0, 0), e.slice(200), e.slice(0, 0)):
            w.write_table(part)
    pq.write_table(e.slice(0, 0), out / EVENTS / "b.parquet", data_page_version="2.0", compression="zstd")
    nulls = e
    for column in ("numeric_value", "comparator", "unit"):
        nulls = recast(nulls, **{column: lambda c: pa.nulls(len(c), c.type)})
    for version in ("1.0", "2.0"):
        for codec in ("none", "snappy", "gzip", "zstd"):
            out = new(f"nulls-{codec}-v{version[0]}", "columns of nothing but nulls")
            pq.write_table(nulls.slice(0, 12), out / f"{EVENTS}.parquet", compression=codec, data_page_version=version,
                           store_schema=False, write_statistics=False)


def refused(new):
    e = table(EVENTS).slice(0, 12)

    def one(name, what, t=e, **options):
        pq.write_table(t, new(name, what) / f"{EVENTS}.parquet", **{"store_schema": False, "write_statistics": False, **options})

    def retyped(name, what, **types):
        one(name, what, recast(e, **types), compression="none", use_dictionary=False)

    one("lz4", "LZ4_RAW", compression="lz4")
    one("brotli", "BROTLI", compression="brotli")
    one("lz4-one-column", "LZ4_RAW on one column", compression={"patient_id": "zstd", "unit": "lz4", **{
        c: "zstd" for c in ("date", "snomedct_code", "numeric_value", "comparator")}})
    one("encrypted", "encrypted footer", encryption_properties=encryption(uniform_encryption=True))
    one("encrypted-plain-footer", "encrypted columns, readable footer",
        encryption_properties=encryption(uniform_encryption=True, plaintext_footer=True))
    one("encrypted-column", "one encrypted column, readable footer",
        encryption_properties=encryption(column_keys={"value": ["numeric_value"]}, plaintext_footer=True))
    one("int96", "dates as INT96 timestamps", recast(e, date=stamp("us")), use_deprecated_int96_timestamps=True,
        compression="none", use_dictionary=False)
    for unit in ("ms", "us", "ns"):
        retyped(f"timestamp-{unit}", f"dates as TIMESTAMP {unit}", date=stamp(unit))
    retyped("timestamp-utc", "dates as TIMESTAMP us adjusted to UTC", date=lambda c: c.cast(pa.timestamp("us", "UTC")))
    retyped("date-text", "dates as text", date=pa.string())
    retyped("date-integer", "dates as INT32", date=pa.int32())
    retyped("code-integer", "codes as INT64", snomedct_code=pa.int64())
    retyped("code-decimal", "codes as decimals", snomedct_code=lambda c: c.cast(pa.int64()).cast(pa.decimal128(19, 0)))
    retyped("value-decimal", "values as decimals in bytes",
            numeric_value=lambda c: pa.array([None if v is None else round(v, 1) for v in c.to_pylist()]).cast(pa.decimal128(12, 3)))
    one("value-decimal-integer", "values as decimals in INT32", recast(e, numeric_value=lambda c: pa.array(
        [None if v is None else round(v, 1) for v in c.to_pylist()]).cast(pa.decimal128(9, 3))),
        store_decimal_as_integer=True, compression="none", use_dictionary=False)
    retyped("value-half", "values as FLOAT16", numeric_value=pa.float16())
    retyped("value-integer", "values as INT64", numeric_value=lambda c: c.cast(pa.int64(), safe=False))
    retyped("value-text", "values as text", numeric_value=pa.string())
    retyped("unit-null", "a column of Arrow's null type", unit=lambda c: pa.nulls(len(c)))
    retyped("struct", "the value and its unit in a struct", numeric_value=lambda c: pa.array([{"value": v} for v in c.to_pylist()]))
    retyped("list", "codes in lists", snomedct_code=lambda c: pa.array([[v] for v in c.to_pylist()]))
    hive = new("hive", "practice_code in the folder alone")
    full = table("patients")
    pq.write_to_dataset(full, hive, partition_cols=["practice_code"], basename_template="patients{i}.parquet")
    folder = hive / f"practice_code={rows.PRACTICE}"
    pathlib.Path(folder / "patients0.parquet").rename(hive / "patients.parquet")
    os.rmdir(folder)


def version():
    return pa.__version__
