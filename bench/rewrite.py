"""Writes an extract again as another supplier might, with pyarrow.

zstd:  dictionary encoding, zstd, rows in the order they had.
plain: PLAIN encoding, snappy, coded tables in the order of their dates.

Rows and values are the same, so results must be too. Seal the copy afterwards.
"""
import argparse
import pathlib
import shutil

import pyarrow.parquet as pq

DATES = {"clinical_events": "date", "medications": "date", "apcs": "admission_date"}


def main():
    a = argparse.ArgumentParser()
    a.add_argument("source", type=pathlib.Path, help="folder of riskband sample")
    a.add_argument("target", type=pathlib.Path)
    a.add_argument("--layout", choices=["zstd", "plain"], required=True)
    o = a.parse_args()
    for path in sorted(o.source.glob("extract/*/*.parquet")):
        rows = pq.ParquetFile(path).read()
        to = o.target / path.relative_to(o.source)
        to.parent.mkdir(parents=True, exist_ok=True)
        if o.layout == "zstd":
            pq.write_table(rows, to, compression="zstd", use_dictionary=True)
            continue
        if path.stem in DATES:
            rows = rows.sort_by(DATES[path.stem])
        pq.write_table(rows, to, compression="snappy", use_dictionary=False)
    shutil.copytree(o.source / "reference", o.target / "reference", dirs_exist_ok=True)
    shutil.copy(o.source / "job.yaml", o.target / "job.yaml")


if __name__ == "__main__":
    main()
