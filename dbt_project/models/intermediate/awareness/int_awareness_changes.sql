{{ config(materialized='table') }}

-- One row a stage of awareness that a contact entered, the first included: the CRM's own (raw) stage, and the
-- effective one, which never falls, since people do not unlearn what they know of us. A source that brings the
-- first stage as a change tells of no step. Individuals, not records, rise: copies of one address are one.
with contacts as (
    select * from {{ source('resolved', 'contact') }}
),

individuals as (
    select * from {{ ref('int_individuals') }}
    where entity = 'contact'
),

stages as (
    select * from {{ ref('awareness_stage') }}
),

history as (
    select * from {{ source('resolved', 'contact_history') }}
    where changed_at is not null
),

watched as (
    select distinct contact_id
    from history
    where field_name in ('created', 'awareness_stage')
),

changes as (
    select
        history.contact_id,
        history.old_value,
        history.new_value,
        history.changed_at,
        row_number() over (
            partition by history.contact_id
            order by history.changed_at, history.contact_history_id
        ) as change_number
    from history
    where history.field_name = 'awareness_stage'
),

-- What the first change took the contact from; without a change the present stage, if anybody watched.
began as (
    select
        contacts.contact_id,
        case when changes.contact_id is null then contacts.awareness_stage else changes.old_value end as stage_text,
        contacts.created_at as changed_at,
        0 as change_number
    from contacts
    inner join watched
        on contacts.contact_id = watched.contact_id
    left join changes
        on contacts.contact_id = changes.contact_id and changes.change_number = 1
    where contacts.created_at is not null
),

stated as (
    select * from began
    where stage_text is not null
    union all
    select
        contact_id,
        new_value as stage_text,
        changed_at,
        change_number
    from changes
    where new_value is not null
),

-- By the number that the text begins with, or the name of a stage.
numbered as (
    select
        stated.*,
        {{ business_date('stated.changed_at') }} as changed_on,
        stages.stage_number
    from stated
    left join stages
        on
            {{ regexp_extract('stated.stage_text', '^ *([0-9]+)') }}
            = cast(stages.stage_number as {{ dbt.type_string() }})
            or lower(trim(stated.stage_text)) = lower(stages.stage_name)
),

compared as (
    select
        numbered.*,
        lag(numbered.stage_number) over (
            partition by numbered.contact_id
            order by numbered.changed_at, numbered.change_number
        ) as previous_stage_number
    from numbered
    where numbered.stage_number is not null and numbered.changed_on <= cast('{{ var("as_of_date") }}' as date)
),

ranked as (
    select
        compared.*,
        contacts.source_name,
        individuals.individual_id,
        individuals.person_id,
        individuals.company_id,
        max(compared.stage_number) over (
            partition by individuals.individual_id
            order by compared.changed_at, compared.contact_id, compared.change_number
            rows between unbounded preceding and 1 preceding
        ) as highest_stage_before
    from compared
    inner join contacts
        on compared.contact_id = contacts.contact_id
    inner join individuals
        on compared.contact_id = individuals.record_id
    where compared.stage_number is distinct from compared.previous_stage_number
),

rises as (
    select
        contact_id,
        change_number,
        stage_number,
        changed_on,
        lag(stage_number) over individual_rises as step_from_stage,
        lag(changed_on) over individual_rises as step_from_on
    from ranked
    where highest_stage_before is null or stage_number > highest_stage_before
    window individual_rises as (partition by individual_id order by changed_at, contact_id, change_number)
),

final as (
    select
        {{ surrogate_key('ranked.contact_id', 'cast(ranked.change_number as ' ~ dbt.type_string() ~ ')') }}
            as awareness_change_id,
        ranked.source_name,
        ranked.contact_id,
        ranked.person_id,
        ranked.individual_id,
        ranked.company_id,
        ranked.changed_at,
        ranked.changed_on,
        ranked.stage_text as stage_original,
        ranked.stage_number,
        ranked.previous_stage_number,
        greatest(ranked.stage_number, coalesce(ranked.highest_stage_before, 0)) as effective_stage_number,
        ranked.highest_stage_before as previous_effective_stage_number,
        ranked.highest_stage_before is null as is_first,
        coalesce(ranked.stage_number > ranked.highest_stage_before, false) as is_rise,
        coalesce(ranked.stage_number < ranked.previous_stage_number, false) as is_regression,
        rises.step_from_stage,
        {{ days_between('rises.step_from_on', 'ranked.changed_on') }} as days_since_last_rise
    from ranked
    left join rises
        on
            ranked.contact_id = rises.contact_id
            and ranked.change_number = rises.change_number
)

select * from final
