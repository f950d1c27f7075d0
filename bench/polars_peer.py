"""The first model in Polars: lazy, streaming engine, the same steps as sql/*.sql.

Prints one JSON line as duckdb_peer.py does. POLARS_MAX_THREADS must be set
before Polars is imported, so the caller sets it.
"""
import argparse
import json
import os
import pathlib
import resource
import time

import polars as pl

LISTS = pathlib.Path(__file__).parent.parent / "stratify" / "codelists"
GROUPS = {
    "hyp": ["hyp_cod"], "hyp_res": ["hypres_cod"], "dm": ["dm_cod"], "dm_res": ["dmres_cod"],
    "af": ["afib_cod"], "af_res": ["afibres_cod"], "chd": ["chd_cod"], "stia": ["strk_cod", "tia_cod"],
    "copd": ["copd_cod"], "copd_res": ["copdres_cod"], "ast": ["ast_cod"], "ast_res": ["astres_cod"],
    "hf": ["hf_cod"], "hf_res": ["hfres_cod"], "ckd": ["ckd_cod"], "ckd_res": ["ckdres_cod", "ckd1and2_cod"],
    "dep": ["depr_cod"], "dep_res": ["depres_cod"], "sbp": ["sbp_clinic", "sbp_home"], "dbp": ["dbp_clinic", "dbp_home"],
    "home": ["sbp_home", "dbp_home"], "hba1c": ["hba1c_ifcc"],
}
REGISTERS = [ # name, column, age floor
    ("hypertension", "hyp", 18), ("diabetes", "dm", 17), ("atrial_fibrillation", "af", 0),
    ("coronary_heart_disease", "chd", 0), ("stroke_tia", "stia", 0), ("copd", "copd", 0), ("asthma", "ast", 6),
    ("heart_failure", "hf", 0), ("chronic_kidney_disease", "ckd", 18), ("depression", "dep", 18),
]
SEXES = ["unknown", "female", "male", "intersex"]
c = pl.col


def codes_of(name):
    return pl.read_csv(LISTS / f"{name}.csv", schema_overrides={"code": pl.String}, columns=["code"])["code"].unique().to_list()


def concepts():
    lists = {g: {code for name in names for code in codes_of(name)} for g, names in GROUPS.items()}
    codes = sorted(set().union(*lists.values()))
    return pl.DataFrame({"snomedct_code": codes, **{g: [code in l for code in codes] for g, l in lists.items()}}).with_row_index("concept")


def scan(o, table):
    return pl.scan_parquet(f"{o.dir}/extract/*/{table}.parquet", hive_partitioning=True)


def people(o, day):
    """Who is counted, once each, and where: see sql/people.sql."""
    person = ["practice_code", "patient_id"]
    dead = (c("death_month") <= day).fill_null(False)
    e = scan(o, "patients").with_columns(
        dead=dead, sex_order=c("sex").replace_strict(SEXES, [0, 1, 2, 3], default=0, return_dtype=pl.Int8),
        open=(c("registration_start") <= day) & (c("registration_end") > day).fill_null(True)
        & (c("registration_type").fill_null("regular") == "regular") & ~dead,
    )
    order = ["open", "registration_start", "birth_month", "sex_order", "lsoa_code"]
    first = e.sort(order, descending=[True, True, False, False, False], nulls_last=False)
    deciding = first.group_by(person, maintain_order=True).agg(
        c("open", "registration_start", "birth_month", "sex_order", "lsoa_code").first(), any_dead=c("dead").any())
    counted = deciding.filter(c("open") & ~c("any_dead")).sort(["registration_start", "practice_code"], descending=[True, False])
    counted = counted.unique("patient_id", keep="first", maintain_order=True).with_row_index("person")
    birthday = c("birth_month").dt.month().cast(pl.Int32) * 100 + c("birth_month").dt.day()
    return counted.with_columns(
        sex=c("sex_order").replace_strict([0, 1, 2, 3], SEXES, return_dtype=pl.String),
        age=day.year - c("birth_month").dt.year() - (birthday > day.month * 100 + day.day).cast(pl.Int32),
    ).collect(engine="streaming")


def used(o, day, who, codes):
    """Rows of a listed code, a counted person, a date from birth to the as-of day; narrow, as in sql/bands.sql."""
    keys = who.lazy().select("practice_code", "patient_id", "person", "birth_month")
    e = scan(o, "clinical_events").select("practice_code", "patient_id", "date", "snomedct_code", "numeric_value").filter(c("date") <= day)
    e = e.join(codes.lazy().select("concept", "snomedct_code", "home"), on="snomedct_code").join(keys, on=["practice_code", "patient_id"]).filter(c("date") >= c("birth_month"))
    add = pl.when(c("home")).then(5.0).otherwise(0.0)
    return e.select("person", "concept", "date", value=c("numeric_value") + add).collect(engine="streaming")


def folded(rows, codes):
    rows = rows.lazy().join(codes.lazy().drop("snomedct_code", "home"), on="concept")
    def between(low, high):
        return (c("value") >= low) & (c("value") < high)
    last = [c("date").filter(c(g)).max().alias(g) for g in GROUPS if g not in ("sbp", "dbp", "home", "hba1c", "dep")]
    first = [c("date").filter(c(g)).min().alias(f"{g}_first") for g in ("hyp", "dm", "chd", "stia")]
    depression = c("date").filter(c("dep") & (c("date") >= pl.date(2006, 4, 1))).max().alias("dep")
    events = rows.group_by("person").agg(*last, *first, depression)
    days = rows.filter(c("sbp") | c("dbp")).group_by("person", "date").agg(
        systolic=c("value").filter(c("sbp") & between(50, 300)).min(),
        diastolic=c("value").filter(c("dbp") & between(20, 200)).min(),
    ).drop_nulls(["systolic", "diastolic"])
    pressure = days.group_by("person").agg(c("systolic", "diastolic", "date").sort_by("date").last().name.prefix("bp_"))
    glucose = rows.filter(c("hba1c") & between(15, 200)).group_by("person", "date").agg(hba1c_value=c("value").max())
    glucose = glucose.group_by("person").agg(c("hba1c_value").sort_by("date").last(), hba1c_date=c("date").max())
    return events.join(pressure, on="person", how="left").join(glucose, on="person", how="left")


def admissions(o, day, who):
    keys = who.lazy().select("practice_code", "patient_id", "person", "birth_month")
    a = scan(o, "apcs").select("practice_code", "patient_id", "spell_id", "admission_method", "admission_date")
    a = a.filter(c("admission_method").is_in(codes_of("emergency_admission")), c("admission_date") <= day, c("admission_date") > day_before(day, 365))
    a = a.join(keys, on=["practice_code", "patient_id"]).filter(c("admission_date") >= c("birth_month"))
    return a.group_by("person").agg(spells=c("spell_id").n_unique())


def day_before(day, n):
    import datetime
    return day - datetime.timedelta(days=n)


def decide(day, who, events, spells):
    def on(column, age):
        resolved = (c(f"{column}_res") <= c(column)).fill_null(True) if f"{column}_res" in GROUPS else True
        return c(column).is_not_null() & (c("age") >= age) & resolved
    year, due = day_before(day, 365), day_before(day, 91)
    t = who.lazy().join(events, on="person", how="left").join(spells, on="person", how="left")
    t = t.with_columns(c("spells").fill_null(0), **{name: on(column, age) for name, column, age in REGISTERS})
    since = pl.min_horizontal(*(pl.when(brings).then(c(f)) for brings, f in [
        (c("hypertension"), "hyp_first"), (c("coronary_heart_disease"), "chd_first"), (c("stroke_tia"), "stia_first"),
        (c("diabetes") & (c("age") < 80), "dm_first")]))
    new = (c("registration_start") > due)
    reached = (c("bp_systolic") <= pl.when(c("age") >= 80).then(150).otherwise(140)) & (c("bp_diastolic") <= 90)
    of = c("hypertension") | c("coronary_heart_disease") | c("stroke_tia") | (c("diabetes") & (c("age") < 80))
    def state(of, measured, met, since):
        return (pl.when(~of).then(pl.lit("not_applicable"))
            .when((measured > year).fill_null(False)).then(pl.when(met).then(pl.lit("controlled")).otherwise(pl.lit("not_controlled")))
            .when(new | (since > due).fill_null(False)).then(pl.lit("not_yet_due")).otherwise(pl.lit("overdue")))
    t = t.with_columns(
        pressure=state(of, c("bp_date"), reached, since),
        glucose=state(c("diabetes"), c("hba1c_date"), c("hba1c_value") <= 58, c("dm_first")),
        conditions=pl.sum_horizontal(*(c(name).cast(pl.Int32) for name, _, _ in REGISTERS)),
    )
    reasons = {
        "emergency_admissions": c("spells") >= 2, "four_conditions": c("conditions") >= 4,
        "blood_pressure_not_controlled": c("pressure") == "not_controlled", "hba1c_not_controlled": c("glucose") == "not_controlled",
        "blood_pressure_overdue": c("pressure") == "overdue", "hba1c_overdue": c("glucose") == "overdue",
    }
    words = list(reasons)
    def listed(flags):
        return pl.concat_list([pl.when(f).then(pl.lit(w)) for w, f in flags.items()]).list.drop_nulls()
    return t.select(
        "practice_code", "patient_id", "age", "sex", "lsoa_code",
        band=pl.when(reasons[words[0]] | reasons[words[1]]).then(pl.lit("high"))
        .when(reasons[words[2]] | reasons[words[3]] | reasons[words[4]] | reasons[words[5]]).then(pl.lit("rising")).otherwise(pl.lit("low")),
        tier=pl.when(reasons[words[2]] | reasons[words[3]]).then(1).when(reasons[words[4]] | reasons[words[5]]).then(2),
        reasons=listed(reasons), registers=listed({name: c(name) for name, _, _ in REGISTERS}),
    ).collect(engine="streaming")


def count(o, bands):
    lsoa = pl.scan_csv(f"{o.dir}/reference/lsoa.csv", schema_overrides={"imd_decile": pl.Int32}).select("lsoa_code", "imd_decile")
    return bands.lazy().join(lsoa, on="lsoa_code", how="left").with_columns(
        age_band=pl.when(c("age") < 18).then(pl.lit("0-17")).when(c("age") < 40).then(pl.lit("18-39")).when(c("age") < 65).then(pl.lit("40-64"))
        .when(c("age") < 75).then(pl.lit("65-74")).when(c("age") < 85).then(pl.lit("75-84")).otherwise(pl.lit("85+")),
        imd_quintile=((c("imd_decile") + 1) // 2).cast(pl.String).fill_null("unknown"),
    ).group_by("practice_code", "band", "sex", "age_band", "imd_quintile").agg(people=pl.len()).collect(engine="streaming")


def publish(o, bands, counted):
    """The published tables and the per-person table, as sql/publish.sql."""
    practices = pl.read_csv(f"{o.dir}/reference/practices.csv", infer_schema=False)
    placed = counted.join(practices.select("practice_code", "neighbourhood_code", "place_code", "system_code"), on="practice_code")
    areas = pl.concat([placed.with_columns(area_type=pl.lit(l), area_code=c(f"{l}_code")) for l in ("neighbourhood", "place", "system")])
    practice = placed.with_columns(area_type=pl.lit("practice"), area_code=c("practice_code"))
    for name, rows, by in [("band_by_age_sex", areas, ["sex", "age_band", "band"]), ("band_by_imd", areas, ["imd_quintile", "band"]),
                           ("band_by_practice", practice, ["band"])]:
        table(rows, by).write_parquet(f"{o.out}/{name}.parquet")
    for (code,), rows in bands.drop("age", "sex", "lsoa_code").partition_by("practice_code", as_dict=True).items():
        folder = pathlib.Path(o.out, "patients", f"practice_code={code}")
        folder.mkdir(parents=True, exist_ok=True)
        rows.write_parquet(folder / "patient_bands.parquet")


def table(rows, by):
    parts = []
    for n in range(1 << len(by)):
        all_of = [b for i, b in enumerate(by) if n >> i & 1]
        part = rows.with_columns(pl.lit("all").alias(b) for b in all_of)
        parts.append(part.group_by("area_type", "area_code", *by).agg(n=c("people").sum()))
    hidden = c("n").is_between(1, 7)
    return pl.concat(parts).sort("area_type", "area_code", *by).select(
        "area_type", "area_code", *by, people_rounded5=pl.when(~hidden).then((c("n") + 2) // 5 * 5).cast(pl.Int64),
        status=pl.when(hidden).then(pl.lit("[c]")).otherwise(pl.lit("")))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--dir", required=True)
    a.add_argument("--as-of", required=True)
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--out")
    a.add_argument("--verbose", action="store_true")
    o = a.parse_args()
    if pl.thread_pool_size() != o.threads:
        raise SystemExit(f"set POLARS_MAX_THREADS={o.threads}")
    import datetime
    day = datetime.date.fromisoformat(o.as_of)
    began, before = time.perf_counter(), cpu()
    def step(name, value):
        if o.verbose:
            print(f"{name}: {time.perf_counter() - began:.3f} s")
        return value
    who = step("people", people(o, day))
    codes = concepts()
    rows = step("used", used(o, day, who, codes))
    bands = step("decide", decide(day, who, folded(rows, codes), admissions(o, day, who)))
    counted = step("count", count(o, bands))
    if o.out:
        pathlib.Path(o.out).mkdir(parents=True, exist_ok=True)
        publish(o, bands, counted)
    print(json.dumps({"wall": time.perf_counter() - began, "cpu": cpu() - before, "people": len(bands)}))


def cpu():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


if __name__ == "__main__":
    main()
