{{ config(materialized='table') }}

-- One row each time an opportunity enters a stage that is written down somewhere: in its history, or,
-- where the history is silent, by its creation, its closing or its present stage.
with opportunities as (
    select * from {{ ref('int_opportunities_prepared') }}
),

stage_map as (
    select
        lower(trim(stage)) as stage_key,
        stage,
        stage_order,
        state
    from {{ source('config', 'opportunity_stage') }}
),

first_open_stage as (
    select
        stage_key,
        stage,
        stage_order,
        state,
        row_number() over (order by stage_order, stage_key) as position
    from stage_map
    where state = 'open'
),

changes as (
    select
        changes.opportunity_id,
        changes.position,
        changes.new_value as stage_original,
        lower(trim(changes.new_value)) as stage_key,
        coalesce(stage_map.stage, 'unmapped') as stage,
        stage_map.stage_order,
        coalesce(stage_map.state, 'unmapped') as state,
        changes.changed_at,
        changes.change_source,
        changes.change_key
    from {{ ref('int_opportunity_changes') }} as changes
    left join stage_map
        on lower(trim(changes.new_value)) = stage_map.stage_key
    where changes.attribute = 'stage'
),

-- The source also writes history when an amount or a date changes; only a change of stage is an entry.
changes_compared as (
    select
        *,
        lag(stage_key) over (partition by opportunity_id order by position) as previous_stage_key
    from changes
),

recorded as (
    select
        opportunity_id,
        stage_key,
        stage,
        stage_original,
        stage_order,
        state,
        changed_at as entered_at,
        {{ business_date('changed_at') }} as entered_on,
        position,
        change_source as entry_source,
        change_key as entry_key
    from changes_compared
    where previous_stage_key is null or previous_stage_key <> stage_key
),

with_history as (
    select distinct opportunity_id from recorded
),

silent as (
    select opportunities.*
    from opportunities
    left join with_history
        on opportunities.opportunity_id = with_history.opportunity_id
    where with_history.opportunity_id is null
),

-- Without history all that is known of the beginning is the day: an open opportunity is taken to have
-- been in its present stage, a closed one to have begun in the first open stage.
created as (
    select
        silent.opportunity_id,
        case when silent.is_closed then first_open_stage.stage_key else lower(trim(silent.stage_original)) end
            as stage_key,
        case when silent.is_closed then first_open_stage.stage else silent.stage end as stage,
        case when silent.is_closed then first_open_stage.stage else silent.stage_original end as stage_original,
        case when silent.is_closed then first_open_stage.stage_order else silent.stage_order end as stage_order,
        case when silent.is_closed then first_open_stage.state else silent.state end as state,
        silent.created_at as entered_at,
        silent.created_on as entered_on,
        1 as position,
        'creation' as entry_source,
        'creation' as entry_key
    from silent
    left join first_open_stage
        on first_open_stage.position = 1
    where not silent.is_closed or first_open_stage.stage_key is not null
),

known as (
    select * from recorded
    union all
    select * from created
),

last_known as (
    select
        *,
        row_number() over (partition by opportunity_id order by position desc) as position_from_end
    from known
),

-- Where the record has moved on from the last known entry, the present stage is entered by the close
-- date, or for an open one at the latest by its last modification; never before the entry it follows.
present as (
    select
        opportunities.opportunity_id,
        lower(trim(opportunities.stage_original)) as stage_key,
        opportunities.stage,
        opportunities.stage_original,
        opportunities.stage_order,
        opportunities.state,
        greatest(
            last_known.entered_at,
            case
                when opportunities.is_closed then {{ start_of_day('opportunities.close_date') }}
                else opportunities.modified_at
            end
        ) as entered_at,
        greatest(
            last_known.entered_on,
            case
                when opportunities.is_closed then opportunities.close_date
                else {{ business_date('opportunities.modified_at') }}
            end
        ) as entered_on,
        coalesce(last_known.position, 0) + 1 as position,
        case when opportunities.is_closed then 'close_date' else 'last_modification' end as entry_source,
        'present' as entry_key
    from opportunities
    left join last_known
        on
            opportunities.opportunity_id = last_known.opportunity_id
            and last_known.position_from_end = 1
    where
        last_known.opportunity_id is null
        or coalesce(last_known.stage_key, '') <> coalesce(lower(trim(opportunities.stage_original)), '')
),

final as (
    select * from known
    union all
    select * from present
)

select * from final
