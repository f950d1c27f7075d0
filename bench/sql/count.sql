-- People by practice and cell: what every published table is added up from.
CREATE TEMP TABLE counted AS
SELECT
    practice_code, band, sex,
    CASE WHEN age < 18 THEN '0-17' WHEN age < 40 THEN '18-39' WHEN age < 65 THEN '40-64'
         WHEN age < 75 THEN '65-74' WHEN age < 85 THEN '75-84' ELSE '85+' END AS age_band,
    coalesce(((imd_decile::INT + 1) // 2)::VARCHAR, 'unknown') AS imd_quintile,
    count(*) AS people
FROM patient_bands LEFT JOIN read_csv(getvariable('reference') || '/lsoa.csv', header = true, all_varchar = true) USING (lsoa_code)
GROUP BY ALL;
