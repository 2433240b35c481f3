-- P06, both ways: representatives edit the CRM's probability, the stage's default nobody edits.
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
        'P06' as kpi_id,
        'crm_probability' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(weighted_amount as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(weighted_amount as {{ type_double() }}) as value,
        weighted_count as n,
        open_count - weighted_count as n_excluded
    from as_of_day
    union all
    select
        'P06' as kpi_id,
        'stage_probability' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(stage_weighted_amount as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(stage_weighted_amount as {{ type_double() }}) as value,
        stage_weighted_count as n,
        open_count - stage_weighted_count as n_excluded
    from as_of_day
)

select * from final
