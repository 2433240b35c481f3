{{ config(meta={'dagster': {'ref': {'name': 'fct_attribution_credit'}}}) }}

-- M07: each opportunity that is no renewal is shared out whole by each of the seven models, unattributed included.
with opportunities as (
    select opportunity_id
    from {{ ref('fct_opportunity') }}
    where not is_renewal
),

models as (
    select distinct attribution_model
    from {{ ref('fct_attribution_credit') }}
),

credits as (
    select
        opportunity_id,
        attribution_model,
        sum(credit) as credit
    from {{ ref('fct_attribution_credit') }}
    group by
        opportunity_id,
        attribution_model
)

select
    coalesce(opportunities.opportunity_id, credits.opportunity_id) as opportunity_id,
    models.attribution_model,
    credits.credit
from opportunities
cross join models
full join credits
    on
        opportunities.opportunity_id = credits.opportunity_id
        and models.attribution_model = credits.attribution_model
where
    opportunities.opportunity_id is null
    or credits.credit is null
    or abs(credits.credit - 1) > 1e-9
