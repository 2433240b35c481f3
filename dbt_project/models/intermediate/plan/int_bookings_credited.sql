-- One row an owner and close date: what was won, credited to who owned the deal when it was closed last (rule
-- G10). Where no history tells, the present owner gets it.
with opportunities as (
    select
        opportunity_id,
        owner_id,
        close_date,
        amount
    from {{ ref('int_opportunities_prepared') }}
    where is_won and not is_created_after_as_of
),

spans as (
    select
        opportunity_id,
        from_on,
        closed_on,
        is_last,
        owner_id
    from {{ ref('int_opportunity_day_spans') }}
),

closers as (
    select
        present.opportunity_id,
        closing.owner_id
    from spans as present
    inner join spans as closing
        on
            present.opportunity_id = closing.opportunity_id
            and present.closed_on = closing.from_on
    where present.is_last
),

final as (
    select
        coalesce(closers.owner_id, opportunities.owner_id, '(none)') as owner_id,
        opportunities.close_date,
        coalesce(sum(opportunities.amount), 0) as won_amount
    from opportunities
    left join closers
        on opportunities.opportunity_id = closers.opportunity_id
    group by
        coalesce(closers.owner_id, opportunities.owner_id, '(none)'),
        opportunities.close_date
)

select * from final
