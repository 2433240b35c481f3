{{ config(meta={'dagster': {'ref': {'name': 'dim_kpi'}}}) }}
-- depends_on: {{ ref('dim_kpi') }}
-- (Dagster shows a test with an asset only where the test reads it.)

-- Two definitions of one variant double its rows; two headlines of one KPI leave the reader to choose. A
-- failing row is such a KPI.
select
    kpi_id,
    count(*) as definitions,
    count(distinct variant) as variants,
    count(*) filter (where is_headline) as headlines
from {{ ref('kpi_definition') }}
group by kpi_id
having
    count(*) <> count(distinct variant)
    or count(*) filter (where is_headline) <> 1
