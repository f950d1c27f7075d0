"""Writes the fixtures of pipeline/extract/testdata/formats.

python make.py [--out DIR] [--only pyarrow,duckdb,polars,spark]

Every fixture holds the same logical rows (rows.py), or the first 12 of them, as
one writer lays them out. README.md in the folder says which writer made which.
"""

import argparse
import importlib
import json
import pathlib
import shutil

import rows

WRITERS = ["pyarrow", "duckdb", "polars", "spark"]
HERE = pathlib.Path(__file__).parent
README = """# Format fixtures

The same {people} people and their records as different writers lay them out: one folder a writer, one a
variant. No person in them exists. `rows.json` holds the logical rows. A table that a variant leaves out is
taken from `pyarrow/base`. `formats_test.go` reads each and compares it with the rows; the refused ones it
expects to be refused by name.

Made by `bench/formats/make.py` (Python 3.11{java}); `bench/formats/requirements.txt` pins the writers.
To remake: `pip install -r bench/formats/requirements.txt && python bench/formats/make.py`. File names of
Spark's parts and the keys of encrypted files differ each time; nothing else should.

| writer | version | variant | read or refused | what |
| --- | --- | --- | --- | --- |
"""


def folder(root, listed, writer, version, kind):
    def new(name, what):
        out = root / writer / name
        out.mkdir(parents=True)
        listed.append((writer, version, name, kind, what))
        return out

    return new


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", type=pathlib.Path, default=HERE.parents[1] / "pipeline/extract/testdata/formats")
    arguments.add_argument("--only", default=",".join(WRITERS))
    given = arguments.parse_args()
    root, listed = given.out, []
    for writer in given.only.split(","):
        shutil.rmtree(root / writer, ignore_errors=True)
        module = importlib.import_module(f"by_{writer}")
        for kind, work in (("read", module.readable), ("refused", module.refused)):
            work(folder(root, listed, writer, module.version(), kind))
    if given.only == ",".join(WRITERS):
        logical = {name: {"columns": [c[:2] for c in rows.SCHEMA[name]], "rows": data} for name, data in rows.all_rows().items()}
        lines = json.dumps(logical, default=str, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
        (root / "rows.json").write_text(lines + "\n", encoding="utf-8")
        text = README.format(people=rows.PEOPLE, java=", OpenJDK 17")
        text += "".join(f"| {w} | {v} | {n} | {k} | {what} |\n" for w, v, n, k, what in listed)
        (root / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
