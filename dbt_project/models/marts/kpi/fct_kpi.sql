with measured as (
    {%- for model in [
        'int_kpi_opportunities_closed',
        'int_kpi_opportunities_open',
        'int_kpi_pipeline_generated',
        'int_kpi_pipeline_coverage',
        'int_kpi_weighted_pipeline',
        'int_kpi_sales_cycle',
        'int_kpi_win_rate',
        'int_kpi_velocity',
        'int_kpi_forecast',
        'int_kpi_linearity',
        'int_kpi_average_selling_price',
        'int_kpi_lead_flow',
        'int_kpi_lead_conversion',
        'int_kpi_stage_conversion',
        'int_kpi_recurring_revenue',
        'int_kpi_retention',
        'int_kpi_arr_movements',
        'int_kpi_customer_life',
        'int_kpi_lifetime_value',
        'int_kpi_renewal_rate',
        'int_kpi_workspace_conversion',
        'int_kpi_active_workspaces',
        'int_kpi_email',
        'int_kpi_promoter_score',
        'int_kpi_acquisition_cost',
        'int_kpi_retention_cost',
        'int_kpi_lifetime_value_to_cost',
        'int_kpi_quota_attainment',
        'int_kpi_market_coverage',
        'int_kpi_territory_balance',
        'int_kpi_productivity',
        'int_kpi_prospecting',
        'int_kpi_meetings',
        'int_kpi_account_load',
        'int_kpi_hand_offs',
        'int_kpi_lead_response',
        'int_kpi_awareness',
        'int_kpi_hand_off_awareness',
        'int_kpi_target_list_coverage',
        'int_kpi_target_uplift',
        'int_kpi_committee_coverage',
        'int_kpi_orchestration',
        'int_kpi_account_qualification',
        'int_kpi_hygiene_score',
        'int_kpi_outreach_readiness',
        'int_kpi_duplicate_rate',
        'int_kpi_enrichment',
        'int_kpi_spray_index',
        'int_kpi_sequences',
        'int_kpi_ramp_up',
        'int_kpi_attribution',
    ] %}
        select * from {{ ref(model) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

definitions as (
    select * from {{ ref('kpi_definition') }}
),

targets as (
    select * from {{ ref('kpi_target') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

run as (
    select * from {{ source('memory', 'run') }}
),

freezes as (
    select * from {{ ref('int_period_freezes') }}
),

-- What nights up to the run's day had frozen.
frozen as (
    select remembered.*
    from {{ source('memory', 'kpi_value_frozen') }} as remembered
    cross join run_date
    where remembered.frozen_on <= run_date.as_of_date
),

frozen_periods as (
    select
        kpi_id,
        variant,
        period_grain,
        period_start,
        min(frozen_on) as frozen_on
    from frozen
    group by
        kpi_id,
        variant,
        period_grain,
        period_start
),

joined as (
    select
        measured.*,
        definitions.unit,
        definitions.is_headline,
        definitions.version as kpi_version,
        -- The state of the run's day is another one every day, whatever period it is shown by.
        coalesce(definitions.time_basis, '') not like 'snapshot at the end of the run day%' as is_of_the_period,
        targets.target_low,
        targets.target_high,
        run_date.as_of_date
    from measured
    cross join run_date
    left join definitions
        on
            measured.kpi_id = definitions.kpi_id
            and measured.variant = definitions.variant
    left join targets
        on
            measured.kpi_id = targets.kpi_id
            and measured.variant = targets.variant
            and measured.segment_type = targets.segment_type
            and measured.segment_id = targets.segment
            and measured.period_start >= targets.valid_from
            and (targets.valid_until is null or measured.period_start < targets.valid_until)
),

judged as (
    select
        {{ surrogate_key(
            "kpi_id || '|' || variant",
            "period_grain || '|' || cast(period_start as " ~ dbt.type_string() ~ ") || '|' || segment_type"
            ~ " || '|' || segment_id"
        ) }} as kpi_value_id,
        kpi_id,
        variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment,
        segment_id,
        cast(numerator as decimal(28, 4)) as numerator,
        cast(denominator as decimal(28, 4)) as denominator,
        cast(value as {{ type_double() }}) as value,
        cast(n as bigint) as n,
        cast(n_excluded as bigint) as n_excluded,
        coalesce(n, 0) < {{ var('low_n') }} as is_low_n,
        period_end <= {{ add_days('as_of_date', 1) }} as is_period_complete,
        cast(target_low as {{ type_double() }}) as target_low,
        cast(target_high as {{ type_double() }}) as target_high,
        case
            when value is null then 'no_value'
            when target_low is null and target_high is null then 'no_target'
            when value < target_low then 'below'
            when value > target_high then 'above'
            else 'within'
        end as status,
        unit,
        coalesce(is_headline, false) as is_headline,
        kpi_version,
        is_of_the_period,
        as_of_date
    from joined
),

-- A period that nobody froze yet is frozen by the first run that is for its day or a later one.
placed as (
    select
        judged.*,
        frozen_periods.frozen_on as frozen_before_on,
        frozen.value as value_before,
        case
            when frozen_periods.frozen_on is not null then frozen_periods.frozen_on
            when judged.is_of_the_period and not run.is_replay and freezes.freezes_on <= judged.as_of_date
                then judged.as_of_date
        end as frozen_on
    from judged
    cross join run
    left join frozen_periods
        on
            judged.kpi_id = frozen_periods.kpi_id
            and judged.variant = frozen_periods.variant
            and judged.period_grain = frozen_periods.period_grain
            and judged.period_start = frozen_periods.period_start
    left join frozen
        on judged.kpi_value_id = frozen.kpi_value_id
    left join freezes
        on
            judged.period_grain = freezes.period_grain
            and judged.period_start = freezes.period_start
),

final as (
    select
        kpi_value_id,
        kpi_id,
        variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment,
        segment_id,
        numerator,
        denominator,
        value,
        n,
        n_excluded,
        is_low_n,
        is_period_complete,
        frozen_on is not null as is_frozen,
        frozen_on,
        case when frozen_before_on is not null then value_before when frozen_on is not null then value end
            as frozen_value,
        frozen_before_on is not null and {{ is_value_changed('value_before', 'value') }} as is_restated,
        target_low,
        target_high,
        status,
        unit,
        is_headline,
        kpi_version,
        as_of_date
    from placed
)

select * from final
