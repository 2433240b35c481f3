{{ config(materialized='table') }}

-- Why a figure of a closed period may have changed: the records that came or changed since the last night,
-- each with the days that decide its period. What was deleted or merged is no longer among the admitted
-- records; its days are not known here, so it explains any period.
{%- set days_of = {
    'opportunity': ['created_on', 'close_date'],
    'lead': ['created_on'],
    'activity': ['activity_date'],
    'email_event': ['occurred_on'],
    'survey_response': ['sent_on'],
    'subscription': ['started_on', 'ended_on', 'term_ends_on'],
    'subscription_charge': ['effective_from', 'effective_to'],
    'workspace': ['created_on'],
    'quota': ['period_start'],
    'cost_entry': ['incurred_on'],
} %}
{%- set stamps = {
    'opportunity': {'created_on': 'created_at'},
    'lead': {'created_on': 'created_at'},
    'email_event': {'occurred_on': 'occurred_at'},
    'survey_response': {'sent_on': 'sent_at'},
    'workspace': {'created_on': 'created_at'},
} %}
with changes as (
    select
        entity,
        {{ surrogate_key('source_name', 'record_id') }} as record_id,
        is_new
    from {{ source('memory', 'record_change') }}
),

left_out as (
    select
        entity,
        record_id,
        exclusion_reason
    from {{ source('hygiene', 'excluded_record') }}
    where exclusion_reason in ('deleted', 'merged')
),

entries as (
    select
        opportunity_id,
        state in ('won', 'lost') as is_terminal,
        entered_on,
        row_number() over (partition by opportunity_id order by position desc) as position_from_end
    from {{ ref('int_opportunity_stage_entries') }}
),

closings as (
    select
        opportunity_id,
        -- A terminal stage that was left, be the deal open again or closed otherwise.
        count(*) filter (where is_terminal and position_from_end > 1) > 0 as is_reopened,
        max(case when is_terminal and position_from_end = 1 then entered_on end) as closed_on
    from entries
    group by opportunity_id
),

opportunities as (
    select
        prepared.opportunity_id,
        coalesce(closings.is_reopened, false) as is_reopened,
        coalesce(
            {{ days_between('prepared.close_date', 'closings.closed_on') }} > {{ var('backdated_after_days') }}, false
        ) as is_backdated
    from {{ ref('int_opportunities_prepared') }} as prepared
    left join closings
        on prepared.opportunity_id = closings.opportunity_id
),

gone as (
    select
        changes.entity,
        changes.record_id,
        left_out.exclusion_reason as reason,
        cast(null as {{ dbt.type_string() }}) as decided_by,
        cast(null as date) as business_date
    from changes
    inner join left_out
        on
            changes.entity = left_out.entity
            and changes.record_id = left_out.record_id
    where not changes.is_new
),

dated as (
    {%- for entity, days in days_of.items() %}
        {%- set outer_loop = loop %}
        {%- for day in days %}
            select
                changes.entity,
                changes.record_id,
                changes.is_new,
                '{{ day }}' as decided_by,
                {% if day in stamps.get(entity, {}) -%}
                    {{ business_date('records.' ~ stamps[entity][day]) }} as business_date
                {%- else -%}
                    records.{{ day }} as business_date
                {%- endif %}
            from changes
            inner join {{ source('resolved', entity) }} as records
                on changes.record_id = records.{{ entity }}_id
            where changes.entity = '{{ entity }}'
            {%- if not (loop.last and outer_loop.last) %}
                union all
            {%- endif %}
        {%- endfor %}
    {%- endfor %}
),

judged as (
    select
        dated.entity,
        dated.record_id,
        case
            when opportunities.is_reopened then 'reopened'
            when opportunities.is_backdated then 'backdated'
            when dated.is_new then 'late'
            else 'corrected'
        end as reason,
        dated.decided_by,
        dated.business_date
    from dated
    left join opportunities
        on
            dated.entity = 'opportunity'
            and dated.record_id = opportunities.opportunity_id
    where dated.business_date is not null
),

final as (
    select distinct
        entity,
        record_id,
        reason,
        decided_by,
        business_date
    from (
        select * from gone
        union all
        select * from judged
    ) as all_changes
)

select * from final
