{{ config(materialized='table') }}

-- Every business flag of an opportunity is decided here, once, and read everywhere else.
with opportunities as (
    select * from {{ source('gate', 'opportunity') }}
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

mapped as (
    select
        opportunities.*,
        run_date.as_of_date,
        coalesce(stage_map.stage, 'unmapped') as mapped_stage,
        stage_map.stage_order,
        stage_map.default_probability as stage_default_probability,
        coalesce(opportunities.forecast_category, stage_map.forecast_category) as known_forecast_category,
        -- The company's own map outranks the source's flags; a stage that neither knows stays visible.
        case
            when stage_map.state is not null then stage_map.state
            when opportunities.is_won_in_source then 'won'
            when opportunities.is_closed_in_source then 'lost'
            when not opportunities.is_closed_in_source then 'open'
            else 'unmapped'
        end as state,
        case
            when
                coalesce(opportunities.currency_code, '{{ var("reporting_currency") }}')
                = '{{ var("reporting_currency") }}'
                then cast(1 as decimal(18, 8))
            else rates.rate_to_reporting
        end as rate_to_reporting,
        {{ business_date('opportunities.created_at') }} as created_on,
        lower(trim(opportunities.opportunity_type)) as opportunity_type_key
    from opportunities
    cross join run_date
    left join stage_map
        on lower(trim(opportunities.stage)) = stage_map.stage_key
    left join rates
        on
            opportunities.currency_code = rates.currency_code
            and coalesce(opportunities.close_date, run_date.as_of_date) >= rates.valid_from
            and (
                rates.valid_until is null
                or coalesce(opportunities.close_date, run_date.as_of_date) < rates.valid_until
            )
),

flagged as (
    select
        *,
        state = 'open' as is_open,
        state = 'won' as is_won,
        state = 'lost' as is_lost,
        state in ('won', 'lost') as is_closed,
        coalesce(
            opportunity_type_key in ({{ text_list(var('renewal_types')) }}), false
        ) as is_renewal,
        -- Without a type there is nothing that says the deal was not new business.
        coalesce(
            opportunity_type_key in ({{ text_list(var('new_business_types')) }}), true
        ) as is_new_business,
        coalesce(created_on > as_of_date, false) as is_created_after_as_of,
        {{ converted_amount('amount_original', 'rate_to_reporting') }} as amount,
        -- A probability outside 0..1 is no probability; the gate reports it.
        case when probability between 0 and 1 then probability end as usable_probability
    from mapped
),

weighed as (
    select
        *,
        case
            when usable_probability is not null then usable_probability
            when stage_default_probability is not null then stage_default_probability
            when is_won then 1
            when is_lost then 0
        end as final_probability,
        case
            when usable_probability is not null then 'crm'
            when stage_default_probability is not null then 'stage_default'
            when is_closed then 'state'
            else 'unknown'
        end as probability_source
    from flagged
),

final as (
    select
        opportunity_id,
        source_name,
        source_record_id as source_opportunity_id,
        opportunity_name,
        account_id,
        owner_id,
        campaign_id,
        contact_id,
        opportunity_type,
        lead_source,
        product_name,
        mapped_stage as stage,
        stage as stage_original,
        stage_order,
        state,
        is_open,
        is_won,
        is_lost,
        is_closed,
        is_open and coalesce(
            stage_order >= {{ var('pipeline_stage_order') }}, false
        ) as is_in_pipeline,
        -- Renewals are another sale with another rate; open opportunities never count.
        is_closed and not is_renewal as is_win_rate_eligible,
        is_new_business,
        is_renewal,
        is_open and coalesce(close_date < as_of_date, false) as is_past_due,
        is_closed and coalesce(close_date < created_on, false) as is_cycle_invalid,
        is_created_after_as_of,
        known_forecast_category as forecast_category,
        loss_reason,
        next_step,
        coalesce(currency_code, '{{ var("reporting_currency") }}') as currency_code,
        amount_original,
        amount,
        cast(final_probability as {{ type_double() }}) as probability,
        probability_source,
        cast(amount * cast(final_probability as decimal(9, 6)) as decimal(18, 2)) as weighted_amount,
        cast(stage_default_probability as {{ type_double() }}) as stage_default_probability,
        cast(
            amount * cast(stage_default_probability as decimal(9, 6)) as decimal(18, 2)
        ) as stage_weighted_amount,
        created_at,
        created_on,
        close_date,
        modified_at,
        last_activity_date,
        custom_fields,
        case
            when is_closed and close_date >= created_on
                then {{ days_between('created_on', 'close_date') }}
        end as days_to_close,
        case
            when is_open and created_on <= as_of_date
                then {{ days_between('created_on', 'as_of_date') }}
        end as days_open,
        as_of_date
    from weighed
)

select * from final
