{{ config(materialized='table') }}

-- One row a segment and period of arrival: how soon the inbound leads were answered. Who was in a conversation
-- already is counted apart; who is not answered yet ranks last.
with responses as (
    select * from {{ ref('int_lead_responses') }}
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

cases as (
    select
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        responses.*
    from responses
    inner join segments
        on responses.lead_id = segments.lead_id
),

placed as (
    {{ placed_in_periods('cases', 'created_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) filter (where not is_existing_conversation) as lead_count,
        count(*) filter (where is_existing_conversation) as existing_conversation_count,
        count(*) filter (where not is_existing_conversation and is_answered) as answered_count,
        count(*) filter (where not is_existing_conversation and not is_answered) as untouched_count,
        count(*) filter (where is_sla_known) as sla_known_count,
        count(*) filter (where is_within_sla) as within_sla_count,
        count(*) filter (where is_sla_business_known) as sla_business_known_count,
        count(*) filter (where is_within_sla_business) as within_sla_business_count,
        {%- for measure in ['response_minutes', 'response_business_minutes', 'response_minutes_since_assignment'] %}
            {{ censored_percentile(measure, 0.5, 'not is_existing_conversation') }} as {{ measure }}_median,
            {{ censored_percentile(measure, 0.9, 'not is_existing_conversation') }} as {{ measure }}_p90,
        {%- endfor %}
        {{ median('response_minutes', 'not is_existing_conversation and is_answered') }} as answered_minutes_median,
        {{ percentile('response_minutes', 0.9, 'not is_existing_conversation and is_answered') }}
            as answered_minutes_p90
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
