-- The published tables: counts rolled up to areas, with totals, 1 to 7 hidden,
-- others rounded to 5. A category without people is shown as 0 in the
-- product's tables and has no row here.
CREATE TEMP TABLE placed AS
SELECT c.*, p.neighbourhood_code, p.place_code, p.system_code
FROM counted c
JOIN read_csv(getvariable('reference') || '/practices.csv', header = true, all_varchar = true) p USING (practice_code)
WHERE p.valid_from::DATE <= getvariable('as_of') AND coalesce(p.valid_to::DATE >= getvariable('as_of'), true);

CREATE TEMP TABLE areas AS
SELECT 'neighbourhood' AS area_type, neighbourhood_code AS area_code, * FROM placed
UNION ALL SELECT 'place', place_code, * FROM placed
UNION ALL SELECT 'system', system_code, * FROM placed;

CREATE TEMP MACRO shown(n) AS CASE WHEN n BETWEEN 1 AND 7 THEN NULL ELSE (round(n / 5.0) * 5)::BIGINT END;
CREATE TEMP MACRO status(n) AS CASE WHEN n BETWEEN 1 AND 7 THEN '[c]' ELSE '' END;

CREATE TEMP TABLE band_by_age_sex AS
SELECT area_type, area_code, coalesce(sex, 'all') AS sex, coalesce(age_band, 'all') AS age_band, coalesce(band, 'all') AS band,
    shown(sum(people)) AS people_rounded5, status(sum(people)) AS status
FROM areas GROUP BY area_type, area_code, CUBE (sex, age_band, band) ORDER BY ALL;

CREATE TEMP TABLE band_by_imd AS
SELECT area_type, area_code, coalesce(imd_quintile, 'all') AS imd_quintile, coalesce(band, 'all') AS band,
    shown(sum(people)) AS people_rounded5, status(sum(people)) AS status
FROM areas GROUP BY area_type, area_code, CUBE (imd_quintile, band) ORDER BY ALL;

CREATE TEMP TABLE band_by_practice AS
SELECT 'practice' AS area_type, practice_code AS area_code, coalesce(band, 'all') AS band,
    shown(sum(people)) AS people_rounded5, status(sum(people)) AS status
FROM placed GROUP BY practice_code, CUBE (band) ORDER BY ALL;

COPY band_by_age_sex TO (getvariable('out') || '/band_by_age_sex.parquet') (FORMAT parquet);
COPY band_by_imd TO (getvariable('out') || '/band_by_imd.parquet') (FORMAT parquet);
COPY band_by_practice TO (getvariable('out') || '/band_by_practice.parquet') (FORMAT parquet);
COPY (SELECT practice_code, patient_id, band, tier, reasons, registers FROM patient_bands)
TO (getvariable('out') || '/patients') (FORMAT parquet, PARTITION_BY (practice_code), WRITE_PARTITION_COLUMNS true);
