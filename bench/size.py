"""Runs samples of several sizes within one memory budget and prints a table
with the exponents of cost and memory: see size.sh. Python's own library only.

Every sample has 150 events a person and practices of 10,000 people, so that
size is the number of practices.
"""
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import time

EVENTS_A_PRACTICE, PEOPLE = 1_500_000, 10_000
BUDGET_MIB = 1024
RUNS = int(os.environ.get("RUNS", "3"))  # of each size; the least CPU counts


def main():
    work = pathlib.Path(sys.argv[1]).resolve()
    rows = [measure(work, float(m)) for m in sys.argv[2:]]
    print("| practices | people | events | Parquet MB | wall s | CPU s | CPU µs an event | peak MiB | of the budget |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for r in rows:
        print(f"| {r['practices']} | {r['people']:,} | {r['events']:,} | {r['mb']:.0f} | {r['wall']:.2f} | {r['cpu']:.2f} "
              f"| {1e6 * r['cpu'] / r['events']:.3f} | {r['rss']:.0f} | {100 * r['rss'] / BUDGET_MIB:.0f} % |")
    if len(rows) > 1:
        for what in ("cpu", "wall", "rss"):
            print(f"\nexponent of {what} against events: {exponent(rows, what):.3f}")
    print(f"\nload average at the end: {' '.join(f'{x:.2f}' for x in os.getloadavg())}")
    over = [r for r in rows if r["rss"] > 1.25 * BUDGET_MIB]
    sys.exit("a run took more than the budget and a quarter" if over else 0)


def measure(work, millions):
    """The run of least CPU out of RUNS, of an extract of that many million events."""
    folder, practices, people = sample(work, millions)
    best = None
    for _ in range(RUNS):
        r = one(work, folder)
        best = r if best is None or r["cpu"] < best["cpu"] else best
    files = list(folder.glob("extract/*/*.parquet"))
    best |= {"practices": practices, "people": practices * people, "events": events(folder),
             "mb": sum(f.stat().st_size for f in files) / 1e6}
    return best


def sample(work, millions):
    practices = max(1, round(millions * 1e6 / EVENTS_A_PRACTICE))
    share = millions * 1e6 / EVENTS_A_PRACTICE / practices  # 1 M is two thirds of a practice
    people, each = round(PEOPLE * share), round(EVENTS_A_PRACTICE * share)
    folder = work / f"{millions:g}M"
    if not (folder / "extract" / "extract.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        command = ["sample", "--out", folder, "--practices", practices, "--patients", people, "--events", each]
        made = subprocess.run([work / "riskband", *map(str, command)], check=True, capture_output=True, text=True)
        (work / f"{millions:g}M.txt").write_text(made.stdout + made.stderr)
    return folder, practices, people


def events(folder):
    """Rows of clinical_events by the sealed list."""
    sealed = json.loads((folder / "extract" / "extract.json").read_text())
    return sum(f["rows"] for p in sealed["practices"] for t in p["tables"] if t["name"] == "clinical_events" for f in t["files"])


def one(work, folder):
    out = [work / "out", work / "secure"]
    for o in out:
        shutil.rmtree(o, ignore_errors=True)
    began = time.perf_counter()
    p = subprocess.Popen([work / "riskband", "run", folder / "job.yaml", "--out", out[0], "--secure", out[1], "--memory", f"{BUDGET_MIB}MiB"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, use = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode:
        sys.exit(f"riskband run ended with {p.returncode} on {folder}")
    return {"wall": time.perf_counter() - began, "cpu": use.ru_utime + use.ru_stime, "rss": use.ru_maxrss / 1024}


def exponent(rows, what):
    """The slope of log cost on log events, by least squares."""
    x, y = [math.log(r["events"]) for r in rows], [math.log(r[what]) for r in rows]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)


if __name__ == "__main__":
    main()
