{#
    The versions of a record that nights saw, by its modification stamp, with the day from which each was known.
    Belongs here: keeping them, for every kind of record. Does not belong here: what they tell (intermediate).

    A table of these is incremental and never built anew. A run for a day that nights have passed adds nothing,
    and what was modified after the run's day waits for the night that describes it. `columns` are the
    values of which a version is made. Copies of a record have versions of their own, so that what is kept does
    not depend on what was held to be a copy of what.
#}
{% macro versions_seen(entity, columns) -%}
{%- set key = entity ~ '_id' -%}
with records as (
    select * from {{ source('gate', entity) }}
),

versions as (
    select
        {{ key }},
        modified_at,
        {%- for column in columns %}
            {{ column }},
        {%- endfor %}
        {{ fingerprint(columns) }} as version_fingerprint
    from records
    where {{ business_date('modified_at') }} <= cast('{{ var("as_of_date") }}' as date)
),

identified as (
    select
        -- One stamp may come with other values later: formula fields do not move it.
        {{ surrogate_key(
            key, 'cast(modified_at as ' ~ dbt.type_string() ~ ") || '|' || version_fingerprint"
        ) }} as {{ entity }}_version_id,
        *,
        cast('{{ var("as_of_date") }}' as date) as known_on
    from versions
),

final as (
    select identified.*
    from identified
    {% if is_incremental() %}
        left join {{ this }} as kept
            on identified.{{ entity }}_version_id = kept.{{ entity }}_version_id
        where
            kept.{{ entity }}_version_id is null
            and identified.known_on >= (select coalesce(max(known_on), identified.known_on) from {{ this }})
    {% endif %}
)

select * from final
{%- endmacro %}
