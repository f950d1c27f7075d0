"""Times riskband, DuckDB and Polars on one extract, in alternation, after
checking that they give the same band, tier, reasons and registers for every
person and the same published tables. bench/peers.sh prepares the environment.

Each measurement is a process of its own. Wall and CPU (user and system) of a
peer are taken inside it, from before the connection opens to the results, so
starting Python and importing the library cost it nothing; those of the whole
run of riskband are of the whole process.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time
from importlib.metadata import version

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LAYOUTS = {
    "sample": "as `riskband sample` writes: xitongsys, dictionary, snappy, rows grouped by person",
    "zstd": "written again by pyarrow: dictionary, zstd, the same order",
    "plain": "written again by pyarrow: PLAIN, snappy, rows in the order of dates",
}
AS_OF = "2026-03-31"  # the day riskband sample writes for


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    a.add_argument("--practices", type=int, default=20)
    a.add_argument("--patients", type=int, default=10_000, help="of a practice")
    a.add_argument("--events", type=int, default=1_500_000, help="of a practice")
    a.add_argument("--rounds", type=int, default=5, help="counted, after one that is not")
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--layouts", default="sample,zstd,plain")
    a.add_argument("--check-only", action="store_true", help="compare results, do not time")
    o = a.parse_args()
    o.work = o.work.resolve()
    o.work.mkdir(parents=True, exist_ok=True)
    os.environ["POLARS_MAX_THREADS"] = os.environ["GOMAXPROCS"] = str(o.threads)
    build(o)
    check(o, hard(o))
    report = [heading(o)]
    for layout in o.layouts.split(","):
        folder = extract(o, layout)
        check(o, folder)
        if not o.check_only:
            report.append(section(o, layout, folder))
    if o.check_only:
        return
    report.append(f"Load average at the end: {load()}.\n")
    text = "\n".join(report)
    print(text)
    to = HERE / f"results-{datetime.date.today()}.md"
    to.write_text(text)
    say(f"written to {to}")


def build(o):
    go("build", "-trimpath", "-o", o.work / "riskband", "./cmd/riskband", cwd=ROOT)
    go("build", "-trimpath", "-o", o.work / "kernel", "./kernel", cwd=HERE)


def go(*words, cwd):
    subprocess.run([os.environ.get("GO", "go"), *map(str, words)], cwd=cwd, check=True)


def extract(o, layout):
    """Makes the extract where it is not there yet and returns its folder."""
    size = f"{o.practices}x{o.patients}x{o.events}"
    folder = o.work / f"{size}-{layout}"
    if (folder / "extract" / "extract.json").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    say(f"making {folder}")
    riskband = o.work / "riskband"
    if layout == "sample":
        quiet(riskband, "sample", "--out", folder, "--practices", o.practices, "--patients", o.patients, "--events", o.events)
        return folder
    source = extract(o, "sample")
    quiet(sys.executable, HERE / "rewrite.py", source, folder, "--layout", layout)
    quiet(riskband, "seal", folder / "extract", "--as-of", AS_OF, "--synthetic")
    return folder


def hard(o):
    """Makes the small extract of edges."""
    folder = o.work / "hard"
    shutil.rmtree(folder, ignore_errors=True)
    quiet(sys.executable, HERE / "hard.py", folder)
    quiet(o.work / "riskband", "seal", folder / "extract", "--as-of", AS_OF, "--synthetic")
    return folder


def quiet(*words):
    run = subprocess.run(list(map(str, words)), capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{words[0]} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    return run.stdout


def check(o, folder):
    """Runs each once with output and compares. A difference ends everything."""
    for one in ["riskband", "duckdb", "polars"]:
        whole(o, folder, one)
    for peer in ["duckdb", "polars"]:
        run = subprocess.run([sys.executable, HERE / "compare.py", "--secure", o.work / "secure", "--release", o.work / "out",
                              "--peer", o.work / peer, "--name", peer], text=True, capture_output=True)
        say(run.stdout.strip())
        if run.returncode:
            sys.exit(f"{peer} and riskband differ on {folder.name}; nothing is timed\n{run.stderr}")


def kernel(o, folder, who):
    """One kernel: results in memory, nothing written."""
    words = {
        "riskband": [o.work / "kernel", "-dir", folder, "-workers", o.threads],
        "floor": [o.work / "kernel", "-dir", folder, "-workers", o.threads, "-floor", "used"],
        "floor of all columns": [o.work / "kernel", "-dir", folder, "-workers", o.threads, "-floor", "all"],
        "duckdb": peer(o, folder, "duckdb"), "polars": peer(o, folder, "polars"),
    }[who]
    return measured(words)


def whole(o, folder, who):
    """One whole run: every table written. Folders are emptied before the clock starts."""
    folders = [o.work / "out", o.work / "secure"] if who == "riskband" else [o.work / who]
    for f in folders:
        shutil.rmtree(f, ignore_errors=True)
    if who != "riskband":
        return measured(peer(o, folder, who) + ["--out", folders[0]])
    words = [o.work / "riskband", "run", folder / "job.yaml", "--out", folders[0], "--secure", folders[1], "--workers", o.threads]
    return measured(words, inside=False)


def peer(o, folder, who):
    return [sys.executable, HERE / f"{who}_peer.py", "--dir", folder, "--as-of", AS_OF, "--threads", o.threads]


def measured(words, inside=True):
    """Runs a process: its own figures where it prints them, else those of the process."""
    began = time.perf_counter()
    p = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = p.stdout.read(), p.stderr.read()
    _, status, use = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if p.returncode:
        sys.exit(f"{words[0]} ended with {p.returncode}:\n{out}{err}")
    result = {"wall": wall, "cpu": use.ru_utime + use.ru_stime}
    if inside:
        result = json.loads(out.strip().splitlines()[-1])
    result["rss"] = use.ru_maxrss / 1024  # MiB
    return result


def section(o, layout, folder):
    lines = {
        "kernel": (kernel, ["riskband", "duckdb", "polars", "floor", "floor of all columns"]),
        "whole run": (whole, ["riskband", "duckdb", "polars"]),
    }
    size = sum(f.stat().st_size for f in folder.glob("extract/*/*.parquet")) / 1e6
    text = [f"## {layout}: {LAYOUTS[layout]}\n", f"{size:.0f} MB of Parquet. Results equal person by person.\n"]
    for line, (measure, whos) in lines.items():
        taken = {who: [] for who in whos}
        for r in range(o.rounds + 1):
            for who in whos:
                result = measure(o, folder, who)
                if r > 0:
                    taken[who].append(result)
            say(f"{layout}, {line}: round {r} of {o.rounds}")
        text.append(table(line, taken))
        text.append(ratios(taken))
    return "\n".join(text)


def table(line, taken):
    rows = [f"### {line}\n", "| | wall s: min | median | max | CPU s: min | median | max | peak MiB |", "| --- " + "| ---: " * 7 + "|"]
    for who, results in taken.items():
        cells = [f"{f([r[k] for r in results]):.2f}" for k in ("wall", "cpu") for f in (min, statistics.median, max)]
        rows.append(f"| {who} | {' | '.join(cells)} | {max(r['rss'] for r in results):.0f} |")
    return "\n".join(rows) + "\n"


def ratios(taken):
    """Ratios of the figures taken in one round, then their minimum, median and maximum."""
    ours = taken["riskband"]
    rows = ["| ratio | wall: min | median | max | CPU: min | median | max |", "| --- " + "| ---: " * 6 + "|"]
    for who, results in taken.items():
        if who == "riskband":
            continue
        over, under = (ours, results) if who.startswith("floor") else (results, ours)
        name = f"riskband / {who}" if who.startswith("floor") else f"{who} / riskband"
        cells = []
        for k in ("wall", "cpu"):
            each = [a[k] / b[k] for a, b in zip(over, under)]
            cells += [f"{f(each):.2f}" for f in (min, statistics.median, max)]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def heading(o):
    commit = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    go_version = subprocess.run([os.environ.get("GO", "go"), "env", "GOVERSION"], capture_output=True, text=True).stdout.strip()
    rows = quiet(sys.executable, "-c", COUNT, extract(o, "sample")).strip()
    return f"""# riskband, DuckDB and Polars on one extract

{datetime.date.today()}, commit {commit}. Machine: {processor()}, {os.cpu_count()} cores, {memory()} GiB, {platform.system()} {platform.release()}.
{go_version}, Python {platform.python_version()}, DuckDB {version("duckdb")}, Polars {version("polars")}, pyarrow {version("pyarrow")}.
{o.practices} practices, {rows}; {o.threads} threads each; {o.rounds} rounds after one not counted, in alternation; files in the page cache.
Load average at the start: {load()} (above 0.5 before anything runs, the machine was shared and wall times are not to be trusted).
How it is measured stands in docs/performance.md.
"""


COUNT = """
import sys, duckdb
rows = {t: duckdb.sql(f"SELECT sum(num_rows) FROM parquet_file_metadata('{sys.argv[1]}/extract/*/{t}.parquet')").fetchall()[0][0]
        for t in ("patients", "clinical_events", "apcs")}
print(f"{rows['patients']:,} registrations, {rows['clinical_events']:,} events, {rows['apcs']:,} spells")
"""


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def memory():
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def load():
    return " ".join(f"{x:.2f}" for x in os.getloadavg())


def say(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
