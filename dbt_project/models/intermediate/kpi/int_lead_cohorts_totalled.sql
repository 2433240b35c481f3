-- One row a segment and period of creation: what became of the leads created in it.
with leads as (
    select * from {{ ref('int_leads_prepared') }}
),

segments as (
    select * from {{ ref('int_lead_segments') }}
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
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        leads.created_on,
        count(*) as lead_count,
        count(*) filter (where leads.is_converted) as converted_count
    from leads
    inner join segments
        on leads.lead_id = segments.lead_id
    group by
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        leads.created_on
),

placed as (
    {{ placed_in_periods('days', 'created_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(lead_count) as lead_count,
        sum(converted_count) as converted_count
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
