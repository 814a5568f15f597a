"""Every question asked of the engine, as plain SQL: the same strings run on a cluster engine."""

GROUPS = """
CREATE OR REPLACE TEMP TABLE groups AS
SELECT psu, cell, excluded, any_value(province) AS province, any_value(stratum) AS stratum,
       count(*) AS n, sum(CASE WHEN rated = 0 THEN 1 ELSE 0 END) AS unrated
FROM people GROUP BY ALL
"""
"""Persons alike in everything that is asked of them here, so that they are read only once."""

UNITS = """
CREATE OR REPLACE TEMP TABLE units AS
WITH seen AS (
    SELECT psu, province, stratum, design_weight, true AS planned FROM visits
    WHERE due OR psu IN (SELECT psu FROM groups)
    UNION ALL
    SELECT psu, min(province), min(stratum), NULL, false FROM groups
    WHERE psu NOT IN (SELECT psu FROM visits) GROUP BY psu
)
SELECT row_number() OVER (ORDER BY stratum, psu) - 1 AS unit,
       dense_rank() OVER (ORDER BY stratum) - 1 AS stratum_code,
       psu, stratum,
       CASE WHEN count(*) FILTER (WHERE planned AND design_weight IS NULL)
                 OVER (PARTITION BY province) > 0 THEN 1.0
            ELSE coalesce(design_weight, avg(design_weight) OVER (PARTITION BY province), 1.0)
       END AS base_weight
FROM seen
"""
"""Every sampled PSU with its base weight. Where some visits of a province have no design weight,
none of its interviews has one: a mixture of weights and ones would be neither."""

RESPONDENTS = """
SELECT cell, sum(n)::BIGINT AS n,
       sum(n * base_weight) AS base, sum(n * base_weight * base_weight) AS base_squared
FROM groups JOIN units USING (psu)
WHERE excluded IS NULL AND cell IS NOT NULL
GROUP BY cell
"""

TOTALS = """
WITH weighted AS (
    SELECT province, service, psu, factor * coalesce(selection_factor, 1.0) AS w,
           respondent_index AS y,
           CASE WHEN overall >= $satisfied_from THEN 100.0
                WHEN overall IS NOT NULL THEN 0.0 END AS t,
           CASE WHEN respondent_index IS NOT NULL THEN w END AS w_index,
           CASE WHEN overall IS NOT NULL THEN w END AS w_overall
    FROM ratings JOIN factors USING (cell)
), grouped AS (
    SELECT province, service, psu, count(*) AS ratings,
           count(y) AS n1, sum(w_index) AS w1, sum(w * y) AS wy1, sum(w * y * y) AS wyy1,
           sum(w * w_index) AS ww1,
           count(t) AS n2, sum(w_overall) AS w2, sum(w * t) AS wy2, sum(w * w_overall) AS ww2
    FROM weighted GROUP BY province, service, psu
)
SELECT list_position($provinces, province) - 1 AS province,
       list_position($services, service) - 1 AS service, unit, ratings,
       n1, coalesce(w1 * base_weight, 0) AS w1, coalesce(wy1 * base_weight, 0) AS wy1,
       coalesce(wyy1 * base_weight, 0) AS wyy1,
       coalesce(ww1 * base_weight * base_weight, 0) AS ww1,
       n2, coalesce(w2 * base_weight, 0) AS w2, coalesce(wy2 * base_weight, 0) AS wy2,
       coalesce(100 * wy2 * base_weight, 0) AS wyy2,
       coalesce(ww2 * base_weight * base_weight, 0) AS ww2
FROM grouped JOIN units USING (psu)
WHERE list_contains($provinces, province) AND list_contains($services, service)
"""
"""The base weight is the same throughout a PSU, so it multiplies sums, not records. A rating stands
for as many as its person does (``factor``) and for those used services the lot passed over
(``selection_factor``)."""

CROSS = """
WITH weighted AS (
    SELECT service, cell, base_weight * coalesce(selection_factor, 1.0) AS w,
           respondent_index AS y,
           CASE WHEN overall >= $satisfied_from THEN 100.0
                WHEN overall IS NOT NULL THEN 0.0 END AS t
    FROM ratings JOIN units USING (psu)
)
SELECT list_position($services, service) - 1 AS service, cell,
       coalesce(sum(CASE WHEN y IS NOT NULL THEN w END), 0) AS x1, coalesce(sum(w * y), 0) AS xy1,
       coalesce(sum(CASE WHEN t IS NOT NULL THEN w END), 0) AS x2, coalesce(sum(w * t), 0) AS xy2
FROM weighted WHERE cell IS NOT NULL AND list_contains($services, service)
GROUP BY service, cell
"""
"""What the weighting cells hold of every service, before weighting: the province is in the cell."""

HELD = """
SELECT unit, cell, sum(n * base_weight) AS base FROM groups JOIN units USING (psu)
WHERE excluded IS NULL AND cell IS NOT NULL GROUP BY unit, cell
"""

EXCLUDED = """
SELECT coalesce(excluded, CASE WHEN cell IS NULL THEN 'province_unknown'
                               ELSE 'no_service_rated' END) AS reason,
       sum(CASE WHEN excluded IS NULL AND cell IS NOT NULL THEN unrated ELSE n END)::BIGINT AS n
FROM groups GROUP BY reason HAVING n > 0 ORDER BY reason
"""

VERSIONS = "SELECT DISTINCT form_version FROM people ORDER BY form_version"

VALUES = """
WITH weighted AS (
    SELECT province, {service} AS service, psu, ({value})::DOUBLE AS y, factor * {factor} AS w
    FROM {table} JOIN factors USING (cell)
), grouped AS (
    SELECT province, service, psu, y, count(*) AS n, sum(w) AS w, sum(w * w) AS ww
    FROM weighted WHERE y IS NOT NULL GROUP BY province, service, psu, y
)
SELECT list_position($provinces, province) - 1 AS province,
       list_position($services, service) - 1 AS service, unit, y, n,
       w * base_weight AS w, ww * base_weight * base_weight AS ww
FROM grouped JOIN units USING (psu)
WHERE list_contains($provinces, province)
      AND (service IS NULL OR list_contains($services, service))
"""
"""How often each value of an expression was given; the expression is made of reference data."""

CROSS_VALUES = """
WITH weighted AS (
    SELECT {service} AS service, cell, ({value})::DOUBLE AS y, base_weight * {factor} AS w
    FROM {table} JOIN units USING (psu) WHERE cell IS NOT NULL
)
SELECT list_position($services, service) - 1 AS service, cell, y, sum(w) AS x
FROM weighted WHERE y IS NOT NULL AND (service IS NULL OR list_contains($services, service))
GROUP BY service, cell, y
"""
"""The same per weighting cell, before weighting."""

UNWEIGHTED_VALUES = """
WITH counted AS (
    SELECT province, {service} AS service, psu, ({value})::DOUBLE AS y FROM {table}
), grouped AS (
    SELECT province, service, psu, y, count(*) AS n
    FROM counted WHERE y IS NOT NULL GROUP BY province, service, psu, y
)
SELECT list_position($provinces, province) - 1 AS province,
       list_position($services, service) - 1 AS service, unit, y, n,
       n::DOUBLE AS w, n::DOUBLE AS ww
FROM grouped JOIN units USING (psu)
WHERE list_contains($provinces, province)
      AND (service IS NULL OR list_contains($services, service))
"""

ITEMS = """
SELECT unit, factor * coalesce(selection_factor, 1.0) * base_weight AS w, {items}
FROM ratings JOIN factors USING (cell) JOIN units USING (psu) WHERE service = $service
"""

PLACES = "SELECT psu FROM units ORDER BY unit"
