-- M09: how much of what sales sends out was neither researched nor written for the one person. Of whom nobody tells
-- is not known, and is no spray.
with touches as (
    select
        touch_id,
        touch_kind,
        user_id,
        is_personalised,
        occurred_on
    from {{ ref('int_touches') }}
    where direction = 'outbound' and touch_kind <> 'marketing_mail'
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

known as (
    select count(*) as touch_count
    from touches
    where is_personalised is not null
),

segmented as (
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        touches.*
    from touches
    union all
    select
        'owner' as segment_type,
        coalesce(touches.user_id, '(none)') as segment_id,
        coalesce(users.user_name, touches.user_id, '(none)') as segment,
        touches.*
    from touches
    left join users
        on touches.user_id = users.user_id
    union all
    select
        'touch_kind' as segment_type,
        touch_kind as segment_id,
        touch_kind as segment,
        touches.*
    from touches
),

days as (
    select
        segmented.segment_type,
        segmented.segment_id,
        segmented.segment,
        segmented.occurred_on,
        count(*) filter (where not segmented.is_personalised) as spray_count,
        count(segmented.is_personalised) as told_count,
        count(*) - count(segmented.is_personalised) as untold_count
    from segmented
    cross join known
    -- A company that never tells has no index.
    where known.touch_count > 0
    group by
        segmented.segment_type,
        segmented.segment_id,
        segmented.segment,
        segmented.occurred_on
),

placed as (
    {{ placed_in_periods('days', 'occurred_on') }}
),

totals as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(spray_count) as spray_count,
        sum(told_count) as told_count,
        sum(untold_count) as untold_count
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
),

final as (
    {{ kpi_rows(
        'M09', 'headline', 'totals',
        numerator='spray_count',
        denominator='told_count',
        n_excluded='untold_count'
    ) }}
)

select * from final
