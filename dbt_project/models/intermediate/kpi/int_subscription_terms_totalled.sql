-- One row a segment and period in which terms ended: the revenue that ended with them, and what was renewed.
-- The length of the term is a segment type of its own beside those of customers.
with terms as (
    select * from {{ ref('int_subscription_terms') }}
),

segments as (
    select * from {{ ref('int_customer_segments') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

cases as (
    select
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        terms.*
    from terms
    inner join segments
        on terms.customer_id = segments.customer_id
    union all
    select
        'term_months' as segment_type,
        cast(terms.term_months as {{ dbt.type_string() }}) as segment_id,
        cast(terms.term_months as {{ dbt.type_string() }}) as segment,
        terms.*
    from terms
),

days as (
    select
        segment_type,
        segment_id,
        segment,
        ended_on,
        count(expiring_arr) as term_count,
        count(*) - count(expiring_arr) as term_without_rate_count,
        coalesce(sum(expiring_arr), 0) as expiring_arr,
        coalesce(sum(renewed_arr), 0) as renewed_arr,
        count(expiring_arr) filter (where term_months >= 12) as long_term_count,
        count(*) filter (where term_months >= 12 and expiring_arr is null) as long_term_without_rate_count,
        coalesce(sum(expiring_arr) filter (where term_months >= 12), 0) as long_expiring_arr,
        coalesce(sum(renewed_arr) filter (where term_months >= 12), 0) as long_renewed_arr,
        coalesce(
            sum(renewed_arr) filter (where term_months >= 12 and is_renewed_on_time), 0
        ) as long_renewed_on_time_arr
    from cases
    group by
        segment_type,
        segment_id,
        segment,
        ended_on
),

placed as (
    {{ placed_in_periods('days', 'ended_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(term_count) as term_count,
        sum(term_without_rate_count) as term_without_rate_count,
        sum(expiring_arr) as expiring_arr,
        sum(renewed_arr) as renewed_arr,
        sum(long_term_count) as long_term_count,
        sum(long_term_without_rate_count) as long_term_without_rate_count,
        sum(long_expiring_arr) as long_expiring_arr,
        sum(long_renewed_arr) as long_renewed_arr,
        sum(long_renewed_on_time_arr) as long_renewed_on_time_arr
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
