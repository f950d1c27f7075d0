-- The first model over people and concepts: one row a person.

-- Rows in use: a listed code, a counted person, a date from birth to the as-of
-- day. Kept narrow: carrying the lists' columns through the joins costs the
-- query as a whole 2.5 times the processor time.
CREATE TEMP TABLE used AS
SELECT p.person, c.concept, e.date, e.numeric_value + c.add AS value
FROM read_parquet(getvariable('extract') || '/*/clinical_events.parquet', hive_partitioning = true) e
JOIN concepts c ON c.code = e.snomedct_code
JOIN people p ON p.practice_code = e.practice_code AND p.patient_id = e.patient_id
WHERE e.date <= getvariable('as_of') AND e.date >= p.birth_month;

CREATE TEMP TABLE folded AS
WITH listed_rows AS NOT MATERIALIZED (
    SELECT u.person, u.date, u.value, c.* FROM used u JOIN concepts c USING (concept)
), events AS (
    SELECT
        person,
        min(date) FILTER (hyp)  AS hyp_first, max(date) FILTER (hyp)  AS hyp, max(date) FILTER (hyp_res) AS hyp_res,
        min(date) FILTER (dm)   AS dm_first,  max(date) FILTER (dm)   AS dm,  max(date) FILTER (dm_res)  AS dm_res,
        min(date) FILTER (chd)  AS chd_first, max(date) FILTER (chd)  AS chd,
        min(date) FILTER (stia) AS stia_first, max(date) FILTER (stia) AS stia,
        max(date) FILTER (af)   AS af,   max(date) FILTER (af_res)   AS af_res,
        max(date) FILTER (copd) AS copd, max(date) FILTER (copd_res) AS copd_res,
        max(date) FILTER (ast)  AS ast,  max(date) FILTER (ast_res)  AS ast_res,
        max(date) FILTER (hf)   AS hf,   max(date) FILTER (hf_res)   AS hf_res,
        max(date) FILTER (ckd)  AS ckd,  max(date) FILTER (ckd_res)  AS ckd_res,
        max(date) FILTER (dep AND date >= DATE '2006-04-01') AS dep, max(date) FILTER (dep_res) AS dep_res,
        -- the latest day, of its values the highest
        max((date, value)) FILTER (hba1c AND value >= 15 AND value < 200) AS hba1c
    FROM listed_rows
    GROUP BY person
), days AS ( -- blood pressure: both parts of one day, the lowest of each
    SELECT
        person, date,
        min(value) FILTER (sbp AND value >= 50 AND value < 300) AS systolic,
        min(value) FILTER (dbp AND value >= 20 AND value < 200) AS diastolic
    FROM listed_rows
    WHERE sbp OR dbp
    GROUP BY person, date
), pressure AS (
    SELECT person, max((date, systolic, diastolic)) AS bp
    FROM days
    WHERE systolic IS NOT NULL AND diastolic IS NOT NULL
    GROUP BY person
)
SELECT e.*, b.bp
FROM events e LEFT JOIN pressure b USING (person);
