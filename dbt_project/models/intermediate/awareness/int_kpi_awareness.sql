-- F07: how many of the active people rose to a higher stage of awareness, how long a step takes, and how many fell
-- back in the CRM.
with totals as (
    select * from {{ ref('int_awareness_totalled') }}
),

steps as (
    select * from {{ ref('int_awareness_steps_totalled') }}
),

final as (
    {{ kpi_rows('F07', 'progressed', 'totals', numerator='risen_count', denominator='active_count') }}
    union all
    {{ kpi_rows('F07', 'regressions', 'totals', numerator='regression_count') }}
    union all
    {{ kpi_rows('F07', 'days_per_step_median', 'steps', value='days_median', denominator='step_count') }}
)

select * from final
