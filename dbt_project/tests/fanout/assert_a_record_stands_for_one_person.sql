{{ config(meta={'dagster': {'ref': {'name': 'dim_person'}}}) }}

-- Activities and touches multiply when a contact or lead stands for two persons. A failing row is such a
-- record.
select
    entity,
    record_id,
    count(*) as persons
from {{ ref('int_person_records') }}
group by entity, record_id
having count(*) > 1
