{{ config(materialized='table') }}

-- One row a cohort, segment and period of begin with what came of the spells. Spells that are too young to tell are
-- counted apart: they would make the figure look worse than it is.
with spells as (
    select * from {{ ref('int_prospecting_outcomes') }}
),

segments as (
    select * from {{ ref('int_prospecting_segments') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

days as (
    select
        spells.cohort,
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        spells.started_on,
        count(*) filter (where spells.is_connect_mature) as connect_mature_count,
        count(*) filter (where not spells.is_connect_mature) as connect_young_count,
        count(*) filter (where spells.is_connect_mature and spells.is_connected) as connected_count,
        count(*) filter (where spells.is_pass_mature) as pass_mature_count,
        count(*) filter (where not spells.is_pass_mature) as pass_young_count,
        count(*) filter (where spells.is_pass_mature and spells.is_passed) as passed_count,
        coalesce(sum(spells.leads_passed_count) filter (where spells.is_pass_mature), 0) as leads_passed_count
    from spells
    inner join segments
        on spells.prospecting_spell_id = segments.prospecting_spell_id
    group by
        spells.cohort,
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        spells.started_on
),

placed as (
    {{ placed_in_periods('days', 'started_on') }}
),

final as (
    select
        cohort,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(connect_mature_count) as connect_mature_count,
        sum(connect_young_count) as connect_young_count,
        sum(connected_count) as connected_count,
        sum(pass_mature_count) as pass_mature_count,
        sum(pass_young_count) as pass_young_count,
        sum(passed_count) as passed_count,
        sum(leads_passed_count) as leads_passed_count
    from placed
    group by
        cohort,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
