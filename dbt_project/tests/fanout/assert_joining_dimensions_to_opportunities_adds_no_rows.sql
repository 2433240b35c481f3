{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity'}}}) }}

-- A dimension with two rows for one key doubles deals and amounts. A failing row shows how the fact grew
-- or shrank when its dimensions were joined.
with plain as (
    select
        count(*) as opportunities,
        coalesce(sum(amount), 0) as amount
    from {{ ref('fct_opportunity') }}
),

joined as (
    select
        count(*) as opportunities,
        coalesce(sum(opportunities.amount), 0) as amount
    from {{ ref('fct_opportunity') }} as opportunities
    left join {{ ref('dim_account') }} as accounts
        on opportunities.account_id = accounts.account_id
    left join {{ ref('dim_user') }} as users
        on opportunities.owner_id = users.user_id
    left join {{ ref('dim_campaign') }} as campaigns
        on opportunities.campaign_id = campaigns.campaign_id
    left join {{ ref('dim_date') }} as dates
        on opportunities.close_date = dates.date_day
)

select
    plain.opportunities as rows_before,
    joined.opportunities as rows_after,
    plain.amount as amount_before,
    joined.amount as amount_after
from plain
cross join joined
where plain.opportunities <> joined.opportunities or plain.amount <> joined.amount
