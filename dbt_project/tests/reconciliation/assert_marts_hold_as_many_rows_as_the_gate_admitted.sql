{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity'}}}) }}

-- A mart that is empty, or lost rows in a join, passes every test that looks at its rows. A failing row is
-- an entity whose mart holds another number of records than the gate admitted.
with counts as (
    select
        'account' as entity,
        (select count(*) from {{ source('gate', 'account') }}) as rows_admitted,
        (select count(*) from {{ ref('dim_account') }}) as rows_in_mart
    union all
    select
        'contact' as entity,
        (select count(*) from {{ source('gate', 'contact') }}) as rows_admitted,
        (select coalesce(sum(contact_record_count), 0) from {{ ref('dim_person') }}) as rows_in_mart
    union all
    select
        'lead' as entity,
        (select count(*) from {{ source('gate', 'lead') }}) as rows_admitted,
        (select coalesce(sum(lead_record_count), 0) from {{ ref('dim_person') }}) as rows_in_mart
    union all
    select
        'user' as entity,
        (select count(*) from {{ source('gate', 'user') }}) as rows_admitted,
        (select count(*) filter (where is_delivered) from {{ ref('dim_user') }}) as rows_in_mart
    union all
    select
        'campaign' as entity,
        (select count(*) from {{ source('gate', 'campaign') }}) as rows_admitted,
        (select count(*) from {{ ref('dim_campaign') }}) as rows_in_mart
    union all
    select
        'product' as entity,
        (select count(*) from {{ source('gate', 'product') }}) as rows_admitted,
        (select count(*) from {{ ref('dim_product') }}) as rows_in_mart
    union all
    select
        'opportunity' as entity,
        (select count(*) from {{ source('gate', 'opportunity') }}) as rows_admitted,
        (select count(*) from {{ ref('fct_opportunity') }}) as rows_in_mart
    union all
    select
        'activity' as entity,
        (select count(*) from {{ source('gate', 'activity') }}) as rows_admitted,
        (select count(*) from {{ ref('fct_activity') }}) as rows_in_mart
    union all
    select
        'campaign_member' as entity,
        (select count(*) from {{ source('gate', 'campaign_member') }}) as rows_admitted,
        (select count(*) from {{ ref('fct_campaign_touch') }}) as rows_in_mart
    union all
    select
        'workspace' as entity,
        (select count(*) from {{ source('gate', 'workspace') }}) as rows_admitted,
        (select count(*) from {{ ref('dim_workspace') }}) as rows_in_mart
    union all
    select
        'employee' as entity,
        (select count(*) from {{ source('gate', 'employee') }}) as rows_admitted,
        (select count(*) from {{ ref('dim_employee') }}) as rows_in_mart
    union all
    select
        'quota' as entity,
        (select count(*) from {{ source('gate', 'quota') }}) as rows_admitted,
        (select count(*) from {{ ref('fct_quota') }}) as rows_in_mart
    union all
    select
        'territory' as entity,
        (select count(*) from {{ source('gate', 'territory') }}) as rows_admitted,
        (select count(*) from {{ ref('dim_territory') }}) as rows_in_mart
    union all
    select
        'territory_assignment' as entity,
        (select count(*) from {{ source('gate', 'territory_assignment') }}) as rows_admitted,
        (select count(*) from {{ ref('fct_territory_assignment') }}) as rows_in_mart
    union all
    select
        'cost_entry' as entity,
        (select count(*) from {{ source('gate', 'cost_entry') }}) as rows_admitted,
        (select count(*) from {{ ref('fct_cost_entry') }}) as rows_in_mart
    union all
    select
        'target_account' as entity,
        (select count(*) from {{ source('gate', 'target_account') }}) as rows_admitted,
        (select count(*) from {{ ref('fct_target_list_membership') }}) as rows_in_mart
    union all
    select
        'survey_response' as entity,
        (select count(*) from {{ source('gate', 'survey_response') }}) as rows_admitted,
        (select count(*) from {{ ref('fct_survey_response') }}) as rows_in_mart
    union all
    select
        'market_account' as entity,
        (select count(*) from {{ source('gate', 'market_account') }}) as rows_admitted,
        (select count(*) from {{ ref('dim_market_account') }}) as rows_in_mart
)

select *
from counts
where rows_admitted <> rows_in_mart
