-- F08: hand-offs of people who had named a use case by then; by the day of the hand-off.
with hand_offs as (
    select * from {{ ref('int_hand_off_awareness') }}
),

segments as (
    select * from {{ ref('int_hand_off_segments') }}
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
        hand_offs.handed_off_on,
        hand_offs.stage_number
    from hand_offs
    inner join segments
        on hand_offs.hand_off_id = segments.hand_off_id
),

placed as (
    {{ placed_in_periods('cases', 'handed_off_on') }}
),

totals as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) as hand_off_count,
        count(stage_number) as with_stage_count,
        count(*) filter (where stage_number >= {{ var('use_case_stage') }}) as with_use_case_count
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
),

stated as (
    select * from totals
    where with_stage_count > 0
),

final as (
    {{ kpi_rows(
        'F08', 'headline', 'stated',
        numerator='with_use_case_count',
        denominator='with_stage_count',
        n_excluded='hand_off_count - with_stage_count'
    ) }}
)

select * from final
