with states as (
    select * from {{ ref('int_committee_states') }}
),

opportunities as (
    select * from {{ ref('int_opportunities_prepared') }}
),

final as (
    select
        {{ surrogate_key('states.opportunity_id', 'cast(states.measured_on as ' ~ dbt.type_string() ~ ')') }}
            as committee_coverage_id,
        states.opportunity_id,
        opportunities.source_name,
        opportunities.account_id,
        states.owner_id,
        states.measured_on,
        cast(states.engaged_individual_count as bigint) as engaged_individual_count,
        cast(states.own_function_count as bigint) as own_function_count,
        states.is_multi_threaded
    from states
    inner join opportunities
        on states.opportunity_id = opportunities.opportunity_id
)

select * from final
