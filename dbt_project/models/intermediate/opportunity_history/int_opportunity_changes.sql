{{ config(materialized='table') }}

-- Every recorded value of the six attributes that a pipeline is made of, from the best witness there is:
-- the vendor's history of the whole record, else of the single field, else the versions that earlier
-- nights saw. One witness speaks for an attribute of an opportunity; two are never mixed. What the record
-- itself says today is no change, and is added by int_opportunity_history.
{%- set attributes = {
    'stage': 'stage',
    'amount': 'amount_original',
    'close_date': 'close_date',
    'owner': 'owner_id',
    'probability': 'probability',
    'forecast_category': 'forecast_category',
} %}
{%- set in_history = ['stage', 'amount', 'close_date', 'probability', 'forecast_category'] %}
with opportunities as (
    select * from {{ source('resolved', 'opportunity') }}
),

stage_map as (
    select
        lower(trim(stage)) as stage_key,
        stage_order,
        state
    from {{ source('config', 'opportunity_stage') }}
),

{{ user_references() }},

-- Stamps of whole minutes tie: the closing stage then comes last, higher stages after lower ones.
history as (
    select
        history.*,
        {%- for attribute in in_history %}
            count(history.{{ attributes[attribute] }}) over (
                partition by history.opportunity_id
            ) as {{ attribute }}_count,
            opportunities.{{ attributes[attribute] }} is null as is_{{ attribute }}_blank,
        {%- endfor %}
        row_number() over (
            partition by history.opportunity_id
            order by
                history.changed_at,
                case when stage_map.state in ('won', 'lost') then 1 else 0 end,
                coalesce(stage_map.stage_order, 0),
                history.opportunity_history_id
        ) as position
    from {{ source('resolved', 'opportunity_history') }} as history
    inner join opportunities
        on history.opportunity_id = opportunities.opportunity_id
    left join stage_map
        on lower(trim(history.stage)) = stage_map.stage_key
    where history.changed_at is not null
),

-- A history that never tells what the record has does not track it.
from_history as (
    {%- for attribute in in_history %}
        select
            opportunity_id,
            '{{ attribute }}' as attribute,
            position,
            changed_at,
            cast({{ attributes[attribute] }} as {{ dbt.type_string() }}) as new_value,
            'history' as change_source,
            opportunity_history_id as change_key
        from history
        where
            {% if attribute == 'stage' -%}
                stage is not null
            {%- else -%}
                ({{ attribute }}_count > 0 or is_{{ attribute }}_blank)
            {%- endif %}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

tracked as (
    select
        field_history.opportunity_field_history_id,
        field_history.opportunity_id,
        field_history.source_name,
        field_history.changed_at,
        {{ opportunity_attribute('field_history.field_name') }} as attribute,
        field_history.old_value,
        field_history.new_value,
        opportunities.created_at
    from {{ source('resolved', 'opportunity_field_history') }} as field_history
    inner join opportunities
        on field_history.opportunity_id = opportunities.opportunity_id
    where field_history.changed_at is not null
),

-- Of an owner the history holds the record's id, and with some vendors the name in a second row; only an id
-- can be resolved.
owner_changes as (
    select
        tracked.opportunity_field_history_id,
        tracked.opportunity_id,
        tracked.changed_at,
        tracked.attribute,
        old_owners.user_id as old_value,
        new_owners.user_id as new_value,
        tracked.created_at
    from tracked
    left join user_references as old_owners
        on
            tracked.source_name = old_owners.source_name
            and tracked.old_value = old_owners.reference
    left join user_references as new_owners
        on
            tracked.source_name = new_owners.source_name
            and tracked.new_value = new_owners.reference
    where
        tracked.attribute = 'owner'
        and (new_owners.user_id is not null or (tracked.new_value is null and old_owners.user_id is not null))
),

field_changes as (
    select * from owner_changes
    union all
    select
        opportunity_field_history_id,
        opportunity_id,
        changed_at,
        attribute,
        case attribute
            when 'amount' then cast({{ parse_decimal('old_value') }} as {{ dbt.type_string() }})
            when 'close_date' then cast({{ parse_date('old_value', "'ymd'") }} as {{ dbt.type_string() }})
            else old_value
        end as old_value,
        case attribute
            when 'amount' then cast({{ parse_decimal('new_value') }} as {{ dbt.type_string() }})
            when 'close_date' then cast({{ parse_date('new_value', "'ymd'") }} as {{ dbt.type_string() }})
            else new_value
        end as new_value,
        created_at
    from tracked
    where attribute in ('stage', 'amount', 'close_date')
),

field_changes_ordered as (
    select
        *,
        row_number() over (
            partition by opportunity_id, attribute
            order by changed_at, opportunity_field_history_id
        ) as position
    from field_changes
    where attribute <> 'stage' or new_value is not null
),

-- What the first change found had held since the creation.
from_field_history as (
    select
        opportunity_id,
        attribute,
        position,
        changed_at,
        new_value,
        'field_history' as change_source,
        opportunity_field_history_id as change_key
    from field_changes_ordered
    union all
    select
        opportunity_id,
        attribute,
        0 as position,
        least(created_at, changed_at) as changed_at,
        old_value as new_value,
        'field_history' as change_source,
        opportunity_field_history_id || '-before' as change_key
    from field_changes_ordered
    where position = 1 and (attribute <> 'stage' or old_value is not null)
),

versions as (
    select
        versions.*,
        row_number() over (
            partition by versions.opportunity_id
            order by versions.modified_at, versions.known_on, versions.opportunity_version_id
        ) as position
    from {{ ref('int_opportunity_versions') }} as versions
    inner join opportunities
        on versions.opportunity_id = opportunities.opportunity_id
    where versions.known_on <= cast('{{ var("as_of_date") }}' as date)
),

version_values as (
    {%- for attribute, column in attributes.items() %}
        select
            opportunity_id,
            '{{ attribute }}' as attribute,
            position,
            modified_at as changed_at,
            cast({{ column }} as {{ dbt.type_string() }}) as new_value,
            'version' as change_source,
            opportunity_version_id as change_key
        from versions
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

-- Versions that all say the same tell no more than the record does.
changing_attributes as (
    select
        opportunity_id,
        attribute
    from version_values
    group by
        opportunity_id,
        attribute
    having count(distinct coalesce('=' || new_value, '')) > 1
),

from_versions as (
    select version_values.*
    from version_values
    inner join changing_attributes
        on
            version_values.opportunity_id = changing_attributes.opportunity_id
            and version_values.attribute = changing_attributes.attribute
    where version_values.attribute <> 'stage' or version_values.new_value is not null
),

witnesses as (
    select
        1 as witness_rank,
        from_history.*
    from from_history
    union all
    select
        2 as witness_rank,
        from_field_history.*
    from from_field_history
    union all
    select
        3 as witness_rank,
        from_versions.*
    from from_versions
),

best as (
    select
        opportunity_id,
        attribute,
        min(witness_rank) as witness_rank
    from witnesses
    group by
        opportunity_id,
        attribute
),

final as (
    select
        witnesses.opportunity_id,
        witnesses.attribute,
        cast(witnesses.position as integer) as position,
        witnesses.changed_at,
        witnesses.new_value,
        witnesses.change_source,
        witnesses.change_key
    from witnesses
    inner join best
        on
            witnesses.opportunity_id = best.opportunity_id
            and witnesses.attribute = best.attribute
            and witnesses.witness_rank = best.witness_rank
)

select * from final
