{{ config(materialized='table') }}

-- Every business flag of an opportunity is decided here, once, and read everywhere else.
with opportunities as (
    select * from {{ source('resolved', 'opportunity') }}
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
        {{ rate_of_opportunity('opportunities.currency_code') }} as rate_to_reporting,
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
        {%- if var('new_business_types') %}
            -- Without a type there is nothing that says the deal was not new business.
            coalesce(opportunity_type_key in ({{ text_list(var('new_business_types')) }}), true) as is_new_business,
        {%- else %}
            true as is_new_business,
        {%- endif %}
        {{ converted_amount('amount_original', 'rate_to_reporting') }} as amount
    from mapped
),

weighed as (
    select
        *,
        {{ probability_of_opportunity('probability', 'stage_default_probability', 'state') }} as final_probability,
        {{ probability_source_of_opportunity('probability', 'stage_default_probability', 'state') }}
            as probability_source
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
        motion,
        sourced_by_role,
        qualification_field_count,
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
        known_forecast_category as forecast_category,
        loss_reason,
        next_step,
        coalesce(currency_code, '{{ var("reporting_currency") }}') as currency_code,
        amount_original,
        amount,
        cast(final_probability as {{ type_double() }}) as probability,
        probability_source,
        {{ weighted_amount_of_opportunity('amount', 'final_probability') }} as weighted_amount,
        cast(stage_default_probability as {{ type_double() }}) as stage_default_probability,
        {{ weighted_amount_of_opportunity('amount', 'stage_default_probability') }} as stage_weighted_amount,
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
