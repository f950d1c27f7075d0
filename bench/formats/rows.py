"""The logical rows that every fixture holds: made by arithmetic alone.

No row is drawn at random. Codes carry valid check digits; people do not exist.
"""

import datetime as dt
import hashlib

PRACTICE = "Y00001"
AS_OF = dt.date(2026, 3, 31)
PEOPLE = 57

# Hypertensive disorder, diabetes, asthma, atrial fibrillation, systolic
# pressure; the last three are in no list of the test.
SNOMED = ["38341003", "73211009", "195967001", "49436004", "271649006", "22298006", "13645005", "84114007"]
DMD = ["320000009", "39113611000001102"]

# Columns of the contract in order: name, kind, may a row be null.
SCHEMA = {
    "patients": [
        ("patient_id", "text", False), ("practice_code", "text", False),
        ("registration_start", "date", False), ("registration_end", "date", True),
        ("registration_type", "text", True), ("birth_month", "date", False), ("sex", "text", False),
        ("ethnicity", "text", True), ("lsoa_code", "text", True), ("death_month", "date", True),
        ("care_home", "bool", True), ("opt_out", "text", True),
    ],
    "clinical_events": [
        ("patient_id", "text", False), ("date", "date", False), ("snomedct_code", "text", False),
        ("numeric_value", "number", True), ("comparator", "text", True), ("unit", "text", True),
    ],
    "medications": [("patient_id", "text", False), ("date", "date", False), ("dmd_code", "text", False)],
    "apcs": [
        ("patient_id", "text", False), ("spell_id", "text", False), ("admission_date", "date", False),
        ("discharge_date", "date", True), ("admission_method", "text", False),
        ("admission_source", "text", True), ("patient_class", "text", True),
        ("primary_diagnosis", "text", False), ("secondary_diagnoses", "list", True),
        ("procedures", "list", True), ("provider_code", "text", True), ("cost_pence", "integer", True),
    ],
}


def pseudonym(i):
    return hashlib.sha256(b"person %d" % i).hexdigest()[:16]


def pick(what, i, choices):
    """One of the choices, by a hash of a name and a number."""
    n = int.from_bytes(hashlib.sha256(f"{what} {i}".encode()).digest()[:4], "big")
    return choices[n % len(choices)]


def patients():
    rows = []
    for i in range(PEOPLE + 3):  # three people have two episodes
        person = i % PEOPLE
        year, month = 1931 + (person * 7) % 85, 1 + person % 12
        ended = i % 9 == 4
        rows.append([
            pseudonym(person), PRACTICE,
            dt.date(2010, 1, 1) + dt.timedelta(days=61 * i),
            dt.date(2025, 1, 2) + dt.timedelta(days=i) if ended else None,
            pick("type", i, ["regular", "regular", "temporary", "other", None]),
            dt.date(year, month, 1),
            pick("sex", person, ["female", "male", "female", "male", "intersex", "unknown"]),
            pick("ethnicity", person, ["A", "B", "H", "N", "Z", None]),
            pick("lsoa", person, ["E01023456", "E01023457", "S01000001", None]),
            dt.date(2025, 2, 1) if ended and i % 2 == 0 else None,
            pick("home", person, [True, False, False, None]),
            pick("opt", person, ["none", "national", None]),
        ])
    return rows


def events(n=360):
    rows = []
    for i in range(n):
        person = pick("event of", i, list(range(PEOPLE + 3)))  # three are not in patients
        day = AS_OF - dt.timedelta(days=pick("event on", i // 2, list(range(-20, 12000))))
        code = pick("code", i // 2, SNOMED)
        value = comparator = unit = None
        if code == "271649006" or i % 5 == 0:
            value = round(60 + (i * 37 % 1400) / 10, 1)
            unit = pick("unit", i, ["mmHg", "mm[Hg]", "µg/l", None])
            comparator = pick("comparator", i, ["<", "≤", "≥", ">", None, None])
        if i % 2 and i % 3 == 0:
            person = pick("event of", i - 1, list(range(PEOPLE + 3)))  # a tie: same person, day and code
        rows.append([pseudonym(person), day, code, value, comparator, unit])
    rows[7] = list(rows[5])  # the same row twice
    rows[9][3] = 0.1 + 0.2  # digits that a float does not hold
    rows[11][3] = -0.0
    return rows


def medications():
    return [
        [pseudonym(pick("issue to", i, list(range(PEOPLE)))), AS_OF - dt.timedelta(days=3 * i), pick("drug", i, DMD)]
        for i in range(90)
    ]


def spells():
    rows = []
    for i in range(40):
        s = i - i % 10 // 9  # every tenth spell is there twice
        start = AS_OF - dt.timedelta(days=11 * s)
        rows.append([
            pseudonym(s % PEOPLE), hashlib.sha256(b"spell %d" % s).hexdigest()[:12], start,
            start + dt.timedelta(days=s % 9) if s % 4 else None,
            pick("method", s, ["21", "22", "2A", "11", "12"]),
            pick("source", s, ["19", "51", None]), pick("class", s, ["1", "2", None]),
            pick("main", s, ["J440", "I50.0", "E11", "R07.4"]),
            pick("others", s, [None, [], ["I10"], ["E119", "I10"], ["I10", "E119", "N183", "Z86.7"]]),
            pick("procedures", s, [None, [], ["X403"], ["K63.1", "Y53"]]),
            pick("provider", s, ["RWH", "RC9", None]),
            10_000 + 3_001 * s if s % 3 else None,
        ])
    return rows


def all_rows():
    return {"patients": patients(), "clinical_events": events(), "medications": medications(), "apcs": spells()}
