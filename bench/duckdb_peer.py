"""The first model in DuckDB: kernel (results in memory) or whole (tables written).

Prints one JSON line: wall and CPU seconds from the moment before the connection
is opened, so the interpreter's start and the import cost the peer nothing.
"""
import argparse
import json
import pathlib
import resource
import time

import duckdb

HERE = pathlib.Path(__file__).parent
KERNEL = ["codes", "people", "bands", "decide", "count"]


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--dir", required=True, help="folder of riskband sample: extract/ and reference/")
    a.add_argument("--as-of", required=True)
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--out", help="write the tables here (whole run)")
    a.add_argument("--verbose", action="store_true", help="time of each step")
    o = a.parse_args()
    began, before = time.perf_counter(), cpu()
    con = duckdb.connect(config={"threads": o.threads})
    for name, value in settings(o).items():
        con.execute(f"SET VARIABLE {name} = {value}")
    for step in KERNEL + (["publish"] if o.out else []):
        at = time.perf_counter()
        con.execute((HERE / "sql" / f"{step}.sql").read_text())
        if o.verbose:
            print(f"{step}: {time.perf_counter() - at:.3f} s")
    result = {"wall": time.perf_counter() - began, "cpu": cpu() - before}
    result["people"] = con.execute("SELECT count(*) FROM patient_bands").fetchone()[0]
    print(json.dumps(result))


def settings(o):
    text = lambda s: "'" + str(s).replace("'", "''") + "'"
    values = {
        "extract": text(pathlib.Path(o.dir, "extract")),
        "reference": text(pathlib.Path(o.dir, "reference")),
        "codelists": text(HERE.parent / "stratify" / "codelists" / "*.csv"),
        "as_of": "DATE " + text(o.as_of),
    }
    if o.out:
        pathlib.Path(o.out).mkdir(parents=True, exist_ok=True)
        values["out"] = text(o.out)
    return values


def cpu():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


if __name__ == "__main__":
    main()
