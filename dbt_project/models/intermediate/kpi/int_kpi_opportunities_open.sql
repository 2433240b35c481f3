-- Open at the end of the run's day, in all and by the period they are due to close in. A state, never
-- to be added up over days.
with periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

as_of_day as (
    select
        {{ as_of_period() }},
        segment_type,
        segment_id,
        segment,
        open_count,
        open_amount,
        open_without_amount_count,
        pipeline_count,
        pipeline_amount,
        pipeline_without_amount_count
    from periods
    where period_grain = 'all_time'
),

closing as (
    select * from periods
    where period_grain <> 'all_time' and open_count > 0
),

final as (
    {{ kpi_rows('opportunities_open_count', 'headline', 'as_of_day', numerator='open_count') }}
    union all
    {{ kpi_rows(
        'opportunities_open_amount', 'headline', 'as_of_day',
        numerator='open_amount',
        n='open_count - open_without_amount_count',
        n_excluded='open_without_amount_count'
    ) }}
    union all
    {{ kpi_rows('pipeline_open_count', 'headline', 'as_of_day', numerator='pipeline_count') }}
    union all
    {{ kpi_rows(
        'pipeline_open_amount', 'headline', 'as_of_day',
        numerator='pipeline_amount',
        n='pipeline_count - pipeline_without_amount_count',
        n_excluded='pipeline_without_amount_count'
    ) }}
    union all
    {{ kpi_rows('opportunities_open_count', 'closing_in_period', 'closing', numerator='open_count') }}
    union all
    {{ kpi_rows(
        'opportunities_open_amount', 'closing_in_period', 'closing',
        numerator='open_amount',
        n='open_count - open_without_amount_count',
        n_excluded='open_without_amount_count'
    ) }}
    union all
    {{ kpi_rows('pipeline_open_count', 'closing_in_period', 'closing', numerator='pipeline_count') }}
    union all
    {{ kpi_rows(
        'pipeline_open_amount', 'closing_in_period', 'closing',
        numerator='pipeline_amount',
        n='pipeline_count - pipeline_without_amount_count',
        n_excluded='pipeline_without_amount_count'
    ) }}
)

select * from final
