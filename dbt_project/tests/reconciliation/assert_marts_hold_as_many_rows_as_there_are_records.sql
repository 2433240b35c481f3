{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity'}}}) }}

-- A mart that is empty, or lost rows in a join, passes every test that looks at its rows. A failing row is
-- an entity whose mart holds another number of records than there are without copies.
with counts as (
    select
        'account' as entity,
        (select count(*) from {{ source('resolved', 'account') }}) as rows_resolved,
        (select count(*) from {{ ref('dim_account') }}) as rows_in_mart
    union all
    select
        'contact' as entity,
        (select count(*) from {{ source('resolved', 'contact') }}) as rows_resolved,
        (select coalesce(sum(contact_record_count), 0) from {{ ref('dim_person') }}) as rows_in_mart
    union all
    select
        'lead' as entity,
        (select count(*) from {{ source('resolved', 'lead') }}) as rows_resolved,
        (select coalesce(sum(lead_record_count), 0) from {{ ref('dim_person') }}) as rows_in_mart
    union all
    select
        'user' as entity,
        (select count(*) from {{ source('resolved', 'user') }}) as rows_resolved,
        (select count(*) filter (where is_delivered) from {{ ref('dim_user') }}) as rows_in_mart
    union all
    select
        'campaign' as entity,
        (select count(*) from {{ source('resolved', 'campaign') }}) as rows_resolved,
        (select count(*) from {{ ref('dim_campaign') }}) as rows_in_mart
    union all
    select
        'product' as entity,
        (select count(*) from {{ source('resolved', 'product') }}) as rows_resolved,
        (select count(*) from {{ ref('dim_product') }}) as rows_in_mart
    union all
    select
        'opportunity' as entity,
        (select count(*) from {{ source('resolved', 'opportunity') }}) as rows_resolved,
        (select count(*) from {{ ref('fct_opportunity') }}) as rows_in_mart
    union all
    select
        'activity' as entity,
        (select count(*) from {{ source('resolved', 'activity') }}) as rows_resolved,
        (select count(*) from {{ ref('fct_activity') }}) as rows_in_mart
    union all
    select
        'campaign_member' as entity,
        (select count(*) from {{ source('resolved', 'campaign_member') }}) as rows_resolved,
        (select count(*) from {{ ref('fct_campaign_touch') }}) as rows_in_mart
    union all
    select
        'workspace' as entity,
        (select count(*) from {{ source('resolved', 'workspace') }}) as rows_resolved,
        (select count(*) from {{ ref('dim_workspace') }}) as rows_in_mart
    union all
    select
        'employee' as entity,
        (select count(*) from {{ source('resolved', 'employee') }}) as rows_resolved,
        (select count(*) from {{ ref('dim_employee') }}) as rows_in_mart
    union all
    select
        'quota' as entity,
        (select count(*) from {{ source('resolved', 'quota') }}) as rows_resolved,
        (select count(*) from {{ ref('fct_quota') }}) as rows_in_mart
    union all
    select
        'territory' as entity,
        (select count(*) from {{ source('resolved', 'territory') }}) as rows_resolved,
        (select count(*) from {{ ref('dim_territory') }}) as rows_in_mart
    union all
    select
        'territory_assignment' as entity,
        (select count(*) from {{ source('resolved', 'territory_assignment') }}) as rows_resolved,
        (select count(*) from {{ ref('fct_territory_assignment') }}) as rows_in_mart
    union all
    select
        'cost_entry' as entity,
        (select count(*) from {{ source('resolved', 'cost_entry') }}) as rows_resolved,
        (select count(*) from {{ ref('fct_cost_entry') }}) as rows_in_mart
    union all
    select
        'target_account' as entity,
        (select count(*) from {{ source('resolved', 'target_account') }}) as rows_resolved,
        (select count(*) from {{ ref('fct_target_list_membership') }}) as rows_in_mart
    union all
    select
        'survey_response' as entity,
        (select count(*) from {{ source('resolved', 'survey_response') }}) as rows_resolved,
        (select count(*) from {{ ref('fct_survey_response') }}) as rows_in_mart
    union all
    select
        'market_account' as entity,
        (select count(*) from {{ source('resolved', 'market_account') }}) as rows_resolved,
        (select count(*) from {{ ref('dim_market_account') }}) as rows_in_mart
)

select *
from counts
where rows_resolved <> rows_in_mart
