with changes as (
    select * from {{ ref('int_awareness_changes') }}
),

stages as (
    select * from {{ ref('awareness_stage') }}
),

final as (
    select
        changes.awareness_change_id,
        changes.source_name,
        changes.contact_id,
        changes.person_id,
        changes.company_id,
        changes.changed_at,
        changes.changed_on,
        changes.stage_original,
        cast(changes.stage_number as integer) as stage_number,
        stages.stage_name,
        cast(changes.previous_stage_number as integer) as previous_stage_number,
        cast(changes.effective_stage_number as integer) as effective_stage_number,
        cast(changes.previous_effective_stage_number as integer) as previous_effective_stage_number,
        changes.is_first,
        changes.is_rise,
        changes.is_regression,
        cast(changes.days_since_last_rise as bigint) as days_since_last_rise
    from changes
    inner join stages
        on changes.stage_number = stages.stage_number
)

select * from final
