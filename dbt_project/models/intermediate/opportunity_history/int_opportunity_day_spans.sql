{{ config(materialized='table') }}

-- The history by days: what held at the end of each reporting day, up to the run's. Of several changes on
-- one day the last one counts. What happened after the run's day is not known here, so that a run for a
-- past day sees the world of that day.
with history as (
    select * from {{ ref('int_opportunity_history') }}
),

opportunities as (
    select
        opportunity_id,
        source_name,
        currency_code,
        created_on,
        is_renewal,
        opportunity_type,
        lower(trim(stage_original)) as present_stage_key,
        state as present_state
    from {{ ref('int_opportunities_prepared') }}
),

stage_map as (
    select
        lower(trim(stage)) as stage_key,
        stage,
        stage_order,
        state,
        default_probability,
        forecast_category
    from {{ source('config', 'opportunity_stage') }}
),

rates as (
    select * from {{ ref('int_currency_rates_bounded') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

known as (
    select
        history.*,
        row_number() over (
            partition by history.opportunity_id, history.valid_from_on order by history.period_number desc
        ) as position_from_end
    from history
    cross join run_date
    where history.valid_from_on <= run_date.as_of_date
),

ends_of_days as (
    select
        *,
        valid_from_on as from_on,
        lead(valid_from_on) over (partition by opportunity_id order by valid_from_on) as to_on
    from known
    where position_from_end = 1
),

-- A stage that the map does not know has a state only while the record is in it: then its flags tell.
mapped as (
    select
        ends_of_days.opportunity_id,
        opportunities.source_name,
        ends_of_days.from_on,
        ends_of_days.to_on,
        opportunities.created_on,
        opportunities.is_renewal,
        opportunities.opportunity_type,
        ends_of_days.stage as stage_original,
        coalesce(stage_map.stage, 'unmapped') as stage,
        stage_map.stage_order,
        case
            when stage_map.state is not null then stage_map.state
            when lower(trim(ends_of_days.stage)) = opportunities.present_stage_key then opportunities.present_state
            else 'unmapped'
        end as state,
        stage_map.default_probability as stage_default_probability,
        ends_of_days.owner_id,
        ends_of_days.close_date,
        coalesce(ends_of_days.forecast_category, stage_map.forecast_category) as forecast_category,
        opportunities.currency_code,
        ends_of_days.amount_original,
        {{ converted_amount(
            'ends_of_days.amount_original', rate_of_opportunity('opportunities.currency_code')
        ) }} as amount,
        ends_of_days.probability,
        ends_of_days.weakest_source
    from ends_of_days
    inner join opportunities
        on ends_of_days.opportunity_id = opportunities.opportunity_id
    left join stage_map
        on lower(trim(ends_of_days.stage)) = stage_map.stage_key
    -- Without a close date the rate is that of the day on which the span begins.
    left join rates
        on
            opportunities.currency_code = rates.currency_code
            and coalesce(ends_of_days.close_date, ends_of_days.from_on) >= rates.valid_from
            and (
                rates.valid_until is null
                or coalesce(ends_of_days.close_date, ends_of_days.from_on) < rates.valid_until
            )
),

weighed as (
    select
        *,
        {{ probability_of_opportunity('probability', 'stage_default_probability', 'state') }} as final_probability,
        {{ probability_source_of_opportunity('probability', 'stage_default_probability', 'state') }}
            as probability_source,
        lag(state) over (partition by opportunity_id order by from_on) as previous_state
    from mapped
),

closings as (
    select
        *,
        case
            when state in ('won', 'lost') and coalesce(previous_state, 'none') not in ('won', 'lost') then from_on
        end as closes_on
    from weighed
),

-- The day on which it was last closed; NULL while it is not.
closed as (
    select
        *,
        case
            when state in ('won', 'lost')
                then max(closes_on) over (partition by opportunity_id order by from_on rows unbounded preceding)
        end as closed_on
    from closings
),

final as (
    select
        opportunity_id,
        source_name,
        from_on,
        to_on,
        to_on is null as is_last,
        created_on,
        closed_on,
        is_renewal,
        opportunity_type,
        stage,
        stage_original,
        stage_order,
        state,
        state = 'open' as is_open,
        state = 'won' as is_won,
        state = 'lost' as is_lost,
        state = 'open' and coalesce(
            stage_order >= {{ var('pipeline_stage_order') }}, false
        ) as is_in_pipeline,
        owner_id,
        close_date,
        forecast_category,
        currency_code,
        amount_original,
        amount,
        cast(final_probability as {{ type_double() }}) as probability,
        probability_source,
        {{ weighted_amount_of_opportunity('amount', 'final_probability') }} as weighted_amount,
        cast(stage_default_probability as {{ type_double() }}) as stage_default_probability,
        {{ weighted_amount_of_opportunity('amount', 'stage_default_probability') }} as stage_weighted_amount,
        weakest_source
    from closed
)

select * from final
