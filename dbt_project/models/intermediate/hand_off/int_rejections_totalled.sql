-- One row a reason (or all) and period of hand-off with the hand-offs that sales rejected.
with rejected as (
    select
        handed_off_on,
        coalesce(rejection_reason, '(none)') as rejection_reason
    from {{ ref('int_hand_offs_prepared') }}
    where person_id is not null and decision = 'rejected'
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
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        handed_off_on
    from rejected
    union all
    select
        'rejection_reason' as segment_type,
        rejection_reason as segment_id,
        rejection_reason as segment,
        handed_off_on
    from rejected
),

placed as (
    {{ placed_in_periods('cases', 'handed_off_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) as rejected_count
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
