-- V15: what a customer brings in its life over what winning one cost, in the same period.
with acquisitions as (
    select * from {{ ref('int_acquisition_by_period') }}
),

lives as (
    select
        period_grain,
        period_start,
        value as lifetime_value
    from {{ ref('int_kpi_lifetime_value') }}
    where segment_type = 'all'
),

compared as (
    select
        acquisitions.period_grain,
        acquisitions.period_start,
        acquisitions.period_end,
        acquisitions.segment_type,
        acquisitions.segment_id,
        acquisitions.segment,
        acquisitions.new_customer_count,
        lives.lifetime_value,
        {{ safe_divide('acquisitions.acquisition_cost', 'acquisitions.new_customer_count') }} as cost_a_customer
    from acquisitions
    left join lives
        on
            acquisitions.period_grain = lives.period_grain
            and acquisitions.period_start = lives.period_start
),

final as (
    {{ kpi_rows(
        'V15', 'headline', 'compared',
        numerator='lifetime_value',
        denominator='cost_a_customer',
        n='new_customer_count'
    ) }}
)

select * from final
