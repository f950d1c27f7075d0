-- The shipped code lists as one table: a row a code, a column a list group.
--
-- codelists: glob of stratify/codelists/*.csv (code, term), set by the caller.
-- A code may stand in several lists, hence columns and not one list name.
CREATE TEMP TABLE listed AS
SELECT DISTINCT code, parse_filename(filename, true) AS list
FROM read_csv(getvariable('codelists'), header = true, all_varchar = true, filename = true, union_by_name = true);

CREATE TEMP TABLE concepts AS
SELECT
    row_number() OVER ()::SMALLINT AS concept,
    code,
    bool_or(list = 'hyp_cod')                    AS hyp,  bool_or(list = 'hypres_cod')  AS hyp_res,
    bool_or(list = 'dm_cod')                     AS dm,   bool_or(list = 'dmres_cod')   AS dm_res,
    bool_or(list = 'afib_cod')                   AS af,   bool_or(list = 'afibres_cod') AS af_res,
    bool_or(list = 'chd_cod')                    AS chd,
    bool_or(list IN ('strk_cod', 'tia_cod'))     AS stia,
    bool_or(list = 'copd_cod')                   AS copd, bool_or(list = 'copdres_cod') AS copd_res,
    bool_or(list = 'ast_cod')                    AS ast,  bool_or(list = 'astres_cod')  AS ast_res,
    bool_or(list = 'hf_cod')                     AS hf,   bool_or(list = 'hfres_cod')   AS hf_res,
    bool_or(list = 'ckd_cod')                    AS ckd,  bool_or(list IN ('ckdres_cod', 'ckd1and2_cod')) AS ckd_res,
    bool_or(list = 'depr_cod')                   AS dep,  bool_or(list = 'depres_cod')  AS dep_res,
    bool_or(list IN ('sbp_clinic', 'sbp_home'))  AS sbp,
    bool_or(list IN ('dbp_clinic', 'dbp_home'))  AS dbp,
    -- Home readings are taken 5 mmHg higher.
    CASE WHEN bool_or(list IN ('sbp_home', 'dbp_home')) THEN 5.0 ELSE 0.0 END AS add,
    bool_or(list = 'hba1c_ifcc')                 AS hba1c
FROM listed
WHERE list NOT IN ('emergency_admission', 'asthma_medicines') -- other code systems
GROUP BY code;
