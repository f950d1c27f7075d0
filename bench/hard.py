"""Writes a small extract that is nothing but edges: dates a day either side of
every window, values on and beside every target and plausible limit, ties of one
day, people registered twice at one practice and at several, deaths on one of
two episodes, spells twice, rows of nobody. Seeded, so always the same rows.

Peers and product must agree on it person by person, as on a large one; large
samples meet few of these.
"""
import argparse
import csv
import datetime
import pathlib
import random

import pyarrow as pa
import pyarrow.parquet as pq

AS_OF = datetime.date(2026, 3, 31)
LISTS = pathlib.Path(__file__).resolve().parent.parent / "stratify" / "codelists"
PRACTICES, PEOPLE = ["Y90001", "Y90002", "Y90003", "Y90004"], 10_000
JOB = """extract: extract
reference: {practices: reference/practices.csv, lsoa: reference/lsoa.csv}
opt_outs: not-applicable
model: {name: ten-registers, version: 1.0.0}
disclosure: {profile: interim}
"""


def main():
    a = argparse.ArgumentParser()
    a.add_argument("target", type=pathlib.Path)
    a.add_argument("--seed", type=int, default=1)
    o = a.parse_args()
    r = random.Random(o.seed)
    codes = {f.stem: [row["code"] for row in csv.DictReader(f.open())] for f in sorted(LISTS.glob("*.csv"))}
    people = [f"{r.getrandbits(256):064x}" for _ in range(PEOPLE)]
    births = {p: birth(r) for p in people}
    for practice in PRACTICES:
        here = r.sample(people, PEOPLE * 2 // 3)
        folder = o.target / "extract" / f"practice_code={practice}"
        folder.mkdir(parents=True)
        write(folder / "patients.parquet", PATIENTS, patients(r, practice, here, births))
        known = here + people[:20]  # some of whom are not registered here
        write(folder / "clinical_events.parquet", EVENTS, [row for p in known for row in events(r, p, births[p], codes)])
        write(folder / "apcs.parquet", APCS, [row for p in known for row in spells(r, p)])
    reference(o.target)
    (o.target / "job.yaml").write_text(JOB)


def days(r, *offsets):
    """A day some days before the as-of day."""
    return AS_OF - datetime.timedelta(days=r.choice(offsets))


def birth(r):
    age = r.choice([0, 5, 6, 7, 16, 17, 18, 19, 40, 50, 60, 64, 65, 70, 74, 75, 79, 80, 81, 85, 95])
    return datetime.date(AS_OF.year - age, r.choice([1, 3, 4]) if age else 1, 1)


PATIENTS = pa.schema([
    ("patient_id", pa.string()), ("practice_code", pa.string()), ("registration_start", pa.date32()),
    ("registration_end", pa.date32()), ("registration_type", pa.string()), ("birth_month", pa.date32()),
    ("sex", pa.string()), ("lsoa_code", pa.string()), ("death_month", pa.date32()),
])


def patients(r, practice, people, births):
    rows = []
    for p in people:
        for _ in range(r.choice([1, 1, 1, 2, 3])):
            rows.append({
                "patient_id": p, "practice_code": practice, "birth_month": births[p], "sex": r.choice(["female", "male", "unknown", "intersex"]),
                "registration_start": days(r, -1, 0, 1, 89, 90, 91, 92, 364, 365, 3000, 3000, 3000),
                "registration_end": r.choice([None] * 8 + [days(r, -1, 0, 1, 100)]),
                "registration_type": r.choice([None, "regular", "regular", "regular", "regular", "temporary", "other"]),
                "lsoa_code": r.choice([None, "E01900001", "E01900002", "E01900003", "E01999999"]),
                "death_month": r.choice([None] * 30 + [datetime.date(2026, m, 1) for m in (2, 3, 4)]),
            })
    r.shuffle(rows)
    return rows


EVENTS = pa.schema([("patient_id", pa.string()), ("date", pa.date32()), ("snomedct_code", pa.string()), ("numeric_value", pa.float64())])
VALUES = {
    "sbp": [None, float("nan"), 0.0, 44.0, 45.0, 49.9, 50.0, 135.0, 135.1, 140.0, 140.1, 145.0, 145.1, 150.0, 150.1, 294.9, 295.0, 299.9, 300.0],
    "dbp": [None, 14.9, 15.0, 19.9, 20.0, 85.0, 85.1, 90.0, 90.1, 194.9, 195.0, 199.9, 200.0],
    "hba1c": [None, 7.5, 14.9, 15.0, 48.0, 58.0, 58.1, 75.0, 199.9, 200.0],
}


def events(r, patient, born, codes):
    rows = []

    def add(name, day, value=None):
        rows.append({"patient_id": patient, "date": day, "snomedct_code": r.choice(codes[name]), "numeric_value": value})
        if r.random() < 0.1:
            rows.append(rows[-1])

    diagnoses = [n for n in codes if n.endswith("_cod")]
    if r.random() < 0.5:  # those of the blood pressure control alone, so that its clock decides
        diagnoses = ["hyp_cod", "dm_cod", "chd_cod", "strk_cod"]
    for name in r.sample(diagnoses, r.choice([0, 1, 1, 2, 3, 4])):
        for _ in range(r.choice([1, 1, 2])):
            day = r.choice([days(r, -1, 0, 1, 89, 90, 91, 92, 2000, 2001), datetime.date(2006, r.choice([3, 4]), r.choice([1, 30])), born - datetime.timedelta(days=1), born])
            day = max(day, datetime.date(1900, 1, 1))
            add(name, day)
            if (resolved := name.replace("_cod", "res_cod")) in codes and r.random() < 0.2:
                add(resolved, day + datetime.timedelta(days=r.choice([-1, 0, 1])))
    for kind in ("sbp", "dbp"):
        for _ in range(r.choice([0, 0, 1, 2, 4])):
            add(f"{kind}_{r.choice(['clinic', 'home'])}", days(r, -1, 0, 1, 1, 2, 364, 365, 366), r.choice(VALUES[kind]))
    for _ in range(r.choice([0, 1, 2, 3])):
        add("hba1c_ifcc", days(r, -1, 0, 1, 1, 364, 365, 366), r.choice(VALUES["hba1c"]))
    return rows


APCS = pa.schema([("patient_id", pa.string()), ("spell_id", pa.string()), ("admission_date", pa.date32()), ("admission_method", pa.string()), ("primary_diagnosis", pa.string())])


def spells(r, patient):
    rows = []
    for n in range(r.choice([0, 0, 1, 2, 3])):
        row = {"patient_id": patient, "spell_id": f"{patient[:12]}-{n}", "admission_date": days(r, -1, 0, 1, 364, 365, 366),
               "admission_method": r.choice(["21", "22", "28", "11", "12", "31"]), "primary_diagnosis": "I10X"}
        rows += [row] * r.choice([1, 1, 2])
    return rows


def write(path, schema, rows):
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def reference(target):
    (target / "reference").mkdir()
    practices = ["practice_code,name,neighbourhood_code,neighbourhood,place_code,place,system_code,system,valid_from,valid_to,list_size"]
    practices += [f"{p},Practice {i},N{i // 2},Neighbourhood {i // 2},P1,Place,S1,System,2019-04-01,," for i, p in enumerate(PRACTICES)]
    lsoa = ["lsoa_code,vintage,imd_release,imd_decile,residence_neighbourhood"]
    lsoa += [f"E0190000{i},SYNTHETIC,SYNTHETIC-IMD,{d},N0" for i, d in [(1, 1), (2, 6), (3, 10)]]
    (target / "reference" / "practices.csv").write_text("\n".join(practices) + "\n")
    (target / "reference" / "lsoa.csv").write_text("\n".join(lsoa) + "\n")


if __name__ == "__main__":
    main()
