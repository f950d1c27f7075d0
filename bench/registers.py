"""Counts the registers of ten-registers 1.0.0 on the original real-input files,
without riskband, and compares them with what riskband wrote on its secure side.

    python bench/registers.py DATA WORK

DATA holds omop-synthea27nj/ and synthea-smart/; WORK is filled with

    riskband import omop    --from DATA/omop-synthea27nj --out WORK/omop    --as-of 2021-06-30
    riskband import synthea --from DATA/synthea-smart    --out WORK/synthea --as-of 2021-06-30
    riskband run WORK/omop/job.yaml    --out WORK/omop/out    --secure WORK/omop/secure
    riskband run WORK/synthea/job.yaml --out WORK/synthea/out --secure WORK/synthea/secure

Needs duckdb 2.0.0 from PyPI. Ends with 1 when a count differs.
"""
import pathlib
import sys

import duckdb

LISTS = pathlib.Path(__file__).parent.parent / "stratify" / "codelists"
AS_OF = "2021-06-30"
# register: lists, resolved lists, age floor in years, first day that counts
REGISTERS = {
    "hypertension": (["hyp_cod"], ["hypres_cod"], 18, None),
    "diabetes": (["dm_cod"], ["dmres_cod"], 17, None),
    "atrial_fibrillation": (["afib_cod"], ["afibres_cod"], 0, None),
    "coronary_heart_disease": (["chd_cod"], [], 0, None),
    "stroke_tia": (["strk_cod", "tia_cod"], [], 0, None),
    "copd": (["copd_cod"], ["copdres_cod"], 0, None),
    "asthma": (["ast_cod"], ["astres_cod"], 6, None),
    "heart_failure": (["hf_cod"], ["hfres_cod"], 0, None),
    "chronic_kidney_disease": (["ckd_cod"], ["ckdres_cod", "ckd1and2_cod"], 18, None),
    "depression": (["depr_cod"], ["depres_cod"], 18, "2006-04-01"),
}


def codes(names):
    if not names:
        return "select null::varchar as code where false"
    return " union all ".join(f"select code from read_csv('{LISTS / n}.csv', all_varchar=true)" for n in names)


def one(con, sql):
    return con.sql(sql).fetchall()[0][0]


def count(con, lists, resolved, age, first):
    """People in the table registered(person, birth) whose latest code of the lists
    is on or after the latest resolved code, from events(person, day, code, birth)."""
    since = f"and day >= date '{first}'" if first else ""
    return one(con, f"""
        with dx as (select person, max(day) d from events where code in ({codes(lists)})
                    and day between birth and date '{AS_OF}' {since} group by 1),
             undone as (select person, max(day) d from events where code in ({codes(resolved)})
                    and day between birth and date '{AS_OF}' group by 1)
        select count(*) from dx join registered using (person) left join undone using (person)
        where (undone.d is null or undone.d <= dx.d)
          and date_diff('month', registered.birth, date '{AS_OF}') // 12 >= {age}""")


def compare(name, con, secure):
    rows = f"read_parquet('{secure}/runs/*/patients/*/patient_bands.parquet')"
    wrong = 0
    for register, rule in REGISTERS.items():
        theirs = count(con, *rule)
        ours = one(con, f"select count(*) from {rows} where list_contains(registers, '{register}')")
        wrong += theirs != ours
        print(f"{name:8} {register:24} duckdb {theirs:5} riskband {ours:5} {'' if theirs == ours else 'DIFFERENT'}")
    theirs, ours = one(con, "select count(*) from registered"), one(con, f"select count(*) from {rows}")
    print(f"{name:8} {'people':24} duckdb {theirs:5} riskband {ours:5} {'' if theirs == ours else 'DIFFERENT'}")
    for band, tier, n in con.sql(f"select band, tier, count(*) from {rows} group by all order by all").fetchall():
        print(f"{name:8} {band} tier {tier or '-'}: {n}")
    return wrong + (theirs != ours)


def omop(data):
    con, d = duckdb.connect(), f"{data}/omop-synthea27nj"
    dated = {"condition_occurrence": ("condition_start_date", "condition_concept_id"),
             "observation": ("observation_date", "observation_concept_id"),
             "measurement": ("measurement_date", "measurement_concept_id")}
    rows = " union all ".join(
        f"select person_id person, {day}::date as day, concept_code code from '{d}/{table}.parquet' "
        f"join '{d}/concept.parquet' on {concept} = concept_id and vocabulary_id = 'SNOMED'"
        for table, (day, concept) in dated.items())
    con.sql(f"""
        create table birth as select person_id person,
            make_date(year_of_birth::int, coalesce(month_of_birth, 7)::int, 1) birth from '{d}/person.parquet';
        create table events as select e.*, birth from ({rows}) e join birth using (person);
        create table registered as select birth.* from birth
            join (select person_id person, min(observation_period_start_date)::date s from '{d}/observation_period.parquet' group by 1) using (person)
            left join '{d}/death.parquet' died on died.person_id = person
            where s <= date '{AS_OF}' and (death_date is null or date_trunc('month', death_date::date) > date '{AS_OF}')""")
    return con


def synthea(data):
    con, d = duckdb.connect(), f"{data}/synthea-smart"
    con.sql(f"""
        create table birth as select patient_id person, date_trunc('month', birth_date[:10]::date)::date birth,
            date_trunc('month', death_date[:10]::date)::date death from '{d}/patients.parquet';
        create table events as select patient_id person, "date"[:10]::date as day, code, birth from '{d}/events.parquet'
            join birth on birth.person = patient_id where system = 'sct';
        create table known as select patient_id person, min(day[:10]::date) s from (
            select patient_id, "date" as day from '{d}/events.parquet'
            union all select patient_id, "start" from '{d}/encounters.parquet'
            union all select patient_id, authored from '{d}/medications.parquet') group by 1;
        create table registered as select birth.person, birth from birth left join known using (person)
            where coalesce(s, birth) <= date '{AS_OF}' and (death is null or death > date '{AS_OF}')""")
    return con


if __name__ == "__main__":
    data, work = sys.argv[1:]
    sys.exit(1 if compare("omop", omop(data), f"{work}/omop/secure") + compare("synthea", synthea(data), f"{work}/synthea/secure") else 0)
