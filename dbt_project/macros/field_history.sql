{#
    What single fields of a record held before and after each recorded change, in one shape for every object:
    <object>_history, or opportunity_field_history, since what Salesforce calls OpportunityHistory is another thing.
    Belongs here: that shape, from every vendor up to the canonical contract. Does not belong here: what a change
    means (intermediate), undoing later ones (run_day).

    `history` is the name of the entity, `key` the column that refers to the record that changed.
#}
{% macro field_history_columns(history, key) -%}
    {{ return([
        history ~ '_id', 'source_name', 'source_record_id', key, 'field_name', 'old_value', 'new_value',
        'changed_at', 'changed_by_user_id', 'created_at', 'modified_at', 'is_deleted',
    ]) }}
{%- endmacro %}


{# The canonical history: that of all vendors, one after the other. #}
{% macro canonical_field_history(history, key) -%}
{%- set columns = field_history_columns(history, key) -%}
with unioned as (
    {% for vendor in ['salesforce', 'hubspot', 'files'] %}
        select
            {{ columns | join(',\n            ') }},
            unreadable_values,
            custom_fields
        from {{ ref('stg_' ~ vendor ~ '__' ~ history) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

excluded as (
    select
        *,
        case
            when {{ is_after_run_day('changed_at') }} then 'not_yet_known'
            when is_deleted and not {{ is_after_run_day('modified_at') }} then 'deleted'
        end as exclusion_reason
    from unioned
),

final as (
    select
        {{ columns | join(',\n        ') }},
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
{%- endmacro %}


{# History delivered as a file. #}
{% macro files_field_history(history, key) -%}
{%- set original_texts = {
    'changed_at': 'changed_at',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', history) }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('changed_at') }} as typed_changed_at,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as {{ history }}_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', key) }} as {{ key }},
        {{ clean_text('field_name') }} as field_name,
        {{ clean_text('old_value') }} as old_value,
        {{ clean_text('new_value') }} as new_value,
        typed_changed_at as changed_at,
        {{ surrogate_key('_source_name', 'changed_by_user_id') }} as changed_by_user_id,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
{%- endmacro %}


{#
    Salesforce's history of an object. `reference` is the column that names the record, `fields` the names of
    fields, in lower case → those of the contract; others keep their own.
#}
{% macro salesforce_field_history(history, key, reference, fields={}) -%}
{%- set original_texts = {
    'changed_at': 'CreatedDate',
    'is_deleted': 'IsDeleted',
} -%}

with source as (
    select * from {{ source('raw_salesforce', history) }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('CreatedDate') }} as typed_changed_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as {{ history }}_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_key(reference) }} as {{ key }},
        {% if fields -%}
            case lower({{ clean_text('Field') }})
                {%- for name, canonical_name in fields.items() %}
                    when '{{ name }}' then '{{ canonical_name }}'
                {%- endfor %}
                else {{ clean_text('Field') }}
            end as field_name,
        {%- else -%}
            {{ clean_text('Field') }} as field_name,
        {%- endif %}
        {{ clean_text('OldValue') }} as old_value,
        {{ clean_text('NewValue') }} as new_value,
        typed_changed_at as changed_at,
        {{ salesforce_key('CreatedById') }} as changed_by_user_id,
        typed_changed_at as created_at,
        typed_changed_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
{%- endmacro %}


{#
    HubSpot's values of properties of an object, as changes. Reads `source`.

    `properties` are properties → their names in the contract; `only` are those of them not all of whose values are
    changes of the record → the condition on changed_at and `source` for those that are; `creation` is the property
    whose first value is the creation of the record.
#}
{% macro hubspot_field_history(history, key, properties, only={}, creation=none) -%}
{%- set original_texts = {'changed_at': 'changed_at_text'} -%}
{%- set is_creation = "place = 1 and property_name = '" ~ creation ~ "'" -%}

{{ hubspot_owners() }},

{{ hubspot_value_history(properties.keys() | list) }},

typed as (
    select
        values_of.*,
        values_of.changed_at as typed_changed_at,
        {{ parse_boolean('source.archived', blank=false) }} or coalesce(source._is_absent, false) as is_deleted
    from values_of
    inner join source
        on values_of._source_name = source._source_name and values_of._record_id = source._record_id
    {%- if only %}
    where
        {%- for property, condition in only.items() %}
            {% if not loop.first %}and {% endif -%}
            (values_of.property_name <> '{{ property }}' or {{ condition }})
        {%- endfor %}
    {%- endif %}
),

final as (
    select
        {{ hubspot_key("_record_id || '-' || property_name || '-' || place") }} as {{ history }}_id,
        _source_name as source_name,
        _record_id || '-' || property_name || '-' || place as source_record_id,
        {{ hubspot_key('_record_id') }} as {{ key }},
        case
            {%- if creation is not none %}
                when {{ is_creation }} then 'created'
            {%- endif %}
            {%- for property, canonical_name in properties.items() %}
                when property_name = '{{ property }}' then '{{ canonical_name }}'
            {%- endfor %}
        end as field_name,
        old_value,
        {% if creation is not none -%}
            case when not ({{ is_creation }}) then new_value end as new_value,
        {%- else -%}
            new_value,
        {%- endif %}
        typed_changed_at as changed_at,
        {{ hubspot_key('changed_by_owner_id') }} as changed_by_user_id,
        typed_changed_at as created_at,
        typed_changed_at as modified_at,
        is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        cast(null as varchar) as custom_fields
    from typed
)
{%- endmacro %}
