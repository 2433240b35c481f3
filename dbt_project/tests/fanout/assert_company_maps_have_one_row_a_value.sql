{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity'}}}) }}
-- depends_on: {{ ref('fct_opportunity') }}
-- (Dagster shows a test with an asset only where the test reads it.)

-- A stage, status or rate that is listed twice doubles every record that has it. A failing row is such a
-- value.
select
    'opportunity_stage' as map,
    lower(trim(stage)) as map_key
from {{ source('config', 'opportunity_stage') }}
group by lower(trim(stage))
having count(*) > 1
union all
select
    'lead_status' as map,
    lower(trim(status)) as map_key
from {{ source('config', 'lead_status') }}
group by lower(trim(status))
having count(*) > 1
union all
select
    'campaign_member_status' as map,
    lower(trim(status)) as map_key
from {{ source('config', 'campaign_member_status') }}
group by lower(trim(status))
having count(*) > 1
union all
select
    'currency_rate' as map,
    upper(trim(currency_code)) || ' ' || cast(valid_from as varchar) as map_key
from {{ source('config', 'currency_rate') }}
group by upper(trim(currency_code)), valid_from
having count(*) > 1
