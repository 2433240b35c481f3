{{ config(materialized='table') }}

-- What a day's numbers are made from: the files with events of the day, and of the days beside it, where
-- copies of an event may lie. The fingerprint changes when any of them does, or when events are read in
-- another way; the last part is raised with every change of the model that adds them up.
with file_days as (
    select * from {{ source('config', 'lake_file_day') }}
),

days as (
    select distinct
        source_name,
        event_on
    from file_days
),

nearby_files as (
    select distinct
        days.source_name,
        days.event_on,
        file_days.lake_file,
        file_days.fingerprint
    from days
    inner join file_days
        on
            days.source_name = file_days.source_name
            and file_days.event_on between {{ add_days('days.event_on', -1) }} and {{ add_days('days.event_on', 1) }}
),

final as (
    select
        source_name,
        event_on,
        count(*) as file_count,
        {{ dbt.hash(
            "source_name || '|' || cast(event_on as " ~ dbt.type_string() ~ ") || '|' || "
            ~ dbt.listagg("lake_file || '/' || fingerprint", "','", "order by lake_file")
            ~ " || '|" ~ var('reporting_time_zone') ~ "|' || "
            ~ "'" ~ (var('key_product_events') | join(',') | replace("'", "''")) ~ "' || '|1'"
        ) }} as input_fingerprint
    from nearby_files
    group by
        source_name,
        event_on
)

select * from final
