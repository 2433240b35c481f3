-- One row a segment and period of creation: what became of the workspaces created in it. A workspace that
-- is too young to tell is left out, and counted beside.
with workspaces as (
    select * from {{ ref('int_workspaces_prepared') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

segments as (
    select
        workspaces.*,
        'all' as segment_type,
        'all' as segment_id
    from workspaces
    union all
    select
        workspaces.*,
        'plan' as segment_type,
        coalesce(signup_plan, '(none)') as segment_id
    from workspaces
),

days as (
    select
        segment_type,
        segment_id,
        segment_id as segment,
        created_on,
        count(*) as workspace_count,
        {%- for days in [30, 90] %}
            count(*) filter (where is_older_than_{{ days }}_days) as older_than_{{ days }}_days_count,
            count(*) filter (
                where is_older_than_{{ days }}_days and is_paid_within_{{ days }}_days
            ) as paid_within_{{ days }}_days_count{% if not loop.last %},{% endif %}
        {%- endfor %}
    from segments
    group by
        segment_type,
        segment_id,
        created_on
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
        sum(workspace_count) as workspace_count,
        {%- for days in [30, 90] %}
            sum(older_than_{{ days }}_days_count) as older_than_{{ days }}_days_count,
            sum(paid_within_{{ days }}_days_count) as paid_within_{{ days }}_days_count
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
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
