{{ config(materialized='table') }}

-- One row a company and period in which marketing or sales touched it, with whether both did within a few days of
-- each other, both within the period.
with days as (
    select * from {{ ref('int_company_engagement_days') }}
    where sales_touch_count > 0 or marketing_touch_count > 0
),

sales as (
    select
        company_id,
        occurred_on
    from days
    where sales_touch_count > 0
),

marketing as (
    select
        company_id,
        occurred_on
    from days
    where marketing_touch_count > 0
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

pairs as (
    select distinct
        sales.company_id,
        least(sales.occurred_on, marketing.occurred_on) as first_on,
        greatest(sales.occurred_on, marketing.occurred_on) as second_on
    from sales
    inner join marketing
        on
            sales.company_id = marketing.company_id
            and marketing.occurred_on >= {{ add_days('sales.occurred_on', -var('orchestration_days')) }}
            and marketing.occurred_on <= {{ add_days('sales.occurred_on', var('orchestration_days')) }}
),

placed_pairs as (
    {{ placed_in_periods('pairs', 'first_on') }}
),

orchestrated as (
    select distinct
        company_id,
        period_grain,
        period_start
    from placed_pairs
    where second_on < period_end
),

placed as (
    {{ placed_in_periods('days', 'occurred_on') }}
),

touched as (
    select
        company_id,
        period_grain,
        period_start,
        period_end
    from placed
    group by
        company_id,
        period_grain,
        period_start,
        period_end
),

final as (
    select
        touched.*,
        orchestrated.company_id is not null as is_orchestrated
    from touched
    left join orchestrated
        on
            touched.company_id = orchestrated.company_id
            and touched.period_grain = orchestrated.period_grain
            and touched.period_start = orchestrated.period_start
)

select * from final
