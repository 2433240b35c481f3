-- One row a segment and period of booking with the first meetings of prospects.
{%- set dimensions = {
    'owner': ['user_id', 'coalesce(user_name, user_id)'],
    'account_segment': ['account_segment', 'account_segment'],
} %}
with meetings as (
    select * from {{ ref('int_first_meetings') }}
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
        booked_on,
        is_due,
        is_held
    from meetings
    {%- for segment_type, (key, label) in dimensions.items() %}
        union all
        select
            '{{ segment_type }}' as segment_type,
            coalesce({{ key }}, '(none)') as segment_id,
            coalesce({{ label }}, '(none)') as segment,
            booked_on,
            is_due,
            is_held
        from meetings
    {%- endfor %}
),

placed as (
    {{ placed_in_periods('cases', 'booked_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) as booked_count,
        count(*) filter (where is_due) as due_count,
        count(*) filter (where not is_due) as not_due_count,
        count(*) filter (where is_due and is_held) as held_count
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
