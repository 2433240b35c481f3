{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- ARR here is the run rate, 12 times MRR, in the mart as in the KPIs. A failing row is a customer and month,
-- or a segment and period, where the two tell different stories.
with monthly as (
    select * from {{ ref('fct_kpi') }}
    where kpi_id = 'V01' and variant = 'headline'
),

annual as (
    select * from {{ ref('fct_kpi') }}
    where kpi_id = 'V02' and variant = 'headline'
)

select
    customer_id as segment_id,
    month_start as period_start,
    mrr,
    arr
from {{ ref('fct_mrr_monthly') }}
where
    arr <> 12 * mrr
    or arr_with_grace <> 12 * mrr_with_grace
union all
select
    coalesce(monthly.segment_id, annual.segment_id) as segment_id,
    coalesce(monthly.period_start, annual.period_start) as period_start,
    monthly.numerator as mrr,
    annual.numerator as arr
from monthly
full join annual
    on
        monthly.period_grain = annual.period_grain
        and monthly.period_start = annual.period_start
        and monthly.segment_type = annual.segment_type
        and monthly.segment_id = annual.segment_id
where coalesce(annual.numerator <> 12 * monthly.numerator, true)
