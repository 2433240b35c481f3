{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='sync_all_columns',
    pre_hook=[
        "{{ note_rows('before') }}",
        "
        {% if is_incremental() %}
            delete from {{ this }}
            where input_fingerprint not in (select input_fingerprint from {{ ref('int_product_event_days') }})
        {% endif %}
        ",
        "{{ note_rows('kept') }}",
    ],
    post_hook="{{ note_rows('after') }}"
) }}

-- Only days whose files are new or replaced are added up again; late events make their own day such a day.
-- The hook has taken away what such days had before. Both happen in one transaction.
--
-- A copy of an event is left out where an earlier one, by receipt, happened on the same day or the day
-- beside it. So every day can be added up by itself and gives the same, whenever it is.
{%- set event_files = "inner join files"
    ~ " on events.source_name = files.source_name and events.lake_file = files.lake_file" %}
{%- set is_key_event = "lower(event_name) in (" ~ text_list(var('key_product_events')) ~ ")" %}
with days as (
    select * from {{ ref('int_product_event_days') }}
),

file_days as (
    select * from {{ source('config', 'lake_file_day') }}
),

days_to_add_up as (
    select days.*
    from days
    {% if is_incremental() %}
        left join (select distinct input_fingerprint from {{ this }}) as built
            on days.input_fingerprint = built.input_fingerprint
        where built.input_fingerprint is null
    {% endif %}
),

files as (
    select distinct
        file_days.source_name,
        file_days.lake_file
    from days_to_add_up
    inner join file_days
        on
            days_to_add_up.source_name = file_days.source_name
            and file_days.event_on between {{ add_days('days_to_add_up.event_on', -1) }}
            and {{ add_days('days_to_add_up.event_on', 1) }}
),

repeated as (
    select
        events.source_name,
        events.source_record_id
    from {{ source('resolved', 'product_event') }} as events
    {{ event_files }}
    group by
        events.source_name,
        events.source_record_id
    having count(*) > 1
),

copies as (
    select
        events.source_name,
        events.source_record_id,
        events.source_workspace_id,
        events.source_user_id,
        events.event_name,
        {{ business_date('events.occurred_at') }} as event_on,
        row_number() over (
            partition by events.source_name, events.source_record_id
            order by
                events.received_at,
                events.lake_file,
                events.occurred_at,
                events.event_name,
                events.source_workspace_id,
                events.source_user_id
        ) as copy_number
    from {{ source('resolved', 'product_event') }} as events
    {{ event_files }}
    inner join repeated
        on events.source_name = repeated.source_name and events.source_record_id = repeated.source_record_id
),

duplicates as (
    select distinct
        copies.source_name,
        copies.source_record_id,
        copies.source_workspace_id,
        copies.source_user_id,
        copies.event_name,
        copies.event_on,
        copies.copy_number
    from copies
    inner join copies as earlier
        on
            copies.source_name = earlier.source_name
            and copies.source_record_id = earlier.source_record_id
            and copies.copy_number > earlier.copy_number
            and earlier.event_on between {{ add_days('copies.event_on', -1) }} and {{ add_days('copies.event_on', 1) }}
),

received as (
    select
        source_name,
        event_on,
        source_workspace_id,
        source_user_id,
        count(*) as row_count,
        count(*) filter (where {{ is_key_event }}) as key_row_count
    from (
        select
            events.source_name,
            {{ business_date('events.occurred_at') }} as event_on,
            events.source_workspace_id,
            events.source_user_id,
            events.event_name
        from {{ source('resolved', 'product_event') }} as events
        {{ event_files }}
    ) as dated
    group by
        source_name,
        event_on,
        source_workspace_id,
        source_user_id
),

duplicates_counted as (
    select
        source_name,
        event_on,
        source_workspace_id,
        source_user_id,
        count(*) as duplicate_count,
        count(*) filter (where {{ is_key_event }}) as key_duplicate_count
    from duplicates
    group by
        source_name,
        event_on,
        source_workspace_id,
        source_user_id
),

final as (
    select
        received.source_name,
        received.event_on,
        received.source_workspace_id,
        received.source_user_id,
        {{ surrogate_key('received.source_name', 'received.source_workspace_id') }} as workspace_id,
        {{ surrogate_key('received.source_name', 'received.source_user_id') }} as workspace_user_id,
        received.row_count,
        coalesce(duplicates_counted.duplicate_count, 0) as duplicate_count,
        received.row_count - coalesce(duplicates_counted.duplicate_count, 0) as event_count,
        received.key_row_count - coalesce(duplicates_counted.key_duplicate_count, 0) as key_event_count,
        days_to_add_up.input_fingerprint
    from received
    inner join days_to_add_up
        on received.source_name = days_to_add_up.source_name and received.event_on = days_to_add_up.event_on
    left join duplicates_counted
        on
            received.source_name = duplicates_counted.source_name
            and received.event_on = duplicates_counted.event_on
            and coalesce(received.source_workspace_id, '') = coalesce(duplicates_counted.source_workspace_id, '')
            and coalesce(received.source_user_id, '') = coalesce(duplicates_counted.source_user_id, '')
)

select * from final
