-- Registers, control states, bands and reasons, from what was folded.

-- Emergency admissions that began in the 365 days up to the as-of day, a spell once.
CREATE TEMP TABLE admissions AS
SELECT p.person, count(DISTINCT a.spell_id) AS spells
FROM read_parquet(getvariable('extract') || '/*/apcs.parquet', hive_partitioning = true) a
JOIN people p ON p.practice_code = a.practice_code AND p.patient_id = a.patient_id
WHERE a.admission_method IN (SELECT code FROM listed WHERE list = 'emergency_admission')
    AND a.admission_date > getvariable('as_of') - 365 AND a.admission_date <= getvariable('as_of')
    AND a.admission_date >= p.birth_month
GROUP BY p.person;

CREATE TEMP TABLE patient_bands AS
WITH registers AS ( -- on a register: a diagnosis, old enough, not resolved since
    SELECT
        p.*,
        f.bp, f.hba1c, coalesce(a.spells, 0) AS spells,
        f.hyp IS NOT NULL AND age >= 18 AND coalesce(hyp_res <= hyp, true) AS hypertension,
        f.dm IS NOT NULL AND age >= 17 AND coalesce(dm_res <= dm, true) AS diabetes,
        f.af IS NOT NULL AND coalesce(af_res <= af, true) AS atrial_fibrillation,
        f.chd IS NOT NULL AS coronary_heart_disease,
        f.stia IS NOT NULL AS stroke_tia,
        f.copd IS NOT NULL AND coalesce(copd_res <= copd, true) AS copd,
        f.ast IS NOT NULL AND age >= 6 AND coalesce(ast_res <= ast, true) AS asthma,
        f.hf IS NOT NULL AND coalesce(hf_res <= hf, true) AS heart_failure,
        f.ckd IS NOT NULL AND age >= 18 AND coalesce(ckd_res <= ckd, true) AS chronic_kidney_disease,
        f.dep IS NOT NULL AND age >= 18 AND coalesce(dep_res <= dep, true) AS depression,
        -- the earliest diagnosis of what brings the person into the control
        least(
            CASE WHEN hypertension THEN hyp_first END, CASE WHEN coronary_heart_disease THEN chd_first END,
            CASE WHEN stroke_tia THEN stia_first END, CASE WHEN diabetes AND age < 80 THEN dm_first END) AS pressure_since,
        dm_first AS diabetes_since
    FROM people p LEFT JOIN folded f USING (person) LEFT JOIN admissions a USING (person)
), states AS (
    SELECT
        *,
        getvariable('as_of') - 365 AS year_ago, getvariable('as_of') - 91 AS due_from,
        CASE
            WHEN NOT (hypertension OR coronary_heart_disease OR stroke_tia OR (diabetes AND age < 80)) THEN 'not_applicable'
            WHEN bp[1] > year_ago THEN
                CASE WHEN bp[2] <= CASE WHEN age >= 80 THEN 150 ELSE 140 END AND bp[3] <= 90 THEN 'controlled' ELSE 'not_controlled' END
            WHEN registration_start > due_from OR pressure_since > due_from THEN 'not_yet_due'
            ELSE 'overdue' -- stale or never measured
        END AS pressure,
        CASE
            WHEN NOT diabetes THEN 'not_applicable'
            WHEN hba1c[1] > year_ago THEN CASE WHEN hba1c[2] <= 58 THEN 'controlled' ELSE 'not_controlled' END
            WHEN registration_start > due_from OR diabetes_since > due_from THEN 'not_yet_due'
            ELSE 'overdue'
        END AS glucose,
        hypertension::INT + diabetes::INT + atrial_fibrillation::INT + coronary_heart_disease::INT + stroke_tia::INT
            + copd::INT + asthma::INT + heart_failure::INT + chronic_kidney_disease::INT + depression::INT AS conditions
    FROM registers
)
SELECT
    practice_code, patient_id, age, sex, lsoa_code,
    CASE
        WHEN spells >= 2 OR conditions >= 4 THEN 'high'
        WHEN pressure IN ('not_controlled', 'overdue') OR glucose IN ('not_controlled', 'overdue') THEN 'rising'
        ELSE 'low'
    END AS band,
    CASE
        WHEN pressure = 'not_controlled' OR glucose = 'not_controlled' THEN 1
        WHEN pressure = 'overdue' OR glucose = 'overdue' THEN 2
    END AS tier,
    list_filter([
        CASE WHEN spells >= 2 THEN 'emergency_admissions' END,
        CASE WHEN conditions >= 4 THEN 'four_conditions' END,
        CASE WHEN pressure = 'not_controlled' THEN 'blood_pressure_not_controlled' END,
        CASE WHEN glucose = 'not_controlled' THEN 'hba1c_not_controlled' END,
        CASE WHEN pressure = 'overdue' THEN 'blood_pressure_overdue' END,
        CASE WHEN glucose = 'overdue' THEN 'hba1c_overdue' END], lambda x: x IS NOT NULL) AS reasons,
    list_filter([
        CASE WHEN hypertension THEN 'hypertension' END, CASE WHEN diabetes THEN 'diabetes' END,
        CASE WHEN atrial_fibrillation THEN 'atrial_fibrillation' END,
        CASE WHEN coronary_heart_disease THEN 'coronary_heart_disease' END, CASE WHEN stroke_tia THEN 'stroke_tia' END,
        CASE WHEN copd THEN 'copd' END, CASE WHEN asthma THEN 'asthma' END,
        CASE WHEN heart_failure THEN 'heart_failure' END,
        CASE WHEN chronic_kidney_disease THEN 'chronic_kidney_disease' END,
        CASE WHEN depression THEN 'depression' END], lambda x: x IS NOT NULL) AS registers
FROM states;
