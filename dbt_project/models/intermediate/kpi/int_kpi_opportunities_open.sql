-- Open at the end of the run's day, in all and by the period they are due to close in. A state, never
-- to be added up over days.
with periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

as_of_day as (
    select
        'day' as period_grain,
        cast('{{ var("as_of_date") }}' as date) as period_start,
        {{ add_days("cast('" ~ var("as_of_date") ~ "' as date)", 1) }} as period_end,
        segment_type,
        segment_id,
        segment,
        opportunity_count,
        open_count,
        open_amount,
        open_without_amount_count,
        pipeline_count,
        pipeline_amount,
        pipeline_without_amount_count,
        weighted_amount,
        weighted_count,
        stage_weighted_amount,
        stage_weighted_count
    from periods
    where period_grain = 'all_time'
),

final as (
    select
        'opportunities_open_count' as kpi_id,
        'headline' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(open_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(open_count as {{ type_double() }}) as value,
        open_count as n,
        0 as n_excluded
    from as_of_day
    union all
    select
        'opportunities_open_amount' as kpi_id,
        'headline' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(open_amount as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(open_amount as {{ type_double() }}) as value,
        open_count - open_without_amount_count as n,
        open_without_amount_count as n_excluded
    from as_of_day
    union all
    select
        'pipeline_open_count' as kpi_id,
        'headline' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(pipeline_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(pipeline_count as {{ type_double() }}) as value,
        pipeline_count as n,
        0 as n_excluded
    from as_of_day
    union all
    select
        'pipeline_open_amount' as kpi_id,
        'headline' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(pipeline_amount as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(pipeline_amount as {{ type_double() }}) as value,
        pipeline_count - pipeline_without_amount_count as n,
        pipeline_without_amount_count as n_excluded
    from as_of_day
    union all
    select
        'opportunities_open_count' as kpi_id,
        'closing_in_period' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(open_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(open_count as {{ type_double() }}) as value,
        open_count as n,
        0 as n_excluded
    from periods
    where period_grain <> 'all_time' and open_count > 0
    union all
    select
        'opportunities_open_amount' as kpi_id,
        'closing_in_period' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(open_amount as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(open_amount as {{ type_double() }}) as value,
        open_count - open_without_amount_count as n,
        open_without_amount_count as n_excluded
    from periods
    where period_grain <> 'all_time' and open_count > 0
    union all
    select
        'pipeline_open_count' as kpi_id,
        'closing_in_period' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(pipeline_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(pipeline_count as {{ type_double() }}) as value,
        pipeline_count as n,
        0 as n_excluded
    from periods
    where period_grain <> 'all_time' and open_count > 0
    union all
    select
        'pipeline_open_amount' as kpi_id,
        'closing_in_period' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(pipeline_amount as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(pipeline_amount as {{ type_double() }}) as value,
        pipeline_count - pipeline_without_amount_count as n,
        pipeline_without_amount_count as n_excluded
    from periods
    where period_grain <> 'all_time' and open_count > 0
)

select * from final
