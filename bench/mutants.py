"""Shows that the comparison can fail: changes the rules of the SQL one at a time
and counts the people whose band, tier, reasons or registers then differ from
riskband's, on one extract. A change nobody notices is a rule the extract never
tests. Run: mutants.py DIR SECURE (a sample or hard.py folder, and a run of it).
"""
import pathlib
import sys

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
STEPS = ["codes", "people", "bands", "decide"]
MUTANTS = [  # step, text, what it becomes
    ("codes", "THEN 5.0 ELSE", "THEN 4.0 ELSE"),
    ("codes", "'ckdres_cod', 'ckd1and2_cod'", "'ckdres_cod'"),
    ("people", "open DESC, registration_start DESC", "registration_start"),
    ("people", "AND NOT any_dead", ""),
    ("people", "registration_start DESC, practice_code)", "registration_start, practice_code)"),
    ("people", "registration_start DESC, practice_code)", "registration_start DESC, practice_code DESC)"),
    ("people", "registration_end > ", "registration_end >= "),
    ("bands", "e.date <= ", "e.date <= 100 + "),
    ("bands", "AND e.date >= p.birth_month", ""),
    ("bands", "dep AND date >= DATE '2006-04-01'", "dep"),
    ("bands", "max((date, value))", "min((date, value))"),
    ("bands", "max((date, systolic, diastolic))", "min((date, systolic, diastolic))"),
    ("bands", "value >= 15", "value >= 5"),
    ("bands", "value < 300", "value < 240"),
    ("bands", "min(value) FILTER (sbp", "max(value) FILTER (sbp"),
    ("bands", "min(value) FILTER (dbp", "max(value) FILTER (dbp"),
    ("bands", "AND diastolic IS NOT NULL", ""),
    ("decide", "count(DISTINCT a.spell_id)", "count(*)"),
    ("decide", "- 365 AND a.admission_date", "- 366 AND a.admission_date"),
    ("decide", "age >= 17", "age >= 18"),
    ("decide", "IS NOT NULL AND age >= 6", "IS NOT NULL AND age >= 7"),
    ("decide", "hyp_res <= hyp", "hyp_res < hyp"),
    ("decide", "bp[1] > year_ago", "bp[1] >= year_ago"),
    ("decide", "registration_start > due_from OR pressure_since", "registration_start >= due_from OR pressure_since"),
    ("decide", "OR pressure_since > due_from", ""),
    ("decide", "<= CASE WHEN age >= 80", "< CASE WHEN age >= 80"),
    ("decide", "bp[3] <= 90", "bp[3] < 90"),
    ("decide", "hba1c[2] <= 58", "hba1c[2] < 58"),
    ("decide", "(diabetes AND age < 80)", "(diabetes AND age <= 80)"),
    ("decide", "diabetes AND age < 80 THEN dm_first", "diabetes THEN dm_first"),
    ("decide", "least(\n", "greatest(\n"),
    ("decide", "conditions >= 4 THEN 'high'", "conditions >= 5 THEN 'high'"),
]
DIFFERING = """
SELECT count(*) FROM read_parquet('{secure}/runs/*/patients/practice_code=*/patient_bands.parquet', hive_partitioning = false) a
FULL JOIN patient_bands b USING (practice_code, patient_id)
WHERE (a.band, a.tier, a.reasons, a.registers) IS DISTINCT FROM (b.band, b.tier, b.reasons, b.registers)
"""


def main():
    folder, secure = sys.argv[1:]
    n = differing(folder, secure, None)
    print(f"{n:>8} people differ as the rules stand")
    unnoticed = 0
    for mutant in MUTANTS:
        n = differing(folder, secure, mutant)
        unnoticed += n == 0
        print(f"{n:>8} {mutant[0]}: {mutant[1].strip()} -> {mutant[2].strip() or '(nothing)'}")
    print(f"{len(MUTANTS) - unnoticed} of {len(MUTANTS)} changes noticed")


def differing(folder, secure, mutant):
    con = duckdb.connect()
    for name, value in {"extract": f"{folder}/extract", "codelists": HERE.parent / "stratify" / "codelists" / "*.csv"}.items():
        con.execute(f"SET VARIABLE {name} = '{value}'")
    con.execute("SET VARIABLE as_of = DATE '2026-03-31'")
    for step in STEPS:
        text = (HERE / "sql" / f"{step}.sql").read_text()
        if mutant and step == mutant[0]:
            if mutant[1] not in text:
                sys.exit(f"{step}.sql no longer says {mutant[1]!r}")
            text = text.replace(mutant[1], mutant[2])
        con.execute(text)
    return con.execute(DIFFERING.format(secure=secure)).fetchone()[0]


if __name__ == "__main__":
    main()
