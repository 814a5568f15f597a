"""Every question asked of the engine, as plain SQL: the same strings run on a cluster engine.

What they use of the language: common table expressions, CASE, CAST to STRING, DOUBLE and BIGINT,
count, sum, min, avg, coalesce, row_number, dense_rank and windows over partitions, joins with USING
and with ON. Codes come from small tables, not from functions on arrays; there are no parameters.
"""

PERSONS = """
SELECT psu, cell, excluded, form_version, min(province) AS province, min(stratum) AS stratum,
       CAST(count(*) AS BIGINT) AS n,
       CAST(sum(CASE WHEN rated = 0 THEN 1 ELSE 0 END) AS BIGINT) AS unrated
FROM people GROUP BY psu, cell, excluded, form_version
"""
"""Persons of a segment alike in everything that is asked of them here."""

RATED_VALUE = "CAST({value} AS DOUBLE) AS v{k}"
RATED_SUMS = (
    "CAST(count(v{k}) AS INTEGER) AS n{k}, coalesce(sum(v{k}), 0) AS y{k},"
    " coalesce(sum(v{k} * v{k}), 0) AS yy{k}"
)
RATED = """
SELECT psu, cell, service, factor, CAST(count(*) AS INTEGER) AS ratings, {sums}
FROM (
    SELECT psu, cell, service, coalesce(selection_factor, 1.0) AS factor, {values}
    FROM ratings WHERE cell IS NOT NULL
) AS valued
GROUP BY psu, cell, service, factor
"""
"""Ratings of a segment whose weights will be alike, whatever they are: a rating stands for as many
as its person does, and for those used services the lot passed over (``selection_factor``)."""

UNITS = """
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
       coalesce(design_weight, avg(design_weight) OVER (PARTITION BY province, stratum),
                avg(design_weight) OVER (PARTITION BY province), 1.0) AS base_weight,
       design_weight IS NULL AND count(design_weight) OVER (PARTITION BY province) > 0 AS imputed
FROM seen
"""
"""Every sampled PSU with its base weight. One without a design weight, where others of its province
have one, is taken for an average one of its stratum: those others keep what they stand for."""

IMPUTED = """
SELECT province, CAST(sum(n) AS BIGINT) FROM groups JOIN units USING (psu)
WHERE imputed AND excluded IS NULL AND cell IS NOT NULL GROUP BY province
"""

RESPONDENTS = """
SELECT cell, CAST(sum(n) AS BIGINT) AS n,
       sum(n * base_weight) AS base, sum(n * base_weight * base_weight) AS base_squared
FROM groups JOIN units USING (psu)
WHERE excluded IS NULL AND cell IS NOT NULL
GROUP BY cell
"""

HELD = """
SELECT unit, cell, sum(n * base_weight) AS base FROM groups JOIN units USING (psu)
WHERE excluded IS NULL AND cell IS NOT NULL GROUP BY unit, cell
"""

EXCLUDED = """
SELECT coalesce(excluded, CASE WHEN cell IS NULL THEN 'province_unknown'
                               ELSE 'no_service_rated' END) AS reason,
       province,
       sum(CASE WHEN excluded IS NULL AND cell IS NOT NULL THEN unrated ELSE n END) AS n
FROM groups
GROUP BY coalesce(excluded, CASE WHEN cell IS NULL THEN 'province_unknown'
                                 ELSE 'no_service_rated' END), province
"""

VERSIONS = "SELECT DISTINCT form_version FROM groups ORDER BY form_version"

VALUES = """
WITH weighted AS (
    SELECT province, {service} AS service, psu, CAST({value} AS DOUBLE) AS y, factor * {factor} AS w
    FROM {table} JOIN factors USING (cell)
), grouped AS (
    SELECT province, service, psu, y, count(*) AS n, sum(w) AS w, sum(w * w) AS ww
    FROM weighted WHERE y IS NOT NULL GROUP BY province, service, psu, y
)
SELECT asked_provinces.code AS province, asked_services.code AS service, unit, y, n,
       w * base_weight AS w, ww * base_weight * base_weight AS ww
FROM grouped JOIN units ON units.psu = grouped.psu
JOIN asked_provinces ON asked_provinces.province = grouped.province
LEFT JOIN asked_services ON asked_services.service = grouped.service
WHERE grouped.service IS NULL OR asked_services.code IS NOT NULL
"""
"""How often each value of an expression was given; the expression is made of reference data."""

CROSS_VALUES = """
WITH weighted AS (
    SELECT {service} AS service, cell, CAST({value} AS DOUBLE) AS y, base_weight * {factor} AS w
    FROM {table} JOIN units USING (psu) WHERE cell IS NOT NULL
), grouped AS (
    SELECT service, cell, y, sum(w) AS x FROM weighted WHERE y IS NOT NULL
    GROUP BY service, cell, y
)
SELECT asked_services.code AS service, cell, y, x
FROM grouped LEFT JOIN asked_services ON asked_services.service = grouped.service
WHERE grouped.service IS NULL OR asked_services.code IS NOT NULL
"""
"""The same per weighting cell, before weighting."""

UNWEIGHTED_VALUES = """
WITH counted AS (
    SELECT province, {service} AS service, psu, CAST({value} AS DOUBLE) AS y FROM {table}
), grouped AS (
    SELECT province, service, psu, y, count(*) AS n
    FROM counted WHERE y IS NOT NULL GROUP BY province, service, psu, y
)
SELECT asked_provinces.code AS province, asked_services.code AS service, unit, y, n,
       CAST(n AS DOUBLE) AS w, CAST(n AS DOUBLE) AS ww
FROM grouped JOIN units ON units.psu = grouped.psu
JOIN asked_provinces ON asked_provinces.province = grouped.province
LEFT JOIN asked_services ON asked_services.service = grouped.service
WHERE grouped.service IS NULL OR asked_services.code IS NOT NULL
"""

ADMITTED = """(
    SELECT ratings.* FROM ratings JOIN asked_through
    ON ratings.province = asked_through.province AND ratings.service = asked_through.service
    WHERE ratings.sequence <= asked_through.through
) AS admitted"""
"""Ratings that are admitted to figures; stands where a table's name can."""

ITEMS = """
SELECT unit, factor * coalesce(selection_factor, 1.0) * base_weight AS w, {items}
FROM ratings JOIN factors USING (cell) JOIN units USING (psu) JOIN asked_services USING (service)
"""

PLACES = "SELECT psu FROM units ORDER BY unit"

STRATA = "SELECT stratum_code, stratum, base_weight FROM units ORDER BY unit"
