{#
    Who had a record when. Belongs here: spans of owners out of recorded changes, for every kind of record.
    Does not belong here: who of several owners gets a credit (intermediate).
#}

{# Ids of users as a history may write them: some sources write 15 of the 18 characters. #}
{% macro user_references() -%}
user_references as (
    select
        source_name,
        source_record_id as reference,
        user_id
    from {{ source('resolved', 'user') }}
    union all
    select
        source_name,
        substr(source_record_id, 1, 15) as reference,
        user_id
    from {{ source('resolved', 'user') }}
    where length(source_record_id) = 18
)
{%- endmacro %}


{# Two relations of records, joined. #}
{% macro same_keys(one, other, keys) -%}
    {%- for key in keys -%}
        {{ one }}.{{ key }} = {{ other }}.{{ key }}{% if not loop.last %} and {% endif %}
    {%- endfor -%}
{%- endmacro %}


{#
    CTEs up to `owner_spans`: one row a record and span of time in which one user had it, half-open, from its
    creation on and without a gap, the last one without end; is_first says that it begins with the record,
    owner_source what the span rests on. Of several changes at one instant the last one holds; a change to who
    had it already is none.

    Reads `records`, one row a record that has a creation: `keys`, user_id (today's owner), created_at and
    modified_at; and `witnesses`, one row a recorded change: `keys`, witness_rank (the best, lowest one speaks
    alone; two are never mixed), witness, changed_at, change_key, old_user_id and new_user_id. Before its first
    change a record was of whom that took it from. Where today's owner is another than the last change says,
    that was never recorded, and holds since the last modification.
#}
{% macro owner_spans(keys) -%}
{%- set record = keys | join(', ') -%}
best_witness as (
    select
        {{ record }},
        min(witness_rank) as witness_rank
    from witnesses
    group by {{ record }}
),

owner_changes as (
    select
        witnesses.*,
        row_number() over (
            partition by {% for key in keys %}witnesses.{{ key }}{% if not loop.last %}, {% endif %}{% endfor %}
            order by witnesses.changed_at, witnesses.change_key
        ) as change_number,
        row_number() over (
            partition by {% for key in keys %}witnesses.{{ key }}{% if not loop.last %}, {% endif %}{% endfor %}
            order by witnesses.changed_at desc, witnesses.change_key desc
        ) as number_from_end
    from witnesses
    inner join best_witness
        on
            {{ same_keys('witnesses', 'best_witness', keys) }}
            and witnesses.witness_rank = best_witness.witness_rank
),

owner_points as (
    select
        {% for key in keys %}records.{{ key }}, {% endfor %}
        case when first_change.change_number is null then records.user_id else first_change.old_user_id end as user_id,
        records.created_at as valid_from_at,
        0 as position,
        coalesce(first_change.witness, 'record') as owner_source
    from records
    left join owner_changes as first_change
        on {{ same_keys('records', 'first_change', keys) }} and first_change.change_number = 1
    union all
    select
        {% for key in keys %}records.{{ key }}, {% endfor %}
        owner_changes.new_user_id as user_id,
        greatest(owner_changes.changed_at, records.created_at) as valid_from_at,
        owner_changes.change_number as position,
        owner_changes.witness as owner_source
    from records
    inner join owner_changes
        on {{ same_keys('records', 'owner_changes', keys) }}
    union all
    select
        {% for key in keys %}records.{{ key }}, {% endfor %}
        records.user_id,
        greatest(last_change.changed_at, records.modified_at, records.created_at) as valid_from_at,
        last_change.change_number + 1 as position,
        'record' as owner_source
    from records
    inner join owner_changes as last_change
        on {{ same_keys('records', 'last_change', keys) }} and last_change.number_from_end = 1
    where last_change.new_user_id is distinct from records.user_id
),

owner_points_held as (
    select
        *,
        lead(valid_from_at) over (partition by {{ record }} order by valid_from_at, position) as next_from_at
    from owner_points
),

owner_points_compared as (
    select
        *,
        lag(user_id) over (partition by {{ record }} order by valid_from_at) as user_before_id,
        lag(position) over (partition by {{ record }} order by valid_from_at) is null as is_first
    from owner_points_held
    where coalesce(next_from_at > valid_from_at, true)
),

owner_spans as (
    select
        {{ record }},
        user_id,
        valid_from_at,
        lead(valid_from_at) over (partition by {{ record }} order by valid_from_at) as valid_to_at,
        is_first,
        owner_source
    from owner_points_compared
    where is_first or user_id is distinct from user_before_id
)
{%- endmacro %}


{#
    CTE `field_changes`: changes of owners that a field history recorded, of the records in `records`. A change
    that is written once more with names tells no user. `fields` are names of fields → the value of `role_key`.
#}
{% macro owner_changes_recorded(history, key, fields, role_key=none) -%}
field_changes as (
    select
        history.{{ key }},
        {% if role_key -%}
            case history.field_name
                {%- for field, role in fields.items() %}
                    when '{{ field }}' then '{{ role }}'
                {%- endfor %}
            end as {{ role_key }},
        {%- endif %}
        1 as witness_rank,
        'history' as witness,
        history.changed_at,
        history.{{ history }}_id as change_key,
        old_users.user_id as old_user_id,
        new_users.user_id as new_user_id
    from {{ source('resolved', history) }} as history
    left join user_references as old_users
        on history.source_name = old_users.source_name and history.old_value = old_users.reference
    left join user_references as new_users
        on history.source_name = new_users.source_name and history.new_value = new_users.reference
    where
        history.field_name in ({{ text_list(fields.keys() | list) }})
        and history.changed_at is not null
        and (new_users.user_id is not null or (history.new_value is null and old_users.user_id is not null))
)
{%- endmacro %}
