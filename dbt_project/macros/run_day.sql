{#
    The end of the run's day, for records that tell of later days too: a run for a day before the first night
    reads them from a load that came after it. Belongs here: what was not known then, and undoing it. Does not
    belong here: what nights saw of a record (the views raw_…_as_of).
#}

{# Whether an instant lies after the end of the run's day. An unknown one does not. #}
{% macro is_after_run_day(instant) -%}
    coalesce({{ instant }} >= {{ start_of_day(add_days("cast('" ~ var('as_of_date') ~ "' as date)", 1)) }}, false)
{%- endmacro %}


{# Whether a calendar day lies after the run's day. An unknown one does not. #}
{% macro is_day_after_run_day(day) -%}
    coalesce({{ day }} > cast('{{ var("as_of_date") }}' as date), false)
{%- endmacro %}


{#
    CTEs with what single fields of a record held at the end of the run's day, where a history tells of a later
    change: the old value of the first of those. `later_value` has one row a record, in a column a field and in
    has_<field> whether it was changed later. Of a user the history holds the id in the source; a name cannot be
    resolved and is passed over, nobody needs no resolving.

    `fields` is field → the SQL condition that picks its rows; `users` the fields that hold a user.
#}
{% macro values_before_later_changes(history, key, fields, users=[]) -%}
later_change as (
    select
        history.{{ key }},
        history.old_value,
        history.changed_at,
        history.{{ history }}_id as change_id,
        case
            {%- for field, condition in fields.items() %}
                when {{ condition }} then '{{ field }}'
            {%- endfor %}
        end as field,
        users.user_id
    from {{ ref('canonical_' ~ history) }} as history
    left join {{ ref('canonical_user') }} as users
        on
            history.source_name = users.source_name
            and history.old_value in (users.source_record_id, substr(users.source_record_id, 1, 15))
    where {{ is_after_run_day('history.changed_at') }} and not coalesce(history.is_deleted, false)
),

later_change_ordered as (
    select
        *,
        row_number() over (partition by {{ key }}, field order by changed_at, change_id) as position
    from later_change
    where
        field is not null
        {%- if users %}
            and (field not in ({{ text_list(users) }}) or user_id is not null or old_value is null)
        {%- endif %}
),

later_value as (
    select
        {{ key }},
        {%- for field in fields %}
            max(case when field = '{{ field }}' then {{ 'user_id' if field in users else 'old_value' }} end)
                as {{ field }},
            count(*) filter (where field = '{{ field }}') > 0 as has_{{ field }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from later_change_ordered
    where position = 1
    group by {{ key }}
)
{%- endmacro %}


{#
    CTEs up to `activity_before_conversion`: activities that a lead's conversion after the run's day moved to the
    contact that it made, with the lead they were with at the end of that day. A contact that was there already
    may have had them before, so nothing is undone of it. Of several leads that became one contact it is the one that
    was the latest when the activity was made. Reads `unioned`, the activities.
#}
{% macro activities_before_later_conversions() -%}
conversion as (
    {%- for vendor in ['salesforce', 'hubspot', 'files'] %}
        select
            lead_id,
            converted_contact_id,
            created_at
        from {{ ref('stg_' ~ vendor ~ '__leads') }}
        where is_converted and {{ is_day_after_run_day('converted_date') }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

moved_activity as (
    select
        unioned.activity_id,
        conversion.lead_id,
        row_number() over (
            partition by unioned.activity_id
            order by
                case when conversion.created_at <= unioned.created_at then 0 else 1 end,
                conversion.created_at desc,
                conversion.lead_id
        ) as position
    from unioned
    inner join {{ ref('canonical_contact') }} as contacts
        on unioned.contact_id = contacts.contact_id
    inner join conversion
        on contacts.contact_id = conversion.converted_contact_id
    where contacts.exclusion_reason = 'not_yet_known'
),

activity_before_conversion as (
    select
        activity_id,
        lead_id
    from moved_activity
    where position = 1
)
{%- endmacro %}
