-- One row a segment and period: how many leads had each event. The period all_time also holds the events
-- whose day is not known.
with events as (
    select * from {{ ref('int_lead_lifecycle_events') }}
),

segments as (
    select * from {{ ref('int_lead_segments') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

days as (
    select
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        events.occurred_on,
        count(*) filter (where events.event_type = 'created') as created_count,
        count(*) filter (where events.event_type = 'working') as working_count,
        count(*) filter (where events.event_type = 'marketing_qualified') as marketing_qualified_count,
        count(*) filter (where events.event_type = 'sales_accepted') as sales_accepted_count,
        count(*) filter (where events.event_type = 'sales_qualified') as sales_qualified_count,
        count(*) filter (where events.event_type = 'converted') as converted_count,
        count(*) filter (where events.event_type = 'recycled') as recycled_count,
        count(*) filter (where events.event_type = 'disqualified') as disqualified_count,
        count(*) filter (where events.event_type = 'unmapped') as unmapped_count
    from events
    inner join segments
        on events.lead_id = segments.lead_id
    group by
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        events.occurred_on
),

placed as (
    {{ placed_in_periods('days', 'occurred_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(created_count) as created_count,
        sum(working_count) as working_count,
        sum(marketing_qualified_count) as marketing_qualified_count,
        sum(sales_accepted_count) as sales_accepted_count,
        sum(sales_qualified_count) as sales_qualified_count,
        sum(converted_count) as converted_count,
        sum(recycled_count) as recycled_count,
        sum(disqualified_count) as disqualified_count,
        sum(unmapped_count) as unmapped_count
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
