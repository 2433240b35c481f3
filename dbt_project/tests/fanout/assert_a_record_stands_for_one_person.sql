{{ config(meta={'dagster': {'ref': {'name': 'dim_person'}}}) }}
-- depends_on: {{ ref('dim_person') }}
-- (Dagster shows a test with an asset only where the test reads it.)

-- Activities and touches multiply when a contact or lead stands for two persons. A failing row is such a
-- record.
select
    entity,
    record_id,
    count(*) as persons
from {{ ref('int_person_records') }}
group by entity, record_id
having count(*) > 1
