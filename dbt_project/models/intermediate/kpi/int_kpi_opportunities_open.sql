-- Open at the end of a period, and on the run's day by the period they are due to close in. States, never to
-- be added up over days.
with states as (
    select * from {{ ref('int_open_opportunities_by_period') }}
),

periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

closing as (
    select * from periods
    where period_grain <> 'all_time' and open_count > 0
),

final as (
    {{ kpi_rows('opportunities_open_count', 'headline', 'states', numerator='open_count') }}
    union all
    {{ kpi_rows(
        'opportunities_open_amount', 'headline', 'states',
        numerator='open_amount',
        n='open_count - open_without_amount_count',
        n_excluded='open_without_amount_count'
    ) }}
    union all
    {{ kpi_rows('pipeline_open_count', 'headline', 'states', numerator='pipeline_count') }}
    union all
    {{ kpi_rows(
        'pipeline_open_amount', 'headline', 'states',
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
