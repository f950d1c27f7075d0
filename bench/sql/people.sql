-- Who is counted, once each, and where.
--
-- Of several episodes of a person at a practice the deciding one is a current
-- one before any other, then the latest start; ties are broken by the values. A
-- death on any of them holds for the person. Of several practices the latest
-- registration stands, then the lowest practice code.
CREATE TEMP TABLE people AS
WITH episodes AS (
    SELECT
        practice_code, patient_id, registration_start, birth_month, lsoa_code,
        CASE sex WHEN 'female' THEN 1 WHEN 'male' THEN 2 WHEN 'intersex' THEN 3 ELSE 0 END AS sex_order,
        coalesce(death_month <= getvariable('as_of'), false) AS dead,
        registration_start <= getvariable('as_of')
            AND coalesce(registration_end > getvariable('as_of'), true)
            AND coalesce(registration_type, 'regular') = 'regular'
            AND NOT coalesce(death_month <= getvariable('as_of'), false) AS open
    FROM read_parquet(getvariable('extract') || '/*/patients.parquet', hive_partitioning = true)
), deciding AS (
    SELECT *, bool_or(dead) OVER (PARTITION BY practice_code, patient_id) AS any_dead
    FROM episodes
    QUALIFY row_number() OVER (
        PARTITION BY practice_code, patient_id
        ORDER BY open DESC, registration_start DESC, birth_month, sex_order, lsoa_code NULLS FIRST) = 1
), counted AS (
    SELECT *
    FROM deciding
    WHERE open AND NOT any_dead
    QUALIFY row_number() OVER (PARTITION BY patient_id ORDER BY registration_start DESC, practice_code) = 1
)
SELECT
    row_number() OVER ()::INTEGER AS person, -- an integer is a cheaper key than 64 characters
    practice_code, patient_id, registration_start, birth_month, lsoa_code,
    ['unknown', 'female', 'male', 'intersex'][sex_order + 1] AS sex,
    date_sub('year', birth_month, getvariable('as_of')) AS age -- completed years
FROM counted;
