{{ config(materialized='table') }}

-- One row a segment and period of hand-off with what became of the hand-offs. Young ones that nobody has answered yet
-- are counted apart. An account counts once in a period, however many of its people were passed.
with hand_offs as (
    select * from {{ ref('int_hand_offs_prepared') }}
    where person_id is not null
),

acts as (
    select * from {{ ref('int_hand_off_first_acts') }}
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
        hand_offs.company_id,
        hand_offs.handed_off_on,
        hand_offs.is_decided,
        hand_offs.is_pending_young,
        hand_offs.is_accepted,
        hand_offs.is_accepted_into_cycle,
        hand_offs.is_answered_in_time,
        hand_offs.context_field_count,
        acts.acted_at is not null as has_act,
        -- Whoever has not acted yet takes longer than anybody who has.
        coalesce(
            cast({{ seconds_between('hand_offs.handed_off_at', 'acts.acted_at') }} as {{ type_double() }}) / 3600,
            cast(1e15 as {{ type_double() }})
        ) as hours_to_act
    from hand_offs
    inner join segments
        on hand_offs.hand_off_id = segments.hand_off_id
    left join acts
        on hand_offs.hand_off_id = acts.hand_off_id
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
        count(*) as hand_off_count,
        count(*) filter (where is_decided or not is_pending_young) as judged_count,
        count(*) filter (where is_pending_young) as pending_young_count,
        count(*) filter (where is_decided) as decided_count,
        count(*) filter (where not is_decided) as undecided_count,
        count(*) filter (where is_accepted) as accepted_count,
        count(*) filter (where is_accepted_into_cycle) as accepted_into_cycle_count,
        count(*) filter (where is_answered_in_time) as answered_in_time_count,
        coalesce(sum(context_field_count), 0) as context_field_count,
        count(context_field_count) as with_context_count,
        count(distinct case when is_decided or not is_pending_young then company_id end) as judged_company_count,
        count(distinct case when is_accepted_into_cycle then company_id end) as accepted_company_count,
        count(distinct company_id) as company_count,
        {{ median('hours_to_act') }} as hours_to_act_median,
        {{ percentile('hours_to_act', 0.9) }} as hours_to_act_p90
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
