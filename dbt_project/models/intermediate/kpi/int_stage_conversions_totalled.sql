{{ config(materialized='table') }}
{%- set days = var('stage_conversion_days') %}

-- One row a step to the next, segment and period of entry: how many went on within the days allowed, of those
-- that entered long enough ago to tell. And, beside it, how many entered the next step in the same period, which
-- is no cohort: it may be more than came in.
with entries as (
    select * from {{ ref('int_lead_funnel_entries') }}
),

steps as (
    {%- for step, next_step in [
        ('inquiry', 'marketing_qualified'),
        ('marketing_qualified', 'sales_accepted'),
        ('sales_accepted', 'opportunity'),
    ] %}
        select
            '{{ step }}' as step,
            '{{ next_step }}' as next_step,
            {{ days[step] }} as days_allowed
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

lead_segments as (
    select * from {{ ref('int_lead_segments') }}
),

opportunity_segments as (
    select * from {{ ref('int_opportunity_segments') }}
),

opportunities as (
    select * from {{ ref('int_opportunities_prepared') }}
    where not is_renewal and created_on is not null
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

entered as (
    select
        steps.step,
        entries.lead_id,
        entries.entered_on,
        {{ days_between('entries.entered_on', 'run_date.as_of_date') }} >= steps.days_allowed as is_mature,
        coalesce(
            {{ days_between('entries.entered_on', 'next_entries.entered_on') }} between 0 and steps.days_allowed, false
        ) as has_gone_on
    from entries
    inner join steps
        on entries.step = steps.step
    cross join run_date
    left join entries as next_entries
        on
            entries.lead_id = next_entries.lead_id
            and steps.next_step = next_entries.step
),

won as (
    select
        opportunities.opportunity_id,
        opportunities.created_on,
        {{ days_between('opportunities.created_on', 'run_date.as_of_date') }} >= {{ days['opportunity'] }} as is_mature,
        coalesce(
            opportunities.is_won
            and {{ days_between('opportunities.created_on', 'opportunities.close_date') }} <= {{ days['opportunity'] }},
            false
        ) as has_gone_on
    from opportunities
    cross join run_date
),

cases as (
    select
        entered.step,
        lead_segments.segment_type,
        lead_segments.segment_id,
        lead_segments.segment,
        entered.entered_on,
        case when entered.is_mature then 1 else 0 end as mature_count,
        case when entered.is_mature then 0 else 1 end as young_count,
        case when entered.is_mature and entered.has_gone_on then 1 else 0 end as gone_on_count,
        1 as entered_count,
        0 as entered_next_count
    from entered
    inner join lead_segments
        on entered.lead_id = lead_segments.lead_id
    union all
    select
        steps.step,
        lead_segments.segment_type,
        lead_segments.segment_id,
        lead_segments.segment,
        entries.entered_on,
        0 as mature_count,
        0 as young_count,
        0 as gone_on_count,
        0 as entered_count,
        1 as entered_next_count
    from entries
    inner join steps
        on entries.step = steps.next_step
    inner join lead_segments
        on entries.lead_id = lead_segments.lead_id
    union all
    select
        'opportunity' as step,
        opportunity_segments.segment_type,
        opportunity_segments.segment_id,
        opportunity_segments.segment,
        won.created_on as entered_on,
        case when won.is_mature then 1 else 0 end as mature_count,
        case when won.is_mature then 0 else 1 end as young_count,
        case when won.is_mature and won.has_gone_on then 1 else 0 end as gone_on_count,
        1 as entered_count,
        0 as entered_next_count
    from won
    inner join opportunity_segments
        on won.opportunity_id = opportunity_segments.opportunity_id
),

days as (
    select
        step,
        segment_type,
        segment_id,
        segment,
        entered_on,
        sum(mature_count) as mature_count,
        sum(young_count) as young_count,
        sum(gone_on_count) as gone_on_count,
        sum(entered_count) as entered_count,
        sum(entered_next_count) as entered_next_count
    from cases
    group by
        step,
        segment_type,
        segment_id,
        segment,
        entered_on
),

placed as (
    {{ placed_in_periods('days', 'entered_on') }}
),

final as (
    select
        step,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(mature_count) as mature_count,
        sum(young_count) as young_count,
        sum(gone_on_count) as gone_on_count,
        sum(entered_count) as entered_count,
        sum(entered_next_count) as entered_next_count
    from placed
    group by
        step,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
