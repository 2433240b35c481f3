-- One row an owner and close date: what was won, credited to who owned the deal when it was closed last (rule
-- G10). Where no history tells, the present owner gets it.
with opportunities as (
    select
        opportunity_id,
        owner_id,
        close_date,
        amount
    from {{ ref('int_opportunities_prepared') }}
    where is_won
),

stamps as (
    select
        opportunity_id,
        owner_id_at_close
    from {{ ref('int_opportunity_stamps') }}
),

final as (
    select
        coalesce(stamps.owner_id_at_close, opportunities.owner_id, '(none)') as owner_id,
        opportunities.close_date,
        coalesce(sum(opportunities.amount), 0) as won_amount
    from opportunities
    left join stamps
        on opportunities.opportunity_id = stamps.opportunity_id
    group by
        coalesce(stamps.owner_id_at_close, opportunities.owner_id, '(none)'),
        opportunities.close_date
)

select * from final
