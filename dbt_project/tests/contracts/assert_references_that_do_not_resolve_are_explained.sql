{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity'}}}) }}

-- A reference may point at a record that the gate held back or left out, or at an entity that the source
-- does not deliver; at nothing else. A failing row is a source with more unresolved references to an entity
-- than records of it were held back or left out.
with unresolved as (
    select
        'fct_opportunity.account_id' as reference,
        facts.source_name,
        'account' as entity,
        count(distinct facts.account_id) as unresolved_references
    from {{ ref('fct_opportunity') }} as facts
    left join {{ ref('dim_account') }} as targets
        on facts.account_id = targets.account_id
    where facts.account_id is not null and targets.account_id is null
    group by facts.source_name
    union all
    select
        'fct_opportunity.campaign_id' as reference,
        facts.source_name,
        'campaign' as entity,
        count(distinct facts.campaign_id) as unresolved_references
    from {{ ref('fct_opportunity') }} as facts
    left join {{ ref('dim_campaign') }} as targets
        on facts.campaign_id = targets.campaign_id
    where facts.campaign_id is not null and targets.campaign_id is null
    group by facts.source_name
    union all
    select
        'dim_person.account_id' as reference,
        facts.source_name,
        'account' as entity,
        count(distinct facts.account_id) as unresolved_references
    from {{ ref('dim_person') }} as facts
    left join {{ ref('dim_account') }} as targets
        on facts.account_id = targets.account_id
    where facts.account_id is not null and targets.account_id is null
    group by facts.source_name
    union all
    select
        'fct_campaign_touch.campaign_id' as reference,
        facts.source_name,
        'campaign' as entity,
        count(distinct facts.campaign_id) as unresolved_references
    from {{ ref('fct_campaign_touch') }} as facts
    left join {{ ref('dim_campaign') }} as targets
        on facts.campaign_id = targets.campaign_id
    where facts.campaign_id is not null and targets.campaign_id is null
    group by facts.source_name
    union all
    select
        'fct_activity.opportunity_id' as reference,
        facts.source_name,
        'opportunity' as entity,
        count(distinct facts.opportunity_id) as unresolved_references
    from {{ ref('fct_activity') }} as facts
    left join {{ ref('fct_opportunity') }} as targets
        on facts.opportunity_id = targets.opportunity_id
    where facts.opportunity_id is not null and targets.opportunity_id is null
    group by facts.source_name
    union all
    select
        'fct_activity.account_id' as reference,
        facts.source_name,
        'account' as entity,
        count(distinct facts.account_id) as unresolved_references
    from {{ ref('fct_activity') }} as facts
    left join {{ ref('dim_account') }} as targets
        on facts.account_id = targets.account_id
    where facts.account_id is not null and targets.account_id is null
    group by facts.source_name
),

delivered as (
    select distinct
        source_name,
        entity
    from {{ source('config', 'delivered_entity') }}
)

select
    unresolved.*,
    balances.rows_quarantined,
    balances.rows_excluded
from unresolved
inner join delivered
    on unresolved.source_name = delivered.source_name and unresolved.entity = delivered.entity
left join {{ ref('fct_row_balance') }} as balances
    on unresolved.source_name = balances.source_name and unresolved.entity = balances.entity
where unresolved.unresolved_references > coalesce(balances.rows_quarantined + balances.rows_excluded, 0)
