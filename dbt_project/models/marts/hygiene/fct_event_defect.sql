-- What rules about events found, where the events are added up anyway: nothing is read a second time. A defect is
-- counted once, on the day on which the event happened.
with product_use as (
    select * from {{ ref('int_product_use_by_user_and_day') }}
),

email_events as (
    select
        *,
        {{ business_date('occurred_at') }} as event_on
    from {{ ref('int_email_events_judged') }}
    where event_type in ('opened', 'clicked')
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

counted as (
    select
        'C07' as rule_id,
        source_name,
        'product_event' as entity,
        event_on,
        sum(row_count) as event_count,
        sum(duplicate_count) as defect_count
    from product_use
    group by
        source_name,
        event_on
    union all
    select
        'C08' as rule_id,
        source_name,
        'email_event' as entity,
        event_on,
        count(*) as event_count,
        count(*) filter (where machine_reason is not null) as defect_count
    from email_events
    group by
        source_name,
        event_on
),

final as (
    select
        {{ surrogate_key(
            'counted.source_name',
            "counted.rule_id || '|' || cast(counted.event_on as " ~ dbt.type_string() ~ ")"
        ) }} as event_defect_id,
        counted.rule_id,
        counted.source_name,
        counted.entity,
        counted.event_on,
        cast(counted.event_count as bigint) as event_count,
        cast(counted.defect_count as bigint) as defect_count
    from counted
    cross join run_date
    where counted.event_on <= run_date.as_of_date
)

select * from final
