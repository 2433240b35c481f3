{{ config(materialized='table') }}

-- From when on an attribute had which value, without a gap from the beginning to the present. Recorded
-- changes come first; before the first of them its value is taken to have held since the creation, and
-- what the record says today is added where the last change says otherwise.
{%- set recorded = {
    'amount_original': 'amount',
    'close_date': 'close_date',
    'owner_id': 'owner',
    'probability': 'probability',
    'forecast_category': 'forecast_category',
} %}
with opportunities as (
    select * from {{ source('resolved', 'opportunity') }}
),

entries as (
    select * from {{ ref('int_opportunity_stage_entries') }}
),

changes as (
    select * from {{ ref('int_opportunity_changes') }}
    where attribute <> 'stage'
),

-- A source that tells when others changed hands tells that this one did not.
tracked_fields as (
    select distinct
        opportunities.source_name,
        changes.attribute
    from changes
    inner join opportunities
        on changes.opportunity_id = opportunities.opportunity_id
    where changes.change_source = 'field_history'
),

known_instants as (
    select
        opportunity_id,
        min(changed_at) as first_at
    from changes
    group by opportunity_id
    union all
    select
        opportunity_id,
        min(entered_at) as first_at
    from entries
    group by opportunity_id
),

first_known as (
    select
        opportunity_id,
        min(first_at) as first_at
    from known_instants
    group by opportunity_id
),

last_entries as (
    select
        opportunity_id,
        state in ('won', 'lost') as is_closed,
        entry_source,
        entered_at,
        row_number() over (partition by opportunity_id order by position desc) as position_from_end
    from entries
),

first_entries as (
    select
        opportunity_id,
        stage_original,
        entered_at,
        row_number() over (partition by opportunity_id order by position) as position_from_start
    from entries
),

lives as (
    select
        opportunities.opportunity_id,
        opportunities.source_name,
        opportunities.modified_at,
        -- Where nothing tells when it began, it is known since the run's day, and so counts from then on.
        coalesce(
            least(opportunities.created_at, first_known.first_at),
            opportunities.modified_at,
            {{ start_of_day("cast('" ~ var('as_of_date') ~ "' as date)") }}
        ) as begins_at,
        coalesce(last_entries.is_closed, false) as is_closed,
        last_entries.entered_at as last_entered_at,
        last_entries.entry_source as last_entry_source,
        {%- for column in recorded %}
            cast(opportunities.{{ column }} as {{ dbt.type_string() }}) as {{ column }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from opportunities
    left join first_known
        on opportunities.opportunity_id = first_known.opportunity_id
    left join last_entries
        on
            opportunities.opportunity_id = last_entries.opportunity_id
            and last_entries.position_from_end = 1
),

present_values as (
    {%- for column, attribute in recorded.items() %}
        select
            opportunity_id,
            source_name,
            begins_at,
            modified_at,
            is_closed,
            last_entered_at,
            last_entry_source,
            '{{ attribute }}' as attribute,
            {{ column }} as present_value
        from lives
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

ends_of_changes as (
    select
        *,
        row_number() over (partition by opportunity_id, attribute order by position) as position_from_start,
        row_number() over (partition by opportunity_id, attribute order by position desc) as position_from_end
    from changes
),

compared as (
    select
        present_values.*,
        first_change.changed_at as first_changed_at,
        first_change.new_value as first_value,
        last_change.changed_at as last_changed_at,
        last_change.new_value as last_value,
        last_change.position as last_position,
        last_change.opportunity_id is not null as has_changes,
        tracked_fields.attribute is not null as is_tracked,
        -- Of a closed deal the record holds the probability of the end, which never held before it.
        present_values.is_closed
        and present_values.attribute in ('probability', 'forecast_category')
        and last_change.opportunity_id is null as is_of_the_end
    from present_values
    left join ends_of_changes as first_change
        on
            present_values.opportunity_id = first_change.opportunity_id
            and present_values.attribute = first_change.attribute
            and first_change.position_from_start = 1
    left join ends_of_changes as last_change
        on
            present_values.opportunity_id = last_change.opportunity_id
            and present_values.attribute = last_change.attribute
            and last_change.position_from_end = 1
    left join tracked_fields
        on
            present_values.source_name = tracked_fields.source_name
            and present_values.attribute = tracked_fields.attribute
),

beginnings as (
    select
        opportunity_id,
        attribute,
        -1 as position,
        begins_at as effective_at,
        case
            when has_changes then first_value
            when not is_of_the_end then present_value
        end as new_value,
        case when is_tracked and not has_changes then 'field_history' else 'creation' end as value_source
    from compared
    where not has_changes or first_changed_at > begins_at
),

endings as (
    select
        opportunity_id,
        attribute,
        coalesce(last_position, 0) + 1 as position,
        case
            when is_of_the_end then last_entered_at
            else greatest(coalesce(last_changed_at, begins_at), modified_at)
        end as effective_at,
        present_value as new_value,
        case when is_of_the_end then last_entry_source else 'last_modification' end as value_source
    from compared
    where
        is_of_the_end
        or (has_changes and coalesce('=' || last_value, '') <> coalesce('=' || present_value, ''))
),

points as (
    select
        entries.opportunity_id,
        'stage' as attribute,
        entries.position,
        entries.entered_at as effective_at,
        entries.stage_original as new_value,
        entries.entry_source as value_source
    from entries
    union all
    select
        first_entries.opportunity_id,
        'stage' as attribute,
        -1 as position,
        lives.begins_at as effective_at,
        first_entries.stage_original as new_value,
        'creation' as value_source
    from first_entries
    inner join lives
        on first_entries.opportunity_id = lives.opportunity_id
    where first_entries.position_from_start = 1 and first_entries.entered_at > lives.begins_at
    union all
    select
        opportunity_id,
        attribute,
        position,
        changed_at as effective_at,
        new_value,
        change_source as value_source
    from changes
    union all
    select * from beginnings
    union all
    select * from endings
),

-- An instant that nothing tells is the beginning.
final as (
    select
        points.opportunity_id,
        points.attribute,
        points.position,
        coalesce(points.effective_at, lives.begins_at) as effective_at,
        points.new_value,
        points.value_source
    from points
    inner join lives
        on points.opportunity_id = lives.opportunity_id
)

select * from final
